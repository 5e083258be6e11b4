using System.Runtime.InteropServices;
using Spinel.Memory;

namespace Spinel.Bench.Micro;

/// <summary>An allocator under test; a struct, so that the workload loops are compiled for each without indirect calls.</summary>
internal unsafe interface IAllocator
{
    byte* Allocate(nuint sizeBytes);

    void Free(byte* block, nuint sizeBytes);
}

internal readonly unsafe struct SpinelAllocator(NativeHeap heap) : IAllocator
{
    public byte* Allocate(nuint sizeBytes) => heap.Allocate(sizeBytes);

    public void Free(byte* block, nuint sizeBytes) => heap.Free(block, sizeBytes);
}

internal readonly unsafe struct SystemAllocator : IAllocator
{
    public byte* Allocate(nuint sizeBytes) => (byte*)NativeMemory.Alloc(sizeBytes);

    public void Free(byte* block, nuint sizeBytes) => NativeMemory.Free(block);
}

/// <summary>
/// Blocks of 16 to 256 bytes. Random replacement: 100,000 blocks are live, each step frees one and allocates another in its place,
/// as a key-value store under writes does. LIFO: bursts of 64 blocks, freed in reverse order. Each block's first word is written,
/// since nobody allocates a block without using it.
/// </summary>
internal sealed unsafe class HeapWorkload<TAllocator> : IDisposable
    where TAllocator : struct, IAllocator
{
    internal const int LiveBlocks = 100_000;
    internal const int Steps = 1_000_000;
    private const int Burst = 64;

    private readonly TAllocator _allocator;
    private readonly byte*[] _blocks = new byte*[LiveBlocks];
    private readonly ushort[] _sizes = new ushort[LiveBlocks];
    private readonly int[] _victims = new int[Steps];
    private readonly ushort[] _newSizes = new ushort[Steps];

    internal HeapWorkload(TAllocator allocator)
    {
        _allocator = allocator;
        var random = new Random(42);
        for (int i = 0; i < Steps; i++)
        {
            _victims[i] = random.Next(LiveBlocks);
            _newSizes[i] = (ushort)random.Next(16, 257);
        }

        for (int i = 0; i < LiveBlocks; i++)
        {
            _sizes[i] = (ushort)random.Next(16, 257);
            _blocks[i] = _allocator.Allocate(_sizes[i]);
            *(long*)_blocks[i] = i;
        }
    }

    internal void RandomReplacement()
    {
        for (int i = 0; i < Steps; i++)
        {
            int victim = _victims[i];
            ushort size = _newSizes[i];
            _allocator.Free(_blocks[victim], _sizes[victim]);
            byte* block = _allocator.Allocate(size);
            *(long*)block = i;
            _blocks[victim] = block;
            _sizes[victim] = size;
        }
    }

    internal void Lifo()
    {
        byte** burst = stackalloc byte*[Burst];
        for (int i = 0; i + Burst <= Steps; i += Burst)
        {
            for (int j = 0; j < Burst; j++)
            {
                burst[j] = _allocator.Allocate(_newSizes[i + j]);
                *(long*)burst[j] = i;
            }

            for (int j = Burst - 1; j >= 0; j--)
            {
                _allocator.Free(burst[j], _newSizes[i + j]);
            }
        }
    }

    public void Dispose()
    {
        for (int i = 0; i < LiveBlocks; i++)
        {
            _allocator.Free(_blocks[i], _sizes[i]);
        }
    }
}
