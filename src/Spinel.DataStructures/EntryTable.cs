using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>
/// A hash table of pointers to entries that carry their own names, in cache-line buckets: linear hashing (Litwin, "Linear
/// hashing: a new tool for file and table addressing", VLDB 1980).
/// </summary>
/// <remarks>
/// Why this one: it grows and shrinks by one bucket at a time, so that no insertion pays for a rehash and memory never
/// holds two tables; and a search touches one cache line, its tags saying which entries are worth a look, and then the entry.
/// <para>
/// Bucket i holds the entries whose hash ends in i, taken to L+1 bits for buckets that have been split in this round and to L
/// bits for the others. When the table has more than <see cref="GrowthLoad"/> entries per bucket on average, the next bucket
/// in order is split into itself and a new last one; when it has fewer than a quarter of that, the last bucket is merged
/// back into the one it came from. Unsplit buckets hold up to twice as many entries as split ones, so some overflow into a
/// chain of children.
/// </para>
/// <para>
/// Buckets live in segments of 64 KB, found through a directory. A table within its first segment starts with one bucket
/// and reallocates that segment by quarters as it grows.
/// </para>
/// <para>
/// Invariants: an entry is in the chain of the bucket that its hash selects; chains are dense (see <see cref="Bucket"/>)
/// and a child holds at least two entries. The table owns its buckets and never the entries.
/// </para>
/// The struct is a handle; copies share the table. The heap is always the one that the table was made on.
/// </remarks>
internal readonly unsafe partial struct EntryTable<TOps>
    where TOps : struct, IEntryOps
{
    /// <summary>Average entries per logical bucket, above which the table grows.</summary>
    public const int GrowthLoad = 7;

    private const int SegmentShift = 10;
    private const int SegmentBuckets = 1 << SegmentShift;
    private const int SegmentBytes = SegmentBuckets * Bucket.SizeBytes;

    private readonly TableHeader* _header;

    public EntryTable(NativeHeap heap, HashKey key)
    {
        _header = (TableHeader*)heap.AllocateZeroed((nuint)sizeof(TableHeader));
        _header->Directory = &_header->InlineSegment;
        _header->DirectoryCapacity = 1;
        _header->InlineSegment = heap.AllocateZeroed(Bucket.SizeBytes);
        _header->FirstSegmentBuckets = 1;
        _header->SegmentCount = 1;
        _header->Key = key;
        SetBucketCount(1);
    }

    public EntryTable(nint address) => _header = (TableHeader*)address;

    public nint Address => (nint)_header;

    public long Count => _header->Count;

    public long BucketCount => _header->BucketCount;

    public long ChildCount => _header->ChildCount;

    public long MovedEntries => _header->MovedEntries;

    public HashKey Key => _header->Key;

    /// <summary>Bytes that the table occupies in the heap, without its entries.</summary>
    public long MemoryBytes
    {
        get
        {
            long directory = _header->DirectoryCapacity > 1 ? Usable((nuint)_header->DirectoryCapacity * (nuint)sizeof(byte*)) : 0;
            long segments = Usable((nuint)_header->FirstSegmentBuckets * Bucket.SizeBytes)
                + ((_header->SegmentCount - 1) * Usable(SegmentBytes));
            return Usable((nuint)sizeof(TableHeader)) + directory + segments + (_header->ChildCount * Usable(Bucket.SizeBytes));
        }
    }

    /// <summary>Whether who changes entries in place has to announce it by <see cref="BeforeChange(NativeHeap, ulong)"/>.</summary>
    public bool IsWatched => TOps.CanBeWatched && _header->IsWatched;

    public ulong Hash(ReadOnlySpan<byte> name) => TOps.Hash(_header->Key, name);

    /// <summary>Announces that the entry with this hash is about to change. Insertions and removals announce themselves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void BeforeChange(NativeHeap heap, ulong hash)
    {
        if (TOps.CanBeWatched && _header->IsWatched)
        {
            Announce(heap, IndexOf(hash));
        }
    }

    /// <summary>The entry of that name, or 0.</summary>
    public nint Find(ReadOnlySpan<byte> name, ulong hash)
    {
        Vector128<byte> tag = Vector128.Create(Bucket.TagOf(hash));
        Bucket bucket = BucketOf(hash);
        while (true)
        {
            for (uint matches = bucket.Matches(tag); matches != 0; matches &= matches - 1)
            {
                nint entry = bucket.Entry(BitOperations.TrailingZeroCount(matches));
                if (TOps.KeyOf(entry).SequenceEqual(name))
                {
                    return entry;
                }
            }

            if (!bucket.HasChild)
            {
                return 0;
            }

            bucket = bucket.Child;
        }
    }

    /// <summary>Adds an entry whose name the table does not have yet.</summary>
    public void Insert(NativeHeap heap, nint entry, ulong hash)
    {
        BeforeChange(heap, hash);
        Chain chain = new(BucketOf(hash));
        Append(heap, ref chain, entry, Bucket.TagOf(hash));
        long room = _header->GrowAbove - ++_header->Count;
        if (room < 0)
        {
            Split(heap);
        }
        else if (room < SplitPreparation)
        {
            PrepareSplit(room);
        }
    }

    /// <summary>Whether this very entry is in the table.</summary>
    public bool Contains(nint entry, ulong hash) => Locate(entry, hash, out _);

    /// <summary>Puts the entry's new address in the place of its old one.</summary>
    public bool Replace(nint old, nint moved, ulong hash)
    {
        if (!Locate(old, hash, out Place place))
        {
            return false;
        }

        place.Bucket.SetEntry(place.Slot, moved);
        return true;
    }

    /// <summary>Takes the entry of that name out and returns it, or 0.</summary>
    public nint Remove(NativeHeap heap, ReadOnlySpan<byte> name, ulong hash)
    {
        nint entry = Find(name, hash);
        if (entry != 0)
        {
            // The lines are in the cache now: to find the entry again by identity costs a few nanoseconds.
            Remove(heap, entry, hash);
        }

        return entry;
    }

    /// <summary>Takes this very entry out; reads nothing of the entry itself.</summary>
    public bool Remove(NativeHeap heap, nint entry, ulong hash)
    {
        if (!Locate(entry, hash, out Place place))
        {
            return false;
        }

        BeforeChange(heap, hash);
        FillHole(heap, place);
        if (--_header->Count < _header->ShrinkBelow)
        {
            Merge(heap);
            if (_header->Count < _header->ShrinkBelow)
            {
                Merge(heap);
            }
        }

        return true;
    }

    /// <summary>First stage of a lookup ahead of time: asks the memory for the bucket.</summary>
    public void PrefetchBucket(ulong hash) => Bucket.Prefetch(BucketOf(hash).Address);

    /// <summary>Second stage, when the bucket is likely there: asks for the entries that the tags point to, or for the child.</summary>
    public void PrefetchEntry(ulong hash)
    {
        Bucket bucket = BucketOf(hash);
        uint matches = bucket.Matches(Vector128.Create(Bucket.TagOf(hash)));
        if (matches == 0 && bucket.HasChild)
        {
            Bucket.Prefetch(bucket.Child.Address);
        }

        for (; matches != 0; matches &= matches - 1)
        {
            // Most entries are about 60 bytes long and start anywhere in a line: both lines are asked for.
            byte* entry = (byte*)bucket.Entry(BitOperations.TrailingZeroCount(matches));
            Bucket.Prefetch(entry);
            Bucket.Prefetch(entry + 48);
        }
    }

    /// <summary>Frees the buckets, in time proportional to their number.</summary>
    public void Free(NativeHeap heap)
    {
        PartWatches.ThrowIfWatched(IsWatched);
        EntryTableRelease release = new(_header);
        while (!release.IsDone)
        {
            release.FreeLast(heap, ownerThread: true);
        }

        release.FreeHeader(heap, ownerThread: true);
    }

    public EntryTableRelease Release() => new(_header);

    private static long Usable(nuint sizeBytes) => (long)NativeHeap.UsableSize(sizeBytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Bucket BucketAt(TableHeader* header, ulong index) =>
        new(header->Directory[index >> SegmentShift] + ((index & (SegmentBuckets - 1)) * Bucket.SizeBytes));

    /// <summary>The bucket that a hash selects: L+1 bits of it, or L where that bucket does not exist yet.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Bucket BucketOf(ulong hash) => BucketAt(_header, IndexOf(hash));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong IndexOf(ulong hash)
    {
        TableHeader* header = _header;
        ulong index = hash & header->HighMask;
        ulong low = hash & (header->HighMask >> 1);
        return index < (ulong)header->BucketCount ? index : low;
    }

    private void Announce(NativeHeap heap, ulong bucket) =>
        PartWatches.Get<TableParts>(heap, (nint)_header).BeforeChange((long)bucket);

    private bool Locate(nint entry, ulong hash, out Place place)
    {
        Vector128<byte> tag = Vector128.Create(Bucket.TagOf(hash));
        Bucket parent = default;
        Bucket head = BucketOf(hash);
        Bucket bucket = head;
        while (true)
        {
            for (uint matches = bucket.Matches(tag); matches != 0; matches &= matches - 1)
            {
                int slot = BitOperations.TrailingZeroCount(matches);
                if (bucket.Entry(slot) == entry)
                {
                    place = new Place(head, parent, bucket, slot);
                    return true;
                }
            }

            if (!bucket.HasChild)
            {
                place = default;
                return false;
            }

            parent = bucket;
            bucket = bucket.Child;
        }
    }

    /// <summary>Adds to the end of a chain, which gets a child when its last bucket is full.</summary>
    private void Append(NativeHeap heap, ref Chain chain, nint entry, byte tag)
    {
        while (chain.Tail.HasChild)
        {
            chain.Tail = chain.Tail.Child;
            chain.Depth++;
        }

        if (chain.Tail.IsFull)
        {
            Bucket child = new(heap.AllocateZeroed(Bucket.SizeBytes));
            chain.Tail.Link(child);
            chain.Tail = child;
            chain.Depth++;
            _header->ChildCount++;
            _header->ChildrenAtDepth[CounterOf(chain.Depth)]++;
            _header->MaxDepth = Math.Max(_header->MaxDepth, chain.Depth);
        }

        chain.Tail.Add(entry, tag);
    }

    /// <summary>Removes the entry at a place; the chain's last entry takes its slot.</summary>
    private void FillHole(NativeHeap heap, Place place)
    {
        Bucket parent = place.Parent;
        Bucket tail = place.Bucket;
        while (tail.HasChild)
        {
            parent = tail;
            tail = tail.Child;
        }

        int last = tail.Count - 1;
        place.Bucket.CopyEntry(place.Slot, tail, last);
        tail.RemoveLast();
        if (parent.Address != null && tail.Count == 1)
        {
            parent.Unlink();
            FreeChild(heap, tail, DepthOf(place.Head, parent) + 1);
        }
    }

    private void FreeChild(NativeHeap heap, Bucket child, int depth)
    {
        heap.Free(child.Address, Bucket.SizeBytes);
        _header->ChildCount--;
        _header->ChildrenAtDepth[CounterOf(depth)]--;
    }

    private static int CounterOf(int depth) => Math.Min(depth, TableHeader.CountedDepths) - 1;

    private static int DepthOf(Bucket head, Bucket bucket)
    {
        int depth = 0;
        for (; head.Address != bucket.Address; head = head.Child)
        {
            depth++;
        }

        return depth;
    }

    /// <summary>The end of a chain, kept while entries are appended to it.</summary>
    private struct Chain(Bucket head)
    {
        public Bucket Tail = head;
        public int Depth;
    }

    /// <summary>Where an entry was found. The parent is null in a logical bucket.</summary>
    private readonly record struct Place(Bucket Head, Bucket Parent, Bucket Bucket, int Slot);
}
