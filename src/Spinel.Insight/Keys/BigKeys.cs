using Spinel.DataStructures;
using Spinel.Engine;
using Spinel.Engine.Observation;

namespace Spinel.Insight.Keys;

/// <summary>
/// The largest keys of each type, at any time. The write door tells of changes of large keys only, so that everything else costs nothing; keys that are listed are looked
/// after by the cron; and what cannot be known that way - keys that were loaded, small keys in a keyspace that has no others, what comes next when listed
/// keys are gone - is found by a walk over all keys, in slices, when somebody asks.
/// </summary>
/// <remarks>
/// To measure a collection means to look at up to some thousand of its elements, of a stream at all of its nodes. So of changes in small steps some are drawn, the fewer the more
/// elements there are: no change pays for more than a few elements. A key that grows step by step is listed when it has grown by an eighth or so, and the size of
/// a listed one is some seconds old. Drawn and not counted, so that keys that are changed by turns do not take each other's turn.
/// </remarks>
internal sealed class BigKeys : ILargeKeyWatcher
{
    /// <summary>A change is measured that is so many changes at once, and one in so many of single ones.</summary>
    private const int MeasuredEvery = 16;

    /// <summary>Of single changes of a large collection, as many are measured while it changes once over.</summary>
    private const int MeasuredPerTurnover = 8;

    // The generator of Knuth's MMIX: good enough in its upper half.
    private const ulong DrawMultiplier = 6364136223846793005;
    private const ulong DrawIncrement = 1442695040888963407;
    private const int LookedAfterPerRun = 16;
    private const int BucketsPerCheck = 16;
    private const long MaxSliceMicroseconds = 500;
    private const long WalkAgainMs = 30_000;

    private readonly SpinelEngine _engine;
    private readonly BigKeyList[] _lists;
    private ulong _draw;
    private int _careList;
    private int _careIndex;
    private long _loadCount;
    private bool _isComplete;
    private bool _isWalking;
    private int _walkDatabase;
    private ulong _walkCursor;
    private long _walkedMs = long.MinValue / 2;
    private long _walkedDirty = -1;
    private long _lastSliceEnd;

    public BigKeys(SpinelEngine engine)
    {
        _engine = engine;
        _lists = new BigKeyList[KeyTally.Kinds];
        for (int i = 0; i < _lists.Length; i++)
        {
            _lists[i] = new BigKeyList();
        }

        // An empty keyspace has no large keys, and of what comes the write door tells.
        _loadCount = engine.Keyspace.LoadCount;
        _isComplete = true;
        for (int i = 0; i < engine.Keyspace.DatabaseCount; i++)
        {
            _isComplete &= engine.Keyspace[i].Count == 0;
        }
    }

    public static long MemoryBytes => KeyTally.Kinds * (long)BigKeyList.Capacity * (8 + 40 + 32);

    public int MaxTimeoutMs => _isWalking && !_engine.IsLoading ? 0 : int.MaxValue;

    public void OnLargeKey(Database database, KeyBlock block, ulong hash, long changes)
    {
        BigKeyList list = _lists[(int)block.Kind];
        if (block.Kind == ValueKind.String)
        {
            Enter(list, database, block, hash, block.MemoryBytes, block.StringLength);
            return;
        }

        long elements = KeyShape.ElementsOf(_engine.Heap, block);
        if (IsDrawn(elements / MeasuredPerTurnover) || (changes > MeasuredEvery && changes * MeasuredEvery >= elements))
        {
            Enter(list, database, block, hash, CollectionPayload.MemoryBytes(block), elements);
        }
    }

    /// <summary>The largest keys, largest first, as far as they are known: a walk over all keys that is under way may find larger ones.</summary>
    public List<BigKey> Top(ValueKind? kind, int count)
    {
        BeginWalkIfNeeded(kind, count);
        var keys = new List<BigKey>();
        foreach (ValueKind candidate in KeyFacts.Kinds)
        {
            if (kind is null || kind == candidate)
            {
                BigKeyList list = _lists[(int)candidate];
                for (int i = list.Count - 1; i >= 0; i--)
                {
                    LookAfter(list, i, candidate);
                }

                for (int i = 0; i < list.Count; i++)
                {
                    keys.Add(list[i]);
                }
            }
        }

        keys.Sort(static (a, b) => b.Bytes.CompareTo(a.Bytes));
        if (keys.Count > count)
        {
            keys.RemoveRange(count, keys.Count - count);
        }

        return keys;
    }

    public void RunBackground()
    {
        if (!_isWalking || _engine.IsLoading)
        {
            return;
        }

        long start = _engine.Clock.MonotonicMicroseconds();
        Walk(start + Math.Clamp((start - _lastSliceEnd) / 2, 50, MaxSliceMicroseconds));
        _lastSliceEnd = _engine.Clock.MonotonicMicroseconds();
        _engine.Statistics.InsightMicroseconds += _lastSliceEnd - start;
    }

