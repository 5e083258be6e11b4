using CsCheck;

namespace Spinel.Memory.Tests;

public sealed unsafe class PageHeapTests
{
    private static readonly Gen<(int Kind, int Pages, int Which)[]> Sequences =
        Gen.Select(Gen.Int[0, 9], Gen.Frequency((3, Gen.Int[1, 20]), (1, Gen.Int[20, 256])), Gen.Int[0, 1_000_000]).Array[0, 500];

    [Fact]
    public void Runs_never_overlap_and_free_neighbours_always_merge()
        => Sequences.Sample(RunSequence, iter: 300, threads: 1);

    [Theory]
    [InlineData(16)]
    [InlineData(64)]
    [InlineData(256)]
    public void Aligned_runs_fill_a_chunk_before_the_next_is_mapped(int pages)
    {
        using var heap = new PageHeap(hugePages: false);

        // The chunk's metadata takes the first aligned place.
        for (int i = 1; i < Chunk.Pages / pages; i++)
        {
            byte* run = heap.Allocate(pages, pages, out bool untouched);
            Assert.True(untouched);
            Assert.Equal(0u, (nuint)run % (nuint)(pages * Chunk.PageBytes));
        }

        Assert.Equal(1, heap.ChunkCount);
        heap.Allocate(pages, pages, out _);
        Assert.Equal(2, heap.ChunkCount);
    }

    [Fact]
    public void One_empty_chunk_is_kept_and_trim_takes_it()
    {
        using var heap = new PageHeap(hugePages: false);
        var runs = new List<nint>();
        while (heap.ChunkCount < 4)
        {
            runs.Add((nint)heap.Allocate(255, 1, out _));
        }

        foreach (nint run in runs)
        {
            heap.Free((byte*)run, 255);
        }

        Assert.Equal(1, heap.ChunkCount);
        Assert.InRange(heap.BytesRetained, 1, 8 * 1024 * 1024);
        long resident = heap.BytesResident;
        Assert.Equal(resident, heap.Trim());
        Assert.Equal(0, heap.ChunkCount);
    }

    [Fact]
    public void Purged_pages_read_zero_and_are_reported_untouched()
    {
        Assert.SkipUnless(SystemMemory.PurgedIsZero, "Only Linux promises zeros");
        using var heap = new PageHeap(hugePages: false);
        byte* keep = heap.Allocate(1, 1, out _);
        byte* run = heap.Allocate(100, 1, out _);
        new Span<byte>(run, 100 * Chunk.PageBytes).Fill(1);
        heap.Free(run, 100);
        Assert.Equal(100 * Chunk.PageBytes, heap.Trim());
        byte* again = heap.Allocate(100, 1, out bool untouched);
        Assert.True(again == run);
        Assert.True(untouched);
        Assert.Equal(-1, new Span<byte>(again, 100 * Chunk.PageBytes).IndexOfAnyExcept((byte)0));
        heap.Free(keep, 1);
    }

    private static void RunSequence((int Kind, int Pages, int Which)[] steps)
    {
        using var heap = new PageHeap(hugePages: false);
        var live = new List<(nint Run, int Pages)>();
        foreach ((int kind, int pages, int which) in steps)
        {
            int index = live.Count == 0 ? 0 : which % live.Count;
            if (kind <= 4 || live.Count == 0)
            {
                int alignment = kind == 0 ? 64 : 1;
                byte* run = heap.Allocate(pages, alignment, out _);
                Assert.Equal(0u, (nuint)run % (nuint)(alignment * Chunk.PageBytes));
                live.Add(((nint)run, pages));
            }
            else if (kind <= 7)
            {
                heap.Free((byte*)live[index].Run, live[index].Pages);
                live.RemoveAt(index);
            }
            else if (kind == 8)
            {
                if (pages != live[index].Pages && heap.TryResize((byte*)live[index].Run, live[index].Pages, pages))
                {
                    live[index] = (live[index].Run, pages);
                }
            }
            else if (which % 8 == 0)
            {
                heap.Trim();
                Assert.Equal(0, heap.BytesRetained);
            }

            long used = live.Sum(run => (long)run.Pages) * Chunk.PageBytes;
            Assert.Equal(used + ((long)heap.ChunkCount * Chunk.HeaderBytes), heap.BytesResident - heap.BytesRetained);
        }

        nint end = 0;
        foreach ((nint run, int pages) in live.OrderBy(run => run.Run))
        {
            Assert.True(run >= end, "Two runs overlap");
            Assert.True(heap.Owns((byte*)run));
            end = run + (pages * Chunk.PageBytes);
        }

        foreach ((nint run, int pages) in live)
        {
            heap.Free((byte*)run, pages);
        }

        // Everything merged: the longest possible run is there, in the chunk that is kept.
        int chunks = heap.ChunkCount;
        byte* all = heap.Allocate(Chunk.UsablePages, 1, out _);
        Assert.Equal(Math.Max(1, chunks), heap.ChunkCount);
        heap.Free(all, Chunk.UsablePages);
        heap.Trim();
        Assert.Equal(0, heap.BytesResident);
    }
}
