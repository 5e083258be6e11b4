using Spinel.Engine.Sessions;
using Spinel.Memory;

namespace Spinel.Engine.Statistics.Info;

/// <summary>
/// Memory at one moment, in bytes, as INFO memory and MEMORY STATS show it. "Used" is what <c>maxmemory</c> limits: the native heap, which holds the
/// keys and the clients' buffers. The managed heap, which holds neither, is a figure of its own.
/// </summary>
internal sealed class MemoryFigures
{
    private MemoryFigures(SpinelEngine engine)
    {
        HeapStatistics heap = engine.Heap.Statistics;
        UsedBytes = engine.Heap.BytesInUse;
        PeakBytes = Math.Max(UsedBytes, engine.Statistics.PeakMemoryBytes);
        StartupBytes = engine.StartupMemoryBytes;
        ActiveBytes = Math.Max(UsedBytes, heap.BytesFromSystem - heap.BytesRetained);
        ResidentBytes = Math.Max(ActiveBytes, heap.BytesFromSystem);
        ProcessBytes = Environment.WorkingSet;
        ManagedBytes = GC.GetTotalMemory(forceFullCollection: false);
        SystemBytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        foreach (Session session in engine.Sessions.All)
        {
            long shared = session.Output.CapacityBytes - session.Output.OwnBytes;
            long bytes = session.MemoryBytes - shared - Session.BookkeepingBytes;
            if (session.Type == ClientType.Replica)
            {
                ReplicaBytes += bytes;
            }
            else
            {
                ClientBytes += bytes;
            }
        }

        // What many clients are to be sent alike is there once.
        StreamBytes = engine.Extensions.ReplicationBufferBytes;
        ClientBytes += engine.Chunks.SharedBytes - StreamBytes;

        // What is kept beyond the configured size is kept for the sake of replicas that lag.
        BacklogBytes = Math.Min(StreamBytes, engine.Options.ReplBacklogSizeBytes);
        ReplicaBytes += StreamBytes - BacklogBytes;
        for (int i = 0; i < engine.Keyspace.DatabaseCount; i++)
        {
            Database database = engine.Keyspace[i];
            Keys += database.Count;
            if (database.Count > 0)
            {
                DatabasesWithKeys++;
                TableBytes += database.Keys.MemoryBytes + database.Expires.MemoryBytes + database.FieldExpires.MemoryBytes;
            }
        }
    }

    /// <summary>Live blocks of the native heap.</summary>
    public long UsedBytes { get; }

    /// <summary>The most that <see cref="UsedBytes"/> has been.</summary>
    public long PeakBytes { get; }

    /// <summary><see cref="UsedBytes"/> of the empty server.</summary>
    public long StartupBytes { get; }

    /// <summary>Native pages that have blocks in them.</summary>
    public long ActiveBytes { get; }

    /// <summary>Native pages that are resident, those kept for the next allocation included.</summary>
    public long ResidentBytes { get; }

    /// <summary>Resident memory of the whole process.</summary>
    public long ProcessBytes { get; }

    /// <summary>Live and not yet collected objects of the managed heap.</summary>
    public long ManagedBytes { get; }

    /// <summary>Memory that the machine, or the container, has.</summary>
    public long SystemBytes { get; }

    /// <summary>Buffers of clients, without those of replicas.</summary>
    public long ClientBytes { get; }

    /// <summary>Buffers of replicas.</summary>
    public long ReplicaBytes { get; }

    /// <summary>The replication stream, as far as it is kept.</summary>
    public long StreamBytes { get; }

    /// <summary>The part of it that is the backlog.</summary>
    public long BacklogBytes { get; }

    /// <summary>Tables of databases, without the keys.</summary>
    public long TableBytes { get; }

    public long Keys { get; }

    public int DatabasesWithKeys { get; }

    /// <summary>What is used but is no data.</summary>
    public long OverheadBytes => StartupBytes + ClientBytes + ReplicaBytes + BacklogBytes + TableBytes;

    /// <summary>Keys and values.</summary>
    public long DatasetBytes => Math.Max(0, UsedBytes - OverheadBytes);

    public double DatasetPercentage => 100 * Ratio(DatasetBytes, UsedBytes - StartupBytes);

    public double PeakPercentage => 100 * Ratio(UsedBytes, PeakBytes);

    public long BytesPerKey => Keys == 0 ? 0 : Math.Max(0, UsedBytes - StartupBytes) / Keys;

    /// <summary>Pages over the blocks in them.</summary>
    public double AllocatorFragmentation => Ratio(ActiveBytes, UsedBytes);

    public double AllocatorResidency => Ratio(ResidentBytes, ActiveBytes);

    public double ProcessOverhead => Ratio(ProcessBytes, ResidentBytes);

    /// <summary>
    /// What the process takes over what it has use for: blocks of the native heap, and the program itself with its managed heap. In Redis nothing but the
    /// heap counts as use; here that would tell of every small server that it is fragmented, since a runtime comes with the program.
    /// </summary>
    public double Fragmentation => Ratio(ProcessBytes, UsedBytes + ProgramBytes);

    /// <summary>Resident memory that the blocks of the native heap leave empty.</summary>
    public long FragmentationBytes => ProcessBytes - UsedBytes - ProgramBytes;

    /// <summary>The process without its native heap.</summary>
    private long ProgramBytes => Math.Max(0, ProcessBytes - ResidentBytes);

    public static MemoryFigures Read(SpinelEngine engine) => new(engine);

    private static double Ratio(long part, long whole) => whole <= 0 ? 0 : (double)part / whole;
}
