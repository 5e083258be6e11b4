using System.Buffers.Binary;
using System.Numerics;

namespace Spinel.Engine.Security;

/// <summary>
/// SHA-1 (RFC 3174), as a checksum that others define: of the opening of a web socket, and of DEBUG DIGEST. Nothing rests on its strength; the framework's own needs a cryptography
/// library on the machine, which a small container may lack.
/// </summary>
internal static class Sha1
{
    internal const int HashBytes = 20;
    private const int Rounds = 80;

    internal static byte[] Hash(ReadOnlySpan<byte> data)
    {
        byte[] hash = new byte[HashBytes];
        Hash(data, hash);
        return hash;
    }

    /// <param name="data">Any bytes.</param>
    /// <param name="hash"><see cref="HashBytes"/> bytes, which may be those of <paramref name="data"/>.</param>
    internal static void Hash(ReadOnlySpan<byte> data, Span<byte> hash)
    {
        Span<uint> state = [0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0];
        var blocks = new MessageBlocks(data, stackalloc byte[MessageBlocks.EndBytes]);
        while (blocks.MoveNext())
        {
            Mix(state, blocks.Current);
        }

        MessageBlocks.Write(state, hash);
    }

    private static void Mix(Span<uint> state, ReadOnlySpan<byte> block)
    {
        Span<uint> words = stackalloc uint[Rounds];
        for (int i = 0; i < Rounds; i++)
        {
            words[i] = i < 16
                ? BinaryPrimitives.ReadUInt32BigEndian(block[(4 * i)..])
                : BitOperations.RotateLeft(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
        }

        (uint a, uint b, uint c, uint d, uint e) = (state[0], state[1], state[2], state[3], state[4]);
        for (int i = 0; i < Rounds; i++)
        {
            (uint f, uint k) = (i / 20) switch
            {
                0 => ((b & c) | (~b & d), 0x5A827999u),
                1 => (b ^ c ^ d, 0x6ED9EBA1u),
                2 => ((b & c) | (b & d) | (c & d), 0x8F1BBCDCu),
                _ => (b ^ c ^ d, 0xCA62C1D6u),
            };
            uint next = BitOperations.RotateLeft(a, 5) + f + e + k + words[i];
            (e, d, c, b, a) = (d, c, BitOperations.RotateLeft(b, 30), a, next);
        }

        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
    }
}
