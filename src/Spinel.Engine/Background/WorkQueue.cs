using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Spinel.Engine.Background;

/// <summary>
/// Hands work to another thread, in order.
/// <para>
/// The thread that takes it sleeps as soon as there is nothing to take. The framework's own queues have it yield its processor some hundred times first, in the hope of sparing the
/// sleep: where there are few processors, that is time taken from the threads that serve clients, and for work that comes in a steady trickle it is most of the time.
/// For such work a sleeper may also be left asleep until several pieces wait: waking a thread costs the one that wakes it a system call.
/// </para>
/// One thread takes. Several may add, but who comes second trusts the first one to wake the sleeper.
/// </summary>
/// <typeparam name="T">A piece of work.</typeparam>
public sealed class WorkQueue<T>
{
    /// <summary>Fewer pieces than are worth waking for wait no longer than this.</summary>
    private const int MaxWaitMs = 10;

    private readonly ConcurrentQueue<T> _items = new();
    private readonly object _bed = new();
    private readonly int _wakeAt;
    private readonly int _waitMs;
    private volatile bool _isComplete;
    private int _isAsleep;

    /// <param name="wakeAt">How many pieces have to wait for the other thread to be woken at once.</param>
    public WorkQueue(int wakeAt = 1)
    {
        _wakeAt = wakeAt;
        _waitMs = wakeAt > 1 ? MaxWaitMs : Timeout.Infinite;
    }

    /// <summary>Pieces that wait.</summary>
    public int Count => _items.Count;

    /// <summary>Adds a piece.</summary>
    public void Add(T item)
    {
        _items.Enqueue(item);

        // The other thread says that it is about to sleep before it looks a last time: one of the two sees the other.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _isAsleep) != 0 && (_wakeAt == 1 || _items.Count >= _wakeAt))
        {
            Wake();
        }
    }

    /// <summary>Nothing more is worth waiting for.</summary>
    public void Complete()
    {
        _isComplete = true;
        Wake();
    }

    /// <summary>Takes a piece, and waits for one where there is none.</summary>
    /// <returns>False when the queue is complete and empty.</returns>
    public bool TryTake([MaybeNullWhen(false)] out T item)
    {
        while (!_items.TryDequeue(out item))
        {
            if (_isComplete)
            {
                // What was added before that is there by now.
                return _items.TryDequeue(out item);
            }

            Interlocked.Exchange(ref _isAsleep, 1);
            if (_items.Count < _wakeAt && !_isComplete)
            {
                Sleep();
            }

            Volatile.Write(ref _isAsleep, 0);
        }

        return true;
    }

    /// <summary>Takes a piece if there is one.</summary>
    public bool TryTakeNow([MaybeNullWhen(false)] out T item) => _items.TryDequeue(out item);

    private void Sleep()
    {
        lock (_bed)
        {
            // Who has woken it before it got here has said so.
            if (Volatile.Read(ref _isAsleep) != 0)
            {
                Monitor.Wait(_bed, _waitMs);
            }
        }
    }

    private void Wake()
    {
        if (Interlocked.Exchange(ref _isAsleep, 0) != 0)
        {
            lock (_bed)
            {
                Monitor.Pulse(_bed);
            }
        }
    }
}
