using System.Numerics;

namespace Spinel.DataStructures;

/// <summary>
/// Finds the first bit of a value in a string. Whole bytes that cannot hold it are skipped by the runtime's vectorised search; only
/// the byte in which it lies is looked at bit by bit.
/// </summary>
public static class BitSearch
{
    /// <summary>No such bit.</summary>
    public const long NotFound = -1;

    /// <summary>The position of the first bit equal to <paramref name="bit"/>, or <see cref="NotFound"/>.</summary>
    public static long First(ReadOnlySpan<byte> bytes, bool bit)
    {
        byte without = bit ? (byte)0x00 : (byte)0xFF;
        int at = bytes.IndexOfAnyExcept(without);
        return at < 0 ? NotFound : ((long)at << 3) + FirstInByte(bytes[at], bit);
    }

    /// <summary>
    /// The same between two positions, both included. Precondition: both lie in the string and are in order.
    /// </summary>
    public static long First(ReadOnlySpan<byte> bytes, bool bit, long firstBit, long lastBit)
    {
        int first = (int)(firstBit >> 3);
        int last = (int)(lastBit >> 3);
        int inFirst = 0xFF >> (int)(firstBit & 7);
        int inLast = ~(0x7F >> (int)(lastBit & 7)) & 0xFF;

        // The bits of an edge that do not count are given the value that is not looked for.
        byte edge = Masked(bytes[first], first == last ? inFirst & inLast : inFirst, bit);
        if (edge != (bit ? 0x00 : 0xFF))
        {
            return ((long)first << 3) + FirstInByte(edge, bit);
        }

        if (first == last)
        {
            return NotFound;
        }

        long found = First(bytes[(first + 1)..last], bit);
        if (found != NotFound)
        {
            return ((first + 1L) << 3) + found;
        }

        edge = Masked(bytes[last], inLast, bit);
        return edge == (bit ? 0x00 : 0xFF) ? NotFound : ((long)last << 3) + FirstInByte(edge, bit);
    }

    private static byte Masked(byte value, int mask, bool bit) => (byte)(bit ? value & mask : value | ~mask);

    private static int FirstInByte(byte value, bool bit) => BitOperations.LeadingZeroCount((uint)(bit ? value : ~value & 0xFF)) - 24;
}
