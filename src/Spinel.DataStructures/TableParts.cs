using System.Numerics;
using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>Takes parts of a table that are about to change before their turn has come.</summary>
public interface ITablePartSink
{
    void Take(TablePart part);
}

/// <summary>
/// Shows a large hash or set bucket by bucket, as it is when the walk begins. Once it is frozen it may change between the steps.
/// </summary>
/// <remarks>
/// The order of fields and members means nothing, so a bucket that is about to change and has not been shown is shown at once, to the sink, and skipped later.
/// One bit per bucket tells. Splits and merges announce the buckets that they touch, too; so a bucket that has not been shown is exactly as
/// it was, under the number that it had, and what came later is only in buckets that have been shown.
/// <para>
/// Cost: one bit per bucket, a seventh of a bit per element; a change pays for showing some seven elements at most, once for each bucket.
/// </para>
/// </remarks>
public sealed unsafe class TableParts
{
    private const int BucketsAhead = 2;
    private const int BucketsPerWord = 64;

    private TableHeader* _table;
    private NativeHeap? _heap;
    private ITablePartSink? _sink;
    private ulong[] _shown = [];
    private long _first;
    private long _next;
    private long _end;

    /// <summary>The part that <see cref="MoveNext"/> has come to.</summary>
    public TablePart Current { get; private set; }

    /// <summary>Whether a key holds a table.</summary>
    public static bool CanShow(KeyBlock block) =>
        block.Kind is ValueKind.Hash or ValueKind.Set && block.Encoding == ValueEncoding.HashTable;

    /// <summary>Begins with the table of a key.</summary>
    public void Begin(KeyBlock block)
    {
        _table = (TableHeader*)(block.Kind == ValueKind.Hash ? new FieldTable(block.Payload).TableAddress : block.Payload);
        _next = 0;
        _end = _table->BucketCount;
    }

    /// <summary>Goes to the next bucket; false when all have been shown.</summary>
    public bool MoveNext()
    {
        if (_heap is not null)
        {
            SkipShown();
        }

        if (_next == _end)
        {
            return false;
        }

        Current = new TablePart(new ChainEntries(BucketAt(_next)));
        if (_next + BucketsAhead < Math.Min(_end, _table->BucketCount))
        {
            BucketAt(_next + BucketsAhead).PrefetchEntries();
        }

        _next++;
        return true;
    }

    /// <summary>From now on the table may change between steps. What has to be shown early goes to <paramref name="sink"/>.</summary>
    public void Freeze(NativeHeap heap, ITablePartSink sink)
    {
        _first = _next & -BucketsPerWord;
        int words = checked((int)((_end - _first + BucketsPerWord - 1) / BucketsPerWord));
        if (_shown.Length < words)
        {
            _shown = new ulong[words];
        }
        else
        {
            _shown.AsSpan(0, words).Clear();
        }

        PartWatches.Add(heap, (nint)_table, this);
        _table->IsWatched = true;
        _heap = heap;
        _sink = sink;
    }

    /// <summary>Ends what <see cref="Freeze"/> began.</summary>
    public void Thaw()
    {
        if (_heap is { } heap)
        {
            _table->IsWatched = false;
            PartWatches.Remove(heap, (nint)_table);
            _heap = null;
            _sink = null;
            _table = null;
        }
    }

    /// <summary>Called by the table: the entries of a bucket are about to change, or to move.</summary>
    internal void BeforeChange(long bucket)
    {
        if (bucket < _next || bucket >= _end)
        {
            return;
        }

        long bit = bucket - _first;
        ulong mask = 1UL << (int)(bit % BucketsPerWord);
        ref ulong word = ref _shown[bit / BucketsPerWord];
        if ((word & mask) == 0)
        {
            word |= mask;
            _sink!.Take(new TablePart(new ChainEntries(BucketAt(bucket))));
        }
    }

    private void SkipShown()
    {
        while (_next < _end)
        {
            long bit = _next - _first;
            ulong word = _shown[bit / BucketsPerWord] >> (int)(bit % BucketsPerWord);
            int shown = BitOperations.TrailingZeroCount(~word);
            int left = BucketsPerWord - (int)(bit % BucketsPerWord);
            _next = Math.Min(_next + Math.Min(shown, left), _end);
            if (shown < left)
            {
                return;
            }
        }
    }

    // A bucket that has not been shown is there: merges announce the buckets that go.
    private Bucket BucketAt(long index) => EntryTable<SetEntryOps>.BucketAt(_table, (ulong)index);
}

/// <summary>Some fields of a hash, or members of a set. Valid until the value changes.</summary>
public struct TablePart
{
    private ChainEntries _entries;
    private nint _entry;

    internal TablePart(ChainEntries entries) => _entries = entries;

    /// <summary>The member, where the value is a set.</summary>
    public readonly ReadOnlySpan<byte> Member => new SetEntry(_entry).Member;

    /// <summary>The field, where the value is a hash.</summary>
    public readonly ReadOnlySpan<byte> Field => new HashEntry(_entry).Field;

    /// <summary>The field's value.</summary>
    public readonly ReadOnlySpan<byte> Value => new HashEntry(_entry).Value;

    /// <summary>When the field expires, in Unix milliseconds, or <see cref="KeyBlock.NoExpiry"/>.</summary>
    public readonly long ExpiryMs => new HashEntry(_entry).ExpiryMs;

    /// <summary>Goes to the next element, at first to the first one; false when there are no more.</summary>
    public bool MoveNext() => _entries.Next(out _entry);
}
