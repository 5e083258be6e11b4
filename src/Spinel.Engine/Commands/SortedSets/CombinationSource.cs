using Spinel.DataStructures;

namespace Spinel.Engine.Commands.SortedSets;

/// <summary>A set that takes part in a union, intersection or difference: a sorted one, or a plain one, whose members count as having score 1.</summary>
internal struct CombinationSource
{
    private const double PlainScore = 1;

    /// <summary>The key; null where it does not exist, which is as good as an empty set.</summary>
    public KeyBlock Block { get; private init; }

    public long Count { get; private init; }

    public double Weight { get; set; }

    private readonly bool IsSorted => Block.Kind == ValueKind.SortedSet;

    /// <summary>The set of a key; false when it holds a value of another kind.</summary>
    public static bool TryCreate(KeyBlock block, out CombinationSource source)
    {
        bool isSet = block.IsNull || block.Kind is ValueKind.Set or ValueKind.SortedSet;
        source = !isSet ? default : new CombinationSource
        {
            Block = block,
            Weight = 1,
            Count = block.IsNull ? 0 : block.Kind == ValueKind.SortedSet ? SortedSetKeys.Of(block).Count : SetValue.Of(block).Count,
        };
        return isSet;
    }

    public readonly bool TryGetScore(ReadOnlySpan<byte> member, out double score)
    {
        score = PlainScore;
        if (Block.IsNull)
        {
            return false;
        }

        if (!IsSorted)
        {
            return SetValue.Of(Block).Contains(member);
        }

        SortedSetEntry entry = SortedSetKeys.Of(Block).Find(member);
        score = entry.Score;
        return entry.IsFound;
    }

    public readonly Members GetEnumerator() => new(this);

    /// <summary>A walk over the members, in order where there is one.</summary>
    internal ref struct Members
    {
        private readonly bool _isSorted;
        private SortedSetCursor _sorted;
        private SetMembers _plain;
        private bool _hasBegun;

        public Members(CombinationSource source)
        {
            _isSorted = source.Block.IsNull || source.IsSorted;
            if (source.Block.IsNull)
            {
                return;
            }

            if (_isSorted)
            {
                _sorted = SortedSetKeys.Of(source.Block).At(0);
            }
            else
            {
                _plain = SetValue.Of(source.Block).GetEnumerator();
            }
        }

        public readonly double Score => _isSorted ? _sorted.Score : PlainScore;

        public bool MoveNext()
        {
            if (!_isSorted)
            {
                return _plain.MoveNext();
            }

            if (_hasBegun)
            {
                _sorted.MoveNext();
            }

            _hasBegun = true;
            return _sorted.IsValid;
        }

        /// <summary>The member: bytes of the set, or digits written to <paramref name="scratch"/>.</summary>
        public readonly ReadOnlySpan<byte> GetName(Span<byte> scratch) => _isSorted ? _sorted.GetName(scratch) : _plain.Current.GetText(scratch);
    }
}
