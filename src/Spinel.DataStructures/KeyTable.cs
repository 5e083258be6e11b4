using System.Diagnostics;
using System.Runtime.CompilerServices;
using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>
/// The keys of a database by name: an <see cref="EntryTable{TOps}"/> of <see cref="KeyBlock"/>s. A second one over the same
/// blocks serves as the index of the keys that expire.
/// </summary>
/// <remarks>
/// The table never frees a block: whoever removes a key does. Callers hash a name once and pass the hash along, so that
/// looking up, inserting and removing, in both tables, share it: all tables of a server have the same <see cref="HashKey"/>.
/// </remarks>
public sealed class KeyTable : IDisposable
{
    private readonly NativeHeap _heap;
    private readonly HashKey _key;
    private EntryTable<KeyOps> _table;

    public KeyTable(NativeHeap heap, HashKey key)
    {
        ArgumentNullException.ThrowIfNull(heap);
        _heap = heap;
        _key = key;
        _table = new EntryTable<KeyOps>(heap, key);
    }

    public long Count => _table.Count;

    /// <summary>Logical buckets, without the children of crowded ones.</summary>
    public long BucketCount => _table.BucketCount;

    /// <summary>Bytes that buckets and directory occupy in the heap, without the keys.</summary>
    public long MemoryBytes => _table.MemoryBytes;

    /// <summary>Keys that growing and shrinking have moved or examined so far.</summary>
    internal long MovedEntries => _table.MovedEntries;

    internal long ChildCount => _table.ChildCount;

    public ulong Hash(ReadOnlySpan<byte> key) => _key.Hash(key);

    /// <summary>Makes an empty table as large as so many keys need, so that loading them moves nothing.</summary>
    public void Reserve(long keys) => _table.Reserve(_heap, keys);

    /// <summary>The key of that name, or none (<see cref="KeyBlock.IsNull"/>).</summary>
    public KeyBlock Find(ReadOnlySpan<byte> key, ulong hash) => new(_table.Find(key, hash));

    /// <summary>Adds a key whose name the table does not have: that is the caller's to know.</summary>
    public void Insert(KeyBlock block, ulong hash)
    {
        Debug.Assert(_table.Find(block.Key, hash) == 0, "The key is in the table already.");
        _table.Insert(_heap, block.Address, hash);
    }

    /// <summary>Notes that a key's block has moved. The old handle is only compared, so its block may be freed already.</summary>
    /// <exception cref="InvalidOperationException">The old handle is not in the table: the keyspace is damaged.</exception>
    public void Replace(KeyBlock old, KeyBlock moved, ulong hash)
    {
        if (!_table.Replace(old.Address, moved.Address, hash))
        {
            throw new InvalidOperationException("A key that moved is not in its table.");
        }
    }

    /// <summary>Takes the key of that name out and returns it, or none.</summary>
    public KeyBlock Remove(ReadOnlySpan<byte> key, ulong hash) => new(_table.Remove(_heap, key, hash));

    /// <summary>Takes this very block out. It is only compared, never read.</summary>
    public bool Remove(KeyBlock block, ulong hash) => _table.Remove(_heap, block.Address, hash);

    /// <summary>Whether this very block is in the table. It is only compared, never read.</summary>
    public bool Contains(KeyBlock block, ulong hash) => _table.Contains(block.Address, hash);

    /// <summary>First stage of a lookup ahead of time: asks the memory for the bucket.</summary>
    public void PrefetchBucket(ulong hash) => _table.PrefetchBucket(hash);

    /// <summary>Second stage, some hundred nanoseconds later: asks the memory for the key that the bucket points to.</summary>
    public void PrefetchEntry(ulong hash) => _table.PrefetchEntry(hash);

    /// <summary>
    /// One step of a walk: shows the visitor the keys of one bucket. Start with cursor 0, go on with the one returned, stop
    /// when that is 0.
    /// </summary>
    /// <remarks>
    /// A key that is in the table from the first step to the last is shown at least once, whatever happens to the table
    /// between the steps; exactly once when the table does not shrink. Any number is a valid cursor.
    /// </remarks>
    public ulong Scan<TVisitor>(ulong cursor, ref TVisitor visitor)
        where TVisitor : struct, IKeyVisitor, allows ref struct
    {
        ulong next = _table.ScanStep(cursor, out ChainEntries entries);
        while (entries.Next(out nint entry))
        {
            visitor.Visit(new KeyBlock(entry));
        }

        return next;
    }

    /// <summary>As <see cref="Scan"/>, for who goes on at the next cursor at once: the memory is asked for what that will read before the visitor is shown anything.</summary>
    public ulong ScanAhead<TVisitor>(ulong cursor, ref TVisitor visitor)
        where TVisitor : struct, IKeyVisitor, allows ref struct
    {
        ulong next = _table.ScanStep(cursor, out ChainEntries entries);
        _table.PrefetchScan(next);
        while (entries.Next(out nint entry))
        {
            visitor.Visit(new KeyBlock(entry));
        }

        return next;
    }

    /// <summary>
    /// Asks the memory for what <see cref="Scan"/> will read at this cursor, and, one level ahead, for what it reads first at the cursor after it.
    /// </summary>
    public void PrefetchScan(ulong cursor) => _table.PrefetchScan(cursor);

    /// <summary>
    /// Whether a walk at this cursor has left the place of this hash behind, so that it has shown the key (if it was there)
    /// and need not show it again. At cursor 0 a walk has shown nothing.
    /// </summary>
    public static bool HasPassed(ulong cursor, ulong hash) => EntryTable<KeyOps>.HasPassed(cursor, hash);

    /// <summary>A key, each with exactly the same probability; none when the table is empty.</summary>
    public KeyBlock Random(Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return new KeyBlock(_table.Random(random));
    }

    /// <summary>
    /// Makes a sparse table smaller by at most so many buckets; each costs about a microsecond. Tables that are at most half
    /// empty are left alone.
    /// </summary>
    /// <returns>Whether there is more to do.</returns>
    public bool ShrinkStep(int buckets) => _table.ShrinkStep(_heap, buckets);

    /// <summary>How many buckets have 0, 1, 2, … keys. Visits the whole table: for debugging.</summary>
    public long[] ChainLengths() => _table.ChainLengths();

    /// <summary>Takes out everything at once, in constant time; the table is empty afterwards.</summary>
    public KeyTableRemains Detach()
    {
        KeyTableRemains remains = new(_heap, _table);
        _table = new EntryTable<KeyOps>(_heap, _key);
        return remains;
    }

    /// <summary>Frees the table. The keys are the caller's.</summary>
    public void Dispose()
    {
        if (_table.Address != 0)
        {
            _table.Free(_heap);
            _table = default;
        }
    }
}

/// <summary>How the table sees a <see cref="KeyBlock"/>.</summary>
internal readonly struct KeyOps : IEntryOps
{
    public static bool CanBeWatched => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ReadOnlySpan<byte> KeyOf(nint entry) => new KeyBlock(entry).Key;

    public static ulong Hash(HashKey key, ReadOnlySpan<byte> name) => key.Hash(name);
}
