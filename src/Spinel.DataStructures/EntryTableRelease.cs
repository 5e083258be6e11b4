using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>
/// Takes a table apart from its last bucket to its first, at the caller's pace and on the caller's thread. The entries of
/// the bucket that is next may be read (and freed) before it goes.
/// </summary>
internal unsafe struct EntryTableRelease(TableHeader* header)
{
    private const int SegmentShift = 10;
    private const int SegmentBuckets = 1 << SegmentShift;

    private readonly TableHeader* _header = header;

    public readonly bool IsDone => _header->BucketCount == 0;

    public readonly ChainEntries LastEntries => new(LastBucket);

    private readonly Bucket LastBucket
    {
        get
        {
            long last = _header->BucketCount - 1;
            return new Bucket(_header->Directory[last >> SegmentShift] + ((last & (SegmentBuckets - 1)) * Bucket.SizeBytes));
        }
    }

    public readonly void FreeLast(NativeHeap heap, bool ownerThread)
    {
        Bucket bucket = LastBucket;
        bool hasChild = bucket.HasChild;
        while (hasChild)
        {
            Bucket child = bucket.Child;
            if (bucket.Address != LastBucket.Address)
            {
                Free(heap, bucket.Address, Bucket.SizeBytes, ownerThread);
            }

            bucket = child;
            hasChild = bucket.HasChild;
        }

        if (bucket.Address != LastBucket.Address)
        {
            Free(heap, bucket.Address, Bucket.SizeBytes, ownerThread);
        }

        long last = --_header->BucketCount;
        if ((last & (SegmentBuckets - 1)) == 0)
        {
            FreeSegments(heap, (int)(last >> SegmentShift), ownerThread);
        }
    }

    public readonly void FreeHeader(NativeHeap heap, bool ownerThread)
    {
        if (_header->DirectoryCapacity > 1)
        {
            Free(heap, (byte*)_header->Directory, (nuint)_header->DirectoryCapacity * (nuint)sizeof(byte*), ownerThread);
        }

        Free(heap, (byte*)_header, (nuint)sizeof(TableHeader), ownerThread);
    }

    /// <summary>Frees the segments from this one on: that of the bucket just freed, and a spare one behind it.</summary>
    private readonly void FreeSegments(NativeHeap heap, int from, bool ownerThread)
    {
        while (_header->SegmentCount > from)
        {
            int segment = --_header->SegmentCount;
            int buckets = segment == 0 ? _header->FirstSegmentBuckets : SegmentBuckets;
            Free(heap, _header->Directory[segment], (nuint)buckets * Bucket.SizeBytes, ownerThread);
        }
    }

    private static void Free(NativeHeap heap, byte* block, nuint sizeBytes, bool ownerThread)
    {
        if (ownerThread)
        {
            heap.Free(block, sizeBytes);
        }
        else
        {
            heap.FreeFromOtherThread(block, sizeBytes);
        }
    }
}
