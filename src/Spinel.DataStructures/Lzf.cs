using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Spinel.DataStructures;

/// <summary>
/// The compression of strings in RDB files and of inner list nodes: LZF, a byte-oriented LZ77 with a window of 8 KB.
/// </summary>
/// <remarks>
/// A compressed text is a sequence of runs, each led by a control byte:
/// <code>
///  000nnnnn                       n+1 literal bytes follow (1..32)
///  lllddddd dddddddd              l+2 bytes (3..8) copied from d+1 bytes back; l is 1..6
///  111ddddd llllllll dddddddd     l+9 bytes (9..264) copied from d+1 bytes back
/// </code>
/// A copy may overlap what it writes. The length of the original is not in it: whoever stores the text stores that too.
/// <para>
/// Compression looks each three bytes up in a table of the places where such a hash was last seen, sized by the input so that short strings do not
/// pay for clearing it, and strides over what does not compress. Decompression trusts nothing: any bytes give an answer or false.
/// </para>
/// Source: the format of Marc Lehmann's liblzf.
/// </remarks>
public static class Lzf
{
    private const int MaxLiterals = 32;
    private const int MaxCopy = 264;
    private const int ShortCopy = 8;
    private const int MinCopy = 3;
    private const int Window = 1 << 13;
    private const int MaxTableBits = 12;
    private const int MinTableBits = 6;
    private const uint ThreeBytes = 0xFF_FFFF;

    /// <summary>Compresses <paramref name="source"/> into <paramref name="destination"/>, which must not overlap.</summary>
    /// <returns>The compressed length, or 0 when the destination is too short: make it as long as compression is worth while.</returns>
    [SkipLocalsInit]
    public static int Compress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        int bits = Math.Clamp(BitOperations.Log2((uint)source.Length | 1) + 1, MinTableBits, MaxTableBits);
        int shift = 32 - bits;

        // Zero is a place like any other: a candidate counts only when its bytes are the same.
        Span<int> lastSeen = stackalloc int[1 << bits];
        lastSeen.Clear();

        int written = 0;
        int literals = 0;
        int at = 0;
        while (at <= source.Length - sizeof(uint))
        {
            uint next = BinaryPrimitives.ReadUInt32LittleEndian(source[at..]);
            ref int slot = ref lastSeen[(int)(((next & ThreeBytes) * 2654435761u) >> shift)];
            int candidate = slot;
            slot = at;
            int distance = at - candidate - 1;
            if ((uint)distance >= Window || ((BinaryPrimitives.ReadUInt32LittleEndian(source[candidate..]) ^ next) & ThreeBytes) != 0)
            {
                at += 1 + ((at - literals) >> 6);
                continue;
            }

            if (!WriteLiterals(source[literals..at], destination, ref written))
            {
                return 0;
            }

            int most = Math.Min(MaxCopy, source.Length - at);
            int length = MinCopy + source[(candidate + MinCopy)..].CommonPrefixLength(source[(at + MinCopy)..(at + most)]);
            if (!WriteCopy(distance, length, destination, ref written))
            {
                return 0;
            }

            at += length;
            literals = at;
        }

        return WriteLiterals(source[literals..], destination, ref written) ? written : 0;
    }

    /// <summary>Restores a text whose original length is exactly that of <paramref name="destination"/>.</summary>
    /// <returns>False when <paramref name="source"/> is not the compressed form of so many bytes; the destination's content is then arbitrary.</returns>
    public static unsafe bool TryDecompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        fixed (byte* sourceStart = source, destinationStart = destination)
        {
            byte* at = sourceStart;
            byte* end = at + source.Length;
            byte* to = destinationStart;
            byte* limit = to + destination.Length;
            while (at < end)
            {
                int control = *at++;
                int length = control + 1;
                if (control < MaxLiterals)
                {
                    if (end - at >= MaxLiterals && limit - to >= MaxLiterals)
                    {
                        // Both sides have room for the longest run: its copy is two moves, whatever the length.
                        Vector128.Store(Vector128.Load(at), to);
                        Vector128.Store(Vector128.Load(at + Vector128<byte>.Count), to + Vector128<byte>.Count);
                    }
                    else if (length <= end - at && length <= limit - to)
                    {
                        new ReadOnlySpan<byte>(at, length).CopyTo(new Span<byte>(to, length));
                    }
                    else
                    {
                        return false;
                    }

                    at += length;
                    to += length;
                    continue;
                }

                length = (control >> 5) + 2;
                if (length == ShortCopy + 1)
                {
                    if (at == end)
                    {
                        return false;
                    }

                    length += *at++;
                }

                if (at == end)
                {
                    return false;
                }

                int distance = (((control & 0x1F) << 8) | *at++) + 1;
                if (distance > to - destinationStart || length > limit - to)
                {
                    return false;
                }

                Copy(to, distance, length, limit);
                to += length;
            }

            return to == limit;
        }
    }

    /// <summary>Copies bytes from so far back. The caller has checked that both places lie within the destination, of which <paramref name="limit"/> is the end.</summary>
    private static unsafe void Copy(byte* to, int distance, int length, byte* limit)
    {
        // A move may write behind the copy, where later runs write again, but never behind the limit; and it may read only what is there already.
        if (distance >= Vector128<byte>.Count && length + Vector128<byte>.Count <= limit - to)
        {
            for (byte* end = to + length; to < end; to += Vector128<byte>.Count)
            {
                Vector128.Store(Vector128.Load(to - distance), to);
            }

            return;
        }

        // Bytes that repeat with the period of the distance: each round copies all that is there, so that rounds double.
        for (byte* from = to - distance; length > 0;)
        {
            int ready = (int)Math.Min(length, to - from);
            new ReadOnlySpan<byte>(from, ready).CopyTo(new Span<byte>(to, ready));
            to += ready;
            length -= ready;
        }
    }

    private static bool WriteLiterals(ReadOnlySpan<byte> literals, Span<byte> destination, ref int written)
    {
        while (!literals.IsEmpty)
        {
            int run = Math.Min(literals.Length, MaxLiterals);
            if (run >= destination.Length - written)
            {
                return false;
            }

            destination[written] = (byte)(run - 1);
            literals[..run].CopyTo(destination[(written + 1)..]);
            written += run + 1;
            literals = literals[run..];
        }

        return true;
    }

    private static bool WriteCopy(int distance, int length, Span<byte> destination, ref int written)
    {
        if (destination.Length - written < MinCopy)
        {
            // Two bytes might do, but so close to the limit nothing is gained.
            return false;
        }

        if (length <= ShortCopy)
        {
            destination[written++] = (byte)(((length - 2) << 5) | (distance >> 8));
        }
        else
        {
            destination[written++] = (byte)((7 << 5) | (distance >> 8));
            destination[written++] = (byte)(length - ShortCopy - 1);
        }

        destination[written++] = (byte)distance;
        return true;
    }
}
