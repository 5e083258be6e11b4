using System.Text;
using Spinel.Engine.Configuration;
using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Security;

/// <summary>
/// The definition of a user in a configuration, as one text: name and rules, quoted where a file would need it. Rules may hold any byte (a
/// password with a blank), so words are not simply joined.
/// </summary>
internal static class UserLine
{
    public static string Join(ReadOnlySpan<byte[]> words)
    {
        var text = new StringBuilder();
        foreach (byte[] word in words)
        {
            text.Append(text.Length > 0 ? " " : string.Empty).Append(Encoding.Latin1.GetString(ConfigurationLine.QuoteIfNeeded(word)));
        }

        return text.ToString();
    }

    public static string[] Split(string line) =>
        ConfigurationLine.TrySplit(Encoding.Latin1.GetBytes(line), out byte[][]? words) && words.Length > 0
            ? Array.ConvertAll(words, Encoding.Latin1.GetString)
            : throw new UserConfigurationException($"Not a definition of a user: '{line}'");

    /// <summary>
    /// What is wrong with a definition while not all commands are known: those of extensions come later, so an unknown command is no error yet.
    /// </summary>
    public static string? FindError(CommandTable commands, ReadOnlySpan<byte[]> words)
    {
        string[] texts = Array.ConvertAll(words.ToArray(), Encoding.Latin1.GetString);
        if (!RuleWords.TryJoin(texts.AsSpan(1), out List<string>? rules, out string? unmatched))
        {
            return $"Error in user declaration '{unmatched}': Unmatched parenthesis in selector definition";
        }

        var user = new User(texts[0], commands, allChannels: false);
        foreach (string rule in rules)
        {
            RuleError error = user.Apply(rule);
            if (error is not (RuleError.None or RuleError.UnknownCommand))
            {
                return $"Error in user declaration '{rule}': {RuleErrorText.Of(error)}";
            }
        }

        return null;
    }

    /// <summary>Whether a user may have this name.</summary>
    public static bool IsName(string name) => !name.AsSpan().ContainsAny(RuleWords.Space);
}
