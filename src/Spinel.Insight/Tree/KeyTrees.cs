using Spinel.DataStructures;
using Spinel.Engine;
using Spinel.Insight.Accesses;

namespace Spinel.Insight.Tree;

/// <summary>
/// The key trees of all databases: none as long as nobody asks. Asking for one begins to build it; it is given up when nobody has asked for some minutes.
/// <para>
/// A slice of building takes half as long as the turn before it, and a millisecond at most, as with snapshots: a busy server gives it a third of its time. In a turn without
/// commands it takes that millisecond, so that an idle server gives it nearly all.
/// </para>
/// </summary>
public sealed class KeyTrees : IKeyShapeObserver, IDisposable
{
    private const long KeptMs = 5 * 60_000;
    private const long MinSliceMicroseconds = 50;
    private const long MaxSliceMicroseconds = 1000;

    /// <summary>With ten million keys all leaves are seen to within a minute.</summary>
    private const int LeavesPerRefresh = 400;

    private readonly SpinelEngine _engine;
    private readonly List<KeyIndex> _indexes = [];
    private TrafficSample? _traffic;
    private long _lastSliceEnd;
    private long _lastCommands;

    internal KeyTrees(SpinelEngine engine) => _engine = engine;

    /// <summary>Native memory of all indexes, in bytes. It is not part of what <c>maxmemory</c> limits.</summary>
    public long MemoryBytes
    {
        get
        {
            long bytes = 0;
            foreach (KeyIndex index in _indexes)
            {
                bytes += index.MemoryBytes;
            }

            return bytes;
        }
    }

    internal IReadOnlyList<KeyIndex> Indexes => _indexes;

    /// <summary>Sampled reads, from which those of a prefix are estimated.</summary>
    internal TrafficSample Traffic => _traffic ??= new TrafficSample(_engine);

    internal bool IsActive => _indexes.Count > 0;

    internal int MaxTimeoutMs => IsBuilding ? 0 : int.MaxValue;

    private bool IsBuilding
    {
        get
        {
            foreach (KeyIndex index in _indexes)
            {
                if (!index.IsReady && !_engine.IsLoading)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>The tree of a database, which is begun if there is none. For the engine thread.</summary>
    /// <param name="number">The number of the database.</param>
    public TreeView Open(int number) => new(this, _engine, number);

    void IKeyShapeObserver.AfterShapeChange(Database database, ReadOnlySpan<byte> key, ulong hash, KeyBlock block, bool isWorthMeasuring)
    {
        foreach (KeyIndex index in _indexes)
        {
            if (index.Database == database)
            {
                index.Update(key, hash, block, isWorthMeasuring);
                return;
            }
        }
    }

    void IKeyShapeObserver.OnFlush(Database database)
    {
        int at = _indexes.FindIndex(index => index.Database == database);
        if (at >= 0)
        {
            // What comes is a database without keys: its index is complete at once, as soon as the keys are gone.
            Forget(at);
        }
    }

    /// <summary>Gives all up.</summary>
    public void Dispose()
    {
        while (_indexes.Count > 0)
        {
            Forget(_indexes.Count - 1);
        }
    }

    internal KeyIndex Get(Database database)
    {
        int at = _indexes.FindIndex(index => index.Database == database);
        if (at >= 0 && _indexes[at].IsObsolete)
        {
            Forget(at);
            at = -1;
        }

        if (at < 0)
        {
            if (_indexes.Count == 0)
            {
                _engine.Keyspace.Shapes = new ShapeWatch(_engine.Heap, this);
                _lastSliceEnd = _engine.Clock.MonotonicMicroseconds();
            }

            _engine.Keyspace.Shapes!.Forget();
            at = _indexes.Count;
            _indexes.Add(new KeyIndex(_engine, database));

            // Small databases are answered for at once.
            if (!_engine.IsLoading)
            {
                _indexes[at].Build(_engine.Clock.MonotonicMicroseconds() + MaxSliceMicroseconds);
            }
        }

        _indexes[at].LastUsedMs = _engine.Clock.NowMs;
        return _indexes[at];
    }

    internal void RunBackground()
    {
        foreach (KeyIndex index in _indexes)
        {
            index.EnterChanges();
        }

        if (!IsBuilding)
        {
            return;
        }

        long start = _engine.Clock.MonotonicMicroseconds();
        long commands = _engine.Statistics.TotalCommands;
        long slice = commands == _lastCommands ? MaxSliceMicroseconds : Math.Clamp((start - _lastSliceEnd) / 2, MinSliceMicroseconds, MaxSliceMicroseconds);
        long end = start + slice;
        _lastCommands = commands;
        foreach (KeyIndex index in _indexes)
        {
            if (!index.IsReady && !index.IsObsolete)
            {
                index.Build(end);
                break;
            }
        }

        _lastSliceEnd = _engine.Clock.MonotonicMicroseconds();
        _engine.Statistics.InsightMicroseconds += _lastSliceEnd - start;
    }

    internal void OnCron()
    {
        for (int i = _indexes.Count - 1; i >= 0; i--)
        {
            KeyIndex index = _indexes[i];
            if (_engine.Clock.NowMs - index.LastUsedMs > KeptMs || index.IsObsolete)
            {
                Forget(i);
            }
            else if (index.IsReady)
            {
                index.Refresh(LeavesPerRefresh);
            }
        }
    }

    private void Forget(int at)
    {
        KeyIndex index = _indexes[at];
        _indexes.RemoveAt(at);
        index.Dispose();
        if (_indexes.Count == 0)
        {
            _engine.Keyspace.Shapes = null;
        }
    }
}
