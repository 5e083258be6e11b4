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
    private const int BucketsPerForegroundStep = 16;
    private readonly NativeHeap _heap;
    private readonly ServerStatistics _statistics;
    private readonly WorkQueue<Work> _queue = new();
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

    /// <summary>Frees what a stream has no more.</summary>
    public void Free(StreamRemains remains) => Enqueue(new Work(default, null, null, 0) { Stream = remains });

    /// <summary>
    /// Empties a database's two tables. The keys are freed by the thread when <paramref name="lazily"/>, otherwise here and now; but in either case no more is freed
    /// here than holds nobody up, and the thread does the rest.
    /// </summary>
    public void FreeTables(KeyTable keys, KeyTable expires, bool lazily)
    {
        KeyTableRemains keyRemains = keys.Detach();
        KeyTableRemains expiryRemains = expires.Detach();
        if (keyRemains.Count > (lazily ? EffortThreshold : MaxForegroundEffort))
        {
            EnqueueTables(keyRemains, expiryRemains, keyRemains.Count);
            return;
        }

        // The index goes first: it holds handles on the blocks that the second pass frees.
        var leaving = new LeavingVisitor();
        while (expiryRemains.FreeStep(BucketsPerStep, ref leaving))
        {
        }

        var freeing = new ForegroundVisitor(this, lazily ? EffortThreshold : MaxForegroundEffort);
        while (keyRemains.FreeStep(BucketsPerForegroundStep, ref freeing))
        {
            if (freeing.EffortLeft <= 0)
            {
                EnqueueTables(keyRemains, expiryRemains, keyRemains.Count - freeing.KeyCount);
                return;
            }
        }
    }

    /// <summary>Empties a table of keys that has no index beside it, as <see cref="FreeTables"/> does.</summary>
    public void FreeTable(KeyTable keys, bool lazily)
    {
        KeyTableRemains remains = keys.Detach();
        if (remains.Count > (lazily ? EffortThreshold : MaxForegroundEffort))
        {
            EnqueueTables(remains, null, remains.Count);
            return;
        }

        var freeing = new ForegroundVisitor(this, long.MaxValue);
        while (remains.FreeStep(BucketsPerStep, ref freeing))
        {
        }
    }

    /// <summary>Finishes what is queued and ends the thread.</summary>
    public void Dispose()
    {
        _queue.Complete();
        _thread?.Join();
    }

    private void EnqueueTables(KeyTableRemains keys, KeyTableRemains? expires, long count)
    {
        Interlocked.Add(ref _pending, count);
        Enqueue(new Work(default, keys, expires, count));
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
        while (_queue.TryTake(out Work work))
        {
            if (!work.Stream.IsNull)
            {
                work.Stream.Free(_heap, ownerThread: false);
            }
            else if (!work.Block.IsNull)
            {
                CollectionPayload.FreeFromOtherThread(_heap, work.Block);
                work.Block.FreeFromOtherThread(_heap);
            }
            else
            {
                var leaving = new LeavingVisitor();
                while (work.Expires is { } expires && expires.FreeStepFromOtherThread(BucketsPerStep, ref leaving))
                {
                }

                var freeing = new FreeingVisitor(_heap);
                while (work.Keys!.FreeStepFromOtherThread(BucketsPerStep, ref freeing))
                {
                }
            }

            // Counted before it stops being pending: who sees nothing pending sees all that was freed.
            Interlocked.Add(ref _freed, work.Count);
            Interlocked.Add(ref _pending, -work.Count);
        }
    }

    private readonly record struct Work(KeyBlock Block, KeyTableRemains? Keys, KeyTableRemains? Expires, long Count)
    {
        public StreamRemains Stream { get; init; }
    }

    private readonly struct FreeingVisitor(NativeHeap heap) : IKeyVisitor
    {
        public void Visit(KeyBlock block)
        {
            CollectionPayload.FreeFromOtherThread(heap, block);
            block.FreeFromOtherThread(heap);
        }
    }

    /// <summary>Frees on the engine thread as long as there is effort left; what would take more goes to the other thread.</summary>
    private struct ForegroundVisitor(BackgroundFreer freer, long effort) : IKeyVisitor
    {
        public long EffortLeft { get; private set; } = effort;

        public long KeyCount { get; private set; }

        public void Visit(KeyBlock block)
        {
            KeyCount++;
            long effort = CollectionPayload.FreeEffort(block);
            if (effort > EffortLeft)
            {
                freer.Free(block);
                EffortLeft--;
            }
            else
            {
                CollectionPayload.Free(freer._heap, block);
                block.Free(freer._heap);
                EffortLeft -= effort;
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
