using System.Buffers.Binary;
using CsCheck;

namespace Spinel.DataStructures.Tests;

/// <summary>Bytes of foreign origin: what is accepted can be read both ways without leaving its bytes.</summary>
public sealed class ListpackValidationTests
{
    private static readonly byte[][] Samples = MakeSamples();

    [Fact]
    public void Damage_is_refused()
    {
        byte[] good = [10, 0, 0, 0, 1, 0, 0x81, (byte)'a', 2, 0xFF];
        Assert.True(Listpack.Validate(good, deep: true));
        (int Offset, byte Value)[] damages =
        [
            (0, 9), (0, 11), (3, 1), (4, 0), (4, 2), (6, 0x80), (6, 0x82), (6, 0xBF), (6, 0xE0), (6, 0xF0), (6, 0xF4), (6, 0xF5),
            (6, 0xFE), (6, 0xFF), (8, 1), (8, 3), (8, 0x82), (9, 0), (9, 0xFE),
        ];
        foreach ((int offset, byte value) in damages)
        {
            byte[] bad = [.. good];
            bad[offset] = value;
            Assert.False(Listpack.Validate(bad, deep: true), $"byte {offset} = {value:x2}");
        }

        for (int length = 0; length < good.Length; length++)
        {
            Assert.False(Listpack.Validate(good.AsSpan(0, length), deep: true));
        }
    }

    [Fact]
    public void Length_of_four_gigabytes_is_refused()
    {
        byte[] bytes = [17, 0, 0, 0, 1, 0, 0xF0, 0xFF, 0xFF, 0xFF, 0xFF, 1, 1, 1, 1, 1, 0xFF];
        Assert.False(Listpack.Validate(bytes, deep: true));
    }

    [Fact]
    public void Count_may_be_unknown()
    {
        byte[] bytes = [9, 0, 0, 0, 0xFF, 0xFF, 5, 1, 0xFF];
        Assert.True(Listpack.Validate(bytes, deep: true));
        using CheckedHeap heap = new();
        Listpack listpack = Listpack.FromBytes(heap, bytes);
        Assert.Equal(1, listpack.Count);
        listpack.Free(heap);
    }

    [Fact]
    public void What_is_accepted_can_be_walked() => Gen.Select(
        ListpackNumberTests.AnyOf(Samples),
        Gen.Select(Gen.Int[0, 5000], Gen.OneOf(Gen.Byte, ListpackNumberTests.AnyOf<byte>([0, 1, 0x7F, 0x80, 0xBF, 0xC0, 0xE0, 0xF0, 0xF1, 0xF4, 0xFF]))).Array[0, 4],
        Gen.Frequency((8, Gen.Const(0)), (1, Gen.Int[-20, 20])),
        Gen.Bool).Sample(
        (sample, mutations, lengthChange, repairHeader) =>
        {
            byte[] bytes = new byte[Math.Max(0, sample.Length + lengthChange)];
            sample.AsSpan(0, Math.Min(sample.Length, bytes.Length)).CopyTo(bytes);
            foreach ((int offset, byte value) in mutations)
            {
                if (bytes.Length > 0)
                {
                    bytes[offset % bytes.Length] = value;
                }
            }

            if (repairHeader && bytes.Length >= Listpack.EmptyBytes)
            {
                // Otherwise nearly all samples fail at the first look.
                BinaryPrimitives.WriteInt32LittleEndian(bytes, bytes.Length);
                BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(4), ushort.MaxValue);
                bytes[^1] = 0xFF;
            }

            Walk(bytes);
        },
        iter: 30_000);

    [Fact]
    public void Random_bytes_that_are_accepted_can_be_walked() =>
        Gen.OneOf(Gen.Byte, ListpackNumberTests.AnyOf<byte>([1, 2, 3, 0x80, 0x81, 0xC0, 0xE0, 0xF1, 0xFF])).Array[0, 12].Sample(
            body => Walk([(byte)(body.Length + 7), 0, 0, 0, 0xFF, 0xFF, .. body, 0xFF]), iter: 50_000);

    private static void Walk(byte[] bytes)
    {
        if (!Listpack.Validate(bytes, deep: true))
        {
            return;
        }

        using CheckedHeap heap = new();
        Listpack listpack = Listpack.FromBytes(heap, bytes);
        Span<byte> scratch = stackalloc byte[ListpackNumber.MaxLength];
        List<int> forward = [];
        long sum = 0;
        for (int p = listpack.First; p >= 0; p = listpack.Next(p))
        {
            forward.Add(p);
            Assert.InRange(p, 6, bytes.Length - 2);
            ReadOnlySpan<byte> text = listpack.GetBytes(p, scratch);
            foreach (byte b in text)
            {
                sum += b;
            }

            // A value's own bytes end before the end mark.
            Assert.True(listpack.Get(p).IsInteger || p + text.Length < bytes.Length);
        }

        List<int> backward = [];
        for (int p = listpack.Last; p >= 0; p = listpack.Previous(p))
        {
            backward.Add(p);
        }

        backward.Reverse();
        Assert.Equal(forward, backward);
        Assert.Equal(forward.Count, listpack.Count);
        Assert.True(sum >= 0);
        listpack = listpack.Append(heap, "more"u8);
        Assert.True(Listpack.Validate(listpack.Bytes, deep: true));
        listpack.Free(heap);
    }

    private static byte[][] MakeSamples()
    {
        using CheckedHeap heap = new();
        List<byte[]> samples = [];
        for (int size = 0; size < 12; size++)
        {
            Random random = new(size);
            Listpack listpack = Listpack.Create(heap);
            for (int i = 0; i < size; i++)
            {
                listpack = random.Next(3) == 0
                    ? listpack.Append(heap, random.NextInt64(-1L << random.Next(1, 62), 1L << random.Next(1, 62)))
                    : listpack.Append(heap, KeyBlockTests.Bytes(random.Next(random.Next(2) == 0 ? 20 : 300), i));
            }

            samples.Add(listpack.Bytes.ToArray());
            listpack.Free(heap);
        }

        Listpack large = Listpack.Create(heap).AppendPair(heap, KeyBlockTests.Bytes(4100, 1), KeyBlockTests.Bytes(17_000, 2)).Append(heap, 1);
        samples.Add(large.Bytes.ToArray());
        large.Free(heap);
        return [.. samples];
    }
}
