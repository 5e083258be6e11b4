using Spinel.Memory;

namespace Spinel.DataStructures.Tests;

/// <summary>A checked heap that must be empty again when the test is done with it.</summary>
internal sealed class CheckedHeap : IDisposable
{
    public NativeHeap Heap { get; } = new(new HeapOptions(Checked: true));

    public static implicit operator NativeHeap(CheckedHeap heap) => heap.Heap;

    public void Dispose()
    {
        Heap.ReclaimRemoteFrees();
        long leaked = Heap.BytesInUse;
        Heap.Dispose();
        Assert.Equal(0, leaked);
    }
}
