using System.Diagnostics.CodeAnalysis;
using Spinel.DataStructures;

namespace Spinel.Engine.Eviction;

/// <summary>
/// Keeps the 27-bit access clock of each key, in one of two readings that <c>maxmemory-policy</c> chooses between:
/// LRU — eighths of a second of Unix time at the last access, wrapping after 194 days; LFU — 16 bits of Unix minutes and an 8-bit logarithmic
/// counter (Morris 1978) that decays with time.
/// </summary>
public sealed class AccessClock(EngineClock clock, Random random)
{
    /// <summary>The counter of a new key: above zero, so that it is not the first to go.</summary>
    private const byte InitialCounter = 5;

    private const int CounterBits = 8;
    private const int MinutesBits = 16;
    private const uint MinutesMask = (1u << MinutesBits) - 1;
    private const uint SecondsMask = (1u << 24) - 1;
    private readonly EngineClock _clock = clock;
    private readonly Random _random = random;

    /// <summary>True under an LFU policy.</summary>
    public bool CountsFrequency { get; set; }

    /// <summary>How fast the counter saturates: <c>lfu-log-factor</c>.</summary>
    public int LogFactor { get; set; } = 10;

    /// <summary>Minutes without access after which the counter falls by one: <c>lfu-decay-time</c>. 0 never decays.</summary>
    public int DecayMinutes { get; set; } = 1;

    /// <summary>Gives a new key its clock.</summary>
    public void Initialize(KeyBlock block) =>
        block.SetAccessClock(CountsFrequency ? (Minutes << CounterBits) | InitialCounter : _clock.AccessTicks);

    /// <summary>Gives a key that comes from elsewhere the clock that goes with what is known of its last use; as if it were new where nothing is.</summary>
    /// <param name="block">The key.</param>
    /// <param name="idleSeconds">Seconds since it was used, for LRU; negative when that is not known.</param>
    /// <param name="frequency">Its counter, for LFU; negative when that is not known.</param>
    public void Restore(KeyBlock block, long idleSeconds, int frequency)
    {
        Initialize(block);
        if (frequency >= 0)
        {
            SetFrequency(block, (byte)Math.Min(frequency, byte.MaxValue));
        }

        if (idleSeconds >= 0)
        {
            SetIdleSeconds(block, idleSeconds);
        }
    }

    /// <summary>Notes an access.</summary>
    public void Touch(KeyBlock block)
    {
        if (CountsFrequency)
        {
            block.SetAccessClock((Minutes << CounterBits) | Increment(Frequency(block)));
        }
        else if (block.AccessClock != _clock.AccessTicks)
        {
            // Written only when it changed, so that a hot key's cache line stays clean.
            block.SetAccessClock(_clock.AccessTicks);
        }
    }

    /// <summary>Seconds since the last access, under an LRU policy.</summary>
    public long IdleSeconds(KeyBlock block) => (_clock.AccessSeconds - EngineClock.SecondsOf(block.AccessClock)) & SecondsMask;

    /// <summary>How long a key has not been accessed, in the finest steps there are, under an LRU policy.</summary>
    public uint IdleTicks(KeyBlock block) => _clock.TicksSince(block.AccessClock);

    /// <summary>How little a key is used, under an LFU policy: the counter decides, and between equal ones the minute of the last access.</summary>
    public uint Disuse(KeyBlock block)
    {
        uint idleMinutes = (Minutes - (block.AccessClock >> CounterBits)) & MinutesMask;
        return ((uint)(byte.MaxValue - Frequency(block)) << MinutesBits) | idleMinutes;
    }

    /// <summary>Makes a key one that was last used so many seconds ago, when recency is what is kept.</summary>
    public void SetIdleSeconds(KeyBlock block, long seconds)
    {
        if (!CountsFrequency)
        {
            block.SetAccessClock(_clock.TicksBefore(Math.Clamp(seconds, 0, SecondsMask)));
        }
    }

    /// <summary>Gives a key an access counter, when frequency is what is kept.</summary>
    public void SetFrequency(KeyBlock block, byte counter)
    {
        if (CountsFrequency)
        {
            block.SetAccessClock((Minutes << CounterBits) | counter);
        }
    }

    /// <summary>The decayed access counter, under an LFU policy.</summary>
    public byte Frequency(KeyBlock block)
    {
        uint counter = block.AccessClock & byte.MaxValue;
        if (DecayMinutes == 0)
        {
            return (byte)counter;
        }

        uint elapsed = (Minutes - (block.AccessClock >> CounterBits)) & MinutesMask;
        uint periods = elapsed / (uint)DecayMinutes;
        return (byte)(periods > counter ? 0 : counter - periods);
    }

    private uint Minutes => (uint)(_clock.NowMs / 60_000) & MinutesMask;

    [SuppressMessage("Security", "CA5394", Justification = "A sampling decision, not a secret.")]
    private byte Increment(byte counter)
    {
        if (counter == byte.MaxValue)
        {
            return counter;
        }

        double above = Math.Max(0, counter - InitialCounter);
        return _random.NextDouble() < 1.0 / ((above * LogFactor) + 1) ? (byte)(counter + 1) : counter;
    }
}
