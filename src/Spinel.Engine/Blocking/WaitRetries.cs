namespace Spinel.Engine.Blocking;

/// <summary>
/// The waits that are to be looked at again at some time, by that time. A time that has been replaced, or whose wait has ended, stays in the heap until it is the first, or until most
/// of the heap may be such: a client that waits for a moment at a time, for what is due in a month, must not leave something behind for a month each time.
/// </summary>
internal sealed class WaitRetries
{
    private const int LeastSweep = 64;

    private readonly PriorityQueue<Waiter, long> _queue = new();

    /// <summary>What is stale is swept out when there are so many: each sweep leaves at most half of that.</summary>
    private int _sweepAt = LeastSweep;

    /// <summary>The number of times that are kept, stale ones among them.</summary>
    public int Count => _queue.Count;

    /// <summary>Unix milliseconds of the next time, or <see cref="long.MaxValue"/>.</summary>
    public long NextMs
    {
        get
        {
            DropStale();
            return _queue.TryPeek(out _, out long timeMs) ? timeMs : long.MaxValue;
        }
    }

    /// <summary>Sets the time of a wait in place of an earlier one.</summary>
    public void Set(Waiter waiter, long timeMs)
    {
        if (waiter.RetryAtMs != timeMs)
        {
            waiter.RetryAtMs = timeMs;
            _queue.Enqueue(waiter, timeMs);
            if (_queue.Count >= _sweepAt)
            {
                Sweep();
            }
        }
    }

    /// <summary>Takes the next wait whose time has come, or null.</summary>
    public Waiter? TakeDue(long nowMs)
    {
        DropStale();
        if (!_queue.TryPeek(out Waiter? waiter, out long timeMs) || timeMs > nowMs)
        {
            return null;
        }

        _queue.Dequeue();
        waiter.RetryAtMs = 0;
        return waiter;
    }

    private void DropStale()
    {
        while (_queue.TryPeek(out Waiter? waiter, out long timeMs) && IsStale(waiter, timeMs))
        {
            _queue.Dequeue();
        }
    }

    private void Sweep()
    {
        (Waiter Waiter, long TimeMs)[] current = [.. _queue.UnorderedItems.Where(static item => !IsStale(item.Element, item.Priority))];
        _queue.Clear();
        _queue.EnqueueRange(current);
        _sweepAt = Math.Max(LeastSweep, 2 * current.Length);
    }

    private static bool IsStale(Waiter waiter, long timeMs) => waiter.HasEnded || waiter.RetryAtMs != timeMs;
}
