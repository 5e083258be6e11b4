using Spinel.Memory;

namespace Spinel.DataStructures;

// Room for a known number of entries: what is loaded from a file is never moved by a split.
internal readonly unsafe partial struct EntryTable<TOps>
{
    /// <summary>
    /// Gives an empty table the buckets that it would have grown to with so many entries. Does nothing when it has entries or
    /// more buckets already. O(entries), so it is for loading.
    /// </summary>
    public void Reserve(NativeHeap heap, long entries)
    {
        long buckets = (entries + GrowthLoad - 1) / GrowthLoad;
        if (_header->Count != 0 || _header->ChildCount != 0 || buckets <= _header->BucketCount)
        {
            return;
        }

        nuint firstBytes = (nuint)Math.Min(buckets, SegmentBuckets) * Bucket.SizeBytes;
        int first = (int)Math.Min(SegmentBuckets, NativeHeap.UsableSize(firstBytes) / Bucket.SizeBytes);
        if (first > _header->FirstSegmentBuckets)
        {
            ResizeFirstSegment(heap, first);
        }

        // All buckets are empty, so none of what the first segment held is missed.
        new Span<byte>(_header->Directory[0], _header->FirstSegmentBuckets * Bucket.SizeBytes).Clear();
        while ((long)_header->SegmentCount << SegmentShift < buckets)
        {
            if (_header->SegmentCount == _header->DirectoryCapacity)
            {
                GrowDirectory(heap);
            }

            _header->Directory[_header->SegmentCount++] = heap.AllocateZeroed(SegmentBytes);
        }

        SetBucketCount(buckets);
    }
}
