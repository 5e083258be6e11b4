using Spinel.DataStructures;

namespace Spinel.Engine.Eviction;

/// <summary>
/// Keeps resident memory near what is used by moving keys out of slabs that are mostly holes (<see cref="Memory.NativeHeap.MoveIfSparse"/>).
/// <para>
/// At <c>maxmemory</c> what comes in is made room for by evicting something else, mostly of another size. Its slab keeps the hole. When sizes shift, up
/// to half of the memory can be holes that no newcomer fits in, so that the process exceeds by far what it was limited to. A walk over the tables that offers
/// every key for a move gives that back; it is started when there is enough to gain, goes on in slices of bounded time, and rests when a whole
/// walk finds the heap dense.
/// </para>
/// <para>
/// It is part of keeping a limit and works whenever memory is near it; without a limit, <c>activedefrag</c> asks for it. While somebody holds old images of
/// keys (a snapshot), blocks stay where they are.
/// </para>
/// </summary>
internal sealed class Compaction(SpinelEngine engine)
{
    /// <summary>The longest time that the walk may hold the engine at once.</summary>
    private const long MaxSliceMicroseconds = 500;

    private const int UsualSharePercent = 25;
    private const int UrgentSharePercent = 50;
    private const long CheckPeriodMs = 5;

    private const int BatchCapacity = 128;
    private const int StepsBetweenClockReads = 8;

    /// <summary>The share of the resident memory, in percent, that must be there to gain.</summary>
    private const int WorthwhilePercent = 2;
    private const long WorthwhileBytes = 1 << 20;

    /// <summary>What is resident is near the limit from this share of it, in percent.</summary>
    private const int NearLimitPercent = 90;

    /// <summary>From this share of the limit the walk takes more time.</summary>
    private const int UrgentLimitPercent = 104;

    private readonly KeyBlock[] _batch = new KeyBlock[BatchCapacity];
    private long _budgetMicroseconds;
    private long _lastMicroseconds;
    private long _nextCheckMs;
    private int _database;
    private ulong _cursor;
    private long _movedInWalk;

    /// <summary>True while a walk is under way: the loop should come back soon.</summary>
    public bool IsRunning { get; private set; }

    /// <summary>The share of the time that a walk takes, in percent; 0 when none is under way.</summary>
    public int SharePercent { get; private set; }

    /// <summary>Keys that were moved.</summary>
    public long MovedKeys { get; private set; }

    /// <summary>Keys that were looked at and left where they are.</summary>
    public long LeftKeys { get; private set; }

    /// <summary>Starts a walk when there is enough to gain, and goes on with it within its share of the time that has passed.</summary>
    public void Run()
    {
        long nowMs = engine.Clock.NowMs;
        if (nowMs >= _nextCheckMs || _nextCheckMs - nowMs > CheckPeriodMs)
        {
            _nextCheckMs = nowMs + CheckPeriodMs;
            Check();
        }

        if (IsRunning && engine.Keyspace.HasOldImageObservers)
        {
            // A snapshot may have begun since the last check.
            Stop();
        }

        if (IsRunning)
        {
            RunSlice();
        }
    }

    private void Check()
    {
        long limit = engine.MemoryLimit.LimitBytes;
        if (!IsRunning)
        {
            if (!IsWanted() || !IsWorthwhile())
            {
                return;
            }

            IsRunning = true;
            _database = 0;
            _cursor = 0;
            _movedInWalk = 0;
            _lastMicroseconds = engine.Clock.MonotonicMicroseconds();
        }

        SharePercent = limit > 0 && engine.MemoryLimit.ResidentBytes > limit / 100 * UrgentLimitPercent ? UrgentSharePercent : UsualSharePercent;
    }

    private void Stop()
    {
        IsRunning = false;
        SharePercent = 0;
    }

    private void RunSlice()
    {
        long start = engine.Clock.MonotonicMicroseconds();
        _budgetMicroseconds = Math.Min(MaxSliceMicroseconds, _budgetMicroseconds + ((start - _lastMicroseconds) * SharePercent / 100));
        _lastMicroseconds = start;
        if (_budgetMicroseconds < MaxSliceMicroseconds / 8)
        {
            return;
        }

        long now = start;
        for (int steps = 1; IsRunning && now - start < _budgetMicroseconds; steps++)
        {
            Step();
            if (steps % StepsBetweenClockReads == 0)
            {
                now = engine.Clock.MonotonicMicroseconds();
            }
        }

        _budgetMicroseconds -= engine.Clock.MonotonicMicroseconds() - start;
    }

    /// <summary>Offers the keys of one bucket for a move.</summary>
    private void Step()
    {
        Keyspace keyspace = engine.Keyspace;
        Database database = keyspace[_database];
        var collector = new Collector(_batch);
        _cursor = database.Keys.Scan(_cursor, ref collector);
        database.Keys.PrefetchScan(_cursor);
        for (int i = 0; i < collector.Count; i++)
        {
            bool moved = keyspace.Compact(database, _batch[i]);
            _movedInWalk += moved ? 1 : 0;
            MovedKeys += moved ? 1 : 0;
            LeftKeys += moved ? 0 : 1;
        }

        if (_cursor == 0)
        {
            NextDatabase();
        }
    }

    private void NextDatabase()
    {
        while (++_database < engine.Keyspace.DatabaseCount)
        {
            if (engine.Keyspace[_database].Count > 0)
            {
                return;
            }
        }

        // What a walk that moved nothing left behind is not of keys that it can move.
        if (_movedInWalk == 0 || !IsWanted() || !IsWorthwhile())
        {
            Stop();
        }

        _database = 0;
        _movedInWalk = 0;
    }

    private bool IsWanted()
    {
        if (engine.Keyspace.HasOldImageObservers)
        {
            return false;
        }

        long limit = engine.MemoryLimit.LimitBytes;
        return engine.Options.ActiveDefrag || (limit > 0 && engine.MemoryLimit.ResidentBytes > limit / 100 * NearLimitPercent);
    }

    private bool IsWorthwhile() =>
        engine.Heap.CompactableBytes > Math.Max(WorthwhileBytes, engine.MemoryLimit.ResidentBytes / 100 * WorthwhilePercent);

    /// <summary>Takes down the keys of a bucket; they move after the visit, since that changes the table.</summary>
    private struct Collector(KeyBlock[] batch) : IKeyVisitor
    {
        public int Count { get; private set; }

        public void Visit(KeyBlock block)
        {
            if (Count < batch.Length)
            {
                batch[Count++] = block;
            }
        }
    }
}
