namespace Spinel.Memory.Tests;

public sealed class SizeClassTests
{
    [Fact]
    public void Every_size_lands_in_the_smallest_class_that_holds_it()
    {
        for (int size = 1; size <= SizeClasses.LargestBytes; size++)
        {
            int index = SizeClasses.IndexOf((nuint)size);
            uint bytes = SizeClasses.BytesOf(index);
            Assert.True(bytes >= size, $"{size} bytes do not fit in class {index} of {bytes}");
            Assert.True(index == 0 || SizeClasses.BytesOf(index - 1) < size, $"{size} bytes would fit in class {index - 1}");
            Assert.Equal(bytes, (uint)NativeHeap.UsableSize((nuint)size));
        }

        Assert.Equal(SizeClasses.Count - 1, SizeClasses.IndexOf(SizeClasses.LargestBytes));
        Assert.Equal(8u, (uint)NativeHeap.UsableSize(0));
    }

    [Fact]
    public void Waste_above_64_bytes_stays_below_12_percent()
    {
        for (int size = 65; size <= 2 * 1024 * 1024; size++)
        {
            double waste = ((double)NativeHeap.UsableSize((nuint)size) / size) - 1;
            Assert.True(waste is >= 0 and < 0.125, $"{size} bytes waste {waste:P1}");
            Assert.True(size < 129 || (double)size / NativeHeap.UsableSize((nuint)size) > 0.88, $"{size} bytes waste too much of their block");
        }
    }

    [Fact]
    public void A_slab_holds_enough_blocks_and_wastes_little_at_its_end()
    {
        for (int i = 0; i < SizeClasses.Count; i++)
        {
            int slabBytes = SizeClasses.SlabBytesOf(i);
            int capacity = slabBytes / (int)SizeClasses.BytesOf(i);
            int tail = slabBytes - (capacity * (int)SizeClasses.BytesOf(i));
            Assert.InRange(capacity, 16, 8192);
            Assert.True(tail <= slabBytes / 25, $"class {i} wastes {tail} of {slabBytes} bytes");
        }
    }

    [Fact]
    public void A_remote_list_word_keeps_both_ends_and_the_count()
    {
        ulong word = 0;
        for (uint i = 0; i < 8192; i++)
        {
            word = RemoteList.Push(word, i * 8);
            Assert.Equal(i + 1, RemoteList.Count(word));
            Assert.Equal(i * 8, (uint)RemoteList.FirstOffset(word));
            Assert.Equal(0u, (uint)RemoteList.LastOffset(word));
            Assert.True(RemoteList.IsQueued(word));
        }

        word = RemoteList.Push(RemoteList.Push(0, (1024 * 1024) - 8), 64);
        Assert.Equal((1024u * 1024) - 8, (uint)RemoteList.LastOffset(word));
        Assert.Equal(64u, (uint)RemoteList.FirstOffset(word));
    }
}
