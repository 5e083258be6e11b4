namespace Spinel.Engine;

/// <summary>
/// The engine's view of time. Reading a clock costs more than many commands do, so the time of day is read once a loop turn and
/// before each batch of commands, and is constant within a command: two reads of one expiry inside a command always agree.
/// </summary>
public sealed class EngineClock
{
    private const int AccessClockBits = 24;
    private readonly TimeProvider _time;
    private readonly double _microsecondsPerTick;
    private readonly double _nanosecondsPerTick;

    public EngineClock(TimeProvider time)
    {
        _time = time;
        _microsecondsPerTick = 1_000_000.0 / time.TimestampFrequency;
        _nanosecondsPerTick = 1_000 * _microsecondsPerTick;
        StartTimestamp = time.GetTimestamp();
        Refresh();
        StartMs = NowMs;
    }

    /// <summary>Unix time in milliseconds, as of the last <see cref="Refresh"/>.</summary>
    public long NowMs { get; private set; }

    /// <summary>Unix time in milliseconds at which the engine was made.</summary>
    public long StartMs { get; }

    /// <summary>Unix time in seconds cut to 24 bits: the access clock of the LRU policies.</summary>
    public uint AccessSeconds { get; private set; }

    private long StartTimestamp { get; }

    public TimeProvider Provider => _time;

    public void Refresh()
    {
        NowMs = _time.GetUtcNow().ToUnixTimeMilliseconds();
        AccessSeconds = (uint)(NowMs / 1000) & ((1u << AccessClockBits) - 1);
    }

    /// <summary>Unix time in microseconds, read now.</summary>
    public long ReadMicroseconds() => (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>A monotonic count of microseconds since the engine was made, read now.</summary>
    public long MonotonicMicroseconds() => (long)((_time.GetTimestamp() - StartTimestamp) * _microsecondsPerTick);

    /// <summary>A raw monotonic timestamp, for <see cref="MicrosecondsBetween"/>.</summary>
    public long Timestamp() => _time.GetTimestamp();

    public long MicrosecondsBetween(long startTimestamp, long endTimestamp) =>
        (long)((endTimestamp - startTimestamp) * _microsecondsPerTick);

    /// <summary>A duration of <see cref="Timestamp"/> in nanoseconds.</summary>
    public long NanosecondsOf(long ticks) => (long)(ticks * _nanosecondsPerTick);

    /// <summary>A duration in the unit of <see cref="Timestamp"/>; as long as possible when it is too long for that.</summary>
    public long TicksOfMicroseconds(long microseconds) => (long)Math.Min(long.MaxValue, microseconds / _microsecondsPerTick);
}
