using System.Globalization;
using Spinel.Engine;
using Spinel.Engine.Configuration;
using Spinel.Persistence;
using Spinel.Persistence.Files;
using Spinel.Persistence.Rdb;

namespace Spinel.Replication.Replica;

/// <summary>
/// Takes over all data of a primary, in the way that <c>repl-diskless-load</c> asks for:
/// <list type="bullet">
/// <item>through a file: the old data is served until the file is complete, then makes way, and clients are told to wait while the file is loaded;</item>
/// <item>straight into the keyspace, when there is no old data;</item>
/// <item>into databases beside the old ones, which trade places in the end. When the old data is of the same history it is served meanwhile. Whatever goes wrong, it is still
/// there.</item>
/// </list>
/// Nothing here waits: what comes from the socket is loaded as it comes, a file is loaded in slices.
/// </summary>
internal sealed class FullSync : IPayloadTarget, IDisposable
{
    private const long SliceBytes = 256 * 1024;
    private const long SliceMicroseconds = 10_000;

    private readonly ReplicationExtension _replication;
    private readonly PersistenceExtension _persistence;
    private readonly SpinelEngine _engine;
    private readonly PayloadFrame _frame;
    private readonly RdbLoadSettings _settings;
    private readonly bool _isSameHistory;
    private string? _path;
    private FileStream? _file;
    private RdbLoader? _loader;
    private RdbFeed? _feed;
    private Database[]? _aside;
    private bool _isReplacing;
    private bool _hasDroppedData;

