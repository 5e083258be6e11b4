namespace Spinel.Insight.History;

/// <summary>What a value of a series says.</summary>
public enum SeriesKind
{
    /// <summary>How often, or how much, a second.</summary>
    Rate,

    /// <summary>How it stood at that moment.</summary>
    Gauge,
}

/// <summary>One of the series that are recorded once a second.</summary>
/// <param name="Name">Its stable name, with dots.</param>
/// <param name="Unit"><c>/s</c>, <c>bytes</c>, <c>bytes/s</c>, <c>us</c>, <c>ms</c>, <c>s</c>, <c>ratio</c> or <c>count</c>.</param>
/// <param name="Kind">Rate or gauge.</param>
/// <param name="KeepsMaximum">Whether longer intervals show the greatest value instead of the mean: of what is only of interest where it is worst.</param>
/// <param name="Summary">One sentence.</param>
public sealed record Series(string Name, string Unit, SeriesKind Kind, bool KeepsMaximum, string Summary)
{
    /// <summary>The part of the name before the first dot.</summary>
    public string Group { get; } = Name[..Name.IndexOf('.', StringComparison.Ordinal)];
}

/// <summary>The number of a series: its place in a sample. Not stable, unlike the names.</summary>
internal enum SeriesId
{
    CommandsTotal,
    CommandsRead,
    CommandsWrite,
    CommandsPubSub,
    CommandsScripting,
    CommandsOther,
    KeysHits,
    KeysMisses,
    KeysHitRatio,
    MemoryUsed,
    MemoryData,
    MemoryClients,
    MemoryReplication,
    MemoryHeapSlack,
    MemoryRss,
    MemoryManaged,
    KeysTotal,
    KeysExpiring,
    ClientsConnected,
    ClientsBlocked,
    ClientsPubSub,
    ClientsTracking,
    NetworkIn,
    NetworkOut,
    KeysEvicted,
    KeysExpired,
    RunP50,
    RunP99,
    RunP999,
    WaitP50,
    WaitP99,
    WaitP999,
    FsyncMs,
    SnapshotProgress,
    RdbAgeSeconds,
    AofSize,
    RdbChanges,
    GcPauseMs,
    GcCollections,
    EngineBusy,
    EngineLongestTurnMs,
    CpuUser,
    CpuSystem,
    ReplicationLag,
    Replicas,
    ReplicationOffset,
    Count,
}

/// <summary>The series, in the order of <see cref="SeriesId"/>.</summary>
public static class SeriesCatalog
{
    /// <summary>All series. A sample has a value for each, at the same place.</summary>
    public static IReadOnlyList<Series> All { get; } =
    [
        Rate("commands.total", "/s", "Commands that ran."),
        Rate("commands.read", "/s", "Commands that read keys."),
        Rate("commands.write", "/s", "Commands that may change keys."),
        Rate("commands.pubsub", "/s", "Commands of publish and subscribe."),
        Rate("commands.scripting", "/s", "Calls of scripts and functions."),
        Rate("commands.other", "/s", "All other commands."),
        Rate("keys.hits", "/s", "Look-ups that found their key."),
        Rate("keys.misses", "/s", "Look-ups in vain."),
        Gauge("keys.hitRatio", "ratio", "Share of the look-ups that found their key."),
        Gauge("memory.used", "bytes", "What the native heap holds: keys, values and buffers."),
        Gauge("memory.data", "bytes", "Keys and values, with the tables that they are in."),
        Gauge("memory.clients", "bytes", "Buffers of clients."),
        Gauge("memory.replication", "bytes", "The replication backlog and the buffers of replicas."),
        Gauge("memory.heapSlack", "bytes", "Resident pages of the native heap that hold nothing."),
        Gauge("memory.rss", "bytes", "Resident memory of the process."),
        Gauge("memory.managed", "bytes", "The managed heap."),
        Gauge("keys.total", "count", "Keys in all databases."),
        Gauge("keys.expiring", "count", "Keys that have an expiry."),
        Gauge("clients.connected", "count", "Clients that are connected."),
        Gauge("clients.blocked", "count", "Clients that wait for a key or the end of a pause."),
        Gauge("clients.pubsub", "count", "Clients that have subscribed."),
        Gauge("clients.tracking", "count", "Clients that are told what they have cached is stale."),
        Rate("network.in", "bytes/s", "Received from clients."),
        Rate("network.out", "bytes/s", "Sent to clients."),
        Rate("keys.evicted", "/s", "Keys removed to make room."),
        Rate("keys.expired", "/s", "Keys removed because their time had come."),
        Worst("latency.run.p50", "us", "Half of the commands ran no longer than this."),
        Worst("latency.run.p99", "us", "99 % of the commands ran no longer than this."),
        Worst("latency.run.p999", "us", "99.9 % of the commands ran no longer than this."),
        Worst("latency.wait.p50", "us", "Half of the commands waited no longer than this, from the turn that received them."),
        Worst("latency.wait.p99", "us", "99 % of the commands waited no longer than this."),
        Worst("latency.wait.p999", "us", "99.9 % of the commands waited no longer than this."),
        Worst("persistence.fsyncMs", "ms", "How long the last forcing of the append-only log to disk took."),
        Gauge("persistence.snapshotProgress", "ratio", "Share of the keys that the snapshot under way has written."),
        Gauge("persistence.rdbAgeSeconds", "s", "Time since the last snapshot."),
        Gauge("persistence.aofSize", "bytes", "The append-only log."),
        Gauge("persistence.rdbChanges", "count", "Changes since the last snapshot."),
        Worst("gc.pauseMs", "ms", "Pauses of garbage collection within the second."),
        Rate("gc.collections", "/s", "Garbage collections."),
        Gauge("engine.busy", "ratio", "Share of the time that the engine thread spent in turns, sending not included."),
        Worst("engine.longestTurnMs", "ms", "The longest turn within the second."),
        Gauge("cpu.user", "ratio", "Processor time of the process, in processors."),
        Gauge("cpu.system", "ratio", "Processor time of the process within the kernel, in processors."),
        Worst("replication.lagBytes", "bytes", "How far the replica that is furthest behind is behind."),
        Gauge("replication.replicas", "count", "Replicas that are connected."),
        Gauge("replication.offset", "bytes", "The replication offset."),
    ];

    /// <summary>The number of a series by its name, -1 when there is none.</summary>
    public static int IndexOf(string name)
    {
        for (int i = 0; i < All.Count; i++)
        {
            if (All[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }

    private static Series Rate(string name, string unit, string summary) => new(name, unit, SeriesKind.Rate, KeepsMaximum: false, summary);

    private static Series Gauge(string name, string unit, string summary) => new(name, unit, SeriesKind.Gauge, KeepsMaximum: false, summary);

    private static Series Worst(string name, string unit, string summary) => new(name, unit, SeriesKind.Gauge, KeepsMaximum: true, summary);
}
