namespace Spinel.DataStructures;

/// <summary>
/// An inner node of a <see cref="ScoreTree"/>: up to 36 children in order, and of each its first entry (with the prefix of its score) and how many
/// entries are below it.
/// </summary>
internal unsafe struct ScoreBranch
{
    public const int Capacity = 36;

    public int Count;
    private fixed uint _prefixes[Capacity];
    private fixed ulong _firsts[Capacity];
    private fixed ulong _children[Capacity];
    private fixed long _sizes[Capacity];

    public readonly nint ChildAt(int index) => (nint)_children[index];

    public readonly long SizeAt(int index) => _sizes[index];

    public readonly nint FirstAt(int index) => (nint)_firsts[index];

    public readonly uint PrefixAt(int index) => _prefixes[index];

    /// <summary>Entries below this node.</summary>
    public readonly long TotalSize => SizeBefore(Count);

    /// <summary>Entries below the children before one.</summary>
    public readonly long SizeBefore(int index)
    {
        long size = 0;
        for (int i = 0; i < index; i++)
        {
            size += _sizes[i];
        }

        return size;
    }

    public void AddToSize(int index, long change) => _sizes[index] += change;

    public void SetFirst(int index, nint entry, uint prefix)
    {
        _firsts[index] = (ulong)entry;
        _prefixes[index] = prefix;
    }

    public void Set(int index, nint child, nint firstEntry, uint prefix, long size)
    {
        _children[index] = (ulong)child;
        _sizes[index] = size;
        SetFirst(index, firstEntry, prefix);
    }

    /// <summary>The last child whose first entry the probe lies behind, or the first child.</summary>
    public readonly int Search<TProbe>(scoped in TProbe probe)
        where TProbe : struct, IScoreProbe, allows ref struct
    {
        // Child 0 needs no look: what lies before its first entry belongs to it too.
        int low = 1;
        int high = Count;
        while (low < high)
        {
            int middle = (low + high) >> 1;
            if (probe.IsBehind(_prefixes[middle], (nint)_firsts[middle]))
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low - 1;
    }

    /// <summary>The child that holds the entry of this rank, which becomes the rank within the child.</summary>
    public readonly int SearchRank(ref long rank)
    {
        int index = 0;
        while (rank >= _sizes[index])
        {
            rank -= _sizes[index++];
        }

        return index;
    }

    /// <summary>Makes room for a child at an index, which the caller then sets. Precondition: there is room.</summary>
    public void OpenGap(int index)
    {
        Move(index, index + 1, Count - index);
        Count++;
    }

    public void RemoveAt(int index)
    {
        Move(index + 1, index, Count - index - 1);
        Count--;
    }

    /// <summary>Moves the children from <paramref name="index"/> on to the end of another node, which has the room.</summary>
    public void MoveTo(ScoreBranch* target, int index)
    {
        for (int i = index; i < Count; i++)
        {
            target->Set(target->Count++, ChildAt(i), FirstAt(i), _prefixes[i], _sizes[i]);
        }

        Count = index;
    }

    private void Move(int from, int to, int count)
    {
        fixed (uint* prefixes = _prefixes)
        fixed (ulong* firsts = _firsts, children = _children)
        fixed (long* sizes = _sizes)
        {
            // The callers keep from + count and to + count within Capacity.
            new Span<uint>(prefixes + from, count).CopyTo(new Span<uint>(prefixes + to, count));
            new Span<ulong>(firsts + from, count).CopyTo(new Span<ulong>(firsts + to, count));
            new Span<ulong>(children + from, count).CopyTo(new Span<ulong>(children + to, count));
            new Span<long>(sizes + from, count).CopyTo(new Span<long>(sizes + to, count));
        }
    }
}
