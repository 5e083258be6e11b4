using System.Runtime.InteropServices;
using Spinel.DataStructures;
using Spinel.Memory;

namespace Spinel.Engine;

/// <summary>
/// A list of keys that a command fills while it walks the keyspace and empties before it returns: KEYS and SCAN must say how many keys follow
/// before they send the first.
/// <para>
/// It holds handles in native memory: eight bytes a key, nothing for the garbage collector, and no second look at the keys. Segments double in size
/// and are never moved or joined, so a list of any length grows without a copy. The first, small segment is kept for the next command, the others
/// are given back. A handle is valid until its key changes, so whoever expires a key while reading the list overwrites its place.
/// </para>
/// </summary>
internal sealed class KeyScratch(NativeHeap heap) : IDisposable
{
    private const int FirstSegmentBytes = 4096;
    private const int LargestSegmentBytes = 16 << 20;
    private readonly List<NativeBuffer> _segments = [];

    /// <summary>The number of keys in the list.</summary>
    public long Count { get; private set; }

    /// <summary>The list is the segments from 0 to this, exclusive, one after the other.</summary>
    public int SegmentCount { get; private set; }

    /// <summary>The keys of one segment; those overwritten with the default are to be passed over.</summary>
    public Span<KeyBlock> Segment(int index) => MemoryMarshal.Cast<byte, KeyBlock>(_segments[index].Span);

    public void Add(KeyBlock block)
    {
        if (SegmentCount == 0 || _segments[SegmentCount - 1].FreeBytes < nint.Size)
        {
            AddSegment();
        }

        NativeBuffer last = _segments[SegmentCount - 1];
        MemoryMarshal.Write(last.FreeSpan, in block);
        last.Advance(nint.Size);
        Count++;
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
