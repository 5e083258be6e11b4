namespace Spinel.Engine.Blocking;

/// <summary>
/// The waits that end at some time, by that time. A wait that ends earlier stays in the heap as a husk, since taking it out would mean to look
/// for it; when more than half are husks the heap is built anew, so it stays within twice the number of waits.
/// </summary>
internal sealed class WaitDeadlines
{
    private const int LeastToRebuild = 64;
    private PriorityQueue<Waiter, long> _queue = new();
    private int _husks;

    /// <summary>The number of waits.</summary>
    public int Count => _queue.Count - _husks;

    /// <summary>Unix milliseconds of the next deadline, or <see cref="long.MaxValue"/>.</summary>
    public long NextMs
    {
        get
        {
            DropHusks();
            return _queue.TryPeek(out _, out long deadline) ? deadline : long.MaxValue;
        }
    }

    public void Add(Waiter waiter, long deadlineMs)
    {
        waiter.HasDeadline = true;
        _queue.Enqueue(waiter, deadlineMs);
    }

    /// <summary>Forgets a wait that has ended, which may be one without a deadline.</summary>
    public void Remove(Waiter waiter)
    {
        waiter.HasEnded = true;
        if (!waiter.HasDeadline)
        {
            return;
        }

        _husks++;
        if (_husks > LeastToRebuild && _husks > _queue.Count / 2)
        {
            var rebuilt = new PriorityQueue<Waiter, long>(_queue.Count - _husks);
            foreach ((Waiter kept, long deadlineMs) in _queue.UnorderedItems)
            {
                if (!kept.HasEnded)
                {
                    rebuilt.Enqueue(kept, deadlineMs);
                }
            }

            _queue = rebuilt;
            _husks = 0;
        }
    }

    /// <summary>The next wait whose time has come, or null. It stays until it is removed.</summary>
    public Waiter? FindDue(long nowMs)
    {
        DropHusks();
        return _queue.TryPeek(out Waiter? waiter, out long deadline) && deadline <= nowMs ? waiter : null;
    }

    private void DropHusks()
    {
        while (_queue.TryPeek(out Waiter? waiter, out _) && waiter.HasEnded)
        {
            _queue.Dequeue();
            _husks--;
        }
    }
}
