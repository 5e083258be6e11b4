namespace Spinel.DataStructures;

/// <summary>A range of scores, either end of which may be open. Empty when the minimum is above the maximum.</summary>
public readonly record struct ScoreRange(double Min, double Max, bool MinIsOpen = false, bool MaxIsOpen = false);

/// <summary>One end of a range of names.</summary>
public readonly ref struct LexBound
{
    private readonly ReadOnlySpan<byte> _name;
    private readonly sbyte _extreme;

    private LexBound(sbyte extreme) => _extreme = extreme;

    /// <summary>The bound at a name.</summary>
    public LexBound(ReadOnlySpan<byte> name, bool isOpen)
    {
        _name = name;
        IsOpen = isOpen;
    }

    /// <summary>Below all names.</summary>
    public static LexBound Lowest => new(-1);

    /// <summary>Above all names.</summary>
    public static LexBound Highest => new(1);

    /// <summary>Whether the name itself lies outside of the range.</summary>
    public bool IsOpen { get; }

    /// <summary>Whether the bound lies behind a name; <paramref name="behindEqual"/> says so of an equal one.</summary>
    internal bool IsBehind(ReadOnlySpan<byte> name, bool behindEqual)
    {
        if (_extreme != 0)
        {
            return _extreme > 0;
        }

        int order = name.SequenceCompareTo(_name);
        return order < 0 || (order == 0 && behindEqual);
    }
}

/// <summary>A range of names, in a set whose scores are all the same.</summary>
public readonly ref struct LexRange(LexBound min, LexBound max)
{
    private readonly LexBound _min = min;
    private readonly LexBound _max = max;

    public LexBound Min => _min;

    public LexBound Max => _max;

    internal bool IsAboveMin(ReadOnlySpan<byte> name) => !_min.IsBehind(name, _min.IsOpen);

    internal bool IsBelowMax(ReadOnlySpan<byte> name) => _max.IsBehind(name, !_max.IsOpen);
}

/// <summary>Consecutive ranks, from the lowest score up, beginning with 0.</summary>
public readonly record struct RankRange(long First, long Count)
{
    public static RankRange Empty => default;

    public bool IsEmpty => Count <= 0;

    internal static RankRange Between(long first, long end) => end > first ? new RankRange(first, end - first) : Empty;
}
