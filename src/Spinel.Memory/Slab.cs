using System.Runtime.InteropServices;

namespace Spinel.Memory;

/// <summary>
/// The header of one slab: blocks of one size class in one aligned page run. Exactly a cache line; it lives in its
/// chunk's metadata (<see cref="Chunk"/>), so the slab itself is blocks from its first byte on.
///
/// Free blocks form a list through their own first 8 bytes. Blocks that were never handed out are not in it: they are taken
/// in address order, so that pages of a fresh slab become resident only when needed.
///
/// A slab is *current* (its class allocates from it), *partial* (in its class's list), or *full* (in no list).
/// <see cref="SlowAt"/> tells a free which count of used blocks changes that state, so the fast path compares once.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = Bytes)]
internal unsafe struct Slab
{
    internal const int Bytes = 64;

    /// <summary><see cref="SlowAt"/> of a current slab: freeing never changes its state.</summary>
    internal const uint IsCurrent = uint.MaxValue;

    /// <summary><see cref="SlowAt"/> of a partial slab: it goes back to the pages when its last block is freed.</summary>
    internal const uint IsPartial = 0;

    /// <summary>First free block, or null.</summary>
    public byte* Free;

    /// <summary>First block that was never handed out.</summary>
    public byte* Fresh;

    /// <summary>Blocks handed out, those waiting in the remote list included.</summary>
    public uint Used;

    /// <summary>The value of <see cref="Used"/> after a free that asks for the slow path; capacity - 1 for a full slab.</summary>
    public uint SlowAt;

    /// <summary>Blocks that were never handed out.</summary>
    public ushort FreshLeft;

    /// <summary>Number of the size class, from 1; 0 where no slab is.</summary>
    public byte Class;

    /// <summary>1 when no page was resident at the slab's birth: pages beyond <see cref="Fresh"/> are not resident.</summary>
    public byte Untouched;

    /// <summary>Blocks freed by other threads; see <see cref="RemoteList"/>.</summary>
    public ulong Remote;

    /// <summary>Next slab with remote frees.</summary>
    public Slab* NextRemote;

    /// <summary>Next partial slab of the class.</summary>
    public Slab* Next;

    /// <summary>Previous partial slab of the class.</summary>
    public Slab* Previous;

    /// <summary>First byte of the slab's blocks: header number i of a chunk belongs to the chunk's 64 KB unit i.</summary>
    internal static byte* BaseOf(Slab* slab)
        => (byte*)Chunk.Of(slab) + (((nuint)slab & (Chunk.Bytes - 1)) << 10);

    /// <summary>Header of the slab that starts at <paramref name="address"/>.</summary>
    internal static Slab* HeaderOf(byte* address)
        => (Slab*)((byte*)Chunk.Of(address) + (((nuint)address & (Chunk.Bytes - 1)) >> 10));
}

/// <summary>One size class of a heap, a cache line each.</summary>
[StructLayout(LayoutKind.Sequential, Size = 64)]
internal unsafe struct SizeClass
{
    /// <summary>The slab that allocations come from; the heap's shared empty slab when there is none.</summary>
    public Slab* Current;

    /// <summary>Which bits of a block's address, shifted right by 10, select its slab's header.</summary>
    public nuint HeaderMask;

    public long LiveBlocks;

    public uint BlockBytes;

    public uint Capacity;

    /// <summary>Slabs with free blocks, the most recently changed first.</summary>
    public Slab* Partial;

    public long Slabs;

    public int SlabPages;

    /// <summary>Place in the table of classes, plus 1: zeroed memory is no slab of any class.</summary>
    public int Number;
}

/// <summary>
/// The blocks of one slab that other threads freed, as one 64-bit word: offset of the first block / 8 (17 bits), offset of the
/// last block / 8 (17 bits), count (14 bits), and whether the slab stands in the heap's queue. Knowing both ends lets
/// the owner splice the list into its own in O(1), whatever its length.
/// </summary>
internal static class RemoteList
{
    private const int OffsetBits = 17;
    private const int CountShift = 2 * OffsetBits;
    private const ulong OffsetMask = (1UL << OffsetBits) - 1;
    private const ulong CountMask = (1UL << 14) - 1;
    private const ulong Queued = 1UL << (CountShift + 14);

    internal static bool IsQueued(ulong word) => (word & Queued) != 0;

    internal static uint Count(ulong word) => (uint)((word >> CountShift) & CountMask);

    internal static nuint FirstOffset(ulong word) => (nuint)(word & OffsetMask) << 3;

    internal static nuint LastOffset(ulong word) => (nuint)((word >> OffsetBits) & OffsetMask) << 3;

    /// <summary>The word with the block at <paramref name="offset"/> put in front.</summary>
    internal static ulong Push(ulong word, nuint offset)
    {
        ulong first = offset >> 3;
        ulong count = Count(word);
        ulong last = count == 0 ? first : (word >> OffsetBits) & OffsetMask;
        return first | (last << OffsetBits) | ((count + 1) << CountShift) | Queued;
    }
}
