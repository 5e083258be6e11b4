using Spinel.DataStructures;
using Spinel.Engine;
using Spinel.Insight.Keys;
using Spinel.Memory;

namespace Spinel.Insight.Tree;

/// <summary>
/// The index of one database's keys: built in slices by a walk over the table, and kept right from the first moment by what changes. Both may come upon the same key, in any
/// order, for whatever is entered is how the key is then.
/// </summary>
internal sealed class KeyIndex : IDisposable
{
    private const int BucketsPerCheck = 8;

    private readonly SpinelEngine _engine;
    private readonly NativeHeap _heap;
    private readonly NameIndex _names;
    private readonly NameChanges _changes = new();
    private readonly long _loadCount;
    private readonly byte[] _refreshAt = new byte[NameIndex.NameRoomBytes];
    private readonly byte[] _nameRoom = new byte[NameIndex.NameRoomBytes];
    private int _refreshLength;
    private ulong _cursor;
    private long _visited;

    public KeyIndex(SpinelEngine engine, Database database)
    {
        _engine = engine;
        Database = database;
        _heap = new NativeHeap(new HeapOptions(engine.Heap.IsChecked));
        _names = new NameIndex(_heap);
        _loadCount = engine.Keyspace.LoadCount;
        IsReady = database.Count == 0;
    }

    public Database Database { get; }

    /// <summary>The names as they are now. What has changed waits to be entered until somebody looks.</summary>
    public NameIndex Names
    {
        get
        {
            EnterChanges();
            return _names;
        }
    }

    /// <summary>All keys are in it.</summary>
    public bool IsReady { get; private set; }

    /// <summary>How much of the table has been walked, 0 to 1.</summary>
    public double Progress => IsReady ? 1 : Math.Min(0.999, (double)_visited / Math.Max(1, Database.Count));

    /// <summary>When somebody last asked, in Unix milliseconds.</summary>
    public long LastUsedMs { get; set; }

    /// <summary>Keys have been loaded since it was begun, of which it knows nothing.</summary>
    public bool IsObsolete => _engine.Keyspace.LoadCount != _loadCount;

    public long MemoryBytes => _heap.BytesInUse;

    public long ResidentBytes => _heap.BytesFromSystem;

    private uint NowSeconds => (uint)(_engine.Clock.NowMs / 1000);

    /// <summary>Goes on with the walk.</summary>
    /// <param name="end">Until when, in microseconds of the monotonic clock.</param>
    public void Build(long end)
    {
        // What the walk comes upon is how a key is now, and must not be overwritten by how it was.
        EnterChanges();
        var visitor = new Visitor(this);
        while (!IsReady)
        {
            for (int i = 0; i < BucketsPerCheck && !IsReady; i++)
            {
                Database.Keys.PrefetchScan(_cursor);
                _cursor = Database.Keys.Scan(_cursor, ref visitor);
                IsReady = _cursor == 0;
            }

            if (_engine.Clock.MonotonicMicroseconds() >= end)
            {
                break;
            }
        }

        _visited += visitor.Visited;
    }

    /// <summary>A key has come, gone or changed its shape.</summary>
    /// <param name="block">The key as it is; null when it is gone.</param>
    /// <param name="isWorthMeasuring">False: the bytes that are known of a large collection are good enough.</param>
    public void Update(ReadOnlySpan<byte> key, ulong hash, KeyBlock block, bool isWorthMeasuring)
    {
        ReadOnlySpan<byte> name = NameIndex.Fold(key, _nameRoom, hash);
        if (_changes.IsFull)
        {
            EnterChanges();
        }

        if (block.IsNull)
        {
            _changes.AddRemoval(name);
        }
        else
        {
            long bytes = !isWorthMeasuring && Names.TryFind(name, out NameFacts known) && known.Kind == block.Kind
                ? known.Bytes
                : CollectionPayload.MemoryBytes(block);
            _changes.Add(name, new NameFacts(block.Kind, bytes, KeyFacts.ExpirySecondsOf(block)));
        }
    }

    /// <summary>Enters what has changed since the last time: many changes at once cost much less than each by itself.</summary>
    public void EnterChanges()
    {
        if (_changes.Count > 0)
        {
            _names.Apply(_changes, NowSeconds);
            _changes.Clear();
        }
    }

    /// <summary>Brings the TTL buckets of some leaves up to date, and goes on with others the next time.</summary>
    public void Refresh(int leaves)
    {
        Span<byte> next = stackalloc byte[NameIndex.NameRoomBytes];
        int length = Names.RefreshBuckets(_refreshAt.AsSpan(0, _refreshLength), leaves, NowSeconds, next);
        next[..length].CopyTo(_refreshAt);
        _refreshLength = length;
    }

    public void Dispose()
    {
        if (_heap.IsChecked)
        {
            // A server is released by a thread of its owner's.
            _heap.BindToCurrentThread();
            _names.Dispose();
            _heap.Dispose();
            return;
        }

        // Giving hundreds of megabytes back to the system takes milliseconds.
        ThreadPool.UnsafeQueueUserWorkItem(static heap => heap.ReleaseAll(), _heap, preferLocal: false);
    }

    private void Enter(ReadOnlySpan<byte> name, KeyBlock block) =>
        _names.Set(name, new NameFacts(block.Kind, CollectionPayload.MemoryBytes(block), KeyFacts.ExpirySecondsOf(block)), NowSeconds);

    private ref struct Visitor(KeyIndex index) : IKeyVisitor
    {
        public int Visited;

        public void Visit(KeyBlock block)
        {
            Visited++;
            ReadOnlySpan<byte> key = block.Key;
            if (key.Length <= NameIndex.MaxNameBytes)
            {
                index.Enter(key, block);
                return;
            }

            index.Enter(NameIndex.Fold(key, index._nameRoom, index.Database.Keys.Hash(key)), block);
        }
    }
}
