using System.Globalization;
using Spinel.Engine;
using Spinel.Persistence.Aof;
using Spinel.Persistence.Rdb;

namespace Spinel.Persistence.Loading;

/// <summary>What an operator should hear when the server starts rather than when data is lost. None of it keeps the server from starting, for it does not with Redis either.</summary>
internal static class StartWarnings
{
    /// <summary>A directory in which nothing can be written, though the configuration has data written there.</summary>
    public static void AboutDirectories(SpinelEngine engine, bool keepsSnapshots, string logDirectory)
    {
        bool savesSnapshots = keepsSnapshots && engine.Options.SavePoints.Count > 0;
        if ((savesSnapshots || engine.Options.AppendOnly) && ReasonNotToWrite(engine.Options.WorkingDirectory) is { } reason)
        {
            string what = savesSnapshots ? "snapshots, for which save points are set, will fail" : "the append-only log will fail";
            engine.Log.Write(ServerLogLevel.Warning, $"WARNING: nothing can be written to the working directory {engine.Options.WorkingDirectory} ({reason}): {what}. Give 'dir' a directory that the server may write to.");
        }
        else if (engine.Options.AppendOnly && Directory.Exists(logDirectory) && ReasonNotToWrite(logDirectory) is { } logReason)
        {
            engine.Log.Write(ServerLogLevel.Warning, $"WARNING: nothing can be written to the directory of the append-only log {logDirectory} ({logReason}): it cannot be rewritten.");
        }
    }

    /// <summary>The log is turned on and there is none: the server starts without the data of the snapshot file, which is what Redis does, and hardly ever what was meant.</summary>
    public static void AboutSnapshotLeftOut(SpinelEngine engine)
    {
        string path = Path.Combine(engine.Options.WorkingDirectory, engine.Options.DbFileName);
        if (HasKeys(engine, path))
        {
            string fate = engine.Options.SavePoints.Count > 0 ? " The next snapshot will replace that file: copy it first." : "";
            engine.Log.Write(
                ServerLogLevel.Warning,
                $"WARNING: 'appendonly' is on and there is no append-only log yet, so the server starts empty: the data in {path} is NOT loaded.{fate} To take it over, start with 'appendonly no', and then turn the log on with CONFIG SET appendonly yes and CONFIG REWRITE.");
        }
    }

    /// <summary>The log is turned off and there is one with data: it was turned on while the server ran, and the configuration does not say so.</summary>
    public static void AboutLogLeftOut(SpinelEngine engine, AofDirectory directory)
    {
        if (!engine.Options.AppendOnly && HasData(engine, directory))
        {
            engine.Log.Write(
                ServerLogLevel.Warning,
                $"WARNING: 'appendonly' is off, and there is an append-only log with data, {directory.ManifestPath}: it is NOT loaded. If its data is wanted, stop this server without turning the log on, and start it with 'appendonly yes' (--appendonly yes). CONFIG SET appendonly yes begins a new log, which takes the place of this one. If it is out of date, move its directory away.");
        }
    }

    /// <summary>Whether there is a log with at least one key or request. One that is damaged is believed to have some. Reads the manifest.</summary>
    public static bool HasData(SpinelEngine engine, AofDirectory directory)
    {
        if (!directory.Exists)
        {
            return false;
        }

        try
        {
            directory.Read();
            return directory.Manifest.Parts.Select(directory.PathOf).Any(
                path => path.EndsWith(".rdb", StringComparison.Ordinal) ? HasKeys(engine, path) : new FileInfo(path) is { Exists: true, Length: > 0 });
        }
        catch (PersistenceException)
        {
            return true;
        }
    }

    /// <summary>Whether a snapshot file has at least one key. One that is damaged is believed to.</summary>
    private static bool HasKeys(SpinelEngine engine, string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            using var loader = new RdbLoader(engine, new RdbSource(file, file.Length), new RdbLoadSettings { Checksum = false, Discard = true });
            while (loader.Result.Keys == 0 && !loader.LoadSome(1))
            {
            }

            return loader.Result.Keys > 0;
        }
        catch (RdbFormatException)
        {
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Tries it with a file that goes at once, under a name that the next start would take away.</summary>
    private static string? ReasonNotToWrite(string directory)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"temp-{Environment.ProcessId}-{Random.Shared.Next():x8}.rdb");
        try
        {
            using var file = new FileStream(Path.Combine(directory, name), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return FileErrorText.Of(e);
        }
    }
}
