using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Spinel.Memory;

public readonly record struct HeapOptions(bool Checked = false);

public readonly record struct HeapStatistics(long BytesInUse, long BytesFromSystem);

public sealed unsafe class NativeHeap : IDisposable
{
    private long _bytesInUse;

    public NativeHeap(HeapOptions options = default) => IsChecked = options.Checked;

    public bool IsChecked { get; }

    public long BytesInUse => Interlocked.Read(ref _bytesInUse);

    public long BytesFromSystem => BytesInUse;

    public HeapStatistics Statistics => new(BytesInUse, BytesFromSystem);

    public static nuint UsableSize(nuint sizeBytes) => (sizeBytes + 7) & ~(nuint)7;

    public byte* Allocate(nuint sizeBytes, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Interlocked.Add(ref _bytesInUse, (long)UsableSize(sizeBytes));
        return (byte*)NativeMemory.AlignedAlloc(UsableSize(sizeBytes), 64);
    }

    public byte* AllocateZeroed(nuint sizeBytes, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        byte* block = Allocate(sizeBytes, file, line);
        NativeMemory.Clear(block, sizeBytes);
        return block;
    }

    public byte* Reallocate(byte* block, nuint oldSizeBytes, nuint newSizeBytes, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        byte* moved = Allocate(newSizeBytes, file, line);
        Buffer.MemoryCopy(block, moved, newSizeBytes, Math.Min(oldSizeBytes, newSizeBytes));
        Free(block, oldSizeBytes);
        return moved;
    }

    public void Free(byte* block, nuint sizeBytes)
    {
        Interlocked.Add(ref _bytesInUse, -(long)UsableSize(sizeBytes));
        NativeMemory.AlignedFree(block);
    }

    public void FreeFromOtherThread(byte* block, nuint sizeBytes) => Free(block, sizeBytes);

    public void ReclaimRemoteFrees() { }

    public long Trim() => 0;

    public void Dispose() { }
}
