namespace Spinel.Engine.Blocking;

/// <summary>
/// The waits that are to be looked at again at some time, by that time. A time that has been replaced, or whose wait has ended, stays in the heap until it comes: there is one for
/// each time that a wait was tried in vain, and those are changes that clients have made.
/// </summary>
internal sealed class WaitRetries
{
    private readonly PriorityQueue<Waiter, long> _queue = new();

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
        while (_queue.TryPeek(out Waiter? waiter, out long timeMs) && (waiter.HasEnded || waiter.RetryAtMs != timeMs))
        {
            _queue.Dequeue();
        }
    }
}
