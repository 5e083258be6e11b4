using System.Runtime.CompilerServices;

namespace Spinel.DataStructures;

/// <summary>
/// A leaf of a <see cref="ScoreTree"/>: up to 100 entries in order, ten bytes each: the prefix of the score, and the 48 bits of the address of
/// the <see cref="ScoredMember"/>. A search goes through the prefixes, which lie together, and looks at members only where prefixes are equal.
/// </summary>
internal unsafe struct ScoreLeaf
{
    public const int Capacity = 100;

    public int Count;

    /// <summary>The tree's epoch when the leaf was made or last shown: see <see cref="TreeParts"/>.</summary>
    public uint Epoch;

    public ScoreLeaf* Previous;
    public ScoreLeaf* Next;
    private fixed uint _prefixes[Capacity];
    private fixed uint _low[Capacity];
    private fixed ushort _high[Capacity];

    public readonly uint PrefixAt(int index) => _prefixes[index];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly nint EntryAt(int index) => (nint)(_low[index] | (ulong)_high[index] << 32);

    public void Set(int index, nint entry, uint prefix)
    {
        _prefixes[index] = prefix;
        _low[index] = (uint)entry;
        _high[index] = (ushort)((ulong)entry >> 32);
    }

    public void SetPrefix(int index, uint prefix) => _prefixes[index] = prefix;

    /// <summary>How many entries the probe lies behind.</summary>
    public readonly int Search<TProbe>(scoped in TProbe probe)
        where TProbe : struct, IScoreProbe, allows ref struct
    {
        int low = 0;
        int high = Count;
        while (low < high)
        {
            int middle = (low + high) >> 1;
            if (probe.IsBehind(_prefixes[middle], EntryAt(middle)))
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>Precondition: there is room.</summary>
    public void Insert(int index, nint entry, uint prefix)
    {
        Move(index, index + 1, Count - index);
        Set(index, entry, prefix);
        Count++;
    }

    public void RemoveAt(int index)
    {
        Move(index + 1, index, Count - index - 1);
        Count--;
    }

    /// <summary>Moves the entries from <paramref name="index"/> on to the end of another leaf, which has the room.</summary>
    public void MoveTo(ScoreLeaf* target, int index)
    {
        int moved = Count - index;
        Copy(index, target, target->Count, moved);
        target->Count += moved;
        Count = index;
    }

    /// <summary>Moves the last entries to the start of the leaf behind, which has the room.</summary>
    public void GiveLast(ScoreLeaf* right, int moved)
    {
        right->Move(0, moved, right->Count);
        Copy(Count - moved, right, 0, moved);
        right->Count += moved;
        Count -= moved;
    }

    /// <summary>Moves the first entries to the end of the leaf before, which has the room.</summary>
    public void GiveFirst(ScoreLeaf* left, int moved)
    {
        Copy(0, left, left->Count, moved);
        left->Count += moved;
        Move(moved, 0, Count - moved);
        Count -= moved;
    }

    private void Copy(int from, ScoreLeaf* target, int to, int count)
    {
        fixed (uint* prefixes = _prefixes, low = _low)
        fixed (ushort* high = _high)
        {
            // The callers keep from + count within this leaf's entries and to + count within Capacity.
            new Span<uint>(prefixes + from, count).CopyTo(new Span<uint>(target->_prefixes + to, count));
            new Span<uint>(low + from, count).CopyTo(new Span<uint>(target->_low + to, count));
            new Span<ushort>(high + from, count).CopyTo(new Span<ushort>(target->_high + to, count));
        }
    }

    private void Move(int from, int to, int count)
    {
        fixed (uint* prefixes = _prefixes, low = _low)
        fixed (ushort* high = _high)
        {
            // The callers keep from + count and to + count within Capacity.
            new Span<uint>(prefixes + from, count).CopyTo(new Span<uint>(prefixes + to, count));
            new Span<uint>(low + from, count).CopyTo(new Span<uint>(low + to, count));
            new Span<ushort>(high + from, count).CopyTo(new Span<ushort>(high + to, count));
        }
    }
}
