using System.Buffers.Binary;

namespace Spinel.DataStructures;

/// <summary>
/// Integers of 1 to 64 bits at any bit offset of a string, most significant bit first. Bits behind the end of the string read as zero.
/// </summary>
/// <remarks>
/// A field touches at most nine bytes: eight are read as one word, and a ninth fills in the low bits where the field begins inside a byte.
/// </remarks>
public static class BitFields
{
    private const int WordBits = 64;

    /// <summary>The field as an unsigned number.</summary>
    public static ulong Read(ReadOnlySpan<byte> bytes, long offset, int bits)
    {
        Span<byte> window = stackalloc byte[9];
        window.Clear();
        long first = offset >> 3;
        if (first < bytes.Length)
        {
            ReadOnlySpan<byte> part = bytes[(int)first..];
            part[..Math.Min(part.Length, window.Length)].CopyTo(window);
        }

        int skipped = (int)(offset & 7);
        ulong word = BinaryPrimitives.ReadUInt64BigEndian(window) << skipped;
        word |= (uint)window[8] >> (8 - skipped);
        return word >> (WordBits - bits);
    }

    /// <summary>The field as a number in two's complement.</summary>
    public static long ReadSigned(ReadOnlySpan<byte> bytes, long offset, int bits)
    {
        int unused = WordBits - bits;
        return (long)(Read(bytes, offset, bits) << unused) >> unused;
    }

    /// <summary>Stores the low bits of <paramref name="value"/>. Precondition: the string reaches to the field's end.</summary>
    public static void Write(Span<byte> bytes, long offset, int bits, ulong value)
    {
        long end = offset + bits;
        while (bits > 0)
        {
            // From the last byte to the first, as many bits as lie in it.
            int inByte = (int)(((end - 1) & 7) + 1);
            int count = Math.Min(inByte, bits);
            int shift = 8 - inByte;
            int mask = ((1 << count) - 1) << shift;
            ref byte target = ref bytes[(int)((end - 1) >> 3)];
            target = (byte)((target & ~mask) | ((int)(value << shift) & mask));
            value >>= count;
            bits -= count;
            end -= count;
        }
    }
}
