using Spinel.Memory;

namespace Spinel.DataStructures.Tests;

/// <summary>Single behaviours of listpacks: bytes, counts beyond the header, searches, random picks.</summary>
public sealed unsafe class ListpackTests
{
    [Fact]
    public void Empty_one_is_seven_bytes()
    {
        using CheckedHeap heap = new();
        Listpack listpack = Listpack.Create(heap);
        Assert.Equal([7, 0, 0, 0, 0, 0, 0xFF], listpack.Bytes.ToArray());
        Assert.Equal((-1, -1, 0, true), (listpack.First, listpack.Last, listpack.Count, listpack.IsEmpty));
        listpack.Free(heap);
    }

    [Theory]
    [InlineData(5, new byte[] { 5, 1 })]
    [InlineData(127, new byte[] { 127, 1 })]
    [InlineData(128, new byte[] { 0xC0, 128, 2 })]
    [InlineData(-1, new byte[] { 0xDF, 0xFF, 2 })]
    [InlineData(-4096, new byte[] { 0xD0, 0x00, 2 })]
    [InlineData(-4097, new byte[] { 0xF1, 0xFF, 0xEF, 3 })]
    [InlineData(32768, new byte[] { 0xF2, 0x00, 0x80, 0x00, 4 })]
    [InlineData(-8388608, new byte[] { 0xF2, 0x00, 0x00, 0x80, 4 })]
    [InlineData(8388608, new byte[] { 0xF3, 0x00, 0x00, 0x80, 0x00, 5 })]
    [InlineData(long.MinValue, new byte[] { 0xF4, 0, 0, 0, 0, 0, 0, 0, 0x80, 9 })]
    public void Integers_take_their_shortest_encoding(long value, byte[] expected)
    {
        using CheckedHeap heap = new();
        Listpack listpack = Listpack.Create(heap).Append(heap, value);
        Assert.Equal(expected, listpack.Bytes[6..^1].ToArray());
        Assert.Equal(value, listpack.Get(listpack.First).Integer);
        listpack.Free(heap);
    }

    [Fact]
    public void Count_beyond_the_header_is_walked_and_known_again_only_when_written()
    {
        using CheckedHeap heap = new();
        using var builder = new ListpackBuilder(heap);
        for (int i = 0; i < 65_534; i++)
        {
            builder.Append(i % 100);
        }

        Listpack listpack = builder.Build();
        Assert.Equal([0xFE, 0xFF], listpack.Bytes[4..6].ToArray());
        listpack = listpack.Append(heap, "last"u8);
        Assert.Equal([0xFF, 0xFF], listpack.Bytes[4..6].ToArray());
        Assert.Equal(65_535, listpack.Count);
        Assert.Equal(listpack.Last, listpack.Seek(65_534));
        Assert.Equal(listpack.First, listpack.Seek(-65_535));
        Assert.Equal(-1, listpack.Seek(65_535));
        Assert.Equal(-1, listpack.Seek(-65_536));
        listpack = listpack.Delete(heap, listpack.Last).Delete(heap, listpack.First, 10);
        Assert.Equal(65_524, listpack.Count);
        Assert.True(Listpack.Validate(listpack.Bytes, deep: true));
        listpack = listpack.SplitBefore(heap, listpack.Seek(65_000), out Listpack rest);
        Assert.Equal((65_000, 524), (listpack.Count, rest.Count));
        listpack = Listpack.Merge(heap, listpack, rest);
        Assert.Equal(65_524, listpack.Count);
        listpack.Free(heap);
    }

    [Fact]
    public void Merging_into_too_many_makes_the_count_unknown()
    {
        using CheckedHeap heap = new();
        Listpack merged = Listpack.Merge(heap, Numbers(heap, 40_000), Numbers(heap, 30_000));
        Assert.Equal([0xFF, 0xFF], merged.Bytes[4..6].ToArray());
        Assert.Equal(70_000, merged.Count);
        Assert.True(Listpack.Validate(merged.Bytes, deep: true));
        merged.Free(heap);
    }

