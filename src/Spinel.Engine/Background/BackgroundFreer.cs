using System.Collections.Concurrent;
using Spinel.DataStructures;
using Spinel.Engine.Statistics;
using Spinel.Memory;

namespace Spinel.Engine.Background;

/// <summary>
/// Gives back the memory of big values and whole databases on a thread of its own, so that deleting them costs the engine nothing.
/// The thread starts with the first work and ends with the engine. What it frees is out of every table already: nobody else can reach it.
/// </summary>
public sealed class BackgroundFreer : IDisposable
{
    /// <summary>Values that take more steps than this to free are worth the hand-over.</summary>
    public const long EffortThreshold = 64;

    /// <summary>Values that take more steps than this are handed over even where the command frees at once: about half a millisecond.</summary>
    public const long MaxForegroundEffort = 8192;

    private const int BucketsPerStep = 1024;
    private readonly NativeHeap _heap;
    private readonly ServerStatistics _statistics;
    private readonly BlockingCollection<Work> _queue = [];
    private Thread? _thread;
    private long _pending;
    private long _freed;

    public BackgroundFreer(NativeHeap heap, ServerStatistics statistics)
    {
        _heap = heap;
        _statistics = statistics;
    }

    /// <summary>Keys that wait to be freed.</summary>
    public long PendingObjects => Interlocked.Read(ref _pending);

    /// <summary>Keys that have ever been handed over; for the engine thread.</summary>
    public long HandedOverObjects { get; private set; }

    /// <summary>Moves the count of what the thread has freed into the statistics; called on the engine thread.</summary>
    public void CollectStatistics() => _statistics.LazyFreedObjects += Interlocked.Exchange(ref _freed, 0);

    /// <summary>Frees a block that is in no table any more.</summary>
    public void Free(KeyBlock block)
    {
        Interlocked.Increment(ref _pending);
        Enqueue(new Work(block, null, null, 1));
    }

    /// <summary>Empties a database's two tables; the keys are freed here and now, or by the thread when <paramref name="lazily"/>.</summary>
    public void FreeTables(KeyTable keys, KeyTable expires, bool lazily)
    {
        KeyTableRemains keyRemains = keys.Detach();
        KeyTableRemains expiryRemains = expires.Detach();
        if (lazily && keyRemains.Count > EffortThreshold)
        {
            Interlocked.Add(ref _pending, keyRemains.Count);
            Enqueue(new Work(default, keyRemains, expiryRemains, keyRemains.Count));
            return;
        }

        // The index goes first: it holds handles on the blocks that the second pass frees.
        var leaving = new LeavingVisitor();
        while (expiryRemains.FreeStep(BucketsPerStep, ref leaving))
        {
        }

        var freeing = new FreeingVisitor(_heap, ownerThread: true);
        while (keyRemains.FreeStep(BucketsPerStep, ref freeing))
        {
        }
    }

    /// <summary>Finishes what is queued and ends the thread.</summary>
    public void Dispose()
    {
        _queue.CompleteAdding();
        _thread?.Join();
        _queue.Dispose();
    }

    private void Enqueue(Work work)
    {
        HandedOverObjects += work.Count;
        if (_thread is null)
        {
            _thread = new Thread(Run) { IsBackground = true, Name = "spinel-free", Priority = ThreadPriority.BelowNormal };
            _thread.Start();
        }

        _queue.Add(work);
    }

    private void Run()
    {
        foreach (Work work in _queue.GetConsumingEnumerable())
        {
            if (!work.Block.IsNull)
            {
                CollectionPayload.FreeFromOtherThread(_heap, work.Block);
                work.Block.FreeFromOtherThread(_heap);
            }
            else
            {
                var leaving = new LeavingVisitor();
                while (work.Expires!.FreeStepFromOtherThread(BucketsPerStep, ref leaving))
                {
                }

                var freeing = new FreeingVisitor(_heap, ownerThread: false);
                while (work.Keys!.FreeStepFromOtherThread(BucketsPerStep, ref freeing))
                {
                }
            }

            Interlocked.Add(ref _pending, -work.Count);
            Interlocked.Add(ref _freed, work.Count);
        }
    }

    private readonly record struct Work(KeyBlock Block, KeyTableRemains? Keys, KeyTableRemains? Expires, long Count);

    private readonly struct FreeingVisitor(NativeHeap heap, bool ownerThread) : IKeyVisitor
    {
        public void Visit(KeyBlock block)
        {
            if (ownerThread)
            {
                CollectionPayload.Free(heap, block);
                block.Free(heap);
            }
            else
            {
                CollectionPayload.FreeFromOtherThread(heap, block);
                block.FreeFromOtherThread(heap);
            }
        }
    }

    /// <summary>Leaves the blocks alone: they belong to the table of keys.</summary>
    private readonly struct LeavingVisitor : IKeyVisitor
    {
        public void Visit(KeyBlock block)
        {
        }
    }
}
