using Spinel.Engine.Configuration.Codecs;
using static Spinel.Engine.Configuration.OptionFlags;
using static Spinel.Engine.Configuration.OptionUnit;

namespace Spinel.Engine.Configuration;

// How many databases, how much memory, and what goes when it is full.
public sealed partial class ServerOptions
{
    [Option("databases", "16", "Number of databases that SELECT can choose from.", Flags = Immutable, Min = 1)]
    public partial int Databases { get; }

    [Option("maxmemory", "0", "Memory that data and clients' buffers may use; 0 for no limit. When it is used up, keys are evicted, or commands that need more are refused.", Unit = Bytes)]
    public partial long MaxMemoryBytes { get; }

    [Option("maxmemory-policy", "noeviction", "Which keys go when memory is full.")]
    public partial MaxMemoryPolicy MaxMemoryPolicy { get; }

    [Option("maxmemory-samples", "5", "Keys that are compared to find one to evict.", Min = 1)]
    public partial int MaxMemorySamples { get; }

    [Option("maxmemory-eviction-tenacity", "10", "How much time eviction may take from clients, from 0 (little) to 100 (all).", Max = 100)]
    public partial int MaxMemoryEvictionTenacity { get; }

    [Option("lfu-log-factor", "10", "How slowly a key's use counter grows.")]
    public partial int LfuLogFactor { get; }

    [Option("lfu-decay-time", "1", "Minutes after which a key's use counter goes down by one; 0 keeps it.")]
    public partial int LfuDecayTimeMinutes { get; }

    [Option("hz", "10", "How often per second background work is done, from 1 to 500.", Codec = typeof(FrequencyCodec))]
    public partial int Hz { get; }

    [Option("dynamic-hz", "yes", "Does background work more often while many clients are connected.", Flags = NotYet)]
    public partial bool DynamicHz { get; }

    [Option("active-expire-effort", "1", "How hard expired keys are looked for, from 1 to 10.", Min = 1, Max = 10)]
    public partial int ActiveExpireEffort { get; }

    [Option("activerehashing", "yes", "Grows tables in idle time as well. Tables here grow in small steps and need no help.", Flags = NotYet)]
    public partial bool ActiveRehashing { get; }

    [Option("lazyfree-lazy-eviction", "no", "Frees evicted values in the background.")]
    public partial bool LazyFreeEviction { get; }

    [Option("lazyfree-lazy-expire", "no", "Frees expired values in the background.")]
    public partial bool LazyFreeExpire { get; }

    [Option("lazyfree-lazy-server-del", "no", "Frees values that a command replaces in the background.")]
    public partial bool LazyFreeServerDelete { get; }

    [Option("lazyfree-lazy-user-del", "no", "Makes DEL free values in the background, as UNLINK does.")]
    public partial bool LazyFreeUserDelete { get; }

    [Option("lazyfree-lazy-user-flush", "no", "Makes FLUSHALL and FLUSHDB without ASYNC or SYNC free in the background.")]
    public partial bool LazyFreeUserFlush { get; }

    [Option("activedefrag", "no", "Moves values to return fragmented memory, also while memory is not near maxmemory.")]
    public partial bool ActiveDefrag { get; }

    [Option("active-defrag-cycle-min", "1", "Least share of the processor for defragmentation, in percent.", Flags = NotYet, Min = 1, Max = 99)]
    public partial int ActiveDefragCycleMin { get; }

    [Option("active-defrag-cycle-max", "25", "Largest share of the processor for defragmentation, in percent.", Flags = NotYet, Min = 1, Max = 99)]
    public partial int ActiveDefragCycleMax { get; }

    [Option("active-defrag-threshold-lower", "10", "Fragmentation in percent at which defragmentation starts.", Flags = NotYet, Max = 1000)]
    public partial int ActiveDefragThresholdLower { get; }

    [Option("active-defrag-threshold-upper", "100", "Fragmentation in percent at which defragmentation uses its largest share.", Flags = NotYet, Max = 1000)]
    public partial int ActiveDefragThresholdUpper { get; }

    [Option("active-defrag-ignore-bytes", "100mb", "Fragmented memory that is not worth the work.", Flags = NotYet, Unit = Bytes, Min = 1)]
    public partial long ActiveDefragIgnoreBytes { get; }

    [Option("active-defrag-max-scan-fields", "1000", "Elements of a collection that are moved in one go.", Flags = NotYet, Min = 1)]
    public partial long ActiveDefragMaxScanFields { get; }

    [Option("jemalloc-bg-thread", "yes", "Lets the allocator purge in the background. The heap here is not jemalloc.", Flags = NotYet)]
    public partial bool JemallocBackgroundThread { get; }
}
