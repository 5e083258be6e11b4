namespace Spinel.DataStructures;

/// <summary>
/// The state of an <see cref="EntryTable{TOps}"/>, in native memory: a table inside a collection then costs the managed
/// heap nothing.
/// </summary>
internal unsafe struct TableHeader
{
    /// <summary>Depths counted one by one; deeper chains share the last counter.</summary>
    public const int CountedDepths = 8;

    /// <summary>Addresses of segments. Points at <see cref="InlineSegment"/> while there is one segment.</summary>
    public byte** Directory;

    /// <summary>Logical buckets, without children.</summary>
    public long BucketCount;

    /// <summary>2^(L+1) - 1, where 2^L is the largest power of two that is at most <see cref="BucketCount"/>.</summary>
    public ulong HighMask;

    public long Count;

    /// <summary>More entries than this: one bucket is split.</summary>
    public long GrowAbove;

    /// <summary>Fewer entries than this: buckets are merged.</summary>
    public long ShrinkBelow;

    public HashKey Key;

    public byte* InlineSegment;

    /// <summary>Buckets that the first segment has room for, up to a whole segment.</summary>
    public int FirstSegmentBuckets;

    public int SegmentCount;

    /// <summary>Entries in <see cref="Directory"/>, used or not.</summary>
    public int DirectoryCapacity;

    /// <summary>At least the depth of the deepest child.</summary>
    public int MaxDepth;

    /// <summary>Somebody is told before entries change: see <see cref="TableParts"/>.</summary>
    public bool IsWatched;

    /// <summary>Children of buckets, on all depths.</summary>
    public long ChildCount;

    /// <summary>Entries that splits and merges have moved or examined since the table was made.</summary>
    public long MovedEntries;

    /// <summary>How many children lie at depth 1, 2, … below a logical bucket.</summary>
    public fixed long ChildrenAtDepth[CountedDepths];
}
