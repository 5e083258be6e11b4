using System.Runtime.CompilerServices;

namespace Spinel.DataStructures;

/// <summary>
/// The bytes of one listpack entry: encoding and data, then the length of these two once more (backlen), so that a
/// reader can go backwards.
/// <code>
///  0xxxxxxx                      unsigned integer of 7 bits
///  10LLLLLL                      string of up to 63 bytes
///  110xxxxx x                    signed integer of 13 bits
///  1110LLLL L                    string of up to 4095 bytes
///  11110000 LLLL                 string, 32-bit length
///  11110001 11110010 11110011 11110100   signed integers of 16, 24, 32, 64 bits, little-endian
///  11111111                      the end of the listpack
/// </code>
/// The backlen holds 7 bits per byte, the most significant first; all bytes but the first have their top bit set, which tells
/// the reader from the right to go on.
/// Source: the listpack specification of Salvatore Sanfilippo. What it leaves open, the limits of the backlen's lengths, is as Redis
/// writes it: 16383 takes three bytes though two could hold it.
/// </summary>
internal static unsafe class ListpackEntry
{
    internal const byte End = 0xFF;

    internal const byte String6 = 0x80;
    internal const byte Integer13 = 0xC0;
    internal const byte String12 = 0xE0;
    internal const byte String32 = 0xF0;
    internal const byte Integer16 = 0xF1;
    internal const byte Integer24 = 0xF2;
    internal const byte Integer32 = 0xF3;
    internal const byte Integer64 = 0xF4;

    internal const int String6Limit = 64;
    internal const int String12Limit = 4096;

    private const int MaxBacklenBytes = 5;

    // Encoding, data and backlen of the four widest integers, one byte each.
    private const uint WideIntegerSizes = 0x0A_06_05_04;

    /// <summary>Encoding, data and backlen in bytes. Precondition: <paramref name="p"/> is at an entry, not at the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int FullSize(byte* p)
    {
        // The short encodings have a backlen of one byte.
        int head = *p;
        if (head < String6)
        {
            return 2;
        }

        if (head < Integer13)
        {
            return 2 + (head & 0x3F);
        }

        if (head < String12)
        {
            return 3;
        }

        int wide = head - Integer16;
        return (uint)wide <= Integer64 - Integer16 ? (int)(WideIntegerSizes >> (wide << 3)) & 0xFF : FullSizeOfString(p);
    }

    /// <summary>Whether an entry that begins with <paramref name="head"/> holds a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool IsInteger(int head) =>
        head < String6 || head is (>= Integer13 and < String12) or (>= Integer16 and <= Integer64);

    /// <summary>The number of an entry for which <see cref="IsInteger"/> holds.</summary>
    internal static long ReadInteger(byte* p)
    {
        int head = *p;
        return head switch
        {
            < String6 => head,
            < String12 => ((head & 0x1F) << 8 | p[1]) << 19 >> 19,
            Integer16 => *(short*)(p + 1),
            Integer24 => *(ushort*)(p + 1) | (sbyte)p[3] << 16,
            Integer32 => *(int*)(p + 1),
            _ => *(long*)(p + 1),
        };
    }

    internal static InvalidOperationException Damaged(int head) => new($"Damaged listpack: {head:x2} begins no entry.");

    /// <summary>Encoding and data in bytes. Precondition: <paramref name="p"/> is at an entry, not at the end.</summary>
    internal static int Size(byte* p)
    {
        int head = *p;
        return head switch
        {
            < String6 => 1,
            < Integer13 => 1 + (head & 0x3F),
            < String12 => 2,
            < String32 => 2 + ((head & 0x0F) << 8 | p[1]),
            String32 => checked((int)(5 + *(uint*)(p + 1))),
            Integer16 => 3,
            Integer24 => 4,
            Integer32 => 5,
            Integer64 => 9,
            _ => throw Damaged(head),
        };
    }

    /// <summary>
    /// Encoding and data in bytes of an entry of foreign origin, or -1 when it is none or does not fit into <paramref name="bytes"/>.
    /// </summary>
    internal static int CheckedSize(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return -1;
        }

        int head = bytes[0];
        int headBytes = head switch
        {
            < String12 => 1,
            < String32 => 2,
            String32 => 5,
            <= Integer64 => 1,
            _ => int.MaxValue,
        };
        if (headBytes > bytes.Length)
        {
            return -1;
        }

        long size = head switch
        {
            String32 => 5 + (long)System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(bytes[1..]),
            _ => SizeOfBoundedHead(bytes),
        };
        return size <= bytes.Length ? (int)size : -1;
    }

    /// <summary>How many bytes the backlen of an entry of <paramref name="size"/> bytes takes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int BacklenBytes(int size) => size <= 127 ? 1 : WideBacklenBytes(size);

    /// <summary>Writes the backlen after an entry of <paramref name="size"/> bytes; returns its own length.</summary>
    internal static int WriteBacklen(byte* p, int size)
    {
        int length = BacklenBytes(size);
        for (int i = length - 1; i >= 0; i--)
        {
            p[i] = (byte)(i == 0 ? size & 0x7F : (size & 0x7F) | 0x80);
            size >>= 7;
        }

        return length;
    }

    /// <summary>The length that the backlen ending with <paramref name="last"/> states, and how many bytes it takes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int ReadBacklen(byte* last, out int backlenBytes)
    {
        backlenBytes = 1;
        int value = *last & 0x7F;
        return (*last & 0x80) == 0 ? value : ReadWideBacklen(last, value, ref backlenBytes);
    }

    private static int ReadWideBacklen(byte* last, int value, ref int backlenBytes)
    {
        int shift = 7;
        do
        {
            if (backlenBytes == MaxBacklenBytes)
            {
                throw new InvalidOperationException("Damaged listpack: a backlen does not end.");
            }

            last--;
            value |= (*last & 0x7F) << shift;
            shift += 7;
            backlenBytes++;
        }
        while ((*last & 0x80) != 0);
        return value;
    }

    private static int FullSizeOfString(byte* p)
    {
        int size = Size(p);
        return size + BacklenBytes(size);
    }

    private static int WideBacklenBytes(int size) => size switch
    {
        < 16383 => 2,
        < 2097151 => 3,
        < 268435455 => 4,
        _ => MaxBacklenBytes,
    };

    // Needs at most two bytes of the entry, whose presence the caller has checked.
    private static int SizeOfBoundedHead(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* p = bytes)
        {
            return Size(p);
        }
    }
}
