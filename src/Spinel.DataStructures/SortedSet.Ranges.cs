using Spinel.Memory;

namespace Spinel.DataStructures;

// Ranks and ranges. Every range comes down to consecutive ranks, which a cursor then walks.
public unsafe partial struct SortedSet
{
    /// <summary>How many members come before one that has been found.</summary>
    public readonly long RankOf(in SortedSetEntry found)
    {
        if (!IsPacked)
        {
            ScoredMember member = new(found.Place);
            return Tree.CountBefore(new MemberProbe(member.Score, member.Name, behindEqual: false));
        }

        long rank = 0;
        for (int position = Packed.First; position != (int)found.Place; position = Packed.Skip(position, 2))
        {
            rank++;
        }

        return rank;
    }

    /// <summary>The members whose scores are in a range.</summary>
    public readonly RankRange RangeOf(in ScoreRange range)
    {
        if (range.Min > range.Max)
        {
            return RankRange.Empty;
        }

        return RankRange.Between(CountBefore(range.Min, range.MinIsOpen), CountBefore(range.Max, !range.MaxIsOpen));
    }

    /// <summary>
    /// The members whose names are in a range, in a set whose scores are all the same. Where they are not, the result is some range.
    /// </summary>
    /// <param name="range">The range.</param>
    /// <param name="fromEnd">Whether it is going to be walked from its end.</param>
    public readonly RankRange RangeOf(in LexRange range, bool fromEnd = false)
    {
        if (IsPacked)
        {
            return PackedRangeOf(in range, fromEnd);
        }

        return RankRange.Between(
            Tree.CountBefore(new LexProbe(range.Min, range.Min.IsOpen)), Tree.CountBefore(new LexProbe(range.Max, !range.Max.IsOpen)));
    }

    /// <summary>A cursor at the member of a rank; behind the end when there is none.</summary>
    public readonly SortedSetCursor At(long rank)
    {
        if ((ulong)rank >= (ulong)Count)
        {
            return default;
        }

        if (IsPacked)
        {
            return new SortedSetCursor(Packed, Packed.Seek((int)rank * 2));
        }

        ScoreLeaf* leaf = Tree.Seek(rank, out int index);
        return new SortedSetCursor(leaf, index);
    }

    /// <summary>Draws different ranks, every subset equally likely, in the order of drawing. For few of many: most draws must be new.</summary>
    public readonly void DrawRanks(NativeHeap heap, Random random, long count, SegmentedList<long> ranks)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentNullException.ThrowIfNull(ranks);
        long size = Count;
        using var drawn = new PlaceSet(heap, count);
        while (count > 0)
        {
            long rank = random.NextInt64(size);
            if (drawn.Add(rank))
            {
                ranks.Add(rank);
                count--;
            }
        }
    }

    /// <summary>
    /// One step of a walk that survives changes of the set: some members in no order, and the cursor of the next step, 0 at the end. A small set is one
    /// portion.
    /// </summary>
    public readonly ulong Scan(ulong cursor, out SortedSetPortion portion)
    {
        if (IsPacked)
        {
            portion = new SortedSetPortion(At(0));
            return 0;
        }

        ulong next = Table.ScanStep(cursor, out ChainEntries entries);
        portion = new SortedSetPortion(entries);
        return next;
    }

    private readonly long CountBefore(double score, bool behindEqual) =>
        IsPacked ? CountPackedBefore(score, behindEqual) : Tree.CountBefore(new ScoreProbe(score, behindEqual));
}
