using System.Globalization;
using System.Text;

namespace Spinel.Conformance.Tests.Generation;

/// <summary>
/// A weighted context-free grammar of commands, written as text. A line without indentation opens a rule; the indented lines
/// below are its alternatives, "20: " in front is a weight (1 unless told). Words are literals, drawn in mixed case now and then.
/// $word is another rule, or else a sort of argument (<see cref="ArgumentSource"/>). A suffix repeats: ? none or one,
/// * none to three, + one to four.
/// </summary>
internal sealed class Grammar
{
    private readonly Dictionary<string, List<Alternative>> _rules = new(StringComparer.Ordinal);

    public Grammar(string text)
    {
        List<Alternative>? current = null;
        foreach (string line in text.Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0))
        {
            if (line[0] != ' ')
            {
                _rules.Add(line, current = []);
                continue;
            }

            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            bool weighted = words[0].EndsWith(':') && int.TryParse(words[0][..^1], CultureInfo.InvariantCulture, out _);
            int weight = weighted ? int.Parse(words[0][..^1], CultureInfo.InvariantCulture) : 1;
            current!.Add(new Alternative(weight, [.. words[(weighted ? 1 : 0)..].Select(Part.Parse)]));
        }
    }

    /// <summary>The names of the commands that the start rule can produce.</summary>
    public IEnumerable<string> Commands => _rules["command"].Select(alternative => alternative.Parts[0].Word).Distinct();

    /// <summary>Leaves out commands for which the predicate does not hold.</summary>
    public void Keep(Func<string, bool> isWanted) =>
        _rules["command"].RemoveAll(alternative => !isWanted(alternative.Parts[0].Word));

    /// <summary>Draws one command.</summary>
    public List<byte[]> Draw(ArgumentSource source)
    {
        var arguments = new List<byte[]>();
        Expand("command", source, arguments);
        return arguments;
    }

    private void Expand(string rule, ArgumentSource source, List<byte[]> output)
    {
        List<Alternative> alternatives = _rules[rule];
        int at = source.Random.Next(alternatives.Sum(alternative => alternative.Weight));
        Alternative chosen = alternatives.First(alternative => (at -= alternative.Weight) < 0);
        foreach (Part part in chosen.Parts)
        {
            int times = part.Suffix switch
            {
                '?' => source.Random.Next(2),
                '*' => source.Random.Next(4),
                '+' => 1 + source.Random.Next(4),
                _ => 1,
            };
            for (int i = 0; i < times; i++)
            {
                if (!part.IsName)
                {
                    output.Add(Encoding.ASCII.GetBytes(MixCase(part.Word, source.Random)));
                }
                else if (_rules.ContainsKey(part.Word))
                {
                    Expand(part.Word, source, output);
                }
                else
                {
                    output.Add(source.Draw(part.Word));
                }
            }
        }
    }

    private static string MixCase(string word, Random random) => random.Next(8) switch
    {
        0 => word.ToLowerInvariant(),
        1 => string.Concat(word.Select(c => random.Next(2) == 0 ? char.ToLowerInvariant(c) : c)),
        _ => word,
    };

    private sealed record Alternative(int Weight, Part[] Parts);

    private sealed record Part(string Word, bool IsName, char Suffix)
    {
        public static Part Parse(string text)
        {
            bool isName = text.Length > 1 && text[0] == '$';
            char suffix = isName && text[^1] is '?' or '*' or '+' ? text[^1] : ' ';
            return new Part(text[(isName ? 1 : 0)..(suffix == ' ' ? text.Length : text.Length - 1)], isName, suffix);
        }
    }
}
