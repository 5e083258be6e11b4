using Spinel.Engine;
using Spinel.Engine.Statistics.Info;
using Spinel.Persistence.Loading;
using Spinel.Persistence.Snapshot;

namespace Spinel.Persistence;

/// <summary>The persistence section of INFO.</summary>
internal static class PersistenceReport
{
    public static void Write(InfoWriter w, SpinelEngine engine, PersistenceExtension persistence)
    {
        Snapshots snapshots = persistence.Snapshots;
        SnapshotSaves saves = persistence.Saves;
        LoadProgress progress = persistence.Progress;
        long now = engine.Clock.NowMs;
        long runningSeconds = snapshots.IsActive ? (now - snapshots.StartMs) / 1000 : -1;
        w.Add("loading", engine.IsLoading);
        w.Add("async_loading", engine.IsLoadingAside);

        // There is no fork: these are the old images that were written because a key was about to change.
        w.Add("current_cow_peak", snapshots.ImageBytes);
        w.Add("current_cow_size", snapshots.ImageBytes);
        w.Add("current_cow_size_age", snapshots.IsActive ? runningSeconds : 0);
        w.Add("current_fork_perc", snapshots.TotalKeys == 0 ? 0 : 100.0 * snapshots.WrittenKeys / snapshots.TotalKeys, 2);
        w.Add("current_save_keys_processed", snapshots.WrittenKeys);
        w.Add("current_save_keys_total", snapshots.TotalKeys);
        w.Add("rdb_changes_since_last_save", engine.Keyspace.Dirty);
        w.Add("rdb_bgsave_in_progress", saves.IsInProgress);
        w.Add("rdb_last_save_time", saves.LastSaveMs / 1000);
        w.Add("rdb_last_bgsave_status", saves.LastSaveSucceeded ? "ok" : "err");
        w.Add("rdb_last_bgsave_time_sec", saves.LastSaveSeconds);
        w.Add("rdb_current_bgsave_time_sec", saves.IsInProgress ? runningSeconds : -1);
        w.Add("rdb_saves", saves.Count);
        w.Add("rdb_last_cow_size", snapshots.LastImageBytes);
        w.Add("rdb_last_load_keys_expired", progress.ExpiredKeys);
        w.Add("rdb_last_load_keys_loaded", progress.LoadedKeys);
        w.Add("aof_enabled", engine.Options.AppendOnly);
        w.Add("aof_rewrite_in_progress", persistence.Rewrites.IsInProgress);
        w.Add("aof_rewrite_scheduled", persistence.Rewrites.IsScheduled);
        w.Add("aof_last_rewrite_time_sec", persistence.Rewrites.LastSeconds);
        w.Add("aof_current_rewrite_time_sec", persistence.Rewrites.IsInProgress ? runningSeconds : -1);
        w.Add("aof_last_bgrewrite_status", persistence.Rewrites.LastSucceeded ? "ok" : "err");
        w.Add("aof_rewrites", persistence.Rewrites.Count);
        w.Add("aof_rewrites_consecutive_failures", persistence.Rewrites.ConsecutiveFailures);
        w.Add("aof_last_write_status", persistence.Log.LastWriteSucceeded ? "ok" : "err");
        w.Add("aof_last_cow_size", snapshots.LastImageBytes);
        w.Add("module_fork_in_progress", 0);
        w.Add("module_fork_last_cow_size", 0);
        if (persistence.Log.IsOn)
        {
            w.Add("aof_current_size", persistence.Rewrites.CurrentBytes);
            w.Add("aof_base_size", persistence.Rewrites.BaseBytes);
            w.Add("aof_pending_rewrite", 0);
            w.Add("aof_buffer_length", persistence.Log.BufferedBytes);
            w.Add("aof_pending_bio_fsync", persistence.Log.IsSyncing);
            w.Add("aof_delayed_fsync", persistence.Log.DelayedSyncs);
        }

        if (engine.IsLoading || engine.IsLoadingAside)
        {
            WriteLoading(w, progress, now);
        }
    }

    private static void WriteLoading(InfoWriter w, LoadProgress progress, long now)
    {
        long seconds = Math.Max(0, now - progress.StartMs) / 1000;
        double percent = progress.TotalBytes == 0 ? 0 : 100.0 * progress.LoadedBytes / progress.TotalBytes;
        long left = progress.LoadedBytes == 0 ? 1 : seconds * (progress.TotalBytes - progress.LoadedBytes) / progress.LoadedBytes;
        w.Add("loading_start_time", progress.StartMs / 1000);
        w.Add("loading_total_bytes", progress.TotalBytes);
        w.Add("loading_rdb_used_mem", progress.MemoryWhenWritten);
        w.Add("loading_loaded_bytes", progress.LoadedBytes);
        w.AddPercentage("loading_loaded_perc", percent);
        w.Add("loading_eta_seconds", left);
    }
}
