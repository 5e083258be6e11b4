namespace Spinel.Persistence.Files;

/// <summary>
/// Removes what servers that were killed have left half written. A file that is being written is locked by its writer, which is how the one is told from the
/// other, whatever the process ids say: those mean nothing across containers, and are used again.
/// </summary>
internal static class StaleFiles
{
    private const int RunNameLength = 8;

    /// <summary>Removes unfinished snapshots.</summary>
    public static void RemoveSnapshots(string directory) => Remove(directory, "temp-*.rdb", IsSnapshotOfThisProgram);

    /// <summary>Removes what belongs to an append-only log that was being rewritten, turned on or renamed. The log's directory is locked by the caller.</summary>
    public static void RemoveLogParts(string directory, string baseName)
    {
        Remove(directory, "temp-rewriteaof-bg-*.aof", static _ => true);
        Remove(directory, "temp-" + baseName + ".*", static _ => true);
    }

    /// <summary>temp-PID-RUN.rdb; Redis has no run in the name.</summary>
    private static bool IsSnapshotOfThisProgram(string name)
    {
        string[] words = Path.GetFileNameWithoutExtension(name).Split('-');
        return words.Length == 3 && words[2].Length == RunNameLength && words[1].All(char.IsAsciiDigit) && words[2].All(char.IsAsciiHexDigit);
    }

    private static void Remove(string directory, string pattern, Predicate<string> isOurs)
    {
        try
        {
            foreach (string path in Directory.GetFiles(directory, pattern))
            {
                if (isOurs(Path.GetFileName(path)))
                {
                    RemoveUnlessWritten(path);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Whoever needs the directory will say so.
        }
    }

    private static void RemoveUnlessWritten(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is in use.
        }
    }
}