    /// <param name="replication">The server.</param>
    /// <param name="frame">Where the file ends.</param>
    /// <param name="isSameHistory">Whether the data that there is belongs to the history of the primary.</param>
    /// <exception cref="IOException">The file cannot be created.</exception>
    public FullSync(ReplicationExtension replication, PayloadFrame frame, bool isSameHistory)
    {
        _replication = replication;
        _engine = replication.Engine;
        _persistence = _engine.Extension<PersistenceExtension>();
        _frame = frame;
        _isSameHistory = isSameHistory;
        _settings = new RdbLoadSettings { Checksum = _engine.Options.RdbChecksum, KeepExpired = true };
        ReplDisklessLoad mode = _engine.Options.ReplDisklessLoad;
        bool toDisk = mode == ReplDisklessLoad.Disabled || (mode == ReplDisklessLoad.OnEmptyDb && !IsEmpty());
        string size = frame.TotalBytes < 0 ? "streamed RDB from master with EOF" : string.Create(CultureInfo.InvariantCulture, $"{frame.TotalBytes} bytes from master");
        _engine.Log.Write(ServerLogLevel.Notice, $"MASTER <-> REPLICA sync: receiving {size} to {(toDisk ? "disk" : "parser")}");
        if (toDisk)
        {
            _path = Path.Combine(_engine.Options.WorkingDirectory, string.Create(CultureInfo.InvariantCulture, $"temp-{_engine.Clock.NowMs}.{Environment.ProcessId}.rdb"));
            _file = new FileStream(_path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
            return;
        }

        if (mode == ReplDisklessLoad.Swapdb)
        {
            _aside = _engine.Keyspace.MakeDatabases();
            _settings = _settings with { Target = _aside };
        }

        BeginReplacing(aside: _aside is not null && isSameHistory);
        _feed = new RdbFeed(_engine, _settings, frame.TotalBytes);
    }

    /// <summary>Bytes of the file; 0 when that is not known.</summary>
    public long TotalBytes => Math.Max(0, _frame.TotalBytes);

    /// <summary>Bytes that have come.</summary>
    public long ReceivedBytes { get; private set; }

    /// <summary>True while a file that has come is being loaded, by <see cref="Step"/>.</summary>
    public bool IsLoadingFile => _loader is not null;

    /// <summary>True when all data has been loaded.</summary>
    public bool IsLoaded { get; private set; }

    /// <summary>True once the old data is gone, or the new data has begun to take its place.</summary>
    public bool HasDroppedData => _hasDroppedData;

    /// <summary>What was loaded.</summary>
    public RdbLoadResult? Result { get; private set; }

    /// <summary>Takes bytes from the primary.</summary>
    /// <returns>How many of them are done with; the rest comes behind the file.</returns>
    /// <exception cref="RdbFormatException">What comes is damaged.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public int Receive(ReadOnlySpan<byte> bytes)
    {
        int count = _frame.Pass(bytes, this);
        if (!_frame.IsComplete)
        {
            return count;
        }

        if (_feed is not null)
        {
            _feed.Complete();
            Result = _feed.Result;
            IsLoaded = true;
        }
        else
        {
            BeginFile();
        }

        return count;
    }

    /// <summary>Tries again to load what has come, for a value that came in pieces.</summary>
    public void Retry() => _feed?.Retry();

    /// <summary>Loads a slice of a file that is complete.</summary>
    /// <exception cref="RdbFormatException">It is damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public void Step()
    {
        long start = _engine.Clock.MonotonicMicroseconds();
        do
        {
            if (_loader!.LoadSome(SliceBytes))
            {
                Result = _loader.Result;
                _loader.Dispose();
                _loader = null;
                IsLoaded = true;
                return;
            }
        }
        while (_engine.Clock.MonotonicMicroseconds() - start < SliceMicroseconds);
        _persistence.Replacement.Report(_file!.Position);
    }

    /// <summary>Puts what was loaded into place. All of it has been.</summary>
    public void Commit()
    {
        if (_aside is not null)
        {
            _engine.Log.Write(ServerLogLevel.Notice, "MASTER <-> REPLICA sync: Swapping active DB with loaded DB");
            if (_isSameHistory)
            {
                _replication.Replica.LeaveHistory();
            }

            _engine.Keyspace.ReplaceAll(_aside, lazily: true);
            _aside = null;
            _engine.Log.Write(ServerLogLevel.Notice, "MASTER <-> REPLICA sync: Discarding old DB in background");
        }

        KeepFile();
        EndReplacing(Result);
    }

    /// <summary>Gives up, if it is not complete: the data is the old one where that is still there, and otherwise none.</summary>
    public void Dispose()
    {
        _loader?.Dispose();
        _loader = null;
        _feed?.Dispose();
        _feed = null;
        if (_aside is not null)
        {
            _engine.Log.Write(ServerLogLevel.Notice, "MASTER <-> REPLICA sync: Discarding temporary DB in background");
            _engine.Keyspace.Discard(_aside, lazily: true);
            _aside = null;
        }
        else if (_isReplacing)
        {
            long dirty = _engine.Keyspace.Dirty;
            _engine.Keyspace.FlushAll(_engine.Options.ReplicaLazyFlush);
            _engine.Keyspace.Dirty = dirty;
        }

        if (_isReplacing)
        {
            EndReplacing(null);
        }

        _file?.Dispose();
        _file = null;
        if (_path is not null)
        {
            TryDelete(_path);
            _path = null;
        }
    }

    void IPayloadTarget.Take(ReadOnlySpan<byte> bytes)
    {
        ReceivedBytes += bytes.Length;
        if (_feed is not null)
        {
            _feed.Append(bytes);
            _persistence.Replacement.Report(_feed.LoadedBytes);
        }
        else
        {
            _file!.Write(bytes);
        }
    }

    private bool IsEmpty()
    {
        for (int i = 0; i < _engine.Keyspace.DatabaseCount; i++)
        {
            if (_engine.Keyspace[i].Count > 0)
            {
                return false;
            }
        }

        return true;
    }

    private void BeginFile()
    {
        FileStream file = _file!;
        file.Position = 0;
        BeginReplacing(aside: false);
        _loader = new RdbLoader(_engine, new RdbSource(file, file.Length), _settings);
    }

    private void BeginReplacing(bool aside)
    {
        if (!aside)
        {
            // Who copies this server would be left with data of which nobody knows the history.
            _replication.Replica.LeaveHistory();
        }

        _persistence.Replacement.Begin(TotalBytes);
        _isReplacing = true;
        if (_aside is null)
        {
            _engine.Log.Write(ServerLogLevel.Notice, "MASTER <-> REPLICA sync: Flushing old data");
            _hasDroppedData = true;
            long dirty = _engine.Keyspace.Dirty;
            _engine.Keyspace.FlushAll(_engine.Options.ReplicaLazyFlush);
            _engine.Keyspace.Dirty = dirty;
        }

        _engine.Log.Write(ServerLogLevel.Notice, "MASTER <-> REPLICA sync: Loading DB in memory");
        if (aside)
        {
            _engine.IsLoadingAside = true;
        }
        else
        {
            _engine.IsLoading = true;
        }
    }

    private void EndReplacing(RdbLoadResult? loaded)
    {
        _isReplacing = false;
        _engine.IsLoadingAside = false;
        _engine.IsLoading = false;
        _persistence.Replacement.End(loaded);
    }

    /// <summary>What has come through a file is as good as a snapshot of this server's own.</summary>
    private void KeepFile()
    {
        if (_path is null)
        {
            return;
        }

        FileStream file = _file!;
        _file = null;
        string path = _path;
        _path = null;
        bool isKept = _engine.Options.AppendOnly || _engine.Options.SavePoints.Count > 0;
        string? target = _persistence.SnapshotPath;
        if (target is null || (_engine.Options.RdbDeleteSyncFiles && !isKept))
        {
            file.Dispose();
            TryDelete(path);
            return;
        }

        try
        {
            // A name that outlives a power failure and a content that does not would keep the server from starting.
            file.Flush(flushToDisk: true);
            file.Dispose();
            PosixFile.Replace(path, target);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _engine.Log.Write(ServerLogLevel.Warning, $"Failed trying to rename the temp DB into {Path.GetFileName(target)} in MASTER <-> REPLICA synchronization: {FileErrorText.Of(e)}");
            file.Dispose();
            TryDelete(path);
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next start removes what has been left behind.
        }
    }
}
