using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Spinel.Engine.Commands.Strings;

/// <summary>
/// XXH3, 64 bits, with the default secret and seed 0: the digest that DIGEST shows and IFDEQ compares.
/// </summary>
/// <remarks>
/// Clients compute the same digest with a library, so it has to be this function, bit for bit. It is fast and mixes well, and
/// it is no protection against somebody who wants two values with one digest.
/// There is one algorithm for each of five ranges of lengths; from 241 bytes on, eight lanes consume 64 bytes at a time in blocks of 1024.
/// Source: the xxHash specification by Yann Collet, https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
/// </remarks>
internal static class Xxh3
{
    private const ulong Prime32A = 0x9E3779B1;
    private const ulong Prime32B = 0x85EBCA77;
    private const ulong Prime32C = 0xC2B2AE3D;
    private const ulong Prime64A = 0x9E3779B185EBCA87;
    private const ulong Prime64B = 0xC2B2AE3D27D4EB4F;
    private const ulong Prime64C = 0x165667B19E3779F9;
    private const ulong Prime64D = 0x85EBCA77C2B2AE63;
    private const ulong Prime64E = 0x27D4EB2F165667C5;
    private const ulong PrimeMixA = 0x165667919E3779F9;
    private const ulong PrimeMixB = 0x9FB21C651E98DF25;

    private const int Lanes = 8;
    private const int StripeBytes = 64;
    private const int SecretBytes = 192;
    private const int StripesPerBlock = (SecretBytes - StripeBytes) / 8;
    private const int BlockBytes = StripeBytes * StripesPerBlock;

    private static ReadOnlySpan<byte> Secret =>
    [
        0xB8, 0xFE, 0x6C, 0x39, 0x23, 0xA4, 0x4B, 0xBE, 0x7C, 0x01, 0x81, 0x2C, 0xF7, 0x21, 0xAD, 0x1C,
        0xDE, 0xD4, 0x6D, 0xE9, 0x83, 0x90, 0x97, 0xDB, 0x72, 0x40, 0xA4, 0xA4, 0xB7, 0xB3, 0x67, 0x1F,
        0xCB, 0x79, 0xE6, 0x4E, 0xCC, 0xC0, 0xE5, 0x78, 0x82, 0x5A, 0xD0, 0x7D, 0xCC, 0xFF, 0x72, 0x21,
        0xB8, 0x08, 0x46, 0x74, 0xF7, 0x43, 0x24, 0x8E, 0xE0, 0x35, 0x90, 0xE6, 0x81, 0x3A, 0x26, 0x4C,
        0x3C, 0x28, 0x52, 0xBB, 0x91, 0xC3, 0x00, 0xCB, 0x88, 0xD0, 0x65, 0x8B, 0x1B, 0x53, 0x2E, 0xA3,
        0x71, 0x64, 0x48, 0x97, 0xA2, 0x0D, 0xF9, 0x4E, 0x38, 0x19, 0xEF, 0x46, 0xA9, 0xDE, 0xAC, 0xD8,
        0xA8, 0xFA, 0x76, 0x3F, 0xE3, 0x9C, 0x34, 0x3F, 0xF9, 0xDC, 0xBB, 0xC7, 0xC7, 0x0B, 0x4F, 0x1D,
        0x8A, 0x51, 0xE0, 0x4B, 0xCD, 0xB4, 0x59, 0x31, 0xC8, 0x9F, 0x7E, 0xC9, 0xD9, 0x78, 0x73, 0x64,
        0xEA, 0xC5, 0xAC, 0x83, 0x34, 0xD3, 0xEB, 0xC3, 0xC5, 0x81, 0xA0, 0xFF, 0xFA, 0x13, 0x63, 0xEB,
        0x17, 0x0D, 0xDD, 0x51, 0xB7, 0xF0, 0xDA, 0x49, 0xD3, 0x16, 0x55, 0x26, 0x29, 0xD4, 0x68, 0x9E,
        0x2B, 0x16, 0xBE, 0x58, 0x7D, 0x47, 0xA1, 0xFC, 0x8F, 0xF8, 0xB8, 0xD1, 0x7A, 0xD0, 0x31, 0xCE,
        0x45, 0xCB, 0x3A, 0x8F, 0x95, 0x16, 0x04, 0x28, 0xAF, 0xD7, 0xFB, 0xCA, 0xBB, 0x4B, 0x40, 0x7E,
    ];

    /// <summary>The digest of <paramref name="input"/>.</summary>
    public static ulong Hash(ReadOnlySpan<byte> input) => input.Length switch
    {
        0 => AvalancheStrongly(SecretWord(56) ^ SecretWord(64)),
        <= 3 => HashUpTo3(input),
        <= 8 => HashUpTo8(input),
        <= 16 => HashUpTo16(input),
        <= 128 => HashUpTo128(input),
        <= 240 => HashUpTo240(input),
        _ => HashLong(input),
    };

    private static ulong HashUpTo3(ReadOnlySpan<byte> input)
    {
        uint combined = input[^1] | (uint)input.Length << 8 | (uint)input[0] << 16 | (uint)input[input.Length >> 1] << 24;
        uint flip = BinaryPrimitives.ReadUInt32LittleEndian(Secret) ^ BinaryPrimitives.ReadUInt32LittleEndian(Secret[4..]);
        return AvalancheStrongly(flip ^ combined);
    }

