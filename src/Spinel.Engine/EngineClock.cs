using Spinel.DataStructures;

namespace Spinel.Engine;

/// <summary>
/// The engine's view of time. Reading a clock costs more than many commands do, so the time of day is read once a loop turn and
/// before each batch of commands, and is constant within a command: two reads of one expiry inside a command always agree.
/// </summary>
public sealed class EngineClock
{
    private const int AccessTicksPerSecondLog2 = 3;
    private const uint AccessTickMask = (1u << KeyBlock.AccessClockBits) - 1;
    /// <summary>Keys cannot have an expiry before 1970; commands that ask for one remove the key, and go on doing so.</summary>
    private const long BeforeAllExpiries = -1;

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

    /// <summary>
    /// What expiries are compared with: an expiry up to this time is over. <see cref="NowMs"/>, but the beginning of time while the data is being loaded: the
    /// log says itself which keys went and when, and what it did to a key before that means nothing once the key is gone.
    /// </summary>
    public long ExpiryNowMs { get; private set; }

    /// <summary>True while no expiry is over.</summary>
    internal bool IsExpirySuspended
    {
        get;
        set
        {
            field = value;
            ExpiryNowMs = value ? BeforeAllExpiries : NowMs;
        }
    }

    /// <summary>Unix time in milliseconds at which the engine was made.</summary>
    public long StartMs { get; }

    /// <summary>
    /// Unix time in eighths of a second, cut to 27 bits: the access clock of the LRU policies. It wraps after 194 days, as that of Redis does, which counts
    /// seconds. The finer step matters to small caches under a high load: keys last used in the same step are in no order.
    /// </summary>
    public uint AccessTicks { get; private set; }

    /// <summary>Unix time in seconds cut to 24 bits, as INFO shows it.</summary>
    public uint AccessSeconds => SecondsOf(AccessTicks);

    private long StartTimestamp { get; }

    /// <summary>Where the time comes from, for parts that need it on other threads.</summary>
    public TimeProvider Provider => _time;

    public void Refresh()
    {
        NowMs = _time.GetUtcNow().ToUnixTimeMilliseconds();
        ExpiryNowMs = IsExpirySuspended ? BeforeAllExpiries : NowMs;
        AccessTicks = (uint)((NowMs << AccessTicksPerSecondLog2) / 1000) & AccessTickMask;
    }

    /// <summary>The seconds in a reading of <see cref="AccessTicks"/>.</summary>
    public static uint SecondsOf(uint accessTicks) => accessTicks >> AccessTicksPerSecondLog2;

    /// <summary>The reading of <see cref="AccessTicks"/> so many seconds ago.</summary>
    public uint TicksBefore(long seconds) => (AccessTicks - (uint)(seconds << AccessTicksPerSecondLog2)) & AccessTickMask;

    /// <summary>How far <see cref="AccessTicks"/> has come since a reading.</summary>
    public uint TicksSince(uint accessTicks) => (AccessTicks - accessTicks) & AccessTickMask;

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
