using System.Buffers.Binary;
using System.Numerics;

namespace Spinel.Engine.Security;

/// <summary>
/// SHA-256 (FIPS 180-4), in which passwords are kept. The framework's own needs a cryptography library on the machine, which a small container may lack, and would be loaded for this
/// alone. What is hashed here are some bytes at a login.
/// </summary>
internal static class Sha256
{
    internal const int HashBytes = 32;
    private const int Rounds = 64;
    private const int MessageWords = 16;

    /// <summary>The first 32 bits of the fractions of the cube roots of the first 64 primes.</summary>
    private static ReadOnlySpan<uint> RoundKeys =>
    [
        0x428A2F98, 0x71374491, 0xB5C0FBCF, 0xE9B5DBA5, 0x3956C25B, 0x59F111F1, 0x923F82A4, 0xAB1C5ED5,
        0xD807AA98, 0x12835B01, 0x243185BE, 0x550C7DC3, 0x72BE5D74, 0x80DEB1FE, 0x9BDC06A7, 0xC19BF174,
        0xE49B69C1, 0xEFBE4786, 0x0FC19DC6, 0x240CA1CC, 0x2DE92C6F, 0x4A7484AA, 0x5CB0A9DC, 0x76F988DA,
        0x983E5152, 0xA831C66D, 0xB00327C8, 0xBF597FC7, 0xC6E00BF3, 0xD5A79147, 0x06CA6351, 0x14292967,
        0x27B70A85, 0x2E1B2138, 0x4D2C6DFC, 0x53380D13, 0x650A7354, 0x766A0ABB, 0x81C2C92E, 0x92722C85,
        0xA2BFE8A1, 0xA81A664B, 0xC24B8B70, 0xC76C51A3, 0xD192E819, 0xD6990624, 0xF40E3585, 0x106AA070,
        0x19A4C116, 0x1E376C08, 0x2748774C, 0x34B0BCB5, 0x391C0CB3, 0x4ED8AA4A, 0x5B9CCA4F, 0x682E6FF3,
        0x748F82EE, 0x78A5636F, 0x84C87814, 0x8CC70208, 0x90BEFFFA, 0xA4506CEB, 0xBEF9A3F7, 0xC67178F2,
    ];

    internal static byte[] Hash(ReadOnlySpan<byte> data)
    {
        byte[] hash = new byte[HashBytes];
        Hash(data, hash);
        return hash;
    }

    /// <param name="data">Any bytes.</param>
    /// <param name="hash"><see cref="HashBytes"/> bytes.</param>
    internal static void Hash(ReadOnlySpan<byte> data, Span<byte> hash)
    {
        // The same of the square roots of the first eight.
        Span<uint> state = [0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19];
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
            words[i] = i < MessageWords
                ? BinaryPrimitives.ReadUInt32BigEndian(block[(4 * i)..])
                : Spread(words[i - 2], 17, 19, 10) + words[i - 7] + Spread(words[i - 15], 7, 18, 3) + words[i - 16];
        }

        (uint a, uint b, uint c, uint d) = (state[0], state[1], state[2], state[3]);
        (uint e, uint f, uint g, uint h) = (state[4], state[5], state[6], state[7]);
        for (int i = 0; i < Rounds; i++)
        {
            uint first = h + Stir(e, 6, 11, 25) + ((e & f) ^ (~e & g)) + RoundKeys[i] + words[i];
            uint second = Stir(a, 2, 13, 22) + ((a & b) ^ (a & c) ^ (b & c));
            (h, g, f, e, d, c, b, a) = (g, f, e, d + first, c, b, a, first + second);
        }

        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
        state[5] += f;
        state[6] += g;
        state[7] += h;
    }

    private static uint Stir(uint word, int first, int second, int third) =>
        BitOperations.RotateRight(word, first) ^ BitOperations.RotateRight(word, second) ^ BitOperations.RotateRight(word, third);

    private static uint Spread(uint word, int first, int second, int shift) =>
        BitOperations.RotateRight(word, first) ^ BitOperations.RotateRight(word, second) ^ (word >> shift);
}
