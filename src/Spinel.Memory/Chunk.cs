using System.Numerics;
using System.Runtime.InteropServices;

namespace Spinel.Memory;

/// <summary>
/// The first 64 KB of every 16 MB chunk: all metadata of the chunk. Chunks are aligned to their size, so any block finds its
/// metadata by masking its own address. Slab headers stand side by side here, one cache line for each 64 KB unit, instead of
/// at the start of each slab: headers at 64 KB strides would all compete for the same few cache sets.
/// Unit 0 is this very area, so its slab header's place holds the chunk's own fields. Pages that nobody needs stay untouched.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = HeaderBytes)]
internal unsafe struct Chunk
{
    internal const int Bytes = 16 * 1024 * 1024;
    internal const int PageBytes = 4096;
    internal const int PageShift = 12;
    internal const int Pages = Bytes / PageBytes;
    internal const int HeaderBytes = 64 * 1024;
    internal const int HeaderPages = HeaderBytes / PageBytes;
    internal const int UsablePages = Pages - HeaderPages;

    /// <summary>Place of the chunk in its page heap's table.</summary>
    [FieldOffset(0)]
    public int Index;

    /// <summary>Free pages; <see cref="UsablePages"/> when the chunk is empty.</summary>
    [FieldOffset(4)]
    public int FreePages;

    /// <summary>At the first and last page of a free run its length, 0 everywhere else.</summary>
    [FieldOffset(16 * 1024)]
    public fixed ushort RunLengths[Pages];

    /// <summary>At the first page of a free run: the next run of the same length.</summary>
    [FieldOffset(24 * 1024)]
    public fixed uint Next[Pages];

    /// <summary>At the first page of a free run: the previous run of the same length.</summary>
    [FieldOffset(40 * 1024)]
    public fixed uint Previous[Pages];

    /// <summary>One bit for each page: set while the page is believed resident.</summary>
    [FieldOffset(56 * 1024)]
    public fixed ulong Dirty[Pages / 64];

    internal static Chunk* Of(void* address) => (Chunk*)((nuint)address & ~(nuint)(Bytes - 1));

    internal static int PageOf(void* address) => (int)((nuint)address & (Bytes - 1)) >> PageShift;

    internal static byte* Address(Chunk* chunk, int page) => (byte*)chunk + ((nint)page << PageShift);

    /// <summary>Sets the pages' dirty bits to <paramref name="value"/> and returns how many were set before.</summary>
    internal static int MarkDirty(Chunk* chunk, int page, int count, bool value)
    {
        int before = 0;
        int end = page + count;
        while (page < end)
        {
            int bit = page & 63;
            int span = Math.Min(64 - bit, end - page);
            ulong mask = (span == 64 ? ulong.MaxValue : (1UL << span) - 1) << bit;
            ref ulong word = ref chunk->Dirty[page >> 6];
            before += BitOperations.PopCount(word & mask);
            word = value ? word | mask : word & ~mask;
            page += span;
        }

        return before;
    }

    internal static bool IsDirty(Chunk* chunk, int page) => (chunk->Dirty[page >> 6] & (1UL << (page & 63))) != 0;

    internal static bool HasDirty(Chunk* chunk, int page, int count)
    {
        int end = page + count;
        while (page < end)
        {
            int bit = page & 63;
            int span = Math.Min(64 - bit, end - page);
            ulong mask = (span == 64 ? ulong.MaxValue : (1UL << span) - 1) << bit;
            if ((chunk->Dirty[page >> 6] & mask) != 0)
            {
                return true;
            }

            page += span;
        }

        return false;
    }

    internal static int CountDirty(Chunk* chunk)
    {
        int count = 0;
        for (int i = 0; i < Pages / 64; i++)
        {
            count += BitOperations.PopCount(chunk->Dirty[i]);
        }

        return count;
    }
}
