using Spinel.Engine;
using Spinel.Persistence.Aof;
using Spinel.Persistence.Rdb;
using Spinel.Persistence.Snapshot;

namespace Spinel.Persistence.Loading;

/// <summary>
/// A primary's data takes the place of what there is. Snapshots rest meanwhile, because what they would hold is neither; the append-only log is closed, because it has to begin
/// anew with the new data anyway.
/// </summary>
internal sealed class DataReplacement(SpinelEngine engine, Snapshots snapshots, AofLog log, AofRewrites rewrites, LoadProgress progress)
{
    private const int RetryMs = 1000;

    private bool _resumesLog;
    private long _resumeTriedMs;

    /// <summary>The data is about to be replaced: a snapshot under way is given up, none begins until <see cref="End"/>, and the log is closed.</summary>
    /// <param name="totalBytes">How much will be loaded; 0 when that is not known.</param>
    public void Begin(long totalBytes)
    {
        if (snapshots.IsBusyWriting)
        {
            engine.Log.Write(ServerLogLevel.Notice, "The data of the primary is about to be loaded: the snapshot that is being written is given up.");
        }

        snapshots.CancelNow();
        snapshots.IsHeldBack = true;
        if (log.IsOn)
        {
            rewrites.TurnOff();
        }

        progress.StartMs = engine.Clock.NowMs;
        progress.TotalBytes = totalBytes;
        progress.LoadedBytes = 0;
        progress.MemoryWhenWritten = 0;
    }

    /// <summary>Tells clients how far it has come.</summary>
    public void Report(long loadedBytes) => progress.LoadedBytes = loadedBytes;

    /// <summary>The data has been replaced, or that was given up.</summary>
    /// <param name="loaded">What was loaded; null when the data is what it was.</param>
    public void End(RdbLoadResult? loaded)
    {
        snapshots.IsHeldBack = false;
        if (loaded is not null)
        {
            progress.LoadedKeys = loaded.Keys;
            progress.ExpiredKeys = loaded.ExpiredKeys;
            progress.Functions.Clear();
            progress.Functions.AddRange(loaded.Functions);
        }
    }

    /// <summary>Begins the append-only log anew with the data that there is now, where the options ask for a log and none is kept. What fails is tried again by the cron.</summary>
    public void ResumeLog()
    {
        if (engine.Options.AppendOnly && !log.IsOn && !rewrites.TryTurnOn())
        {
            engine.Log.Write(ServerLogLevel.Warning, "Failed enabling the AOF after successful master synchronization! Trying it again in one second.");
            _resumesLog = true;
            _resumeTriedMs = engine.Clock.NowMs;
        }
    }

    public void OnCron()
    {
        if (_resumesLog && engine.Clock.NowMs - _resumeTriedMs >= RetryMs)
        {
            _resumesLog = false;
            ResumeLog();
        }
    }
}
