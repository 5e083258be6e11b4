using CsCheck;

namespace Spinel.DataStructures.Tests;

/// <summary>Bits of strings, against one bool a bit.</summary>
public sealed class BitTests
{
    private static readonly Gen<byte[]> Strings = Gen.Frequency(
        (3, Gen.Byte.Array[0, 200]), (1, Gen.OneOf(Gen.Const<byte>(0), Gen.Const<byte>(255)).Array[0, 12_000]), (1, Gen.Byte.Array[1000, 9000]));

    [Fact]
    public void Counts_and_finds() => Gen.Select(Strings, Gen.Int[0, 100_000], Gen.Int[0, 100_000], Gen.Bool).Sample((bytes, a, b, bit) =>
    {
        bool[] bits = Bits(bytes);
        Assert.Equal(bits.Count(set => set), BitCounting.Count(bytes));
        Assert.Equal(Array.IndexOf(bits, bit), BitSearch.First(bytes, bit));
        if (bits.Length == 0)
        {
            return;
        }

        int first = Math.Min(a % bits.Length, b % bits.Length);
        int last = Math.Max(a % bits.Length, b % bits.Length);
        Assert.Equal(bits[first..(last + 1)].Count(set => set), BitCounting.Count(bytes, first, last));
        int found = Array.IndexOf(bits, bit, first, last - first + 1);
        Assert.Equal(found, BitSearch.First(bytes, bit, first, last));
    }, iter: 400);

    [Fact]
    public void Combines() => Gen.Select(Gen.Enum<BitOperation>(), Strings.Array[2, 5], Gen.Bool).Sample((operation, strings, inPlace) =>
    {
        using CheckedHeap heap = new();
        KeyBlock[] blocks = [.. strings.Select((bytes, i) => i == 1 && bytes.Length < 4
            ? KeyBlock.CreateInteger(heap, [(byte)i], -1234)
            : KeyBlock.CreateString(heap, [(byte)i], bytes, ValueEncoding.Raw))];
        bool[][] sources = [.. blocks.Select(block => Bits(block.GetString(new byte[KeyBlock.IntegerScratchBytes])))];
        int length = sources.Max(source => source.Length) / 8;
        bool[] expected = [.. Enumerable.Range(0, length * 8).Select(i =>
        {
            bool[] column = [.. sources.Select(source => i < source.Length && source[i])];
            bool others = column.Skip(1).Contains(true);
            return operation switch
            {
                BitOperation.And => column.All(set => set),
                BitOperation.Or => column.Contains(true),
                BitOperation.Xor => column.Count(set => set) % 2 == 1,
                BitOperation.Not => !column[0],
                BitOperation.Diff => column[0] && !others,
                BitOperation.Diff1 => !column[0] && others,
                BitOperation.AndOr => column[0] && others,
                _ => column.Count(set => set) == 1,
            };
        })];

        Span<byte> result = new byte[length];
        if (inPlace)
        {
            blocks[0] = blocks[0].Resize(heap, length, out result);
        }

        BitCombination.Combine(operation, blocks, result);
        Assert.Equal(expected, Bits(result));
        foreach (KeyBlock block in blocks)
        {
            block.Free(heap);
        }
    }, iter: 300);

    [Fact]
    public void Fields_are_read_as_they_were_written() => Gen.Select(Gen.Byte.Array[12, 40], Gen.Int[1, 64], Gen.Int[0, 300], Gen.ULong).Sample(
        (bytes, width, position, value) =>
        {
            int offset = position % ((bytes.Length * 8) - width);
            bool[] expected = Bits(bytes);
            for (int i = 0; i < width; i++)
            {
                expected[offset + i] = (value >> (width - 1 - i) & 1) != 0;
            }

            BitFields.Write(bytes, offset, width, value);
            Assert.Equal(expected, Bits(bytes));
            ulong stored = width == 64 ? value : value & ((1UL << width) - 1);
            Assert.Equal(stored, BitFields.Read(bytes, offset, width));
            Assert.Equal((long)(stored << (64 - width)) >> (64 - width), BitFields.ReadSigned(bytes, offset, width));
            Assert.Equal(0UL, BitFields.Read(bytes, (bytes.Length * 8L) + position, width));
        }, iter: 2000);

    private static bool[] Bits(ReadOnlySpan<byte> bytes)
    {
        bool[] bits = new bool[bytes.Length * 8];
        for (int i = 0; i < bits.Length; i++)
        {
            bits[i] = (bytes[i / 8] & (0x80 >> (i % 8))) != 0;
        }

        return bits;
    }
}
