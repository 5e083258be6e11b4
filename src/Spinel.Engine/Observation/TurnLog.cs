using Spinel.Engine.Statistics;

namespace Spinel.Engine.Observation;

/// <summary>
/// Remembers the longest turns of the last hour. The parts of a turn add what they took to running totals, with clock readings that they make anyway; the
/// totals at the beginning of the turn are kept, and the differences are looked at only when the turn was a long one.
/// </summary>
public sealed class TurnLog
{
    private const int Capacity = 64;
    private const long KeptMs = 3_600_000;
    private const long NanosecondsPerMicrosecond = 1000;

    private readonly EngineClock _clock;
    private readonly ServerStatistics _statistics;
    private readonly TurnRecord[] _records = new TurnRecord[Capacity];
    private int _count;
    private long _floorTicks;
    private long _reviewMs;
    private Totals _begin;

    /// <summary>The processor's clock takes a system call, so it is read once a millisecond at most, and what is told of a turn is right to within that.</summary>
    private readonly long _cpuReadingTicks;
    private long _cpuReadAt;
    private long _cpuThen;

    internal TurnLog(EngineClock clock, ServerStatistics statistics)
    {
        _clock = clock;
        _statistics = statistics;
        _floorTicks = FirstFloorTicks;
        _cpuReadingTicks = clock.TicksOfMicroseconds(1000);
    }

    /// <summary>The longest turns of the last hour, in no order.</summary>
    public ReadOnlySpan<TurnRecord> Records => _records.AsSpan(0, _count);

    /// <summary>The longest turn since <see cref="TakeLongestTicks"/>, on the monotonic clock.</summary>
    private long LongestTicks { get; set; }

    /// <summary>Turns below a tenth of a millisecond are nobody's concern.</summary>
    private long FirstFloorTicks => _clock.TicksOfMicroseconds(100);

    /// <summary>The longest turn since the last call.</summary>
    internal long TakeLongestTicks()
    {
        long ticks = LongestTicks;
        LongestTicks = 0;
        return ticks;
    }

    /// <summary>
    /// Tells how long the engine's thread has run on a processor, in nanoseconds; null where the system cannot say. A turn that took long and ran shortly has waited for its turn on the
    /// processor: the machine has too much to do, not the engine.
    /// </summary>
    public Func<long>? CpuClock { get; set; }

    internal void Begin(long timestamp)
    {
        _begin = Read();
        if (CpuClock is { } clock && (timestamp - _cpuReadAt > _cpuReadingTicks || _cpuReadAt == 0))
        {
            _cpuReadAt = timestamp;
            _cpuThen = clock();
        }
    }

    internal void End(long ticks)
    {
        LongestTicks = Math.Max(LongestTicks, ticks);
        if (ticks >= _floorTicks)
        {
            Note(ticks);
        }
    }

    private Totals Read() => new(
        _statistics.CommandTicks,
        _statistics.ExpireCycleCpuMicroseconds,
        _statistics.EvictionMicroseconds,
        _statistics.SnapshotMicroseconds,
        _statistics.LogWriteMicroseconds,
        _statistics.InsightMicroseconds,
        _statistics.TotalCommands);

    private void Note(long ticks)
    {
        // A pause is not told apart by turn: the total is read only here, and what fell between two long turns is in neither.
        Totals end = Read();
        long pause = (long)GC.GetTotalPauseDuration().TotalMicroseconds;
        long pauseInTurn = Math.Max(0, Math.Min(pause - _statistics.SeenPauseMicroseconds, _clock.MicrosecondsBetween(0, ticks)));
        _statistics.SeenPauseMicroseconds = pause;
        var record = new TurnRecord(
            _clock.NowMs,
            _clock.MicrosecondsBetween(0, ticks),
            Math.Max(0, _clock.MicrosecondsBetween(_begin.CommandTicks, end.CommandTicks)),
            Math.Max(0, end.Expiry - _begin.Expiry),
            Math.Max(0, end.Eviction - _begin.Eviction),
            Math.Max(0, end.Snapshot - _begin.Snapshot),
            Math.Max(0, end.Log - _begin.Log),
            Math.Max(0, end.Insight - _begin.Insight),
            pauseInTurn,
            Math.Max(0, end.Commands - _begin.Commands),
            CpuClock is { } cpu ? Math.Min(_clock.MicrosecondsBetween(0, ticks), (cpu() - _cpuThen) / NanosecondsPerMicrosecond) : null);
        if (_count == Capacity)
        {
            DropOld();
        }

        if (_count < Capacity)
        {
            _records[_count++] = record;
        }
        else
        {
            int shortest = Shortest();
            if (_records[shortest].TotalMicroseconds < record.TotalMicroseconds)
            {
                _records[shortest] = record;
            }
        }

        _floorTicks = _count < Capacity ? FirstFloorTicks : Math.Max(FirstFloorTicks, _clock.TicksOfMicroseconds(_records[Shortest()].TotalMicroseconds));
    }

    /// <summary>Once a second at most, so that a server with many long turns does not go through the list for each.</summary>
    internal void Review()
    {
        if (_clock.NowMs >= _reviewMs)
        {
            _reviewMs = _clock.NowMs + 1000;
            DropOld();
            if (_count < Capacity)
            {
                _floorTicks = FirstFloorTicks;
            }
        }
    }

    private void DropOld()
    {
        long oldest = _clock.NowMs - KeptMs;
        for (int i = _count - 1; i >= 0; i--)
        {
            if (_records[i].EndMs < oldest)
            {
                _records[i] = _records[--_count];
            }
        }
    }

    private int Shortest()
    {
        int shortest = 0;
        for (int i = 1; i < _count; i++)
        {
            shortest = _records[i].TotalMicroseconds < _records[shortest].TotalMicroseconds ? i : shortest;
        }

        return shortest;
    }

    private readonly record struct Totals(long CommandTicks, long Expiry, long Eviction, long Snapshot, long Log, long Insight, long Commands);
}
