using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Spinel.DataStructures;

/// <summary>
/// The secret of a keyed hash function: SipHash-1-3 (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012; one
/// compression round, three finalisation rounds).
/// </summary>
/// <remarks>
/// Names of keys come from clients. Without the secret nobody can construct names that fall into one bucket, so no input
/// makes a table slow. The 1-3 variant is the one that language runtimes use for the same purpose.
/// </remarks>
public readonly record struct HashKey(ulong First, ulong Second)
{
    /// <summary>A secret from the system's random source.</summary>
    public static HashKey Random()
    {
        // Random GUIDs come from the system's secure source without loading the framework's cryptography library, which costs five megabytes.
        // Six bits of each are fixed; folding two of them leaves no bit of the secret known.
        Span<byte> bytes = stackalloc byte[32];
        _ = Guid.NewGuid().TryWriteBytes(bytes) && Guid.NewGuid().TryWriteBytes(bytes[16..]);
        ulong a = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        ulong b = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
        ulong c = BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]);
        ulong d = BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]);
        return new HashKey(a ^ BitOperations.RotateLeft(d, 32), c ^ BitOperations.RotateLeft(b, 32));
    }

    /// <summary>A repeatable key, for tests and benchmarks.</summary>
    public static HashKey FromSeed(ulong seed) => new(seed * 0x9E37_79B9_7F4A_7C15 + 1, BitOperations.RotateLeft(seed, 32) ^ 0xD1B5_4A32_D192_ED03);

    /// <summary>The 64-bit hash of some bytes. All bits are equally good.</summary>
    public ulong Hash(ReadOnlySpan<byte> bytes)
    {
        ulong v0 = First ^ 0x736f_6d65_7073_6575;
        ulong v1 = Second ^ 0x646f_7261_6e64_6f6d;
        ulong v2 = First ^ 0x6c79_6765_6e65_7261;
        ulong v3 = Second ^ 0x7465_6462_7974_6573;

        ulong last = (ulong)bytes.Length << 56;
        while (bytes.Length >= 8)
        {
            ulong word = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            v3 ^= word;
            Round(ref v0, ref v1, ref v2, ref v3);
            v0 ^= word;
            bytes = bytes[8..];
        }

        last |= Tail(bytes);
        v3 ^= last;
        Round(ref v0, ref v1, ref v2, ref v3);
        v0 ^= last;

        v2 ^= 0xFF;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        return v0 ^ v1 ^ v2 ^ v3;
    }

    /// <summary>The 0 to 7 bytes that fill no whole word, little endian.</summary>
    private static ulong Tail(ReadOnlySpan<byte> bytes)
    {
        ulong tail = 0;
        int shift = 0;
        if ((bytes.Length & 4) != 0)
        {
            tail = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            bytes = bytes[4..];
            shift = 32;
        }

        if ((bytes.Length & 2) != 0)
        {
            tail |= (ulong)BinaryPrimitives.ReadUInt16LittleEndian(bytes) << shift;
            bytes = bytes[2..];
            shift += 16;
        }

        return bytes.IsEmpty ? tail : tail | (ulong)bytes[0] << shift;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v0 += v1;
        v2 += v3;
        v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
        v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
        v0 = BitOperations.RotateLeft(v0, 32);
        v2 += v1;
        v0 += v3;
        v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
        v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
        v2 = BitOperations.RotateLeft(v2, 32);
    }
}
