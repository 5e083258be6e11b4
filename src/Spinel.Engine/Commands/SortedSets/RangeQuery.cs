using Spinel.DataStructures;
using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Commands.SortedSets;

/// <summary>What a range is a range of.</summary>
internal enum RangeKind : byte
{
    /// <summary>Whatever the options say; ranks without any.</summary>
    Any,
    Rank,
    Score,
    Lex,
}

/// <summary>The order in which a range is walked.</summary>
internal enum RangeDirection : byte
{
    /// <summary>Whatever the options say; forward without any.</summary>
    Any,
    Forward,
    Reverse,
}

/// <summary>The part of a sorted set that ZRANGE and its relatives ask for.</summary>
internal ref struct RangeQuery(RangeKind kind, RangeDirection direction)
{
    private long _offset;
    private long _limit = -1;
    private long _start;
    private long _stop;
    private ScoreRange _scores;
    private LexRange _names;

    /// <summary>Whether the range is one of ranks, so that its length is known before the set is looked at.</summary>
    public readonly bool IsByRank => kind is RangeKind.Rank or RangeKind.Any;

    public readonly bool IsReverse => direction == RangeDirection.Reverse;

    public bool WithScores { get; private set; }

    /// <summary>Reads the options and then the bounds; replies with an error and returns false when one is wrong.</summary>
    /// <param name="c">The call.</param>
    /// <param name="keyArgument">The index of the key of the set, which both bounds follow.</param>
    /// <param name="allowScores">Whether WITHSCORES is an option.</param>
    public bool TryRead(ref CommandContext c, int keyArgument, bool allowScores)
    {
        for (int i = keyArgument + 3; i < c.Count; i++)
        {
            if (allowScores && c.Is(i, "WITHSCORES"u8))
            {
                WithScores = true;
            }
            else if (c.Is(i, "LIMIT"u8) && i + 2 < c.Count)
            {
                if (!c.TryInteger(i + 1, out _offset) || !c.TryInteger(i + 2, out _limit))
                {
                    return false;
                }

                i += 2;
            }
            else if (!TryReadWord(in c, i))
            {
                c.Error(Errors.Syntax);
                return false;
            }
        }

        kind = kind == RangeKind.Any ? RangeKind.Rank : kind;
        if (_limit != -1 && kind == RangeKind.Rank)
        {
            c.Error(Errors.LimitNeedsRange);
            return false;
        }

        if (WithScores && kind == RangeKind.Lex)
        {
            c.Error(Errors.ScoresOfLexRange);
            return false;
        }

        // Walked backwards, a range is given from its upper end to its lower one.
        (int min, int max) = IsReverse ? (keyArgument + 2, keyArgument + 1) : (keyArgument + 1, keyArgument + 2);
        return kind switch
        {
            RangeKind.Score => RangeBounds.TryReadScores(ref c, min, max, out _scores),
            RangeKind.Lex => RangeBounds.TryReadNames(ref c, min, max, out _names),
            _ => c.TryInteger(keyArgument + 1, out _start) && c.TryInteger(keyArgument + 2, out _stop),
        };
    }

    /// <summary>The ranks that the query selects.</summary>
    public readonly RankRange Select(SortedSet set)
    {
        if (kind is RangeKind.Rank or RangeKind.Any)
        {
            RankRange ranks = Clamp(_start, _stop, set.Count);
            return IsReverse && !ranks.IsEmpty ? new RankRange(set.Count - ranks.First - ranks.Count, ranks.Count) : ranks;
        }

        RankRange range = kind == RangeKind.Score ? set.RangeOf(in _scores) : set.RangeOf(in _names, IsReverse);
        if (_offset < 0 || _offset >= range.Count)
        {
            return RankRange.Empty;
        }

        // The limit counts in the direction of the walk.
        long count = range.Count - _offset;
        count = _limit >= 0 && _limit < count ? _limit : count;
        long first = IsReverse ? range.First + range.Count - _offset - count : range.First + _offset;
        return new RankRange(first, count);
    }

    /// <summary>The ranks between two indexes, both included, of which negative ones count from the end.</summary>
    public static RankRange Clamp(long start, long stop, long count)
    {
        start = start < 0 ? Math.Max(start + count, 0) : start;
        stop = stop < 0 ? stop + count : Math.Min(stop, count - 1);
        return start > stop ? RankRange.Empty : new RankRange(start, stop - start + 1);
    }

    private bool TryReadWord(in CommandContext c, int index)
    {
        if (direction == RangeDirection.Any && c.Is(index, "REV"u8))
        {
            direction = RangeDirection.Reverse;
            return true;
        }

        if (kind == RangeKind.Any)
        {
            kind = c.Is(index, "BYLEX"u8) ? RangeKind.Lex : c.Is(index, "BYSCORE"u8) ? RangeKind.Score : RangeKind.Any;
            return kind != RangeKind.Any;
        }

        return false;
    }
}
