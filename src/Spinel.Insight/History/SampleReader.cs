using Spinel.Engine;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Observation;
using Spinel.Engine.Statistics;

namespace Spinel.Insight.History;

/// <summary>
/// Makes a sample of all series: gauges as they are, rates from how far the engine's counters have come since the last one. Counters may be set back
/// (CONFIG RESETSTAT); a second in which that happens counts from zero.
/// </summary>
internal sealed class SampleReader : IDisposable
{
    private const double MicrosecondsPerSecond = 1_000_000;
    private const double NanosecondsPerMicrosecond = 1000;
    private static readonly double[] Percentiles = [50, 99, 99.9];

    private readonly SpinelEngine _engine;
    private readonly CommandClass[] _classes;

    /// <summary>Commands that wait because their client wants to: not the engine's doing.</summary>
    private readonly bool[] _maySleep;
    private readonly long[] _classCounts = new long[(int)CommandClass.Count];
    private readonly long[] _previousClassCounts = new long[(int)CommandClass.Count];
    private readonly IntervalHistogram _run = new(LatencyHistogram.Buckets, static bucket => LatencyHistogram.LongestOf(bucket));
    private readonly IntervalHistogram _wait = new(WaitHistogram.BucketCount, static bucket => WaitHistogram.HighestOf(bucket));
    private readonly ResidentMemory _resident = new();
    private Totals _previous;
    private long _previousMicroseconds;

    public SampleReader(SpinelEngine engine)
    {
        _engine = engine;
        _classes = new CommandClass[engine.Commands.All.Count];
        _maySleep = new bool[_classes.Length];
        foreach (CommandDescriptor command in engine.Commands.All)
        {
            _classes[command.Id] = ClassOf(command);
            _maySleep[command.Id] = (command.Flags & CommandFlags.Blocking) != 0;
        }

        _previous = ReadTotals();
        _previousMicroseconds = engine.Clock.MonotonicMicroseconds();
    }

    private enum CommandClass : byte
    {
        Read,
        Write,
        PubSub,
        Scripting,
        Other,
        Count,
    }

    /// <summary>Reads everything; NaN stands for what is not known.</summary>
    /// <param name="values">One place for each series.</param>
    public void Read(Span<double> values)
    {
        long now = _engine.Clock.MonotonicMicroseconds();
        double seconds = Math.Max(1, now - _previousMicroseconds) / MicrosecondsPerSecond;
        Totals totals = ReadTotals();
        Totals last = totals.IsBehind(_previous) ? default : _previous;
        Totals begin = last with
        {
            // These never go back, and are not set back either.
            UserMicroseconds = _previous.UserMicroseconds,
            SystemMicroseconds = _previous.SystemMicroseconds,
            PauseMicroseconds = _previous.PauseMicroseconds,
            Collections = _previous.Collections,
        };
        ReadCommands(values, seconds);
        ReadRates(values, begin, totals, seconds);
        ReadGauges(values);
        ReadParts(values);
        _previous = totals;
        _previousMicroseconds = now;
    }

    public void Dispose() => _resident.Dispose();

    private static CommandClass ClassOf(CommandDescriptor command) => command switch
    {
        { Group: CommandGroup.Scripting } => CommandClass.Scripting,
        { Group: CommandGroup.PubSub } => CommandClass.PubSub,
        _ when (command.Flags & CommandFlags.Write) != 0 => CommandClass.Write,
        _ when (command.Flags & CommandFlags.ReadOnly) != 0 => CommandClass.Read,
        _ => CommandClass.Other,
    };

    private static void Set(Span<double> values, SeriesId id, double value) => values[(int)id] = value;

    private void ReadCommands(Span<double> values, double seconds)
    {
        Array.Clear(_classCounts);
        _run.Begin();
        _wait.Begin();
        CommandCounters[] counters = _engine.Statistics.Commands;
        for (int i = 0; i < counters.Length; i++)
        {
            ref CommandCounters counter = ref counters[i];
            _classCounts[(int)_classes[i]] += counter.Calls;
            if (counter.Latency is { } latency)
            {
                _run.Add(latency.Counts);
            }

            if (counter.Wait is { } wait && !_maySleep[i])
            {
                _wait.Add(wait.Counts);
            }
        }

        for (int i = 0; i < _classCounts.Length; i++)
        {
            long before = _classCounts[i] < _previousClassCounts[i] ? 0 : _previousClassCounts[i];
            values[(int)SeriesId.CommandsRead + i] = (_classCounts[i] - before) / seconds;
            _previousClassCounts[i] = _classCounts[i];
        }

        Span<double> found = stackalloc double[Percentiles.Length];
        _run.End(Percentiles, found);
        for (int i = 0; i < found.Length; i++)
        {
            values[(int)SeriesId.RunP50 + i] = found[i] / NanosecondsPerMicrosecond;
        }

        _wait.End(Percentiles, found);
        for (int i = 0; i < found.Length; i++)
        {
            values[(int)SeriesId.WaitP50 + i] = found[i] / NanosecondsPerMicrosecond;
        }
    }

