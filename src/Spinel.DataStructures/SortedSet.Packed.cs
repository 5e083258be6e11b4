using Spinel.Memory;

namespace Spinel.DataStructures;

// The small form: member, score, member, score … in order.
public unsafe partial struct SortedSet
{
    private readonly double PackedScore(int namePosition) => ScoreText.Parse(Packed.Get(Packed.Next(namePosition)));

    private void InsertPacked(NativeHeap heap, ReadOnlySpan<byte> name, double score)
    {
        Span<byte> nameScratch = stackalloc byte[ScratchBytes];
        Span<byte> scoreScratch = stackalloc byte[ScoreText.MaxLength];
        Listpack packed = Packed;
        int position = packed.First;
        while (position >= 0)
        {
            double other = PackedScore(position);
            if (other > score || (other == score && packed.GetBytes(position, nameScratch).SequenceCompareTo(name) > 0))
            {
                break;
            }

            position = packed.Skip(position, 2);
        }

        Payload = packed.InsertPairBefore(
            heap, position < 0 ? packed.EndPosition : position, name, ScoreText.ToElement(score, scoreScratch)).Address;
    }

    private readonly long CountPackedBefore(double score, bool behindEqual)
    {
        long count = 0;
        for (int position = Packed.First; position >= 0; position = Packed.Skip(position, 2), count++)
        {
            double other = PackedScore(position);
            if (other > score || (other == score && !behindEqual))
            {
                break;
            }
        }

        return count;
    }

    /// <summary>
    /// A range of names. Where scores differ, and no answer is right, the walk from either end gives the one that clients know.
    /// </summary>
    private readonly RankRange PackedRangeOf(in LexRange range, bool fromEnd)
    {
        Span<byte> scratch = stackalloc byte[ScratchBytes];
        Listpack packed = Packed;
        if (packed.IsEmpty
            || !range.IsAboveMin(packed.GetBytes(packed.Previous(packed.Last), scratch))
            || !range.IsBelowMax(packed.GetBytes(packed.First, scratch)))
        {
            return RankRange.Empty;
        }

        long rank = fromEnd ? Count - 1 : 0;
        int position = fromEnd ? packed.Previous(packed.Last) : packed.First;
        while (position >= 0 && !IsInside(in range, position, fromEnd, scratch))
        {
            position = Step(position, fromEnd);
            rank += fromEnd ? -1 : 1;
        }

        long start = rank;
        while (position >= 0 && IsInside(in range, position, !fromEnd, scratch))
        {
            position = Step(position, fromEnd);
            rank += fromEnd ? -1 : 1;
        }

        return fromEnd ? RankRange.Between(rank + 1, start + 1) : RankRange.Between(start, rank);
    }

    private readonly bool IsInside(in LexRange range, int position, bool belowMax, Span<byte> scratch)
    {
        ReadOnlySpan<byte> name = Packed.GetBytes(position, scratch);
        return belowMax ? range.IsBelowMax(name) : range.IsAboveMin(name);
    }

    private readonly int Step(int position, bool back)
    {
        if (!back)
        {
            return Packed.Skip(position, 2);
        }

        int score = Packed.Previous(position);
        return score < 0 ? -1 : Packed.Previous(score);
    }
}
