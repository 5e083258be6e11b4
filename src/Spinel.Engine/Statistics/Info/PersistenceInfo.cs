namespace Spinel.Engine.Statistics.Info;

/// <summary>INFO persistence. The server writes no files, and these are the values of a Redis that has not written any.</summary>
internal static class PersistenceInfo
{
    public static void Write(InfoWriter w, SpinelEngine engine)
    {
        w.Add("loading", 0);
        w.Add("async_loading", 0);
        w.Add("current_cow_peak", 0);
        w.Add("current_cow_size", 0);
        w.Add("current_cow_size_age", 0);
        w.Add("current_fork_perc", 0, 2);
        w.Add("current_save_keys_processed", 0);
        w.Add("current_save_keys_total", 0);
        w.Add("rdb_changes_since_last_save", engine.Keyspace.Dirty);
        w.Add("rdb_bgsave_in_progress", 0);
        w.Add("rdb_last_save_time", engine.Clock.StartMs / 1000);
        w.Add("rdb_last_bgsave_status", "ok");
        w.Add("rdb_last_bgsave_time_sec", -1);
        w.Add("rdb_current_bgsave_time_sec", -1);
        w.Add("rdb_saves", 0);
        w.Add("rdb_last_cow_size", 0);
        w.Add("rdb_last_load_keys_expired", 0);
        w.Add("rdb_last_load_keys_loaded", 0);
        w.Add("aof_enabled", engine.Options.AppendOnly);
        w.Add("aof_rewrite_in_progress", 0);
        w.Add("aof_rewrite_scheduled", 0);
        w.Add("aof_last_rewrite_time_sec", -1);
        w.Add("aof_current_rewrite_time_sec", -1);
        w.Add("aof_last_bgrewrite_status", "ok");
        w.Add("aof_rewrites", 0);
        w.Add("aof_rewrites_consecutive_failures", 0);
        w.Add("aof_last_write_status", "ok");
        w.Add("aof_last_cow_size", 0);
        w.Add("module_fork_in_progress", 0);
        w.Add("module_fork_last_cow_size", 0);
    }
}