    private void ReadRates(Span<double> values, Totals begin, Totals end, double seconds)
    {
        Set(values, SeriesId.CommandsTotal, (end.Commands - begin.Commands) / seconds);
        long hits = end.Hits - begin.Hits;
        long misses = end.Misses - begin.Misses;
        Set(values, SeriesId.KeysHits, hits / seconds);
        Set(values, SeriesId.KeysMisses, misses / seconds);
        Set(values, SeriesId.KeysHitRatio, hits + misses == 0 ? double.NaN : (double)hits / (hits + misses));
        Set(values, SeriesId.NetworkIn, (end.InputBytes - begin.InputBytes) / seconds);
        Set(values, SeriesId.NetworkOut, (end.OutputBytes - begin.OutputBytes) / seconds);
        Set(values, SeriesId.KeysEvicted, (end.Evicted - begin.Evicted) / seconds);
        Set(values, SeriesId.KeysExpired, (end.Expired - begin.Expired) / seconds);
        Set(values, SeriesId.GcPauseMs, (end.PauseMicroseconds - begin.PauseMicroseconds) / 1000.0);
        Set(values, SeriesId.GcCollections, (end.Collections - begin.Collections) / seconds);
        Set(values, SeriesId.CpuUser, (end.UserMicroseconds - begin.UserMicroseconds) / MicrosecondsPerSecond / seconds);
        Set(values, SeriesId.CpuSystem, (end.SystemMicroseconds - begin.SystemMicroseconds) / MicrosecondsPerSecond / seconds);
        double busy = _engine.Clock.MicrosecondsBetween(begin.TurnTicks, end.TurnTicks) / MicrosecondsPerSecond / seconds;
        Set(values, SeriesId.EngineBusy, Math.Clamp(busy, 0, 1));
        Set(values, SeriesId.EngineLongestTurnMs, _engine.Clock.MicrosecondsBetween(0, _engine.Turns.TakeLongestTicks()) / 1000.0);
    }

    private void ReadGauges(Span<double> values)
    {
        long used = _engine.Heap.BytesInUse;
        long clients = _engine.ClientMemory.TotalBytes;
        Set(values, SeriesId.MemoryUsed, used);
        Set(values, SeriesId.MemoryClients, clients);
        Set(values, SeriesId.MemoryData, Math.Max(0, used - _engine.StartupMemoryBytes - clients));
        Set(values, SeriesId.MemoryHeapSlack, Math.Max(0, _engine.Heap.BytesFromSystem - used));
        Set(values, SeriesId.MemoryRss, _resident.Read());
        Set(values, SeriesId.MemoryManaged, GC.GetTotalMemory(forceFullCollection: false));
        long keys = 0;
        long expiring = 0;
        for (int i = 0; i < _engine.Keyspace.DatabaseCount; i++)
        {
            keys += _engine.Keyspace[i].Count;
            expiring += _engine.Keyspace[i].Expires.Count;
        }

        Set(values, SeriesId.KeysTotal, keys);
        Set(values, SeriesId.KeysExpiring, expiring);
        Set(values, SeriesId.ClientsConnected, _engine.Sessions.Count);
        Set(values, SeriesId.ClientsBlocked, _engine.Blocked.Count + _engine.Pause.WaitingCount);
        Set(values, SeriesId.ClientsPubSub, _engine.Broker.ClientCount);
        Set(values, SeriesId.ClientsTracking, _engine.Invalidations.ClientCount);
        Set(values, SeriesId.RdbChanges, _engine.Keyspace.Dirty);
    }

    private void ReadParts(Span<double> values)
    {
        var figures = new ServerFigures();
        foreach (IEngineExtension extension in _engine.Extensions)
        {
            extension.ReadFigures(ref figures);
        }

        Set(values, SeriesId.SnapshotProgress, figures.SnapshotProgress);
        Set(values, SeriesId.RdbAgeSeconds, figures.SnapshotAgeSeconds);
        Set(values, SeriesId.AofSize, figures.LogBytes);
        Set(values, SeriesId.FsyncMs, figures.SyncMs);
        Set(values, SeriesId.ReplicationLag, figures.ReplicationLagBytes);
        Set(values, SeriesId.Replicas, figures.Replicas);
        Set(values, SeriesId.ReplicationOffset, figures.ReplicationOffset);
        Set(values, SeriesId.MemoryReplication, figures.ReplicationBytes);
    }

    private Totals ReadTotals()
    {
        ServerStatistics s = _engine.Statistics;
        Environment.ProcessCpuUsage cpu = Environment.CpuUsage;
        return new Totals(
            s.TotalCommands, s.KeyspaceHits, s.KeyspaceMisses, s.NetInputBytes, s.NetOutputBytes, s.EvictedKeys, s.ExpiredKeys, s.EventLoopTicks,
            (long)cpu.UserTime.TotalMicroseconds, (long)cpu.PrivilegedTime.TotalMicroseconds, (long)GC.GetTotalPauseDuration().TotalMicroseconds, GC.CollectionCount(0));
    }

    private readonly record struct Totals(
        long Commands,
        long Hits,
        long Misses,
        long InputBytes,
        long OutputBytes,
        long Evicted,
        long Expired,
        long TurnTicks,
        long UserMicroseconds,
        long SystemMicroseconds,
        long PauseMicroseconds,
        long Collections)
    {
        /// <summary>Whether a counter has been set back since.</summary>
        public bool IsBehind(Totals earlier) => Commands < earlier.Commands || TurnTicks < earlier.TurnTicks || InputBytes < earlier.InputBytes;
    }
}
