using System.Buffers;

namespace Spinel.Memory;

/// <summary>
/// A growable byte buffer in a native heap, which safe code sees as a span. Bytes are appended at the end and consumed from the
/// front; the front moves without copying until the room is needed. Spans and <see cref="Pointer"/> are valid until the next
/// call that may grow the buffer.
/// </summary>
public sealed unsafe class NativeBuffer : IBufferWriter<byte>, IDisposable
{
    /// <summary>Spans end at 2 GB, and so does a buffer.</summary>
    public const int LargestCapacity = int.MaxValue - 4095;

    private const int LeastCapacity = 64;

    private readonly NativeHeap _heap;
    private byte* _block;
    private int _capacity;
    private int _start;
    private int _end;

    /// <summary>Creates an empty buffer with room for at least <paramref name="initialCapacity"/> bytes; 0 takes no memory yet.</summary>
    public NativeBuffer(NativeHeap heap, int initialCapacity = 0)
    {
        ArgumentNullException.ThrowIfNull(heap);
        ArgumentOutOfRangeException.ThrowIfNegative(initialCapacity);
        _heap = heap;
        if (initialCapacity > 0)
        {
            EnsureCapacity(initialCapacity);
        }
    }

    /// <summary>Bytes appended and not yet consumed.</summary>
    public int Length => _end - _start;

    /// <summary>Bytes that the buffer's memory holds.</summary>
    public int Capacity => _capacity;

    /// <summary>Bytes that can be appended without moving anything.</summary>
    public int FreeBytes => _capacity - _end;

    /// <summary>The content.</summary>
    public Span<byte> Span => new(_block + _start, _end - _start);

    /// <summary>The content, read-only.</summary>
    public ReadOnlySpan<byte> WrittenSpan => new(_block + _start, _end - _start);

    /// <summary>The room behind the content; <see cref="Advance"/> makes what was written there content.</summary>
    public Span<byte> FreeSpan => new(_block + _end, _capacity - _end);

    /// <summary>Address of the content's first byte, for system calls.</summary>
    public byte* Pointer => _block + _start;

    /// <summary>Makes room for a content of <paramref name="capacity"/> bytes in all.</summary>
    /// <exception cref="InvalidOperationException">The buffer would exceed 2 GB.</exception>
    public void EnsureCapacity(int capacity)
    {
        if (capacity > _capacity - _start)
        {
            MakeRoom(capacity);
        }
    }

    /// <summary>Adds bytes at the end. They must not be the buffer's own.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetSpan(bytes.Length));
        _end += bytes.Length;
    }

    /// <summary>The room behind the content, at least <paramref name="sizeHint"/> bytes and at least one.</summary>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        int needed = Math.Max(sizeHint, 1);
        if (needed > _capacity - _end)
        {
            MakeRoom((long)Length + needed);
        }

        return FreeSpan;
    }

    /// <summary>Makes <paramref name="count"/> bytes of the room behind the content part of it.</summary>
    public void Advance(int count)
    {
        if ((uint)count > (uint)(_capacity - _end))
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, "There is less room behind the content");
        }

        _end += count;
    }

    /// <summary>Drops bytes from the front.</summary>
    public void Consume(int count)
    {
        if ((uint)count > (uint)Length)
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, "The content is shorter");
        }

        _start += count;
        if (_start == _end)
        {
            _start = 0;
            _end = 0;
        }
    }

    /// <summary>Drops bytes from the end, so that <paramref name="length"/> stay.</summary>
    public void Truncate(int length)
    {
        if ((uint)length > (uint)Length)
        {
            throw new ArgumentOutOfRangeException(nameof(length), length, "The content is shorter");
        }

        _end = _start + length;
    }

    /// <summary>Drops the content and keeps the memory.</summary>
    public void Clear()
    {
        _start = 0;
        _end = 0;
    }

    /// <summary>Gives memory back until the capacity is about <paramref name="capacity"/>, or as small as the content allows.</summary>
    public void Shrink(int capacity)
    {
        MoveToFront();
        nuint wanted = (nuint)Math.Max(Length, capacity);
        if (wanted == 0)
        {
            Dispose();
        }
        else if (NativeHeap.UsableSize(wanted) < (nuint)_capacity)
        {
            Resize(NativeHeap.UsableSize(wanted));
        }
    }

    /// <summary>Frees the memory. The buffer is empty afterwards and may be used again.</summary>
    public void Dispose()
    {
        if (_block != null)
        {
            _heap.Free(_block, (nuint)_capacity);
        }

        _block = null;
        _capacity = 0;
        Clear();
    }

    /// <summary>Native memory has no <see cref="Memory{T}"/>.</summary>
    Memory<byte> IBufferWriter<byte>.GetMemory(int sizeHint)
        => throw new NotSupportedException("A native buffer gives spans only");

    private void MakeRoom(long needed)
    {
        if (needed > LargestCapacity)
        {
            throw new InvalidOperationException($"A buffer cannot hold {needed} bytes, the limit is {LargestCapacity}");
        }

        // Sliding pays when half of the memory was consumed: then a byte is moved at most once for each byte consumed.
        bool slide = needed <= _capacity && _start >= _capacity / 2;
        MoveToFront();
        if (!slide)
        {
            long doubled = Math.Min(Math.Max(LeastCapacity, (long)_capacity * 2), LargestCapacity);
            Resize(NativeHeap.UsableSize((nuint)Math.Max(needed, doubled)));
        }
    }

    private void MoveToFront()
    {
        if (_start > 0)
        {
            Span.CopyTo(new Span<byte>(_block, _capacity));
            _end -= _start;
            _start = 0;
        }
    }

    private void Resize(nuint capacity)
    {
        _block = _heap.Reallocate(_block, (nuint)_capacity, capacity);
        _capacity = (int)capacity;
    }
}
