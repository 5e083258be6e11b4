using System.Numerics;
using Spinel.Memory;

namespace Spinel.DataStructures;

// Growing and shrinking by one bucket. A split hashes the names of one chain (about ten); a merge moves pointers only.
internal readonly unsafe partial struct EntryTable<TOps>
{
    /// <summary>A table shrinks by itself when it is this many times emptier than when it grows.</summary>
    private const int ShrinkFactor = 4;

    /// <summary>Insertions before a split in which its memory is asked for.</summary>
    private const int SplitPreparation = 3;

    /// <summary>
    /// Merges up to so many buckets while the table is less than half as full as it grows at; for idle time.
    /// </summary>
    /// <returns>Whether there is more to do.</returns>
    public bool ShrinkStep(NativeHeap heap, int buckets)
    {
        while (_header->BucketCount > 1 && _header->Count * 2 < _header->BucketCount * GrowthLoad)
        {
            if (buckets-- <= 0)
            {
                return true;
            }

            Merge(heap);
        }

        return false;
    }

    private void SetBucketCount(long buckets)
    {
        _header->BucketCount = buckets;
        _header->HighMask = (2UL << BitOperations.Log2((ulong)buckets)) - 1;
        _header->GrowAbove = buckets * GrowthLoad;
        _header->ShrinkBelow = buckets > 1 ? buckets * GrowthLoad / ShrinkFactor : 0;
    }

    /// <summary>Adds a last bucket, and moves to it the entries that belong there from the one bucket that had them.</summary>
    private void Split(NativeHeap heap)
    {
        long added = _header->BucketCount;
        AddBucketRoom(heap);
        ulong newBit = (_header->HighMask >> 1) + 1;
        if (IsWatched)
        {
            Announce(heap, (ulong)added & (newBit - 1));
        }

        Bucket source = BucketAt(_header, (ulong)added & (newBit - 1));
        Bucket target = BucketAt(_header, (ulong)added);
        target.Clear();
        SetBucketCount(added + 1);

        // The chain is copied out bucket by bucket and built again in place: what is written never overtakes what is read.
        byte* copy = stackalloc byte[Bucket.SizeBytes];
        Bucket read = new(copy);
        Buffer.MemoryCopy(source.Address, copy, Bucket.SizeBytes, Bucket.SizeBytes);
        source.Clear();
        Chain stay = new(source);
        Chain move = new(target);
        HashKey key = _header->Key;
        for (int depth = 1; ; depth++)
        {
            int count = read.Count;
            for (int slot = 0; slot < count; slot++)
            {
                nint entry = read.Entry(slot);
                bool moves = (TOps.Hash(key, TOps.KeyOf(entry)) & newBit) != 0;
                Append(heap, ref moves ? ref move : ref stay, entry, read.Tag(slot));
            }

            _header->MovedEntries += count;
            if (!read.HasChild)
            {
                return;
            }

            Bucket child = read.Child;
            Buffer.MemoryCopy(child.Address, copy, Bucket.SizeBytes, Bucket.SizeBytes);
            FreeChild(heap, child, depth);
        }
    }

    /// <summary>Moves the last bucket's entries to the bucket that it was split from.</summary>
    private void Merge(NativeHeap heap)
    {
        long removed = _header->BucketCount - 1;
        if (removed == 0)
        {
            return;
        }

        if (IsWatched)
        {
            Announce(heap, (ulong)removed);
        }

        SetBucketCount(removed);

        // 2^L <= removed < 2^(L+1): its partner is the same index without the top bit.
        ulong index = (ulong)removed & (_header->HighMask >> 1);
        if (IsWatched)
        {
            Announce(heap, index);
        }

        Chain chain = new(BucketAt(_header, index));
        Bucket read = BucketAt(_header, (ulong)removed);
        for (int depth = 0; ; depth++)
        {
            int count = read.Count;
            for (int slot = 0; slot < count; slot++)
            {
                Append(heap, ref chain, read.Entry(slot), read.Tag(slot));
            }

            _header->MovedEntries += count;
            Bucket done = read;
            bool more = read.HasChild;
            if (more)
            {
                read = read.Child;
            }

            if (depth > 0)
            {
                FreeChild(heap, done, depth);
            }

            if (!more)
            {
                break;
            }
        }

        DropBucketRoom(heap);
    }

    /// <summary>
    /// Asks for the memory that the coming split reads, one level per insertion: the bucket, then its entries and its child,
    /// then the child's entries. By the time of the split the ten names to be hashed are in the cache.
    /// </summary>
    private void PrepareSplit(long insertionsLeft)
    {
        Bucket source = BucketAt(_header, (ulong)_header->BucketCount & (_header->HighMask >> 1));
        switch (insertionsLeft)
        {
            case 2:
                Bucket.Prefetch(source.Address);
                break;
            case 1:
                source.PrefetchEntries();
                break;
            default:
                if (source.HasChild)
                {
                    source.Child.PrefetchEntries();
                }

                break;
        }
    }

    /// <summary>Makes sure that the segment of one bucket more exists. What it contains is undefined.</summary>
    private void AddBucketRoom(NativeHeap heap)
    {
        long buckets = _header->BucketCount;
        if (buckets < SegmentBuckets)
        {
            if (buckets == _header->FirstSegmentBuckets)
            {
                ResizeFirstSegment(heap, FirstSegmentRoom(buckets));
            }

            return;
        }

        if (buckets < (long)_header->SegmentCount << SegmentShift)
        {
            return;
        }

        if (_header->SegmentCount == _header->DirectoryCapacity)
        {
            GrowDirectory(heap);
        }

        _header->Directory[_header->SegmentCount++] = heap.Allocate(SegmentBytes);
    }

    /// <summary>Gives back what the table has not needed for half a segment, or half of the first one.</summary>
    private void DropBucketRoom(NativeHeap heap)
    {
        long buckets = _header->BucketCount;
        if (_header->SegmentCount > 1)
        {
            if (buckets <= ((long)(_header->SegmentCount - 1) << SegmentShift) - (SegmentBuckets / 2))
            {
                heap.Free(_header->Directory[--_header->SegmentCount], SegmentBytes);
            }
        }
        else if (buckets <= _header->FirstSegmentBuckets / 2 && FirstSegmentRoom(buckets) < _header->FirstSegmentBuckets)
        {
            ResizeFirstSegment(heap, FirstSegmentRoom(buckets));
        }
    }

    /// <summary>
    /// Buckets to have room for when there are so many: a quarter more, and what the heap's size class offers. A quarter and
    /// not double, because collections of a few thousand members are many, and the copy is never more than one segment.
    /// </summary>
    private static int FirstSegmentRoom(long buckets)
    {
        nuint wanted = (nuint)(buckets + (buckets / 4) + 1) * Bucket.SizeBytes;
        return (int)Math.Min(SegmentBuckets, NativeHeap.UsableSize(wanted) / Bucket.SizeBytes);
    }

    private void ResizeFirstSegment(NativeHeap heap, int buckets)
    {
        byte** first = &_header->Directory[0];
        *first = heap.Reallocate(
            *first, (nuint)_header->FirstSegmentBuckets * Bucket.SizeBytes, (nuint)buckets * Bucket.SizeBytes);
        _header->FirstSegmentBuckets = buckets;
    }

    private void GrowDirectory(NativeHeap heap)
    {
        int capacity = Math.Max(_header->DirectoryCapacity * 2, 8);
        byte** directory = (byte**)heap.Allocate((nuint)capacity * (nuint)sizeof(byte*));
        long used = _header->SegmentCount * (long)sizeof(byte*);
        Buffer.MemoryCopy(_header->Directory, directory, used, used);
        if (_header->DirectoryCapacity > 1)
        {
            heap.Free((byte*)_header->Directory, (nuint)_header->DirectoryCapacity * (nuint)sizeof(byte*));
        }

        _header->Directory = directory;
        _header->DirectoryCapacity = capacity;
    }
}
