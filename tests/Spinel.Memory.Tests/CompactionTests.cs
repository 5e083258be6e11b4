namespace Spinel.Memory.Tests;

public sealed unsafe class CompactionTests
{
    private const int Size = 200;
    private const int Count = 20_000;

    [Fact]
    public void Moving_every_block_that_wants_to_move_empties_slabs()
    {
        using var heap = new NativeHeap();
        nint[] blocks = Sparse(heap, keptOneIn: 8);
        long sparse = heap.BytesFromSystem;
        Assert.True(heap.CompactableBytes > sparse / 2, $"{heap.CompactableBytes} of {sparse} bytes can be won");
        int moved = MoveAll(heap, blocks);
        Assert.InRange(moved, 1, blocks.Length);
        Assert.InRange(heap.CompactableBytes, 0, 2 * 64 * 1024);
        heap.Trim();
        Assert.InRange(heap.BytesFromSystem, heap.BytesInUse, heap.BytesInUse + (heap.BytesInUse / 8) + (512 * 1024));
        for (int i = 0; i < blocks.Length; i++)
        {
            Assert.Equal(-1, new Span<byte>((byte*)blocks[i], Size).IndexOfAnyExcept((byte)i));
            heap.Free((byte*)blocks[i], Size);
        }

        Assert.Equal(0, heap.BytesInUse);
    }

    [Fact]
    public void A_dense_heap_moves_nothing()
    {
        using var heap = new NativeHeap();
        nint[] blocks = Sparse(heap, keptOneIn: 1);
        Assert.Equal(0, heap.CompactableBytes);
        Assert.Equal(0, MoveAll(heap, blocks));
        heap.ReleaseAll();
    }

    [Fact]
    public void What_lives_outside_of_slabs_stays()
    {
        using var heap = new NativeHeap();
        Sparse(heap, keptOneIn: 8);
        byte* run = heap.Allocate(100_000);
        byte* mapped = heap.Allocate(3_000_000);
        Assert.True(heap.MoveIfSparse(run, 100_000) == run);
        Assert.True(heap.MoveIfSparse(mapped, 3_000_000) == mapped);
        heap.ReleaseAll();
    }

    [Fact]
    public void A_lone_slab_is_as_good_as_it_gets()
    {
        using var heap = new NativeHeap();
        byte* block = heap.Allocate(Size);
        Assert.True(heap.MoveIfSparse(block, Size) == block);
        heap.Free(block, Size);
    }

    [Fact]
    public void Free_pages_go_back_at_once_above_the_goal()
    {
        using var heap = new NativeHeap();
        byte* kept = heap.Allocate(600_000);
        new Span<byte>(kept, 600_000).Fill(1);
        byte* first = heap.Allocate(500_000);
        new Span<byte>(first, 500_000).Fill(1);
        heap.Free(first, 500_000);
        Assert.True(heap.Statistics.BytesRetained >= 500_000);
        Assert.True(heap.TrimFreePages(1) >= 500_000);
        Assert.Equal(0, heap.Statistics.BytesRetained);
        Assert.Equal(0, heap.TrimFreePages(1 << 30));

        heap.ResidentGoalBytes = 1;
        byte* second = heap.Allocate(500_000);
        new Span<byte>(second, 500_000).Fill(1);
        heap.Free(second, 500_000);
        Assert.Equal(0, heap.Statistics.BytesRetained);
        heap.Free(kept, 600_000);
    }

    [Fact]
    public void In_checked_mode_every_block_moves()
    {
        using var heap = new NativeHeap(new HeapOptions(Checked: true));
        byte* block = heap.Allocate(Size);
        new Span<byte>(block, Size).Fill(7);
        byte* moved = heap.MoveIfSparse(block, Size);
        Assert.True(moved != block);
        Assert.Equal(-1, new Span<byte>(moved, Size).IndexOfAnyExcept((byte)7));
        heap.Free(moved, Size);
    }

    private static int MoveAll(NativeHeap heap, nint[] blocks)
    {
        int moved = 0;
        for (int i = 0; i < blocks.Length; i++)
        {
            nint now = (nint)heap.MoveIfSparse((byte*)blocks[i], Size);
            moved += now != blocks[i] ? 1 : 0;
            blocks[i] = now;
        }

        return moved;
    }

    /// <summary>The blocks that are left of many, all over the slabs; each is filled with the low byte of its number.</summary>
    private static nint[] Sparse(NativeHeap heap, int keptOneIn)
    {
        nint[] all = new nint[Count];
        for (int i = 0; i < Count; i++)
        {
            all[i] = (nint)heap.Allocate(Size);
        }

        var kept = new List<nint>();
        for (int i = 0; i < Count; i++)
        {
            if (i % keptOneIn == 0)
            {
                new Span<byte>((byte*)all[i], Size).Fill((byte)kept.Count);
                kept.Add(all[i]);
            }
            else
            {
                heap.Free((byte*)all[i], Size);
            }
        }

        return [.. kept];
    }
}
