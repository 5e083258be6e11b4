namespace Spinel.Memory.Tests;

public sealed unsafe class RemoteFreeTests
{
    [Theory]
    [InlineData(100, 200_000)]
    [InlineData(8000, 4000)]
    [InlineData(100_000, 400)]
    public void What_others_freed_is_taken_back_in_portions(int size, int count)
    {
        using var heap = new NativeHeap();
        var blocks = new nint[count];
        for (int i = 0; i < count; i++)
        {
            blocks[i] = (nint)heap.Allocate((nuint)size);
            *(byte*)blocks[i] = 1;
        }

        long before = heap.BytesInUse;
        var thread = new Thread(() =>
        {
            foreach (nint block in blocks)
            {
                heap.FreeFromOtherThread((byte*)block, (nuint)size);
            }
        });
        thread.Start();
        thread.Join();

        heap.ReclaimRemoteFrees();
        Assert.InRange(before - heap.BytesInUse, 1, before / 2);
        Assert.True(heap.HasReclaimBacklog);
        int calls = 1;
        for (; heap.HasReclaimBacklog; calls++)
        {
            heap.ReclaimRemoteFrees();
        }

        Assert.Equal(0, heap.BytesInUse);
        Assert.InRange(calls, 3, 200);
    }

    [Theory]
    [InlineData(false, 200_000)]
    [InlineData(true, 20_000)]
    public void Blocks_freed_by_other_threads_come_back(bool isChecked, int count)
    {
        using var heap = new NativeHeap(new HeapOptions(isChecked));
        var blocks = new (nint Block, int Size)[count];
        var random = new Random(3);
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < count; i++)
            {
                int size = random.Next(1000) switch
                {
                    0 => random.Next(33_000, 200_000),
                    < 20 => random.Next(300, 20_000),
                    _ => random.Next(1, 200),
                };
                blocks[i] = ((nint)heap.Allocate((nuint)size), size);
                *(byte*)blocks[i].Block = (byte)i;
            }

            random.Shuffle(blocks);
            var threads = new Thread[2];
            for (int t = 0; t < threads.Length; t++)
            {
                int offset = t;
                threads[t] = new Thread(() =>
                {
                    for (int i = offset; i < count; i += 3)
                    {
                        heap.FreeFromOtherThread((byte*)blocks[i].Block, (nuint)blocks[i].Size);
                    }
                });
                threads[t].Start();
            }

            // The owner frees, allocates and reclaims meanwhile.
            for (int i = 2; i < count; i += 3)
            {
                heap.Free((byte*)blocks[i].Block, (nuint)blocks[i].Size);
                if (i % 100 == 2)
                {
                    heap.ReclaimRemoteFrees();
                    byte* extra = heap.Allocate(50);
                    *(long*)extra = -1;
                    heap.Free(extra, 50);
                }
            }

            foreach (Thread thread in threads)
            {
                thread.Join();
            }

            while (heap.BytesInUse > 0)
            {
                long before = heap.BytesInUse;
                heap.ReclaimRemoteFrees();
                Assert.True(heap.BytesInUse < before, $"{before} bytes do not come back");
            }
        }

        heap.Trim();
        Assert.Equal(0, heap.BytesFromSystem);
    }

    [Fact]
    public void Remote_frees_count_as_in_use_until_reclaimed_and_are_reused_before_new_slabs()
    {
        using var heap = new NativeHeap();
        var blocks = new nint[1024];
        for (int i = 0; i < blocks.Length; i++)
        {
            blocks[i] = (nint)heap.Allocate(64);
        }

        Assert.Equal(1, heap.Statistics.Slabs);
        foreach (nint block in blocks)
        {
            heap.FreeFromOtherThread((byte*)block, 64);
        }

        Assert.Equal(1024 * 64, heap.BytesInUse);
        byte* again = heap.Allocate(64);
        Assert.Contains((nint)again, blocks);
        Assert.Equal(1, heap.Statistics.Slabs);
        Assert.Equal(64, heap.BytesInUse);
        heap.Free(again, 64);
    }

    [Fact]
    public void Remote_frees_join_the_blocks_that_the_owner_freed()
    {
        using var heap = new NativeHeap();
        var blocks = new nint[1024];
        for (int i = 0; i < blocks.Length; i++)
        {
            blocks[i] = (nint)heap.Allocate(64);
        }

        for (int i = 0; i < blocks.Length; i += 2)
        {
            heap.Free((byte*)blocks[i], 64);
            heap.FreeFromOtherThread((byte*)blocks[i + 1], 64);
        }

        heap.ReclaimRemoteFrees();
        for (int i = 0; i < blocks.Length; i++)
        {
            blocks[i] = (nint)heap.Allocate(64);
        }

        Assert.Equal(blocks.Length, blocks.Distinct().Count());
        Assert.Equal(1, heap.Statistics.Slabs);
        heap.ReleaseAll();
    }

    [Fact]
    public void Direct_blocks_are_released_by_the_thread_that_frees_them()
    {
        using var heap = new NativeHeap();
        byte* block = heap.Allocate(5_000_000);
        heap.FreeFromOtherThread(block, 5_000_000);
        Assert.Equal(0, heap.BytesInUse);
    }
}
