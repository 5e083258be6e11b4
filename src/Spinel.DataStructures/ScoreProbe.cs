using System.Runtime.CompilerServices;

namespace Spinel.DataStructures;

/// <summary>A place in the order of a sorted set, as a question: does it lie behind this entry?</summary>
internal interface IScoreProbe
{
    bool IsBehind(uint prefix, nint entry);
}

/// <summary>The place of a score and a name: before an entry equal to both, or right behind it.</summary>
internal readonly ref struct MemberProbe(double score, ReadOnlySpan<byte> name, bool behindEqual) : IScoreProbe
{
    private readonly uint _prefix = ScoredMember.PrefixOf(score);
    private readonly double _score = score;
    private readonly ReadOnlySpan<byte> _name = name;
    private readonly bool _behindEqual = behindEqual;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsBehind(uint prefix, nint entry) => prefix != _prefix ? prefix < _prefix : IsBehind(new ScoredMember(entry));

    private bool IsBehind(ScoredMember entry)
    {
        double score = entry.Score;
        if (score != _score)
        {
            return score < _score;
        }

        int order = entry.Name.SequenceCompareTo(_name);
        return order < 0 || (order == 0 && _behindEqual);
    }
}

/// <summary>The place before all entries of a score, or behind them.</summary>
internal readonly struct ScoreProbe(double score, bool behindEqual) : IScoreProbe
{
    private readonly uint _prefix = ScoredMember.PrefixOf(score);

    public bool IsBehind(uint prefix, nint entry)
    {
        if (prefix != _prefix)
        {
            return prefix < _prefix;
        }

        double other = new ScoredMember(entry).Score;
        return other < score || (behindEqual && other == score);
    }
}

/// <summary>A place in the order of names, for sets whose scores are all the same.</summary>
internal readonly ref struct LexProbe(LexBound bound, bool behindEqual) : IScoreProbe
{
    private readonly LexBound _bound = bound;
    private readonly bool _behindEqual = behindEqual;

    public bool IsBehind(uint prefix, nint entry) => _bound.IsBehind(new ScoredMember(entry).Name, _behindEqual);
}