    private static ulong HashUpTo8(ReadOnlySpan<byte> input)
    {
        ulong first = BinaryPrimitives.ReadUInt32LittleEndian(input);
        ulong last = BinaryPrimitives.ReadUInt32LittleEndian(input[^4..]);
        ulong value = SecretWord(8) ^ SecretWord(16) ^ (last | first << 32);
        value ^= BitOperations.RotateLeft(value, 49) ^ BitOperations.RotateLeft(value, 24);
        value *= PrimeMixB;
        value ^= (value >> 35) + (ulong)input.Length;
        value *= PrimeMixB;
        return value ^ value >> 28;
    }

    private static ulong HashUpTo16(ReadOnlySpan<byte> input)
    {
        ulong low = SecretWord(24) ^ SecretWord(32) ^ Word(input, 0);
        ulong high = SecretWord(40) ^ SecretWord(48) ^ Word(input, input.Length - 8);
        return Avalanche((ulong)input.Length + BinaryPrimitives.ReverseEndianness(low) + high + Fold(low, high));
    }

    private static ulong HashUpTo128(ReadOnlySpan<byte> input)
    {
        // Pairs of 16 bytes from the front and from the back, towards the middle, taken from there outwards.
        ulong sum = (ulong)input.Length * Prime64A;
        for (int i = (input.Length - 1) >> 5; i >= 0; i--)
        {
            sum += Mix(input, i * 16, i * 32);
            sum += Mix(input, input.Length - (i * 16) - 16, (i * 32) + 16);
        }

        return Avalanche(sum);
    }

    private static ulong HashUpTo240(ReadOnlySpan<byte> input)
    {
        ulong sum = (ulong)input.Length * Prime64A;
        for (int i = 0; i < 8; i++)
        {
            sum += Mix(input, i * 16, i * 16);
        }

        sum = Avalanche(sum);
        for (int i = 8; i < input.Length >> 4; i++)
        {
            sum += Mix(input, i * 16, ((i - 8) * 16) + 3);
        }

        return Avalanche(sum + Mix(input, input.Length - 16, 119));
    }

    private static ulong HashLong(ReadOnlySpan<byte> input)
    {
        Span<ulong> lanes = [Prime32C, Prime64A, Prime64B, Prime64C, Prime64D, Prime32B, Prime64E, Prime32A];
        ReadOnlySpan<byte> rest = input;
        for (; rest.Length > BlockBytes; rest = rest[BlockBytes..])
        {
            for (int stripe = 0; stripe < StripesPerBlock; stripe++)
            {
                Accumulate(lanes, rest.Slice(stripe * StripeBytes, StripeBytes), Secret.Slice(stripe * 8, StripeBytes));
            }

            for (int i = 0; i < Lanes; i++)
            {
                lanes[i] = (lanes[i] ^ lanes[i] >> 47 ^ SecretWord(SecretBytes - StripeBytes + (i * 8))) * Prime32A;
            }
        }

        for (int stripe = 0; stripe < (rest.Length - 1) / StripeBytes; stripe++)
        {
            Accumulate(lanes, rest.Slice(stripe * StripeBytes, StripeBytes), Secret.Slice(stripe * 8, StripeBytes));
        }

        // The last stripe is the last 64 bytes, which may reach back into what has been consumed.
        Accumulate(lanes, input[^StripeBytes..], Secret.Slice(SecretBytes - 71, StripeBytes));
        ulong sum = (ulong)input.Length * Prime64A;
        for (int i = 0; i < Lanes; i += 2)
        {
            sum += Fold(lanes[i] ^ SecretWord(11 + (i * 8)), lanes[i + 1] ^ SecretWord(19 + (i * 8)));
        }

        return Avalanche(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Accumulate(Span<ulong> lanes, ReadOnlySpan<byte> stripe, ReadOnlySpan<byte> secret)
    {
        for (int i = 0; i < Lanes; i++)
        {
            ulong data = Word(stripe, i * 8);
            ulong mixed = data ^ Word(secret, i * 8);
            lanes[i ^ 1] += data;
            lanes[i] += (ulong)(uint)mixed * (mixed >> 32);
        }
    }

    private static ulong Mix(ReadOnlySpan<byte> input, int offset, int secretOffset) =>
        Fold(Word(input, offset) ^ SecretWord(secretOffset), Word(input, offset + 8) ^ SecretWord(secretOffset + 8));

    private static ulong Fold(ulong left, ulong right)
    {
        ulong high = Math.BigMul(left, right, out ulong low);
        return low ^ high;
    }

    private static ulong Avalanche(ulong value)
    {
        value ^= value >> 37;
        value *= PrimeMixA;
        return value ^ value >> 32;
    }

    /// <summary>The final mixing of short inputs, the same as that of XXH64.</summary>
    private static ulong AvalancheStrongly(ulong value)
    {
        value ^= value >> 33;
        value *= Prime64B;
        value ^= value >> 29;
        value *= Prime64C;
        return value ^ value >> 32;
    }

    private static ulong SecretWord(int offset) => Word(Secret, offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Word(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[offset..]);
}
