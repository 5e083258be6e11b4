using System.Globalization;
using System.Text;

namespace Spinel.Persistence.Aof;

/// <summary>The part that a file of the log plays.</summary>
internal enum AofFileType
{
    /// <summary>The data at one moment, whole.</summary>
    Base,

    /// <summary>What was written after it.</summary>
    Increment,

    /// <summary>No longer needed, and to be removed.</summary>
    History,
}

/// <summary>One file of the log.</summary>
internal sealed record AofFile(string Name, long Sequence, AofFileType Type);

/// <summary>
/// The table of contents of an append-only log: one base, the increments that follow it in the order in which they are replayed, and files that wait to
/// be removed. Immutable; a change makes another one, which counts once it is on disk.
/// <para>
/// The file has a line per part, <c>file appendonly.aof.1.base.rdb seq 1 type b</c>, in any order of its pairs, with names in quotes where they need
/// them; lines that begin with <c>#</c> are comments. The format is that of Redis 7 (https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/).
/// </para>
/// </summary>
internal sealed record AofManifest(AofFile? Base, IReadOnlyList<AofFile> Increments, IReadOnlyList<AofFile> History)
{
    private const int MaxLineLength = 1024;

    public static AofManifest Empty { get; } = new(null, [], []);

    /// <summary>The sequence number of the next base.</summary>
    public long NextBaseSequence => (Base?.Sequence ?? 0) + 1;

    /// <summary>The sequence number of the next increment.</summary>
    public long NextIncrementSequence => Increments.Count == 0 ? LastHistorySequence + 1 : Increments[^1].Sequence + 1;

    private long LastHistorySequence =>
        History.Where(static file => file.Name.Contains(".incr.", StringComparison.Ordinal)).Select(static file => file.Sequence).DefaultIfEmpty(0).Max();

    /// <summary>The files that hold the data, in the order in which they are read.</summary>
    public IEnumerable<AofFile> Parts => Base is null ? Increments : Increments.Prepend(Base);

    /// <summary>Adds an increment at the end.</summary>
    public AofManifest WithIncrement(AofFile file) => this with { Increments = [.. Increments, file] };

    /// <summary>
    /// Puts a new base in the place of the old one and of the increments that it covers: all before <paramref name="firstKept"/>. They become history.
    /// </summary>
    public AofManifest WithBase(AofFile file, long firstKept)
    {
        IEnumerable<AofFile> covered = Parts.Where(part => part.Type == AofFileType.Base || part.Sequence < firstKept);
        return new AofManifest(
            file,
            [.. Increments.Where(part => part.Sequence >= firstKept)],
            [.. History, .. covered.Select(static part => part with { Type = AofFileType.History })]);
    }

    /// <summary>Forgets the files that have been removed.</summary>
    public AofManifest WithoutHistory() => this with { History = [] };

    /// <summary>Reads a manifest.</summary>
    /// <exception cref="FormatException">The text is no manifest; the message names the line.</exception>
    public static AofManifest Parse(string text)
    {
        AofFile? @base = null;
        var increments = new List<AofFile>();
        var history = new List<AofFile>();
        string[] lines = text.Split('\n');
        if (text.Length == 0)
        {
            throw new FormatException("Found an empty AOF manifest");
        }

        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].TrimEnd('\r');
            bool isLast = i == lines.Length - 1;
            if (line.StartsWith('#') || (isLast && line.Length == 0))
            {
                continue;
            }

            if (line.Length > MaxLineLength)
            {
                throw Broken(i, "the line is too long");
            }

            AofFile file = ParseLine(line, i);
            switch (file.Type)
            {
                case AofFileType.Base when @base is not null:
                    throw Broken(i, "a second base file");
                case AofFileType.Base:
                    @base = file;
                    break;
                case AofFileType.Increment when increments.Count > 0 && file.Sequence <= increments[^1].Sequence:
                    throw Broken(i, "the sequence numbers do not rise");
                case AofFileType.Increment:
                    increments.Add(file);
                    break;
                default:
                    history.Add(file);
                    break;
            }
        }

        return new AofManifest(@base, increments, history);
    }

    /// <summary>The text of the manifest's file.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (AofFile file in Parts.Concat(History))
        {
            text.Append(CultureInfo.InvariantCulture, $"file {Quote(file.Name)} seq {file.Sequence} type {Letter(file.Type)}\n");
        }

        return text.ToString();
    }

    private static AofFile ParseLine(string line, int number)
    {
        string? name = null;
        long sequence = 0;
        AofFileType? type = null;
        List<string> words = Words(line, number);
        if (words.Count < 6 || words.Count % 2 != 0)
        {
            throw Broken(number, "a line has pairs of a word and its value");
        }

        for (int i = 0; i < words.Count; i += 2)
        {
            string value = words[i + 1];
            switch (words[i].ToLowerInvariant())
            {
                case "file":
                    name = value;
                    break;
                case "seq" when long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long parsed):
                    sequence = parsed;
                    break;
                case "type":
                    type = value switch
                    {
                        "b" => AofFileType.Base,
                        "i" => AofFileType.Increment,
                        "h" => AofFileType.History,
                        _ => throw Broken(number, $"unknown type '{value}'"),
                    };
                    break;
                default:
                    // Later versions may add pairs; a sequence number that is none is caught below.
                    break;
            }
        }

        if (name is null || type is null || sequence == 0)
        {
            throw Broken(number, "file, seq and type are needed");
        }

        if (name.Length == 0 || name.Contains('/', StringComparison.Ordinal) || name.Contains('\\', StringComparison.Ordinal) || name is "." or "..")
        {
            throw Broken(number, "a file name must not lead out of the directory");
        }

        return new AofFile(name, sequence, type.Value);
    }

    private static List<string> Words(string line, int number)
    {
        var words = new List<string>();
        int at = 0;
        while (at < line.Length)
        {
            if (line[at] == ' ')
            {
                at++;
                continue;
            }

            if (line[at] != '"')
            {
                int end = line.IndexOf(' ', at);
                end = end < 0 ? line.Length : end;
                words.Add(line[at..end]);
                at = end;
                continue;
            }

            var word = new StringBuilder();
            for (at++; at < line.Length && line[at] != '"'; at++)
            {
                if (line[at] == '\\' && at + 1 < line.Length)
                {
                    at++;
                }

                word.Append(line[at]);
            }

            if (at == line.Length)
            {
                throw Broken(number, "a quote is not closed");
            }

            words.Add(word.ToString());
            at++;
        }

        return words;
    }

    private static string Quote(string name) =>
        name.AsSpan().IndexOfAny(" \"\\#") < 0 ? name : '"' + name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + '"';

    private static char Letter(AofFileType type) => type switch
    {
        AofFileType.Base => 'b',
        AofFileType.Increment => 'i',
        _ => 'h',
    };

    private static FormatException Broken(int line, string why) =>
        new(string.Create(CultureInfo.InvariantCulture, $"Invalid AOF manifest file format, line {line + 1}: {why}"));
}
