using CsCheck;

namespace Spinel.Memory.Tests;

/// <summary>Random sequences of calls against a list of what should be live: content survives, blocks do not overlap, accounting is exact.</summary>
public sealed unsafe class HeapModelTests
{
    private static readonly Gen<int> Sizes = Gen.Frequency(
        (8, Gen.Int[0, 300]),
        (4, Gen.Int[300, 5_000]),
        (3, Gen.Int[5_000, 33_000]),
        (2, Gen.Int[33_000, 300_000]),
        (1, Gen.Int[300_000, 3_000_000]));

    private static readonly Gen<(int Kind, int Size, int Which)[]> Sequences = Gen.Select(Gen.Int[0, 9], Sizes, Gen.Int[0, 1_000_000]).Array[0, 400];

    [Theory]
    [InlineData(false, 200)]
    [InlineData(true, 60)]
    public void Sequences_keep_content_and_accounting(bool isChecked, int sequences)
        => Sequences.Sample(steps => RunSequence(steps, isChecked), iter: sequences, threads: 1);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Many_small_blocks_fill_and_empty_slabs(bool isChecked)
    {
        using var heap = new NativeHeap(new HeapOptions(isChecked));
        var random = new Random(1);
        var model = new Model(heap);
        int most = isChecked ? 5_000 : 40_000;
        for (int round = 0; round < 3; round++)
        {
            while (model.Count < most)
            {
                model.Allocate(random.Next(0, 400), zeroed: random.Next(10) == 0);
                if (random.Next(3) == 0)
                {
                    model.Free(random.Next(model.Count));
                }
            }

            model.Verify();
            while (model.Count > 100)
            {
                model.Free(random.Next(model.Count));
            }

            model.Verify();
        }

        model.FreeAll();
    }

    private static void RunSequence((int Kind, int Size, int Which)[] steps, bool isChecked)
    {
        using var heap = new NativeHeap(new HeapOptions(isChecked));
        var model = new Model(heap);
        foreach ((int kind, int size, int which) in steps)
        {
            if (kind <= 3 || model.Count == 0)
            {
                model.Allocate(size, zeroed: kind == 3);
            }
            else if (kind <= 6)
            {
                model.Free(which % model.Count);
            }
            else if (kind <= 8)
            {
                model.Reallocate(which % model.Count, size);
            }
            else if (which % 10 == 0)
            {
                heap.Trim();
            }
            else
            {
                model.Free(which % model.Count, fromOtherThread: true);
                heap.ReclaimRemoteFrees();
            }

            Assert.Equal(model.BytesInUse, heap.BytesInUse);
        }

        model.Verify();
        model.FreeAll();
    }

    private sealed class Model(NativeHeap heap)
    {
        private readonly List<(nint Block, int Size, byte Pattern)> _live = [];
        private byte _nextPattern;

        public int Count => _live.Count;

        public long BytesInUse { get; private set; }

        public void Allocate(int size, bool zeroed)
        {
            byte* block = zeroed ? heap.AllocateZeroed((nuint)size) : heap.Allocate((nuint)size);
            Assert.Equal(0u, (nuint)block % 8);
            if (NativeHeap.UsableSize((nuint)size) % 64 == 0)
            {
                Assert.Equal(0u, (nuint)block % 64);
            }

            if (zeroed)
            {
                Assert.Equal(-1, Usable(block, size).IndexOfAnyExcept((byte)0));
            }

            Add(block, size);
        }

        public void Reallocate(int index, int newSize)
        {
            (nint block, int size, byte pattern) = _live[index];
            byte* moved = heap.Reallocate((byte*)block, (nuint)size, (nuint)newSize);
            Assert.Equal(-1, new Span<byte>(moved, Math.Min(size, newSize)).IndexOfAnyExcept(pattern));
            Remove(index);
            Add(moved, newSize);
        }

        public void Free(int index, bool fromOtherThread = false)
        {
            (nint block, int size, byte pattern) = _live[index];
            Assert.Equal(-1, Usable((byte*)block, size).IndexOfAnyExcept(pattern));
            if (fromOtherThread)
            {
                heap.FreeFromOtherThread((byte*)block, (nuint)size);
            }
            else
            {
                heap.Free((byte*)block, NativeHeap.UsableSize((nuint)size));
            }

            Remove(index);
        }

        public void FreeAll()
        {
            while (_live.Count > 0)
            {
                Free(_live.Count - 1);
            }

            Assert.Equal(0, heap.BytesInUse);
            Span<SizeClassStatistics> rows = new SizeClassStatistics[NativeHeap.SizeClassCount];
            if (!heap.IsChecked)
            {
                heap.GetSizeClasses(rows);
                foreach (SizeClassStatistics row in rows)
                {
                    Assert.Equal(0, row.LiveBlocks);
                }
            }

            heap.Trim();
            Assert.Equal(0, heap.BytesFromSystem);
            Assert.Equal(0, heap.Statistics.Chunks);
        }

        public void Verify()
        {
            heap.CheckIntegrity();
            Assert.Equal(BytesInUse, heap.BytesInUse);
            Assert.True(heap.BytesFromSystem >= heap.BytesInUse, $"{heap.BytesFromSystem} resident, {heap.BytesInUse} in use");
            nint end = 0;
            foreach ((nint block, int size, byte pattern) in _live.OrderBy(live => live.Block))
            {
                Assert.True(block >= end, "Two blocks overlap");
                Assert.Equal(-1, Usable((byte*)block, size).IndexOfAnyExcept(pattern));
                end = block + (nint)NativeHeap.UsableSize((nuint)size);
            }
        }

        private static Span<byte> Usable(byte* block, int size) => new(block, (int)NativeHeap.UsableSize((nuint)size));

        private void Add(byte* block, int size)
        {
            byte pattern = ++_nextPattern;
            Usable(block, size).Fill(pattern);
            _live.Add(((nint)block, size, pattern));
            BytesInUse += (long)NativeHeap.UsableSize((nuint)size);
        }

        private void Remove(int index)
        {
            BytesInUse -= (long)NativeHeap.UsableSize((nuint)_live[index].Size);
            _live[index] = _live[^1];
            _live.RemoveAt(_live.Count - 1);
        }
    }
}
