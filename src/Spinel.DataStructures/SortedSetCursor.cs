namespace Spinel.DataStructures;

/// <summary>A place in the order of a <see cref="SortedSet"/>. Valid until the set changes; default is behind the end.</summary>
public unsafe struct SortedSetCursor
{
    private readonly Listpack _packed;
    private ScoreLeaf* _leaf;

    // The index in the leaf, or the position of the name in the listpack.
    private int _at;

    internal SortedSetCursor(Listpack packed, int position)
    {
        _packed = packed;
        _at = position;
    }

    internal SortedSetCursor(ScoreLeaf* leaf, int index)
    {
        _leaf = leaf;
        _at = index;
    }

    /// <summary>Whether there is a member here.</summary>
    public readonly bool IsValid => _leaf != null || (!_packed.IsNull && _at >= 0);

    /// <summary>The member's score.</summary>
    public readonly double Score => _leaf != null
        ? new ScoredMember(_leaf->EntryAt(_at)).Score
        : ScoreText.Parse(_packed.Get(_packed.Next(_at)));

    /// <summary>The member: bytes of the set, or digits written to <paramref name="scratch"/>.</summary>
    /// <param name="scratch">At least <see cref="SortedSet.ScratchBytes"/> bytes; unused by sets in the large form.</param>
    public readonly ReadOnlySpan<byte> GetName(Span<byte> scratch) => _leaf != null
        ? new ScoredMember(_leaf->EntryAt(_at)).Name
        : _packed.GetBytes(_at, scratch);

    /// <summary>Goes on to the member of the next higher rank.</summary>
    public void MoveNext()
    {
        if (_leaf == null)
        {
            _at = _packed.Skip(_at, 2);
        }
        else if (++_at == _leaf->Count)
        {
            _leaf = _leaf->Next;
            _at = 0;
        }
    }

    /// <summary>Goes on to the member of the next lower rank.</summary>
    public void MovePrevious()
    {
        if (_leaf == null)
        {
            int score = _packed.Previous(_at);
            _at = score < 0 ? -1 : _packed.Previous(score);
        }
        else if (--_at < 0)
        {
            _leaf = _leaf->Previous;
            _at = _leaf == null ? 0 : _leaf->Count - 1;
        }
    }
}
