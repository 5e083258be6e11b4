using System.Globalization;
using System.Text;
using Spinel.Persistence.Loading;

namespace Spinel.Persistence.Aof;

/// <summary>
/// The last line of a log that was closed in good order: which place in which replication history its data has. Readers of logs skip lines that begin with a number
/// sign. As soon as anything follows it, it is not the last line any more, and says nothing.
/// </summary>
internal static class PositionNote
{
    private const string Prefix = "#REPL:";
    private const int MaxBytes = 128;
    private const int IdDigits = 40;

    /// <summary>The line.</summary>
    public static byte[] Format(ReplicationPosition position) =>
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Prefix}{position.Id} {position.Offset} {position.Database}\r\n"));

    /// <summary>Reads the note of a file; null when its last line is none.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ReplicationPosition? Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        file.Position = Math.Max(0, file.Length - MaxBytes);
        byte[] bytes = new byte[MaxBytes];
        int length = file.ReadAtLeast(bytes, MaxBytes, throwOnEndOfStream: false);
        string end = Encoding.Latin1.GetString(bytes, 0, length);
        int start = end.LastIndexOf(Prefix, StringComparison.Ordinal);
        if (start < 0 || !end.EndsWith("\r\n", StringComparison.Ordinal) || (start > 0 && end[start - 1] != '\n'))
        {
            return null;
        }

        string[] words = end[(start + Prefix.Length)..^2].Split(' ');
        return words.Length == 3 && words[0].Length == IdDigits && words[0].All(char.IsAsciiHexDigit)
            && long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out long offset)
            && int.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out int database)
            ? new ReplicationPosition(words[0], offset, database)
            : null;
    }
}
