using Spinel.Engine.Configuration;

namespace Spinel.Engine.Statistics.Info;

/// <summary>INFO memory.</summary>
internal static class MemoryInfo
{
    public static void Write(InfoWriter w, SpinelEngine engine)
    {
        MemoryFigures memory = MemoryFigures.Read(engine);
        w.AddSize("used_memory", memory.UsedBytes);
        w.AddSize("used_memory_rss", memory.ProcessBytes);
        w.AddSize("used_memory_peak", memory.PeakBytes);
        w.Add("used_memory_peak_time", engine.Statistics.PeakMemoryMs / 1000);
        w.AddPercentage("used_memory_peak_perc", memory.PeakPercentage);
        w.Add("used_memory_overhead", memory.OverheadBytes);
        w.Add("used_memory_startup", memory.StartupBytes);
        w.Add("used_memory_dataset", memory.DatasetBytes);
        w.AddPercentage("used_memory_dataset_perc", memory.DatasetPercentage);
        w.AddSize("used_memory_managed", memory.ManagedBytes);
        w.Add("allocator_allocated", memory.UsedBytes);
        w.Add("allocator_active", memory.ActiveBytes);
        w.Add("allocator_resident", memory.ResidentBytes);
        w.AddSize("total_system_memory", memory.SystemBytes);
        w.AddSize("used_memory_lua", 0);
        w.Add("used_memory_vm_eval", 0);
        w.Add("used_memory_scripts_eval", 0);
        w.Add("number_of_cached_scripts", 0);
        w.Add("number_of_functions", 0);
        w.Add("number_of_libraries", 0);
        w.Add("used_memory_vm_functions", 0);
        w.AddSize("used_memory_vm_total", 0);
        w.Add("used_memory_functions", 0);
        w.AddSize("used_memory_scripts", 0);
        w.AddSize("maxmemory", engine.Options.MaxMemoryBytes);
        w.Add("maxmemory_policy", PolicyWord(engine.Options.MaxMemoryPolicy));
        w.Add("allocator_frag_ratio", memory.AllocatorFragmentation, 2);
        w.Add("allocator_frag_bytes", memory.ActiveBytes - memory.UsedBytes);
        w.Add("allocator_rss_ratio", memory.AllocatorResidency, 2);
        w.Add("allocator_rss_bytes", memory.ResidentBytes - memory.ActiveBytes);
        w.Add("rss_overhead_ratio", memory.ProcessOverhead, 2);
        w.Add("rss_overhead_bytes", memory.ProcessBytes - memory.ResidentBytes);
        w.Add("mem_fragmentation_ratio", memory.Fragmentation, 2);
        w.Add("mem_fragmentation_bytes", memory.FragmentationBytes);
        w.Add("mem_not_counted_for_evict", engine.MemoryLimit.ExcludedBytes);
        w.Add("mem_replication_backlog", memory.BacklogBytes);
        w.Add("mem_total_replication_buffers", memory.StreamBytes);
        w.Add("mem_clients_slaves", memory.ReplicaBytes);
        w.Add("mem_clients_normal", memory.ClientBytes);
        w.Add("mem_cluster_links", 0);

        // Nothing else is excluded from the limit.
        w.Add("mem_aof_buffer", engine.MemoryLimit.ExcludedBytes);
        w.Add("mem_allocator", "spinel");
        w.Add("active_defrag_running", engine.Compaction.SharePercent);
        w.Add("lazyfree_pending_objects", engine.Freer.PendingObjects);
        w.Add("lazyfreed_objects", engine.Statistics.LazyFreedObjects);
    }

    private static string PolicyWord(MaxMemoryPolicy policy) => policy switch
    {
        MaxMemoryPolicy.VolatileLru => "volatile-lru",
        MaxMemoryPolicy.VolatileLfu => "volatile-lfu",
        MaxMemoryPolicy.VolatileRandom => "volatile-random",
        MaxMemoryPolicy.VolatileTtl => "volatile-ttl",
        MaxMemoryPolicy.AllkeysLru => "allkeys-lru",
        MaxMemoryPolicy.AllkeysLfu => "allkeys-lfu",
        MaxMemoryPolicy.AllkeysRandom => "allkeys-random",
        _ => "noeviction",
    };
}
