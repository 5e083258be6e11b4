using System.Globalization;
using Spinel.Engine;
using Spinel.Persistence.Aof;
using Spinel.Persistence.Files;
using Spinel.Persistence.Rdb;

namespace Spinel.Persistence.Loading;

/// <summary>
/// Brings the data back when the server starts, in slices between which clients are told that it is being loaded: the append-only log when it is turned on,
/// otherwise the snapshot file. What is damaged stops the server; it never starts with a part of the data as if that were all.
/// </summary>
internal sealed class StartupLoad : IDisposable
{
    private const long SliceMicroseconds = 10_000;
    private const long SliceBytes = 256 * 1024;

    /// <summary>Of a log that is loaded slowly, about one request.</summary>
    private const int DelayedBytes = 32;

    private readonly SpinelEngine _engine;
    private readonly LoadProgress _progress;
    private readonly AofDirectory? _directory;
    private readonly Queue<Part> _parts = new();
    private readonly long _start;
    private long _partStart;
    private long _doneBytes;
    private FileStream? _file;
    private RdbSource? _source;
    private RdbLoader? _snapshot;
    private AofReplay? _log;
    private Part? _part;
    private long _nextMicroseconds;

    private StartupLoad(SpinelEngine engine, AofDirectory? directory, LoadProgress progress)
    {
        _engine = engine;
        _directory = directory;
        _progress = progress;
        _start = engine.Clock.MonotonicMicroseconds();
        progress.StartMs = engine.Clock.NowMs;
    }

    /// <summary>Set by tests only, and as good as nothing when it is negative.</summary>
    private long Delay => Math.Max(0, _engine.Options.KeyLoadDelayMicroseconds);

    /// <summary>How long the loop may sleep.</summary>
    public int MaxTimeoutMs => Delay > 0 ? 1 : 0;

    /// <summary>There is nothing to load.</summary>
    public bool IsEmpty => _parts.Count == 0;

    /// <summary>Finds out what there is to load.</summary>
    /// <exception cref="PersistenceException">The log's manifest is damaged, or a file that it names is missing.</exception>
    public static StartupLoad Begin(SpinelEngine engine, AofDirectory directory, LoadProgress progress, bool loadsSnapshot)
    {
        if (!engine.Options.AppendOnly)
        {
            var load = new StartupLoad(engine, null, progress);
            if (loadsSnapshot)
            {
                load.Add(Path.Combine(engine.Options.WorkingDirectory, engine.Options.DbFileName), isLast: true);
            }

            return load;
        }

        var log = new StartupLoad(engine, directory, progress);
        try
        {
            directory.Create();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PersistenceException($"Fatal error: can't use the AOF directory {Path.GetDirectoryName(directory.ManifestPath)}: {FileErrorText.Of(e)}", e);
        }

        if (!directory.Exists)
        {
            log.TakeOver(Path.Combine(engine.Options.WorkingDirectory, engine.Options.AppendFileName));
        }
        else
        {
            directory.Read();
        }

        List<AofFile> parts = [.. directory.Manifest.Parts];
        for (int i = 0; i < parts.Count; i++)
        {
            // What follows may be empty: a rewrite had just begun when the machine stopped.
            log.Add(directory.PathOf(parts[i]), isLast: parts.Skip(i + 1).All(part => new FileInfo(directory.PathOf(part)).Length == 0));
        }

        return log;
    }

    /// <summary>Loads on for a while.</summary>
    /// <returns>False when everything has been loaded.</returns>
    /// <exception cref="PersistenceException">A file cannot be read, or is damaged.</exception>
    public bool Step()
    {
        long start = _engine.Clock.MonotonicMicroseconds();
        if (start < _nextMicroseconds)
        {
            return true;
        }

        _nextMicroseconds = start + Delay;
        do
        {
            if (_part is null && !BeginPart())
            {
                Finish();
                return false;
            }

            if (!StepPart(_part!))
            {
                EndPart(_part!);
            }
        }
        while (Delay == 0 && _engine.Clock.MonotonicMicroseconds() - start < SliceMicroseconds);
        return true;
    }

    public void Dispose()
    {
        _snapshot?.Dispose();
        _log?.Dispose();
        _file?.Dispose();
    }

    private void Add(string path, bool isLast)
    {
        if (new FileInfo(path) is { Exists: true } file)
        {
            _parts.Enqueue(new Part(path, file.Length, isLast));
            _progress.TotalBytes += file.Length;
        }
    }

    /// <summary>A log of the time before there were several files becomes the base of one.</summary>
    private void TakeOver(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        try
        {
            string name = Path.GetFileName(path);
            var manifest = new AofManifest(new AofFile(name, 1, AofFileType.Base), [], []);

            // The manifest comes first: without the file it stops the next start, while a file that no manifest names would be passed over.
            _directory!.Write(manifest);
            PosixFile.Replace(path, _directory.PathOf(name));
            _engine.Log.Write(ServerLogLevel.Notice, $"Successfully migrated an old-style AOF configuration ({name}) into the AOF directory ({_engine.Options.AppendDirectoryName}).");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PersistenceException($"Failed to move the AOF file {path} into its directory: {FileErrorText.Of(e)}", e);
        }
    }

