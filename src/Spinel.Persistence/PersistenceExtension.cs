using Spinel.Engine;
using Spinel.Engine.Configuration;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Observation;
using Spinel.Engine.Sessions;
using Spinel.Engine.Statistics.Info;
using Spinel.Persistence.Aof;
using Spinel.Persistence.Files;
using Spinel.Persistence.Loading;
using Spinel.Persistence.Rdb;
using Spinel.Persistence.Snapshot;
using Spinel.Protocol;

namespace Spinel.Persistence;

/// <summary>
/// What makes a server's data outlive it, as a part of the server: loads what there is when the server starts, writes snapshots, keeps the append-only log, and
/// saves at the end.
/// </summary>
/// <param name="keepsSnapshots">
/// Whether the snapshot file is loaded at the start and written when it is due. Without it, it is written only when somebody says so.
/// </param>
public sealed class PersistenceExtension(bool keepsSnapshots = true) : IEngineExtension, IDataReloader, IOptionObserver
{
    private readonly SyncThread _sync = new();
    private Parts? _parts;
    private StartupLoad? _load;
    private Session? _reload;
    private bool _resumesLog;
    private long _resumeTriedMs;

    public CommandSet? Commands => GeneratedCommands.Set;

    /// <summary>For DUMP and RESTORE.</summary>
    internal DumpCodec Dumps => Attached.Dumps;

    /// <summary>The snapshot under way.</summary>
    internal Snapshots Snapshots => Attached.Snapshots;

    /// <summary>The snapshot file.</summary>
    internal SnapshotSaves Saves => Attached.Saves;

    /// <summary>The append-only log as it is written to.</summary>
    internal AofLog Log => Attached.Log;

    /// <summary>The append-only log as a set of files.</summary>
    internal AofRewrites Rewrites => Attached.Rewrites;

    /// <summary>The clients of WAITAOF.</summary>
    internal SyncWaiters Waiters => Attached.Waiters;

    /// <summary>What was loaded, and what is being loaded.</summary>
    internal LoadProgress Progress { get; } = new();

    /// <inheritdoc/>
    public int MaxTimeoutMs => _load is not null ? _load.MaxTimeoutMs : _reload is not null ? 0 : Math.Min(Snapshots.MaxTimeoutMs, Log.MaxTimeoutMs);

    /// <inheritdoc/>
    public int RestMicroseconds => _load is null && _reload is null ? Snapshots.RestMicroseconds : 0;

    /// <inheritdoc/>
    public long OutgoingBytes => _parts?.Log.BufferCapacityBytes ?? 0;

    private Parts Attached => _parts ?? throw new InvalidOperationException("The extension is attached to no engine.");

    /// <inheritdoc/>
    public void Attach(SpinelEngine engine)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ServerOptions options = engine.Options;
        var directory = new AofDirectory(Path.Combine(options.WorkingDirectory, options.AppendDirectoryName), options.AppendFileName);
        var snapshots = new Snapshots(engine, Progress.Functions);
        var log = new AofLog(engine, _sync);
        _parts = new Parts(
            engine, new DumpCodec(engine), snapshots, new SnapshotSaves(engine, snapshots, keepsSnapshots), log, new AofRewrites(engine, snapshots, _sync, log, directory), directory, new SyncWaiters(engine, log));
        if (keepsSnapshots)
        {
            StaleFiles.RemoveSnapshots(options.WorkingDirectory);
        }

        StartWarnings.AboutDirectories(engine, keepsSnapshots, Path.GetDirectoryName(directory.ManifestPath)!);
        if (keepsSnapshots)
        {
            StartWarnings.AboutLogLeftOut(engine, directory);
        }

        options.Subscribe(this, OptionId.AppendOnly, OptionId.SavePoints, OptionId.StopWritesOnBgsaveError);
        _load = StartupLoad.Begin(engine, directory, Progress, keepsSnapshots);
        if (_load.IsEmpty && options.AppendOnly && keepsSnapshots)
        {
            StartWarnings.AboutSnapshotLeftOut(engine);
        }

