using Spinel.Engine;
using Spinel.Engine.Configuration;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Observation;
using Spinel.Engine.Statistics.Info;
using Spinel.Persistence.Aof;
using Spinel.Persistence.Files;
using Spinel.Persistence.Loading;
using Spinel.Persistence.Rdb;
using Spinel.Persistence.Snapshot;

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

    /// <summary>The data of a primary in the place of this server's.</summary>
    internal DataReplacement Replacement => Attached.Replacement;

    /// <summary>What was loaded, and what is being loaded.</summary>
    internal LoadProgress Progress { get; } = new();

    /// <inheritdoc/>
    public int MaxTimeoutMs => _load is not null ? _load.MaxTimeoutMs : Attached.Reload.IsPending ? 0 : Math.Min(Snapshots.MaxTimeoutMs, Log.MaxTimeoutMs);

    /// <inheritdoc/>
    public int RestMicroseconds => _load is null && !Attached.Reload.IsPending ? Snapshots.RestMicroseconds : 0;

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
        var saves = new SnapshotSaves(engine, snapshots, keepsSnapshots);
        var rewrites = new AofRewrites(engine, snapshots, _sync, log, directory);
        _parts = new Parts(
            engine,
            new DumpCodec(engine),
            snapshots,
            saves,
            log,
            rewrites,
            directory,
            new SyncWaiters(engine, log),
            new DataReload(engine, snapshots, saves, log, rewrites, directory, Progress),
            new DataReplacement(engine, snapshots, log, rewrites, Progress));
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
        if (Attached.Reload.IsPending)
        {
            Attached.Reload.RunPending();
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
            Replacement.OnCron();
        }
    }

    /// <inheritdoc/>
    public void OnFlushAll()
    {
        if (_load is null && !Attached.Reload.IsPending)
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
            if (!parts.Log.TrySyncNow() && !force && mode != StopMode.NoSave)
            {
                engine.Log.Write(ServerLogLevel.Warning, "Error writing the append-only file, can't exit: writes that were acknowledged would be lost. SHUTDOWN NOSAVE and SHUTDOWN FORCE exit nevertheless.");
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

    /// <summary>Begins the append-only log anew with the data that there is now, where the options ask for a log and none is kept.</summary>
    public void ResumeLog()
    {
        if (_load is null)
        {
            Replacement.ResumeLog();
        }
    }

    /// <summary>Where snapshots are written; null when the server keeps none.</summary>
    public string? SnapshotPath => keepsSnapshots ? Saves.FilePath : null;

    /// <inheritdoc/>
    public void Reload(ref CommandContext c, bool save, bool flush, bool merge) => Attached.Reload.Reload(ref c, save, flush, merge);

    /// <inheritdoc/>
    public void ReloadLog(ref CommandContext c) => Attached.Reload.ReloadLog(ref c);

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

    private sealed record Parts(
        SpinelEngine Engine,
        DumpCodec Dumps,
        Snapshots Snapshots,
        SnapshotSaves Saves,
        AofLog Log,
        AofRewrites Rewrites,
        AofDirectory Directory,
        SyncWaiters Waiters,
        DataReload Reload,
        DataReplacement Replacement);
}
