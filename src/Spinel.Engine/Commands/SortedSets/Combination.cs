using Spinel.DataStructures;
using Spinel.Memory;

namespace Spinel.Engine.Commands.SortedSets;

/// <summary>What is done with several sets.</summary>
internal enum CombinationKind : byte
{
    Union,
    Intersection,
    Difference,
}

/// <summary>What becomes of the scores of a member that several sets have.</summary>
internal enum ScoreAggregate : byte
{
    Sum,
    Min,
    Max,

    /// <summary>Scores do not matter: each set that has the member counts as its weight.</summary>
    Count,
}

/// <summary>Unites, intersects and subtracts sets into a new sorted set.</summary>
/// <remarks>
/// Unions and intersections begin with the smallest set: that bounds the work of an intersection, and gives sums of scores the one order of
/// additions that clients know. Sets of the same size keep the order in which they were named.
/// </remarks>
internal static class Combination
{
    /// <summary>Combines the sources, whose order is changed. The result belongs to the caller.</summary>
    public static SortedSet Create(Keyspace keyspace, CombinationKind kind, Span<CombinationSource> sources, ScoreAggregate aggregate)
    {
        SortedSet result = SortedSet.CreateLarge(keyspace.Heap, keyspace.HashKey);
        switch (kind)
        {
            case CombinationKind.Union:
                SortBySize(sources);
                Unite(keyspace, sources, aggregate, result);
                break;
            case CombinationKind.Intersection:
                SortBySize(sources);
                Intersect(keyspace, sources, aggregate, ref result);
                break;
            default:
                Subtract(keyspace, sources, ref result);
                break;
        }

        return result;
    }

    /// <summary>How many members all sources have; no more than <paramref name="limit"/> are counted when that is not 0.</summary>
    public static long CountCommon(Span<CombinationSource> sources, long limit)
    {
        SortBySize(sources);
        Span<byte> scratch = stackalloc byte[SortedSet.ScratchBytes];
        long count = 0;
        CombinationSource.Members members = sources[0].GetEnumerator();
        while (members.MoveNext())
        {
            ReadOnlySpan<byte> name = members.GetName(scratch);
            bool isCommon = true;
            for (int i = 1; i < sources.Length && isCommon; i++)
            {
                isCommon = sources[i].Block == sources[0].Block || sources[i].TryGetScore(name, out _);
            }

            if (isCommon && ++count == limit)
            {
                break;
            }
        }

        return count;
    }

    private static void Unite(Keyspace keyspace, ReadOnlySpan<CombinationSource> sources, ScoreAggregate aggregate, SortedSet result)
    {
        Span<byte> scratch = stackalloc byte[SortedSet.ScratchBytes];
        foreach (CombinationSource source in sources)
        {
            CombinationSource.Members members = source.GetEnumerator();
            while (members.MoveNext())
            {
                ReadOnlySpan<byte> name = members.GetName(scratch);
                double score = Weigh(members.Score, source.Weight, aggregate);
                SortedSetEntry entry = result.Find(name);
                if (!entry.IsFound)
                {
                    result.AddUnordered(keyspace.Heap, in entry, name, score);
                }
                else
                {
                    result.SetScoreUnordered(in entry, Aggregate(entry.Score, score, aggregate));
                }
            }
        }

        // Scores change while members are found in one set after another: order comes last.
        result.Order(keyspace.Heap);
    }

    private static void Intersect(Keyspace keyspace, ReadOnlySpan<CombinationSource> sources, ScoreAggregate aggregate, ref SortedSet result)
    {
        Span<byte> scratch = stackalloc byte[SortedSet.ScratchBytes];
        CombinationSource first = sources[0];
        CombinationSource.Members members = first.GetEnumerator();
        while (members.MoveNext())
        {
            ReadOnlySpan<byte> name = members.GetName(scratch);
            double own = members.Score;
            double score = Weigh(own, first.Weight, aggregate);
            bool isCommon = true;
            for (int i = 1; i < sources.Length && isCommon; i++)
            {
                CombinationSource other = sources[i];
                double otherScore = own;
                isCommon = other.Block == first.Block || other.TryGetScore(name, out otherScore);
                if (isCommon)
                {
                    // A product that is no number is not made 0 here: the aggregate sees it, as it does in Redis.
                    score = Aggregate(score, aggregate == ScoreAggregate.Count ? other.Weight : otherScore * other.Weight, aggregate);
                }
            }

            if (isCommon)
            {
                Add(keyspace.Heap, ref result, result.Find(name), name, score);
            }
        }
    }

    private static void Subtract(Keyspace keyspace, ReadOnlySpan<CombinationSource> sources, ref SortedSet result)
    {
        Span<byte> scratch = stackalloc byte[SortedSet.ScratchBytes];
        CombinationSource.Members members = sources[0].GetEnumerator();
        while (members.MoveNext())
        {
            ReadOnlySpan<byte> name = members.GetName(scratch);
            bool remains = true;
            for (int i = 1; i < sources.Length && remains; i++)
            {
                remains = sources[i].Block != sources[0].Block && !sources[i].TryGetScore(name, out _);
            }

            if (remains)
            {
                Add(keyspace.Heap, ref result, result.Find(name), name, members.Score);
            }
        }
    }

    private static void Add(NativeHeap heap, ref SortedSet result, in SortedSetEntry missing, ReadOnlySpan<byte> name, double score)
    {
        // The result is in its large form already: no limits apply until it is stored.
        result.Add(heap, default, in missing, name, score);
    }

    /// <summary>Infinity times 0 is no number, and counts as 0.</summary>
    private static double Weigh(double score, double weight, ScoreAggregate aggregate)
    {
        if (aggregate == ScoreAggregate.Count)
        {
            return weight;
        }

        double product = score * weight;
        return double.IsNaN(product) ? 0 : product;
    }

    private static double Aggregate(double left, double right, ScoreAggregate aggregate)
    {
        switch (aggregate)
        {
            case ScoreAggregate.Min:
                return right < left ? right : left;
            case ScoreAggregate.Max:
                return right > left ? right : left;
            default:
                // Infinities of both signs cancel out.
                double sum = left + right;
                return double.IsNaN(sum) ? 0 : sum;
        }
    }

    private static void SortBySize(Span<CombinationSource> sources)
    {
        for (int i = 1; i < sources.Length; i++)
        {
            CombinationSource source = sources[i];
            int at = i;
            for (; at > 0 && sources[at - 1].Count > source.Count; at--)
            {
                sources[at] = sources[at - 1];
            }

            sources[at] = source;
        }
    }
}
