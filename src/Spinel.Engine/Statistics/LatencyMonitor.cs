namespace Spinel.Engine.Statistics;

/// <summary>
/// Remembers what kept the engine busy for longer than <c>latency-monitor-threshold</c>, by kind of event: the last 160 seconds in which that happened, with
/// the longest time in each. Off, as it is by default, it costs a comparison.
/// </summary>
public sealed class LatencyMonitor
{
    private readonly EngineClock _clock;
    private readonly SortedDictionary<string, LatencySeries> _events = new(StringComparer.Ordinal);

    internal LatencyMonitor(EngineClock clock) => _clock = clock;

    /// <summary>The shortest time that is remembered, in milliseconds; 0: nothing is.</summary>
    public long ThresholdMs
    {
        get;
        internal set
        {
            field = value;
            ThresholdTicks = value <= 0 ? long.MaxValue : _clock.TicksOfMicroseconds(value * 1000);
        }
    }

    /// <summary>Whether anything is remembered: where reading the clock would be too much otherwise.</summary>
    public bool IsOn => ThresholdTicks != long.MaxValue;

    /// <summary>The kinds of events that have occurred, by name.</summary>
    public IReadOnlyDictionary<string, LatencySeries> Events => _events;

    /// <summary>The same in ticks of the monotonic clock; above every duration when nothing is remembered.</summary>
    internal long ThresholdTicks { get; private set; } = long.MaxValue;

    /// <summary>Enters an event that took so long, unless that is too short to be remembered.</summary>
    /// <param name="name">One of <see cref="LatencyEvents"/>, or an extension's own.</param>
    /// <param name="ticks">Its duration on the monotonic clock.</param>
    public void Add(string name, long ticks)
    {
        if (ticks >= ThresholdTicks)
        {
            Enter(name, ticks);
        }
    }

    /// <summary>Forgets the events of a kind.</summary>
    /// <returns>False when there were none.</returns>
    public bool Forget(string name) => _events.Remove(name);

    /// <summary>Forgets everything.</summary>
    /// <returns>The number of kinds that there were.</returns>
    public int Clear()
    {
        int count = _events.Count;
        _events.Clear();
        return count;
    }

    private void Enter(string name, long ticks)
    {
        if (!_events.TryGetValue(name, out LatencySeries? series))
        {
            series = new LatencySeries();
            _events.Add(name, series);
        }

        series.Add(_clock.NowMs / 1000, _clock.MicrosecondsBetween(0, ticks) / 1000);
    }
}

/// <summary>The latency events of the engine. Where Redis has the same event, this is its name.</summary>
public static class LatencyEvents
{
    /// <summary>A command.</summary>
    public const string Command = "command";

    /// <summary>A command of constant or logarithmic time.</summary>
    public const string FastCommand = "fast-command";

    /// <summary>A command that had waited for a key, when it was served.</summary>
    public const string CommandUnblocking = "command-unblocking";

    /// <summary>One slice of removing expired keys.</summary>
    public const string ExpireCycle = "expire-cycle";

    /// <summary>Removing one key that a command found expired.</summary>
    public const string ExpireDelete = "expire-del";

    /// <summary>Making room when memory is short.</summary>
    public const string EvictionCycle = "eviction-cycle";

    /// <summary>Removing the keys that make the room.</summary>
    public const string EvictionDelete = "eviction-del";

    /// <summary>A turn of the loop, from the moment that something is received until the replies are ready.</summary>
    public const string Turn = "turn";

    /// <summary>The periodic work.</summary>
    public const string Cron = "cron";
}