    [Fact]
    public void Find_passes_over_values_between()
    {
        using CheckedHeap heap = new();
        Listpack listpack = Listpack.Create(heap)
            .AppendPair(heap, "name"u8, "12"u8)
            .AppendPair(heap, "12"u8, "name"u8)
            .AppendPair(heap, "x"u8, "y"u8);
        Assert.Equal(listpack.Seek(1), listpack.Find("12"u8));
        Assert.Equal(listpack.Seek(2), listpack.Find("12"u8, listpack.First, 1));
        Assert.Equal(listpack.Seek(3), listpack.Find("name"u8, listpack.Seek(1), 1));
        Assert.Equal(-1, listpack.Find("y"u8, listpack.First, 1));
        Assert.Equal(-1, listpack.Find("012"u8, listpack.First));
        Assert.Equal(-1, listpack.Find("12"u8, -1));
        listpack.Free(heap);
    }

    [Fact]
    public void Text_that_spells_a_number_is_found_and_equal()
    {
        // Written as text by someone else: allowed, though never written here.
        byte[] bytes = [11, 0, 0, 0, 1, 0, 0x82, (byte)'1', (byte)'2', 3, 0xFF];
        using CheckedHeap heap = new();
        Assert.True(Listpack.Validate(bytes, deep: true));
        Listpack listpack = Listpack.FromBytes(heap, bytes);
        Assert.Equal(6, listpack.Find("12"u8));
        Assert.True(listpack.Equals(6, "12"u8));
        Assert.True(listpack.Get(6).TryGetInteger(out long number));
        Assert.Equal(12, number);
        listpack.Free(heap);
    }

    [Fact]
    public void Value_from_the_block_itself_is_refused()
    {
        using CheckedHeap heap = new();
        Listpack listpack = Listpack.Create(heap).Append(heap, "text"u8);
        Assert.Throws<ArgumentException>(() => listpack.Append(heap, listpack.Get(6).ToElement()));
        Assert.Throws<ArgumentException>(() => Listpack.Merge(heap, listpack, listpack));
        listpack.Free(heap);
    }

    [Fact]
    public void Replacing_by_the_same_size_stays_in_place()
    {
        using CheckedHeap heap = new();
        Listpack listpack = Listpack.Create(heap).Append(heap, "1000"u8).Append(heap, "tail"u8);
        Listpack replaced = listpack.Replace(heap, listpack.First, 1001);
        Assert.Equal(listpack.Address, replaced.Address);
        Assert.True(replaced.Equals(replaced.First, "1001"u8));
        Assert.True(replaced.Equals(replaced.Last, "tail"u8));
        replaced.Free(heap);
    }

    [Fact]
    public void Safe_size_is_a_gigabyte()
    {
        using CheckedHeap heap = new();
        Listpack listpack = Listpack.Create(heap);
        Assert.True(listpack.SafeToAdd((1 << 30) - Listpack.EmptyBytes));
        Assert.False(listpack.SafeToAdd((1 << 30) - Listpack.EmptyBytes + 1));
        Assert.False(listpack.SafeToAdd(long.MaxValue));
        listpack.Free(heap);
    }

    [Fact]
    public void Block_is_freed_from_another_thread()
    {
        using CheckedHeap heap = new();
        Listpack listpack = Numbers(heap, 100);
        Thread thread = new(() => listpack.FreeFromOtherThread(heap));
        thread.Start();
        thread.Join();
    }

    [Fact]
    public void Builder_that_is_not_finished_frees_its_block()
    {
        using CheckedHeap heap = new();
        using var builder = new ListpackBuilder(heap);
        builder.Append(new byte[1000]);
    }

    [Fact]
    public void Each_group_is_picked_and_nothing_between_groups()
    {
        using CheckedHeap heap = new();
        Listpack listpack = Numbers(heap, 6);
        Random random = new(1);
        HashSet<long> seen = [];
        for (int i = 0; i < 100; i++)
        {
            seen.Add(listpack.Get(listpack.RandomPosition(random, 2)).Integer);
        }

        Assert.Equal([0, 2, 4], seen.Order());
        listpack.Free(heap);
    }

    private static Listpack Numbers(NativeHeap heap, int count)
    {
        using var builder = new ListpackBuilder(heap);
        for (int i = 0; i < count; i++)
        {
            builder.Append(i);
        }

        return builder.Build();
    }
}
