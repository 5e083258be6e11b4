namespace Spinel.Memory;

/// <summary>Totals of a heap at one moment. All sizes are bytes.</summary>
/// <param name="BytesInUse">Live blocks, each at its class size; blocks above 32 KB at their size rounded up to pages.</param>
/// <param name="BytesFromSystem">What the heap believes is resident: touched and not yet given back.</param>
/// <param name="BytesMapped">Address space taken from the system, resident or not.</param>
/// <param name="BytesRetained">Free pages that are still resident; the next allocations take them without a page fault.</param>
/// <param name="Slabs">Slabs in existence, over all size classes.</param>
/// <param name="Chunks">16 MB chunks that slabs and page runs are cut from.</param>
/// <param name="MediumBlocks">Live blocks that are page runs (32 KB to 1 MB).</param>
/// <param name="DirectBlocks">Live blocks with a mapping of their own (above 1 MB).</param>
public readonly record struct HeapStatistics(
    long BytesInUse,
    long BytesFromSystem,
    long BytesMapped = 0,
    long BytesRetained = 0,
    long Slabs = 0,
    int Chunks = 0,
    long MediumBlocks = 0,
    int DirectBlocks = 0);

/// <summary>One size class of a heap at one moment.</summary>
/// <param name="BlockBytes">Size of every block of the class.</param>
/// <param name="LiveBlocks">Blocks handed out.</param>
/// <param name="CapacityBlocks">Blocks that the class's slabs hold in all; the difference is fragmentation.</param>
/// <param name="Slabs">Slabs of the class.</param>
public readonly record struct SizeClassStatistics(int BlockBytes, long LiveBlocks, long CapacityBlocks, long Slabs);
