using System.Buffers;
using Spinel.Dashboard.Topics;

namespace Spinel.Dashboard.Sockets;

/// <summary>
/// What one browser is to be sent. Three kinds, each with its own answer to a browser that is slow:
/// <list type="bullet">
/// <item>replies were asked for, so they are kept, and a browser that leaves too much of them unread is given up;</item>
/// <item>pushes (published messages, lines of MONITOR) are dropped beyond a limit, and the next one says how many;</item>
/// <item>topics are not queued at all: a watch stands in the queue once, and writes its newest state when its turn has come.</item>
/// </list>
/// Producers on any thread never wait; one sender takes. Beside the limits of one browser there is one of all together (<see cref="OutgoingTotal"/>).
/// </summary>
internal sealed class OutgoingQueue(DashboardLimits limits, OutgoingTotal total)
{
    private readonly Lock _lock = new();
    private readonly Queue<Item> _items = new();
    private TaskCompletionSource? _waiting;
    private long _bytes;
    private long _pushBytes;
    private bool _isClosed;

    /// <summary>Bytes that wait.</summary>
    internal long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Adds a message that must not be lost. False: the browser is too far behind.</summary>
    internal bool TryAdd(ArraySegment<byte> frame) => TryAdd(frame, isPush: false);

    /// <summary>Adds a message that may be lost. False: it is.</summary>
    internal bool TryAddPush(ArraySegment<byte> frame) => TryAdd(frame, isPush: true);

    /// <summary>A watch has something new.</summary>
    internal void Add(Watch watch)
    {
        lock (_lock)
        {
            if (_isClosed || watch.IsQueued)
            {
                return;
            }

            watch.IsQueued = true;
            _items.Enqueue(new Item(default, watch, false));
        }

        Signal();
    }

    /// <summary>Waits until there is something to send. False: the queue is closed, and empty.</summary>
    internal async ValueTask<bool> WaitAsync()
    {
        while (true)
        {
            Task wait;
            lock (_lock)
            {
                if (_items.Count > 0)
                {
                    return true;
                }

                if (_isClosed)
                {
                    return false;
                }

                _waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                wait = _waiting.Task;
            }

            await wait.ConfigureAwait(false);
        }
    }

    /// <summary>Takes what is next: a frame, whose array the caller returns to the pool, or a watch.</summary>
    internal bool TryTake(out ArraySegment<byte> frame, out Watch? watch)
    {
        lock (_lock)
        {
            if (!_items.TryDequeue(out Item item))
            {
                frame = default;
                watch = null;
                return false;
            }

            Forget(item);
            frame = item.Frame;
            watch = item.Watch;
            return true;
        }
    }

    /// <summary>Takes no more; what is in it can still be taken unless <paramref name="isDropped"/>.</summary>
    internal void Close(bool isDropped)
    {
        lock (_lock)
        {
            _isClosed = true;
            while (isDropped && _items.TryDequeue(out Item item))
            {
                Forget(item);
                if (item.Frame.Array is { } array)
                {
                    ArrayPool<byte>.Shared.Return(array);
                }
            }
        }

        Signal();
    }

    private bool TryAdd(ArraySegment<byte> frame, bool isPush)
    {
        lock (_lock)
        {
            if (_isClosed || _bytes + frame.Count > limits.MaxOutgoingBytes || (isPush && _pushBytes + frame.Count > limits.MaxPushBytes)
                || !total.TryAdd(frame.Count, isFair: _bytes + frame.Count <= limits.FairOutgoingBytes))
            {
                ArrayPool<byte>.Shared.Return(frame.Array!);
                return _isClosed && !isPush;
            }

            _items.Enqueue(new Item(frame, null, isPush));
            _bytes += frame.Count;
            _pushBytes += isPush ? frame.Count : 0;
        }

        Signal();
        return true;
    }

    private void Forget(Item item)
    {
        _bytes -= item.Frame.Count;
        total.Remove(item.Frame.Count);
        _pushBytes -= item.IsPush ? item.Frame.Count : 0;
        if (item.Watch is { } watch)
        {
            watch.IsQueued = false;
        }
    }

    private void Signal()
    {
        lock (_lock)
        {
            _waiting?.TrySetResult();
            _waiting = null;
        }
    }

    private readonly record struct Item(ArraySegment<byte> Frame, Watch? Watch, bool IsPush);
}

/// <summary>What waits for all browsers of a dashboard together.</summary>
internal sealed class OutgoingTotal(DashboardLimits limits)
{
    private long _bytes;

    internal long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Counts bytes, unless they are too many.</summary>
    /// <param name="isFair">They are few enough for any browser.</param>
    internal bool TryAdd(int count, bool isFair)
    {
        if (Interlocked.Add(ref _bytes, count) <= limits.MaxTotalOutgoingBytes || isFair)
        {
            return true;
        }

        Remove(count);
        return false;
    }

    internal void Remove(int count) => Interlocked.Add(ref _bytes, -count);
}
