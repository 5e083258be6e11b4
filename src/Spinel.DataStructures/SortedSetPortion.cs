namespace Spinel.DataStructures;

/// <summary>Some members of a <see cref="SortedSet"/>, as a walk with <see cref="SortedSet.Scan"/> shows them. Valid until the set changes.</summary>
public struct SortedSetPortion
{
    private readonly bool _isPacked;
    private SortedSetCursor _packed;
    private bool _hasBegun;
    private ChainEntries _entries;
    private ScoredMember _member;

    internal SortedSetPortion(SortedSetCursor packed)
    {
        _isPacked = true;
        _packed = packed;
    }

    internal SortedSetPortion(ChainEntries entries) => _entries = entries;

    public readonly double Score => _isPacked ? _packed.Score : _member.Score;

    /// <summary>Goes to the next member, at first to the first one; false when there are no more.</summary>
    public bool MoveNext()
    {
        if (!_isPacked)
        {
            bool found = _entries.Next(out nint entry);
            _member = new ScoredMember(entry);
            return found;
        }

        if (_hasBegun)
        {
            _packed.MoveNext();
        }

        _hasBegun = true;
        return _packed.IsValid;
    }

    /// <summary>The member: bytes of the set, or digits written to <paramref name="scratch"/>.</summary>
    /// <param name="scratch">At least <see cref="SortedSet.ScratchBytes"/> bytes.</param>
    public readonly ReadOnlySpan<byte> GetName(Span<byte> scratch) => _isPacked ? _packed.GetName(scratch) : _member.Name;
}
