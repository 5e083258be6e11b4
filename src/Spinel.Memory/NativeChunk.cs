namespace Spinel.Memory;

/// <summary>A block of native memory of fixed size that safe code sees as a span: the unit of which reply buffers are made.</summary>
public sealed unsafe class NativeChunk
{
    private readonly NativeHeap _heap;
    private byte* _bytes;

    public NativeChunk(NativeHeap heap, int sizeBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sizeBytes);
        _heap = heap;
        _bytes = heap.Allocate((nuint)sizeBytes);
        Size = sizeBytes;
    }

    /// <summary>The size in bytes.</summary>
    public int Size { get; }

    /// <summary>The whole chunk. Empty after <see cref="Free"/>.</summary>
    // The bound is the size that was allocated; a freed chunk has neither bytes nor length.
    public Span<byte> Span => new(_bytes, _bytes == null ? 0 : Size);

    /// <summary>The address of the first byte, for system calls.</summary>
    public byte* Pointer => _bytes;

    /// <summary>Gives the memory back. Further calls do nothing.</summary>
    public void Free()
    {
        if (_bytes != null)
        {
            _heap.Free(_bytes, (nuint)Size);
            _bytes = null;
        }
    }
}
