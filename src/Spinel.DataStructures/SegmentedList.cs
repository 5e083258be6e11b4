using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>
/// A list in native memory that a command fills while it looks for things, and reads when it knows how many it has found, which is what replies begin with: keys of
/// the keyspace, places of members. Nothing for the garbage collector, and no second look.
/// </summary>
/// <remarks>
/// Segments double in size and are never moved or joined, so a list of any length grows without a copy. The first, small one is kept for the next use, the others
/// are given back. What the elements lead to is not watched over: whoever removes a key while reading the list overwrites its place.
/// </remarks>
public sealed class SegmentedList<T>(NativeHeap heap) : IDisposable
    where T : unmanaged
{
    private const int FirstSegmentBytes = 4096;
    private const int LargestSegmentBytes = 16 << 20;
    private const int Doublings = 12;
    private readonly List<NativeBuffer> _segments = [];

    /// <summary>The number of elements.</summary>
    public long Count { get; private set; }

    /// <summary>The list is the segments from 0 to this, exclusive, one after the other.</summary>
    public int SegmentCount { get; private set; }

    public Span<T> Segment(int index) => MemoryMarshal.Cast<byte, T>(_segments[index].Span);

    public void Add(T element)
    {
        NativeBuffer last = WithRoom();
        MemoryMarshal.Write(last.FreeSpan, in element);
        last.Advance(Unsafe.SizeOf<T>());
        Count++;
    }

    /// <summary>Adds several at once.</summary>
    public void Add(ReadOnlySpan<T> elements)
    {
        while (!elements.IsEmpty)
        {
            NativeBuffer last = WithRoom();
            int count = Math.Min(elements.Length, last.FreeBytes / Unsafe.SizeOf<T>());
            MemoryMarshal.AsBytes(elements[..count]).CopyTo(last.FreeSpan);
            last.Advance(count * Unsafe.SizeOf<T>());
            Count += count;
            elements = elements[count..];
        }
    }

    public void Clear()
    {
        for (int i = 0; i < SegmentCount; i++)
        {
            if (i == 0)
            {
                _segments[i].Clear();
            }
            else
            {
                _segments[i].Dispose();
            }
        }

        SegmentCount = 0;
        Count = 0;
    }

    public void Dispose()
    {
        Clear();
        foreach (NativeBuffer segment in _segments)
        {
            segment.Dispose();
        }
    }

    /// <summary>The last segment, with room for an element.</summary>
    private NativeBuffer WithRoom()
    {
        if (SegmentCount == 0 || _segments[SegmentCount - 1].FreeBytes < Unsafe.SizeOf<T>())
        {
            if (SegmentCount == _segments.Count)
            {
                _segments.Add(new NativeBuffer(heap));
            }

            _segments[SegmentCount].EnsureCapacity(Math.Min(FirstSegmentBytes << Math.Min(SegmentCount, Doublings), LargestSegmentBytes));
            SegmentCount++;
        }

        return _segments[SegmentCount - 1];
    }
}
