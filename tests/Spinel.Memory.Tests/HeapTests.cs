namespace Spinel.Memory.Tests;

public sealed unsafe class HeapTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Blocks_of_a_class_that_is_a_multiple_of_64_are_64_byte_aligned(bool isChecked)
    {
        using var heap = new NativeHeap(new HeapOptions(isChecked));
        for (int size = 64; size <= 40_000; size += 64)
        {
            byte* first = heap.Allocate((nuint)size);
            byte* second = heap.Allocate((nuint)size);
            if (NativeHeap.UsableSize((nuint)size) % 64 == 0)
            {
                Assert.Equal(0u, (nuint)first % 64);
                Assert.Equal(0u, (nuint)second % 64);
            }

            heap.Free(first, (nuint)size);
            heap.Free(second, (nuint)size);
        }
    }

    [Theory]
    [InlineData(100, 100_000)]
    [InlineData(3_000, 5_000)]
    [InlineData(20_000, 1_000)]
    [InlineData(100_000, 500)]
    [InlineData(3_000_000, 20)]
    public void Memory_goes_back_to_the_system_after_a_big_delete(int size, int count)
    {
        using var heap = new NativeHeap();
        var blocks = new nint[count];
        for (int i = 0; i < count; i++)
        {
            byte* block = heap.Allocate((nuint)size);
            new Span<byte>(block, size).Fill(1);
            blocks[i] = (nint)block;
        }

        long full = heap.BytesFromSystem;
        Assert.InRange(full, heap.BytesInUse, heap.BytesInUse + (heap.BytesInUse / 10) + (4 * 1024 * 1024));
        foreach (nint block in blocks)
        {
            heap.Free((byte*)block, (nuint)size);
        }

        Assert.Equal(0, heap.BytesInUse);
        Assert.InRange(heap.BytesFromSystem, 0, 10 * 1024 * 1024);
        heap.Trim();
        Assert.Equal(0, heap.BytesFromSystem);
        Assert.Equal(0, heap.Statistics.BytesMapped);
    }

    [Fact]
    public void A_fresh_slab_counts_only_touched_pages()
    {
        using var heap = new NativeHeap();
        byte* block = heap.Allocate(20_000);
        Assert.InRange(heap.BytesFromSystem, 20_000, 20_480 + 4096 + Chunk.HeaderBytes);
        heap.Free(block, 20_000);
    }

    [Fact]
    public void Reallocate_within_a_class_keeps_the_block()
    {
        using var heap = new NativeHeap();
        byte* block = heap.Allocate(1000);
        Assert.True(block == heap.Reallocate(block, 1000, 970));
        byte* moved = heap.Reallocate(block, 970, 5000);
        Assert.Equal((long)NativeHeap.UsableSize(5000), heap.BytesInUse);
        heap.Free(moved, 5000);
        block = heap.Reallocate(null, 0, 10);
        heap.Free(block, 10);
    }

    [Fact]
    public void A_page_run_grows_and_shrinks_in_place_when_there_is_room()
    {
        using var heap = new NativeHeap();
        byte* block = heap.Allocate(40_000);
        new Span<byte>(block, 40_000).Fill(9);
        byte* grown = heap.Reallocate(block, 40_000, 400_000);
        Assert.True(grown == block);
        byte* shrunk = heap.Reallocate(grown, 400_000, 50_000);
        Assert.True(shrunk == block);
        Assert.Equal((long)NativeHeap.UsableSize(50_000), heap.BytesInUse);
        Assert.Equal(-1, new Span<byte>(shrunk, 40_000).IndexOfAnyExcept((byte)9));
        heap.Free(shrunk, 50_000);
        Assert.Equal(0, heap.BytesInUse);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Absurd_sizes_fail_and_change_nothing(bool isChecked)
    {
        using var heap = new NativeHeap(new HeapOptions(isChecked));
        byte* block = heap.Allocate(100);
        foreach (nuint size in (nuint[])[nuint.MaxValue, nuint.MaxValue - 4096, (nuint)1 << 63, (nuint)1 << 46])
        {
            Assert.ThrowsAny<OutOfMemoryException>(() => heap.Allocate(size));
            Assert.ThrowsAny<OutOfMemoryException>(() => heap.AllocateZeroed(size));
            nint address = (nint)block;
            Assert.ThrowsAny<OutOfMemoryException>(() => heap.Reallocate((byte*)address, 100, size));
        }

        Assert.Equal(104, heap.BytesInUse);
        heap.Free(block, 100);
    }

    [Theory]
    [InlineData(24, 32)]
    [InlineData(8, 16)]
    [InlineData(1000, 2000)]
    [InlineData(2000, 1000)]
    [InlineData(2_000_000, 3_000_000)]
    public void A_free_with_another_class_is_refused_without_checked_mode(int size, int wrongSize)
    {
        using var heap = new NativeHeap();
        nint block = (nint)heap.Allocate((nuint)size);
        Assert.Throws<HeapCorruptionException>(() => heap.Free((byte*)block, (nuint)wrongSize));
        Assert.Throws<HeapCorruptionException>(() => heap.FreeFromOtherThread((byte*)block, (nuint)wrongSize));
        heap.Free((byte*)block, (nuint)size);
        Assert.Equal(0, heap.BytesInUse);
    }

    [Fact]
    public void Two_heaps_account_for_their_own_blocks()
    {
        using var first = new NativeHeap();
        using var second = new NativeHeap(new HeapOptions(HugePages: true));
        byte* a = first.Allocate(64);
        byte* b = second.Allocate(128);
        byte* c = second.Allocate(100_000);
        Assert.Equal(64, first.BytesInUse);
        Assert.Equal(128 + 102_400, second.BytesInUse);
        first.Free(a, 64);
        second.Free(c, 100_000);
        second.Free(b, 128);
        Assert.Equal(0, first.BytesInUse + second.BytesInUse);
    }

    [Fact]
    public void Statistics_name_each_kind_of_block()
    {
        using var heap = new NativeHeap();
        byte* small = heap.Allocate(64);
        byte* medium = heap.Allocate(50_000);
        byte* direct = heap.Allocate(2_000_000);
        HeapStatistics statistics = heap.Statistics;
        Assert.Equal(1, statistics.Slabs);
        Assert.Equal(1, statistics.MediumBlocks);
        Assert.Equal(1, statistics.DirectBlocks);
        Assert.Equal(1, statistics.Chunks);
        var rows = new SizeClassStatistics[NativeHeap.SizeClassCount];
        heap.GetSizeClasses(rows);
        Assert.Equal(new SizeClassStatistics(64, 1, 1024, 1), rows[7]);
        heap.Free(small, 64);
        heap.Free(medium, 50_000);
        heap.Free(direct, 2_000_000);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_disposed_heap_refuses_work(bool isChecked)
    {
        var heap = new NativeHeap(new HeapOptions(isChecked));
        heap.Dispose();
        heap.Dispose();
        Assert.Throws<ObjectDisposedException>(() => heap.Allocate(8));
    }
}