        engine.IsLoading = true;
        if (_load.IsEmpty)
        {
            // There is nothing to wait for, so nobody is made to.
            Load();
        }
    }

    /// <inheritdoc/>
    public void OnTurnEnd()
    {
        if (_load is not null)
        {
            return;
        }

        // Writing is put off only where replies may leave before it.
        WriteLog();
        Attached.Waiters.Serve();
        if (_reload is not null)
        {
            ReloadLogNow();
        }
    }

    /// <inheritdoc/>
    public void RunBackground()
    {
        if (_load is not null)
        {
            Load();
        }
        else
        {
            Snapshots.Step();
        }
    }

    /// <inheritdoc/>
    public void OnCron()
    {
        if (_load is null)
        {
            Saves.OnCron();
            Rewrites.OnCron();
            if (_resumesLog && Attached.Engine.Clock.NowMs - _resumeTriedMs >= 1000)
            {
                _resumesLog = false;
                ResumeLog();
            }
        }
    }

    /// <inheritdoc/>
    public void OnFlushAll()
    {
        if (_load is null && _reload is null)
        {
            Saves.OnFlushAll();
        }
    }

    /// <inheritdoc/>
    public bool TryStop(StopMode mode, bool force)
    {
        Parts parts = Attached;
        SpinelEngine engine = parts.Engine;
        if (_load is not null || Snapshots.IsHeldBack)
        {
            // What has been loaded is less than what is on disk.
            return true;
        }

        if (parts.Rewrites.IsWaitingForBase && !force)
        {
            engine.Log.Write(ServerLogLevel.Warning, "Writing initial AOF. Can't exit.");
            return false;
        }

        if (parts.Log.IsOn)
        {
            engine.Log.Write(ServerLogLevel.Notice, "Calling fsync() on the AOF file.");
            if (!parts.Log.TrySyncNow() && !force)
            {
                engine.Log.Write(ServerLogLevel.Warning, "Error writing the append-only file, can't exit.");
                return false;
            }
        }

        if (mode == StopMode.Save || (mode == StopMode.AsConfigured && keepsSnapshots && engine.Options.SavePoints.Count > 0))
        {
            engine.Log.Write(ServerLogLevel.Notice, "Saving the final RDB snapshot before exiting.");
            parts.Snapshots.CancelNow();
            if (!parts.Saves.TrySave() && !force)
            {
                engine.Log.Write(ServerLogLevel.Warning, "Error trying to save the DB, can't exit.");
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public void OnStop()
    {
        if (_parts is { } parts)
        {
            parts.Engine.Options.Unsubscribe(this);
            parts.Snapshots.CancelNow();
            parts.Log.Close();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _load?.Dispose();
        _load = null;
        _parts?.Log.Dispose();
        _parts?.Dumps.Dispose();
        _sync.Dispose();
        _parts?.Directory.Dispose();
        _parts = null;
    }

    /// <inheritdoc/>
    public bool TryWriteInfo(string section, InfoWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (section != "Persistence")
        {
            return false;
        }

        PersistenceReport.Write(writer, Attached.Engine, this);
        return true;
    }

    /// <summary>
    /// A primary's data is about to take the place of what there is: a snapshot under way is given up, none begins until <see cref="EndReplacement"/>, and the append-only
    /// log is closed, because it would have to begin anew anyway.
    /// </summary>
    /// <param name="totalBytes">How much will be loaded; 0 when that is not known.</param>
    public void BeginReplacement(long totalBytes)
    {
        SpinelEngine engine = Attached.Engine;
        if (Snapshots.IsBusyWriting)
        {
            engine.Log.Write(ServerLogLevel.Notice, "The data of the primary is about to be loaded: the snapshot that is being written is given up.");
        }

        Snapshots.CancelNow();
        Snapshots.IsHeldBack = true;
        if (Log.IsOn)
        {
            Rewrites.TurnOff();
        }

        Progress.StartMs = engine.Clock.NowMs;
        Progress.TotalBytes = totalBytes;
        Progress.LoadedBytes = 0;
        Progress.MemoryWhenWritten = 0;
    }

    /// <summary>Tells clients how far the loading of a primary's data has come.</summary>
    public void ReportReplacement(long loadedBytes) => Progress.LoadedBytes = loadedBytes;

    /// <summary>The data has been replaced, or that was given up.</summary>
    /// <param name="loaded">What was loaded; null when the data is what it was.</param>
    public void EndReplacement(RdbLoadResult? loaded)
    {
        Snapshots.IsHeldBack = false;
        if (loaded is not null)
        {
            Progress.LoadedKeys = loaded.Keys;
            Progress.ExpiredKeys = loaded.ExpiredKeys;
            Progress.Functions.Clear();
            Progress.Functions.AddRange(loaded.Functions);
        }
    }

    /// <summary>Begins the append-only log anew with the data that there is now, where the options ask for a log and none is kept.</summary>
    public void ResumeLog()
    {
        SpinelEngine engine = Attached.Engine;
        if (engine.Options.AppendOnly && !Log.IsOn && _load is null && !Rewrites.TryTurnOn())
        {
            engine.Log.Write(ServerLogLevel.Warning, "Failed enabling the AOF after successful master synchronization! Trying it again in one second.");
            _resumesLog = true;
            _resumeTriedMs = engine.Clock.NowMs;
        }
    }

    /// <summary>Where snapshots are written; null when the server keeps none.</summary>
    public string? SnapshotPath => keepsSnapshots ? Saves.FilePath : null;

    /// <inheritdoc/>
    public void Reload(ref CommandContext c, bool save, bool flush, bool merge)
    {
        SpinelEngine engine = c.Engine;
        if (save)
        {
            // One that is under way has to make room; who ordered it tries again.
            Snapshots.CancelNow();
            if (!Saves.TrySave())
            {
                c.Error(PersistenceErrors.SaveFailed);
                return;
            }
        }

        Snapshots.CancelNow();
        long changes = engine.Keyspace.Dirty;
        if (flush)
        {
            engine.Keyspace.FlushAll(lazily: false);
        }

        bool isLoaded = SnapshotReload.TryLoad(engine, Saves.FilePath, merge);
        engine.Keyspace.Dirty = changes;
        if (isLoaded)
        {
            engine.Log.Write(ServerLogLevel.Warning, "DB reloaded by DEBUG RELOAD");
            c.Reply.Raw(Replies.Ok);
        }
        else
        {
            c.Error(Errors.LoadingFailed);
        }
    }

    /// <inheritdoc/>
    public void ReloadLog(ref CommandContext c)
    {
        if (!Log.IsOn || Rewrites.IsWaitingForBase || c.Session.MustNotBlock || _reload is not null)
        {
            c.Error(PersistenceErrors.NoLogToLoad);
            return;
        }

        // Requests of the log cannot run in the middle of another one, so it is done at the end of the turn.
        _reload = c.Session;
        c.Engine.Blocked.Block(ref c, [], default, 0, static (ref reply) => reply.NullBulk());
    }

    /// <inheritdoc/>
    public void ReadFigures(ref ServerFigures figures)
    {
        if (_load is not null)
        {
            return;
        }

        Parts parts = Attached;
        figures.SnapshotProgress = Snapshots.IsBusyWriting && Snapshots.TotalKeys > 0 ? (double)Snapshots.WrittenKeys / Snapshots.TotalKeys : double.NaN;
        figures.SnapshotAgeSeconds = Math.Max(0, parts.Engine.Clock.NowMs - Saves.LastSaveMs) / 1000.0;
        if (Log.IsOn)
        {
            figures.LogBytes = Rewrites.CurrentBytes;
            figures.SyncMs = _sync.LastMicroseconds / 1000.0;
        }
    }

    OptionRefusal? IOptionObserver.OnOptionsChanged(ServerOptions options, IReadOnlyList<OptionId> changed)
    {
        Saves.UpdateRefusal();
        if (_load is not null || !changed.Contains(OptionId.AppendOnly) || options.AppendOnly == Log.IsOn)
        {
            return null;
        }

        if (!options.AppendOnly)
        {
            Rewrites.TurnOff();
            return null;
        }

        return Rewrites.TryTurnOn() ? null : new OptionRefusal(OptionId.AppendOnly, "Unable to turn on AOF. Check server logs.");
    }

    private void WriteLog()
    {
        if (Log.BufferedBytes == 0)
        {
            Log.Write(force: false);
            return;
        }

        EngineClock clock = Attached.Engine.Clock;
        long start = clock.MonotonicMicroseconds();
        Log.Write(force: false);
        Attached.Engine.Statistics.LogWriteMicroseconds += clock.MonotonicMicroseconds() - start;
    }

    private void Load()
    {
        if (_load!.Step())
        {
            return;
        }

        _load.Dispose();
        _load = null;
        SpinelEngine engine = Attached.Engine;
        if (engine.Options.AppendOnly)
        {
            Rewrites.OpenAtStart();
        }

        // What has been loaded is what is on disk.
        engine.Keyspace.Dirty = 0;
        engine.IsLoading = false;
    }

    private void ReloadLogNow()
    {
        SpinelEngine engine = Attached.Engine;
        Session session = _reload!;
        _reload = null;
        if (session.Waiter is null)
        {
            return;
        }

        if (!Log.TryFlush())
        {
            engine.Blocked.EndWithReply(session, static (ref reply) => reply.Error(PersistenceErrors.NoLogToLoad));
            return;
        }

        // Whatever goes wrong from here on stops the server: half of the data must not pass for all of it.
        engine.Keyspace.FlushAll(lazily: false);
        engine.IsLoading = true;
        using (StartupLoad load = StartupLoad.Begin(engine, Attached.Directory, Progress, loadsSnapshot: false))
        {
            while (load.Step())
            {
            }
        }

        engine.Keyspace.Effects.Publish();
        engine.Keyspace.Dirty = 0;
        engine.IsLoading = false;
        engine.Log.Write(ServerLogLevel.Warning, "Append Only File loaded by DEBUG LOADAOF");
        engine.Blocked.EndWithReply(session, static (ref reply) => reply.Raw(Replies.Ok));
    }

    private sealed record Parts(SpinelEngine Engine, DumpCodec Dumps, Snapshots Snapshots, SnapshotSaves Saves, AofLog Log, AofRewrites Rewrites, AofDirectory Directory, SyncWaiters Waiters);
}
