namespace Spinel.Engine.Statistics;

/// <summary>
/// The counters behind INFO. Plain fields, written by the engine thread only; <see cref="Reset"/> is CONFIG RESETSTAT.
/// </summary>
public sealed class ServerStatistics
{
    public long TotalConnections { get; set; }

    public long RejectedConnections { get; set; }

    public long TotalCommands { get; set; }

    public long NetInputBytes { get; set; }

    public long NetOutputBytes { get; set; }

    /// <summary>Bytes received from the primary.</summary>
    public long ReplicationInputBytes { get; set; }

    /// <summary>Bytes sent to replicas.</summary>
    public long ReplicationOutputBytes { get; set; }

    /// <summary>Keys that a replica has to expire by itself; no counter, but how many there are.</summary>
    public long TrackedReplicaExpiries { get; set; }

    public long KeyspaceHits { get; set; }

    public long KeyspaceMisses { get; set; }

    public long ExpiredKeys { get; set; }

    /// <summary>Fields of hashes whose time had come.</summary>
    public long ExpiredFields { get; set; }

    /// <summary>The share of keys that were past their expiry in the last samples, 0 to 1.</summary>
    public double ExpiredStaleShare { get; set; }

    public long ExpiredTimeCapReached { get; set; }

    public long ExpireCycleCpuMicroseconds { get; set; }

    public long EvictedKeys { get; set; }

    /// <summary>Time spent on evicting, where it was worth measuring.</summary>
    public long EvictionMicroseconds { get; set; }

    /// <summary>Time spent on walks of snapshots.</summary>
    public long SnapshotMicroseconds { get; set; }

    /// <summary>Time spent on writing the append-only log.</summary>
    public long LogWriteMicroseconds { get; set; }

    /// <summary>Time spent on what only observers need.</summary>
    public long InsightMicroseconds { get; set; }

    /// <summary>Pauses of garbage collection that have been accounted for.</summary>
    internal long SeenPauseMicroseconds { get; set; }

    /// <summary>Clients that were disconnected because all clients together took too much memory.</summary>
    public long EvictedClients { get; set; }

    public long UnexpectedErrorReplies { get; set; }

    public long TotalErrorReplies { get; set; }

    /// <summary>Attempts to authenticate that failed.</summary>
    public long AccessDeniedAuth { get; set; }

    /// <summary>Requests refused because the user may not use the command.</summary>
    public long AccessDeniedCommand { get; set; }

    /// <summary>Requests refused because of a key.</summary>
    public long AccessDeniedKey { get; set; }

    /// <summary>Requests refused because of a channel.</summary>
    public long AccessDeniedChannel { get; set; }

    public long TotalReads { get; set; }

    public long TotalWrites { get; set; }

    public long LazyFreedObjects { get; set; }

    public long ClientQueryBufferLimitDisconnections { get; set; }

    public long ClientOutputBufferLimitDisconnections { get; set; }

    /// <summary>Replicas that were given all of the data.</summary>
    public long FullSyncs { get; set; }

    /// <summary>Replicas that could go on where they were.</summary>
    public long PartialSyncs { get; set; }

    /// <summary>Replicas that asked to go on where they were, and could not.</summary>
    public long RefusedPartialSyncs { get; set; }

    /// <summary>The most memory that was in use, as of the last look at it.</summary>
    public long PeakMemoryBytes { get; private set; }

    /// <summary>When that was, in Unix milliseconds.</summary>
    public long PeakMemoryMs { get; private set; }

    public long EventLoopCycles { get; set; }

    /// <summary>Time that turns of the loop took, in ticks of the monotonic clock; waiting for something to do is not part of a turn.</summary>
    public long EventLoopTicks { get; set; }

    /// <summary>Time that commands took, in ticks of the monotonic clock.</summary>
    public long CommandTicks { get; set; }

    /// <summary>Error replies by their first word (<c>ERR</c>, <c>WRONGTYPE</c> …), as <c>errorstats</c> shows them.</summary>
    public ErrorCounters Errors { get; } = new();

    /// <summary>Commands per second, sampled.</summary>
    public RateSampler CommandRate { get; } = new();

    public RateSampler NetInputRate { get; } = new();

    public RateSampler NetOutputRate { get; } = new();

    public RateSampler ReplicationInputRate { get; } = new();

    public RateSampler ReplicationOutputRate { get; } = new();

    /// <summary>Turns of the loop per second, sampled.</summary>
    public RateSampler TurnRate { get; } = new();

    /// <summary>Microseconds of turns per second, sampled.</summary>
    public RateSampler TurnTimeRate { get; } = new();

    /// <summary>Calls, time and failures of each command, by <c>CommandDescriptor.Id</c>.</summary>
    public CommandCounters[] Commands { get; private set; } = [];

    internal void SetCommandCount(int count) => Commands = new CommandCounters[count];

    /// <summary>Notes how much memory is in use.</summary>
    public void SampleMemory(long bytesInUse, long nowMs)
    {
        if (bytesInUse > PeakMemoryBytes)
        {
            PeakMemoryBytes = bytesInUse;
            PeakMemoryMs = nowMs;
        }
    }

    /// <summary>Sets back what CONFIG RESETSTAT sets back.</summary>
    public void Reset()
    {
        TotalConnections = 0;
        RejectedConnections = 0;
        TotalCommands = 0;
        NetInputBytes = 0;
        NetOutputBytes = 0;
        ReplicationInputBytes = 0;
        ReplicationOutputBytes = 0;
        KeyspaceHits = 0;
        KeyspaceMisses = 0;
        ExpiredKeys = 0;
        ExpiredFields = 0;
        ExpiredStaleShare = 0;
        ExpiredTimeCapReached = 0;
        ExpireCycleCpuMicroseconds = 0;
        EvictedKeys = 0;
        EvictedClients = 0;
        UnexpectedErrorReplies = 0;
        TotalErrorReplies = 0;
        AccessDeniedAuth = 0;
        AccessDeniedCommand = 0;
        AccessDeniedKey = 0;
        AccessDeniedChannel = 0;
        TotalReads = 0;
        TotalWrites = 0;
        LazyFreedObjects = 0;
        ClientQueryBufferLimitDisconnections = 0;
        ClientOutputBufferLimitDisconnections = 0;
        FullSyncs = 0;
        PartialSyncs = 0;
        RefusedPartialSyncs = 0;
        EventLoopCycles = 0;
        EventLoopTicks = 0;
        CommandTicks = 0;
        Errors.Clear();
        CommandRate.Reset();
        NetInputRate.Reset();
        NetOutputRate.Reset();
        ReplicationInputRate.Reset();
        ReplicationOutputRate.Reset();
        TurnRate.Reset();
        TurnTimeRate.Reset();
        Array.Clear(Commands);
    }
}

/// <summary>What <c>commandstats</c> shows of one command.</summary>
public struct CommandCounters
{
    public long Calls;

    /// <summary>Time spent, in ticks of the monotonic clock.</summary>
    public long Ticks;

    /// <summary>Refused before running: wrong arity, out of memory, no permission.</summary>
    public long Rejected;

    /// <summary>Ran and replied with an error.</summary>
    public long Failed;

    /// <summary>How long its calls took; null until one was timed, or while <c>latency-tracking</c> is off.</summary>
    public LatencyHistogram? Latency;

    /// <summary>How long its calls waited, from the beginning of the turn that received them; null like <see cref="Latency"/>.</summary>
    public WaitHistogram? Wait;
}