    public void OnCron()
    {
        for (int i = 0; i < LookedAfterPerRun; i++)
        {
            BigKeyList list = _lists[_careList];
            if (_careIndex >= list.Count)
            {
                _careIndex = 0;
                _careList = (_careList + 1) % _lists.Length;
                continue;
            }

            _careIndex += LookAfter(list, _careIndex, (ValueKind)_careList) ? 1 : 0;
        }
    }

    /// <summary>Sees whether a listed key is still what it was.</summary>
    /// <returns>Whether it is still listed.</returns>
    private bool LookAfter(BigKeyList list, int index, ValueKind kind)
    {
        ref BigKey key = ref list[index];
        KeyTable keys = key.Database!.Keys;
        KeyBlock block = keys.Find(key.NameBytes, keys.Hash(key.NameBytes));
        if (block.IsNull || block.Kind != kind)
        {
            list.RemoveAt(index);
            return false;
        }

        long elements = KeyShape.ElementsOf(_engine.Heap, block);
        if (kind != ValueKind.Stream || KeyFacts.IsWorthMeasuring(elements, Math.Abs(elements - key.Elements)))
        {
            key.Bytes = CollectionPayload.MemoryBytes(block);
        }

        key.Elements = elements;
        return true;
    }

    /// <summary>True once in so many calls, or in <see cref="MeasuredEvery"/> if that is more.</summary>
    private bool IsDrawn(long interval)
    {
        _draw = (_draw * DrawMultiplier) + DrawIncrement;
        ulong atMost = (ulong)Math.Clamp(interval, MeasuredEvery, uint.MaxValue);
        return ((_draw >> 32) * atMost) >> 32 == 0;
    }

    private static void Enter(BigKeyList list, Database database, KeyBlock block, ulong hash, long bytes, long elements)
    {
        int at = list.IndexOf(database, hash);
        if (at < 0)
        {
            list.Offer(database, block, hash, bytes, elements);
        }
        else
        {
            list[at].Bytes = bytes;
            list[at].Elements = elements;
        }
    }

    private void BeginWalkIfNeeded(ValueKind? kind, int count)
    {
        if (_isWalking)
        {
            return;
        }

        bool isNeeded = !_isComplete || _engine.Keyspace.LoadCount != _loadCount;
        bool mayBeOld = _engine.Clock.NowMs - _walkedMs >= WalkAgainMs && _engine.Keyspace.Dirty != _walkedDirty;
        foreach (ValueKind candidate in KeyFacts.Kinds)
        {
            if (kind is not null && kind != candidate)
            {
                continue;
            }

            // Exact are those above the floor; and a list that is not full has room for keys that nobody tells of because they are small.
            BigKeyList list = _lists[(int)candidate];
            int exact = 0;
            for (int i = 0; i < list.Count; i++)
            {
                exact += list[i].Bytes >= list.Floor ? 1 : 0;
            }

            isNeeded |= mayBeOld && (exact < Math.Min(count, BigKeyList.Capacity / 2) || list.Count < BigKeyList.Capacity);
        }

        if (isNeeded)
        {
            _isWalking = true;
            _walkDatabase = 0;
            _walkCursor = 0;
            _loadCount = _engine.Keyspace.LoadCount;
            _walkedDirty = _engine.Keyspace.Dirty;
            _lastSliceEnd = _engine.Clock.MonotonicMicroseconds();
            foreach (BigKeyList list in _lists)
            {
                list.BeginWalk();
            }

            Walk(_lastSliceEnd + MaxSliceMicroseconds);
        }
    }

    private void Walk(long end)
    {
        var visitor = new Visitor(this);
        while (_isWalking)
        {
            if (_walkDatabase == _engine.Keyspace.DatabaseCount)
            {
                _isWalking = false;
                _isComplete = true;
                _walkedMs = _engine.Clock.NowMs;
                return;
            }

            visitor.Database = _engine.Keyspace[_walkDatabase];
            KeyTable keys = visitor.Database.Keys;
            for (int i = 0; i < BucketsPerCheck; i++)
            {
                keys.PrefetchScan(_walkCursor);
                _walkCursor = keys.Scan(_walkCursor, ref visitor);
                if (_walkCursor == 0)
                {
                    _walkDatabase++;
                    break;
                }
            }

            if (_engine.Clock.MonotonicMicroseconds() >= end)
            {
                return;
            }
        }
    }

    private ref struct Visitor(BigKeys owner) : IKeyVisitor
    {
        public Database Database = null!;

        public void Visit(KeyBlock block)
        {
            BigKeyList list = owner._lists[(int)block.Kind];
            long bytes = CollectionPayload.MemoryBytes(block);
            if (list.Count < BigKeyList.Capacity || bytes > list.Floor)
            {
                Enter(list, Database, block, Database.Keys.Hash(block.Key), bytes, KeyShape.ElementsOf(owner._engine.Heap, block));
            }
        }
    }
}
