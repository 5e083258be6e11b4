namespace Spinel.Engine.Statistics;

/// <summary>The latest occurrences of one kind of latency event: a ring of seconds, each with the longest time in it.</summary>
public sealed class LatencySeries
{
    private const int Capacity = 160;
    private readonly LatencySample[] _ring = new LatencySample[Capacity];
    private int _next;

    /// <summary>The number of seconds remembered.</summary>
    public int Count { get; private set; }

    /// <summary>The longest time ever, in milliseconds.</summary>
    public long MaxMs { get; private set; }

    /// <summary>The latest second.</summary>
    public LatencySample Last => this[Count - 1];

    /// <summary>A second, the oldest first.</summary>
    public LatencySample this[int index] => _ring[(_next - Count + index + Capacity) % Capacity];

    internal void Add(long unixSeconds, long milliseconds)
    {
        MaxMs = Math.Max(MaxMs, milliseconds);
        if (Count > 0 && Last.UnixSeconds == unixSeconds)
        {
            ref LatencySample last = ref _ring[(_next - 1 + Capacity) % Capacity];
            last = last with { Milliseconds = Math.Max(last.Milliseconds, milliseconds) };
            return;
        }

        _ring[_next] = new LatencySample(unixSeconds, milliseconds);
        _next = (_next + 1) % Capacity;
        Count = Math.Min(Count + 1, Capacity);
    }
}

/// <summary>A second, in Unix time, and the longest that something took in it.</summary>
public readonly record struct LatencySample(long UnixSeconds, long Milliseconds);
