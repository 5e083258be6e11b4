using System.Globalization;
using Spinel.Engine;
using Spinel.Engine.Configuration;
using Spinel.Engine.Dispatch;
using Spinel.Persistence.Rdb;

namespace Spinel.Persistence.Aof;

/// <summary>
/// Looks through an append-only log, or one file of it: says up to where it is valid, and cuts off what follows if it is told to. Nothing is run, but a request
/// of a command that no server has, or with a wrong number of arguments, is as invalid as what is no request: the start refuses both. A server that has commands under other names logs
/// them as its clients call them.
/// </summary>
public static class AofCheck
{
    private const int CopyBytes = 1 << 20;

    /// <summary>Checks a manifest and the files that it names, or one file.</summary>
    /// <param name="path">A manifest, an increment, a base, or a log of the time before there were several files.</param>
    /// <param name="fix">Whether an invalid end is cut off. Only the last file of a log can be mended so; damage in others would leave a gap.</param>
    /// <param name="report">Receives what was found and done, in lines.</param>
    /// <param name="configuration">That of the server which the log belongs to: it may have commands under other names. Null where it is not known.</param>
    /// <param name="otherCommands">The commands that there are beside those of the engine and of this assembly.</param>
    /// <returns>Whether it is valid now.</returns>
    public static bool Run(string path, bool fix, TextWriter report, ServerOptions? configuration = null, params IReadOnlyList<CommandSet> otherCommands)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(otherCommands);
        CommandSet own = GeneratedCommands.Set;
        using var engine = new SpinelEngine(new EngineSettings());
        CommandTable[] commands = [engine.Commands, new CommandTable([own, .. otherCommands.Where(set => set != own)])];
        if (configuration is not null)
        {
            foreach (CommandTable table in commands)
            {
                CommandRenaming.Apply(configuration, table);
            }
        }

        try
        {
            return IsManifest(path) ? CheckAll(path, fix, commands, report) : CheckFile(path, fix, commands, report);
        }
        catch (FormatException e)
        {
            report.WriteLine($"{path}: {e.Message}");
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            report.WriteLine($"Cannot read or write {path}: {FileErrorText.Of(e)}");
            return false;
        }
    }

    private static bool IsManifest(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        Span<byte> start = stackalloc byte[5];
        int length = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        return path.EndsWith(".manifest", StringComparison.Ordinal) || start[..length].SequenceEqual("file "u8);
    }

    private static bool CheckAll(string path, bool fix, CommandTable[] commands, TextWriter report)
    {
        AofManifest manifest = AofManifest.Parse(File.ReadAllText(path));
        string directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
        AofFile[] parts = [.. manifest.Parts];
        report.WriteLine(Invariant($"The manifest {path} names {parts.Length} files with data"));
        for (int i = 0; i < parts.Length; i++)
        {
            string part = Path.Combine(directory, parts[i].Name);
            if (!File.Exists(part))
            {
                report.WriteLine($"The file {part} doesn't exist");
                return false;
            }

            bool isLast = i == parts.Length - 1;
            if (!CheckFile(part, fix && isLast, commands, report))
            {
                if (fix && !isLast)
                {
                    report.WriteLine($"{part} is not the last file of the log: cutting it off would leave a gap in the data, so it is left as it is");
                }

                return false;
            }
        }

        report.WriteLine("All AOF files and manifest are valid");
        return true;
    }

    private static bool CheckFile(string path, bool fix, CommandTable[] commands, TextWriter report)
    {
        if (!TryCheckSnapshot(path, report, out long start))
        {
            report.WriteLine($"AOF {path} is not valid: the snapshot that it begins with is damaged, and cutting off does not help");
            return false;
        }

        AofScanResult result = AofScan.Scan(path, start, commands);
        report.WriteLine(Invariant(
            $"AOF analyzed: filename={path}, size={result.TotalBytes}, ok_up_to={result.ValidBytes}, requests={result.Requests}, diff={result.TotalBytes - result.ValidBytes}"));
        if (result.Problem is null)
        {
            report.WriteLine($"AOF {path} is valid");
            return true;
        }

        report.WriteLine($"In {path} {result.Problem}");
        if (!fix)
        {
            report.WriteLine($"AOF {path} is not valid. Use the --fix option to try fixing it.");
            if (!result.IsTorn)
            {
                report.WriteLine("Whatever follows that place is cut off with it, valid or not. The names that 'rename-command' gives are known when the configuration of the server is given too: --config FILE.");
            }

            return false;
        }

        if (!result.IsTorn)
        {
            // Behind it may be whole requests, which somebody may want to save.
            string kept = Invariant($"{path}.cut-off-{result.ValidBytes}");
            CopyEnd(path, result.ValidBytes, kept);
            report.WriteLine($"What is cut off is kept in {kept}");
        }

        using (var file = new FileStream(path, FileMode.Open, FileAccess.Write))
        {
            file.SetLength(result.ValidBytes);
            file.Flush(flushToDisk: true);
        }

        report.WriteLine(Invariant($"Cut the last {result.TotalBytes - result.ValidBytes} bytes off {path}, which has {result.ValidBytes} bytes now"));
        report.WriteLine($"Successfully truncated AOF {path}");
        return true;
    }

    private static void CopyEnd(string path, long from, string target)
    {
        using var source = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        using var copy = new FileStream(target, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        source.Position = from;
        source.CopyTo(copy, CopyBytes);
        copy.Flush(flushToDisk: true);
    }

    /// <param name="path">The file.</param>
    /// <param name="report">Receives what was found.</param>
    /// <param name="end">Where the requests begin: behind the snapshot, if there is one.</param>
    /// <returns>False when there is a snapshot and it is damaged.</returns>
    private static bool TryCheckSnapshot(string path, TextWriter report, out long end)
    {
        end = 0;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        Span<byte> magic = stackalloc byte[6];
        int length = file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        file.Position = 0;
        if (!path.EndsWith(".base.rdb", StringComparison.Ordinal) && !magic[..length].StartsWith("REDIS"u8) && !magic[..length].StartsWith("VALKEY"u8))
        {
            return true;
        }

        using var engine = new SpinelEngine(new EngineSettings());
        using var loader = new RdbLoader(engine, new RdbSource(file, file.Length), new RdbLoadSettings { Discard = true });
        try
        {
            RdbLoadResult result = loader.Load();
            end = loader.EndOffset;
            report.WriteLine(Invariant($"{path} begins with a snapshot of {result.Keys} keys, which is sound and ends at offset {end}"));
            return true;
        }
        catch (RdbFormatException e)
        {
            report.WriteLine($"{path}: {e.Message}");
            return false;
        }
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
