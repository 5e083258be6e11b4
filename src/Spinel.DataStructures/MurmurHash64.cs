using System.Buffers.Binary;

namespace Spinel.DataStructures;

/// <summary>
/// MurmurHash64A, by Austin Appleby (public domain): what HyperLogLogs hash their elements with. Not for hash tables: it is not keyed.
/// </summary>
internal static class MurmurHash64
{
    private const ulong Multiplier = 0xc6a4a7935bd1e995;
    private const int Shift = 47;

    /// <summary>The hash of <paramref name="bytes"/>, which are read as little-endian words on every machine.</summary>
    public static ulong Hash(ReadOnlySpan<byte> bytes, ulong seed)
    {
        ulong hash = seed ^ ((ulong)bytes.Length * Multiplier);
        while (bytes.Length >= sizeof(ulong))
        {
            hash = (hash ^ Mix(BinaryPrimitives.ReadUInt64LittleEndian(bytes))) * Multiplier;
            bytes = bytes[sizeof(ulong)..];
        }

        if (!bytes.IsEmpty)
        {
            ulong rest = 0;
            for (int i = bytes.Length - 1; i >= 0; i--)
            {
                rest = (rest << 8) | bytes[i];
            }

            hash = (hash ^ rest) * Multiplier;
        }

        hash = (hash ^ (hash >> Shift)) * Multiplier;
        return hash ^ (hash >> Shift);
    }

    private static ulong Mix(ulong word)
    {
        word *= Multiplier;
        return (word ^ (word >> Shift)) * Multiplier;
    }
}