    private bool BeginPart()
    {
        if (!_parts.TryDequeue(out _part))
        {
            return false;
        }

        _partStart = _engine.Clock.MonotonicMicroseconds();
        try
        {
            _file = new FileStream(_part.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PersistenceException($"Fatal error: can't open {_part.Path} for reading: {FileErrorText.Of(e)}. Exiting.", e);
        }

        Span<byte> magic = stackalloc byte[6];
        int length = _file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        _file.Position = 0;

        // A base that is called a snapshot and is empty has lost its data, and is no log that has none.
        bool isSnapshot = _directory is null || _part.Path.EndsWith(".base.rdb", StringComparison.Ordinal) || magic[..length].StartsWith("REDIS"u8) || magic[..length].StartsWith("VALKEY"u8);
        if (isSnapshot)
        {
            if (_directory is not null)
            {
                _engine.Log.Write(ServerLogLevel.Notice, "Reading RDB base file on AOF loading...");
            }

            _source = new RdbSource(_file, _part.Length);
            _snapshot = new RdbLoader(_engine, _source, new RdbLoadSettings { Checksum = _engine.Options.RdbChecksum, KeepExpired = _directory is not null, KeepExpiredOfHistory = true });
        }
        else
        {
            BeginLog(0);
        }

        return true;
    }

    private void BeginLog(long start)
    {
        _file?.Dispose();
        _file = null;
        _log = new AofReplay(_engine, _part!.Path, start, _part.IsLast);
    }

    /// <returns>False when the part has been loaded.</returns>
    private bool StepPart(Part part)
    {
        if (_log is { } log)
        {
            bool more = Delay > 0 ? log.Step(DelayedBytes) : log.Step();
            _progress.LoadedBytes = _doneBytes + log.Position;
            return more;
        }

        try
        {
            if (!_snapshot!.LoadSome(Delay > 0 ? 1 : SliceBytes))
            {
                _progress.LoadedBytes = _doneBytes + _source!.Offset;
                NoteMemory();
                return true;
            }
        }
        catch (RdbFormatException e)
        {
            throw new PersistenceException($"Fatal error loading the DB, check server logs. Exiting. {part.Path}: {e.Message}. 'spinel-server check-rdb {Path.GetFileName(part.Path)}' says more.", e);
        }
        catch (IOException e)
        {
            throw new PersistenceException($"Fatal error loading the DB from {part.Path}: {FileErrorText.Of(e)}. Exiting.", e);
        }

        Report(_snapshot.Result);
        long end = _source!.Offset;
        _snapshot.Dispose();
        _snapshot = null;
        if (end == part.Length)
        {
            return false;
        }

        if (_directory is null)
        {
            throw new PersistenceException($"Fatal error loading the DB: {part.Path} goes on behind the end of its data, at offset {end.ToString(CultureInfo.InvariantCulture)}. Exiting.");
        }

        _engine.Log.Write(ServerLogLevel.Notice, "Reading the remaining AOF tail...");
        BeginLog(end);
        return true;
    }

    private void EndPart(Part part)
    {
        if (_directory is not null && _log is not null && part.IsLast)
        {
            _progress.Position = ReadNote(part.Path);
        }

        _log?.Dispose();
        _log = null;
        _file?.Dispose();
        _file = null;
        _part = null;
        _doneBytes += part.Length;
        _progress.LoadedBytes = _doneBytes;
        if (_directory is not null)
        {
            string what = _directory.Manifest.Base is { } first && part.Path == _directory.PathOf(first) ? "base" : "incr";
            _engine.Log.Write(ServerLogLevel.Notice, $"DB loaded from {what} file {Path.GetFileName(part.Path)}: {Seconds(_partStart)} seconds");
        }
    }

    private static ReplicationPosition? ReadNote(string path)
    {
        try
        {
            return PositionNote.Read(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Replicas get all of the data then.
            return null;
        }
    }

    private void Finish()
    {
        if (_doneBytes > 0 || _progress.TotalBytes > 0)
        {
            _engine.Log.Write(ServerLogLevel.Notice, $"DB loaded from {(_directory is null ? "disk" : "append only file")}: {Seconds(_start)} seconds");
        }
    }

    private void NoteMemory()
    {
        if (_progress.MemoryWhenWritten == 0 && _snapshot!.Result.Aux.GetValueOrDefault("used-mem") is { } text
            && long.TryParse(text, CultureInfo.InvariantCulture, out long bytes))
        {
            _progress.MemoryWhenWritten = bytes;
        }
    }

    private void Report(RdbLoadResult result)
    {
        _progress.LoadedKeys = result.Keys;
        _progress.ExpiredKeys = result.ExpiredKeys;
        _progress.Position = _directory is null && result is { ReplicationId: { } id, ReplicationOffset: >= 0 }
            ? new ReplicationPosition(id, result.ReplicationOffset, Math.Max(0, result.ReplicationDatabase))
            : null;
        _progress.Functions.Clear();
        _progress.Functions.AddRange(result.Functions);
        if (result.Functions.Count > 0)
        {
            _engine.Log.Write(
                ServerLogLevel.Warning,
                string.Create(CultureInfo.InvariantCulture, $"The data comes with {result.Functions.Count} libraries of functions. This version of the server cannot run them; it keeps them, and writes them back with the data."));
        }

        if (result.Aux.TryGetValue("redis-ver", out string? version))
        {
            _engine.Log.Write(ServerLogLevel.Notice, $"Loading RDB produced by version {version}");
        }

        if (long.TryParse(result.Aux.GetValueOrDefault("ctime"), CultureInfo.InvariantCulture, out long created))
        {
            _engine.Log.Write(ServerLogLevel.Notice, string.Create(CultureInfo.InvariantCulture, $"RDB age {Math.Max(0, (_engine.Clock.NowMs / 1000) - created)} seconds"));
        }

        _engine.Log.Write(ServerLogLevel.Notice, string.Create(CultureInfo.InvariantCulture, $"Done loading RDB, keys loaded: {result.Keys}, keys expired: {result.ExpiredKeys}."));
    }

    private string Seconds(long since) =>
        ((_engine.Clock.MonotonicMicroseconds() - since) / 1_000_000.0).ToString("F3", CultureInfo.InvariantCulture);

    private sealed record Part(string Path, long Length, bool IsLast);
}
