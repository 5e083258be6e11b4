using System.Runtime.InteropServices;
using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>
/// A list of words in native memory, such as the places of members that a command has found and must count before it replies.
/// Eight bytes an element, nothing for the garbage collector. Segments double in size and are never moved or joined, so a list of
/// any length grows without a copy. The first, small one is kept for the next use, the others are given back.
/// </summary>
public sealed class PlaceList(NativeHeap heap) : IDisposable
{
    private const int FirstSegmentBytes = 4096;
    private const int LargestSegmentBytes = 16 << 20;
    private readonly List<NativeBuffer> _segments = [];

    public long Count { get; private set; }

    /// <summary>The list is the segments from 0 to this, exclusive, one after the other.</summary>
    public int SegmentCount { get; private set; }

    public ReadOnlySpan<long> Segment(int index) => MemoryMarshal.Cast<byte, long>(_segments[index].Span);

    public void Add(long place)
    {
        if (SegmentCount == 0 || _segments[SegmentCount - 1].FreeBytes < sizeof(long))
        {
            AddSegment();
        }

        NativeBuffer last = _segments[SegmentCount - 1];
        MemoryMarshal.Write(last.FreeSpan, in place);
        last.Advance(sizeof(long));
        Count++;
    }

    /// <summary>Adds several at once.</summary>
    public void Add(ReadOnlySpan<long> places)
    {
        while (!places.IsEmpty)
        {
            if (SegmentCount == 0 || _segments[SegmentCount - 1].FreeBytes < sizeof(long))
            {
                AddSegment();
            }

            NativeBuffer last = _segments[SegmentCount - 1];
            int count = Math.Min(places.Length, last.FreeBytes / sizeof(long));
            MemoryMarshal.AsBytes(places[..count]).CopyTo(last.FreeSpan);
            last.Advance(count * sizeof(long));
            Count += count;
            places = places[count..];
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

    private void AddSegment()
    {
        if (SegmentCount == _segments.Count)
        {
            _segments.Add(new NativeBuffer(heap));
        }

        int bytes = (int)Math.Min((long)FirstSegmentBytes << Math.Min(SegmentCount, 20), LargestSegmentBytes);
        _segments[SegmentCount].EnsureCapacity(bytes);
        SegmentCount++;
    }
}
