using System.Numerics;

namespace Spinel.Memory;

/// <summary>
/// The arithmetic of block sizes. Up to 128 bytes classes are 8 bytes apart; above, every doubling is cut into eight
/// equal steps (144, 160 … 256, 288 … 32768). A request above 64 bytes therefore wastes less than 12 % (129 bytes
/// in a 144-byte block are the worst case), and 80 classes cover everything that lives in slabs. Larger blocks are whole pages.
/// </summary>
internal static class SizeClasses
{
    internal const int Count = 80;

    /// <summary>The largest block that lives in a slab.</summary>
    internal const int LargestBytes = 32 * 1024;

    /// <summary>The largest block that is a page run of a chunk; beyond it a block has its own mapping.</summary>
    internal const int LargestRunBytes = 1024 * 1024;

    /// <summary>More than any user address space holds: such a request is a bug, and rounding it up could overflow.</summary>
    internal const long AbsurdBytes = 1L << 47;

    private const int LinearClasses = 16;
    private const int StepsPerDoublingLog2 = 3;

    /// <summary>Class of a request of at most <see cref="LargestBytes"/>.</summary>
    internal static int IndexOf(nuint sizeBytes)
    {
        if (sizeBytes <= 128)
        {
            return sizeBytes == 0 ? 0 : (int)((sizeBytes - 1) >> 3);
        }

        uint last = (uint)sizeBytes - 1;
        int doubling = BitOperations.Log2(last);
        return LinearClasses + ((doubling - 7) << StepsPerDoublingLog2) + (int)(last >> (doubling - StepsPerDoublingLog2)) - 8;
    }

    /// <summary>Block size of a class.</summary>
    internal static uint BytesOf(int index)
    {
        if (index < LinearClasses)
        {
            return (uint)(index + 1) * 8;
        }

        int step = index - LinearClasses;
        return (uint)(9 + (step & 7)) << (4 + (step >> StepsPerDoublingLog2));
    }

    /// <summary>
    /// Slab size of a class: large enough that the unused tail stays under 4 %, small enough that a rarely used class costs little.
    /// </summary>
    internal static int SlabBytesOf(int index) => BytesOf(index) switch
    {
        <= 1024 => 64 * 1024,
        <= 8192 => 128 * 1024,
        _ => 512 * 1024,
    };

    /// <summary>The bytes that a request of any size occupies.</summary>
    internal static nuint UsableBytes(nuint sizeBytes)
    {
        if (sizeBytes <= 128)
        {
            return sizeBytes == 0 ? 8 : (sizeBytes + 7) & ~(nuint)7;
        }

        if (sizeBytes <= LargestBytes)
        {
            nuint step = (nuint)1 << (BitOperations.Log2((uint)sizeBytes - 1) - StepsPerDoublingLog2);
            return (sizeBytes + step - 1) & ~(step - 1);
        }

        return (sizeBytes + (Chunk.PageBytes - 1)) & ~(nuint)(Chunk.PageBytes - 1);
    }
}
