using CsCheck;

namespace Spinel.DataStructures.Tests;

public sealed class LzfTests
{
    // Few different bytes make repetitions, and so copies, likely.
    private static readonly Gen<byte[]> Texts = Gen.OneOf(
        Gen.Byte.Array[0, 300],
        Gen.Byte[0, 3].Array[0, 3000],
        Gen.Select(Gen.Byte.Array[1, 50], Gen.Int[1, 400]).Select((unit, times) => Enumerable.Repeat(unit, times).SelectMany(b => b).ToArray()));

    [Fact]
    public void WhatIsCompressedComesBack() => Texts.Sample(text =>
    {
        byte[] compressed = new byte[text.Length + (text.Length / 32) + 4];
        int length = Lzf.Compress(text, compressed);
        byte[] restored = new byte[text.Length];
        return text.Length == 0 || (length > 0 && Lzf.TryDecompress(compressed.AsSpan(0, length), restored) && restored.AsSpan().SequenceEqual(text));
    });

    [Fact]
    public void RepetitionIsCheap()
    {
        byte[] text = new byte[100_000];
        byte[] compressed = new byte[text.Length];
        Assert.InRange(Lzf.Compress(text, compressed), 1, text.Length / 80);
    }

    [Fact]
    public void WhatDoesNotFitIsRefusedWithoutLeavingTheBounds() => Texts.Sample(text =>
    {
        byte[] whole = new byte[text.Length + (text.Length / 32) + 4];
        int length = Lzf.Compress(text, whole);
        for (int room = 0; room < Math.Min(length, 100); room++)
        {
            byte[] narrow = new byte[room];
            if (Lzf.Compress(text, narrow) != 0)
            {
                return false;
            }
        }

        return true;
    });

    [Fact]
    public void LiteralsAndBothFormsOfCopiesAreUnderstood()
    {
        // "ab" as literals, 6 bytes from two back, then 20 bytes from one back.
        byte[] compressed = [1, (byte)'a', (byte)'b', 4 << 5, 1, 7 << 5, 11, 0];
        byte[] restored = new byte[28];
        Assert.True(Lzf.TryDecompress(compressed, restored));
        Assert.Equal("abababab" + new string('b', 20), System.Text.Encoding.ASCII.GetString(restored));
    }

    [Fact]
    public void AnyBytesGiveAnAnswer() => Gen.Select(Gen.Byte.Array[0, 200], Gen.Int[0, 500]).Sample((bytes, length) =>
    {
        Lzf.TryDecompress(bytes, new byte[length]);
        return true;
    });

    [Fact]
    public void WrongLengthsAreRefused()
    {
        byte[] text = new byte[1000];
        byte[] compressed = new byte[1000];
        int length = Lzf.Compress(text, compressed);
        Assert.False(Lzf.TryDecompress(compressed.AsSpan(0, length), new byte[999]));
        Assert.False(Lzf.TryDecompress(compressed.AsSpan(0, length), new byte[1001]));
        Assert.False(Lzf.TryDecompress(compressed.AsSpan(0, length - 1), new byte[1000]));
        Assert.False(Lzf.TryDecompress([0x20, 0], new byte[3]));
    }
}
