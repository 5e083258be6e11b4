using System.Buffers;
using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.SortedSets;

/// <summary>Unions, intersections and differences.</summary>
internal static class ZCombineCommands
{
    [Command("ZUNION", "numkeys key [key ...] [WEIGHTS weight:integer [weight:integer ...]] [AGGREGATE <SUM | MIN | MAX | COUNT>] [WITHSCORES]",
        Arity = -3, Flags = CommandFlags.ReadOnly, Keys = "1# RO access", Group = CommandGroup.SortedSet, Since = "6.2.0",
        Complexity = "O(N)+O(M*log(M)) with N the members of all sets together and M the members of the result",
        Summary = "Returns the members that any of several sets has.",
        History = "8.8.0 AGGREGATE COUNT.")]
    internal static void ZUnion(ref CommandContext c) => Combine(ref c, CombinationKind.Union);

    [Command("ZINTER", "numkeys key [key ...] [WEIGHTS weight:integer [weight:integer ...]] [AGGREGATE <SUM | MIN | MAX | COUNT>] [WITHSCORES]",
        Arity = -3, Flags = CommandFlags.ReadOnly, Keys = "1# RO access", Group = CommandGroup.SortedSet, Since = "6.2.0",
        Complexity = "O(N*K)+O(M*log(M)) with N the members of the smallest set, K the number of sets and M the members of the result",
        Summary = "Returns the members that all of several sets have.",
        History = "8.8.0 AGGREGATE COUNT.")]
    internal static void ZInter(ref CommandContext c) => Combine(ref c, CombinationKind.Intersection);

    [Command("ZDIFF", "numkeys key [key ...] [WITHSCORES]",
        Arity = -3, Flags = CommandFlags.ReadOnly, Keys = "1# RO access", Group = CommandGroup.SortedSet, Since = "6.2.0",
        Complexity = "O(N*K)+O(M*log(M)) with N the members of the first set, K the number of sets and M the members of the result",
        Summary = "Returns the members of a set that others do not have.")]
    internal static void ZDiff(ref CommandContext c) => Combine(ref c, CombinationKind.Difference);

    [Command("ZUNIONSTORE", "destination numkeys key [key ...] [WEIGHTS weight:integer [weight:integer ...]] [AGGREGATE <SUM | MIN | MAX | COUNT>]",
        Arity = -4, Flags = CommandFlags.Write | CommandFlags.DenyOom, Keys = "1 OW update; 2# RO access",
        Group = CommandGroup.SortedSet, Since = "2.0.0",
        Complexity = "O(N)+O(M*log(M)) with N the members of all sets together and M the members of the result",
        Summary = "Stores the members that any of several sets has under a key.",
        History = "8.8.0 AGGREGATE COUNT.")]
    internal static void ZUnionStore(ref CommandContext c) => CombineAndStore(ref c, CombinationKind.Union, KeyEvent.ZUnionStore);

    [Command("ZINTERSTORE", "destination numkeys key [key ...] [WEIGHTS weight:integer [weight:integer ...]] [AGGREGATE <SUM | MIN | MAX | COUNT>]",
        Arity = -4, Flags = CommandFlags.Write | CommandFlags.DenyOom, Keys = "1 OW update; 2# RO access",
        Group = CommandGroup.SortedSet, Since = "2.0.0",
        Complexity = "O(N*K)+O(M*log(M)) with N the members of the smallest set, K the number of sets and M the members of the result",
        Summary = "Stores the members that all of several sets have under a key.",
        History = "8.8.0 AGGREGATE COUNT.")]
    internal static void ZInterStore(ref CommandContext c) => CombineAndStore(ref c, CombinationKind.Intersection, KeyEvent.ZInterStore);

    [Command("ZDIFFSTORE", "destination numkeys key [key ...]",
        Arity = -4, Flags = CommandFlags.Write | CommandFlags.DenyOom, Keys = "1 OW update; 2# RO access",
        Group = CommandGroup.SortedSet, Since = "6.2.0",
        Complexity = "O(N*K)+O(M*log(M)) with N the members of the first set, K the number of sets and M the members of the result",
        Summary = "Stores the members of a set that others do not have under a key.")]
    internal static void ZDiffStore(ref CommandContext c) => CombineAndStore(ref c, CombinationKind.Difference, KeyEvent.ZDiffStore);

    [Command("ZINTERCARD", "numkeys key [key ...] [LIMIT limit]",
        Arity = -3, Flags = CommandFlags.ReadOnly, Keys = "1# RO access", Group = CommandGroup.SortedSet, Since = "7.0.0",
        Complexity = "O(N*K) with N the members of the smallest set and K the number of sets",
        Summary = "Counts the members that all of several sets have.")]
    internal static void ZInterCard(ref CommandContext c)
    {
        CombinationSource[]? sources = ReadSources(ref c, 1, out int count);
        if (sources is null)
        {
            return;
        }

        if (TryReadLimit(ref c, count + 2, out long limit))
        {
            c.Reply.Integer(Combination.CountCommon(sources.AsSpan(0, count), limit));
        }

        ArrayPool<CombinationSource>.Shared.Return(sources);
    }

    private static void Combine(ref CommandContext c, CombinationKind kind)
    {
        CombinationSource[]? sources = ReadSources(ref c, 1, out int count);
        if (sources is null)
        {
            return;
        }

        if (TryReadOptions(ref c, count + 2, kind, allowScores: true, sources.AsSpan(0, count), out ScoreAggregate aggregate, out bool withScores))
        {
            SortedSet result = Combination.Create(c.Keyspace, kind, sources.AsSpan(0, count), aggregate);
            ZRangeCommands.ReplyMembers(ref c, result, new RankRange(0, result.Count), reverse: false, withScores);
            result.Free(c.Keyspace.Heap);
        }

        ArrayPool<CombinationSource>.Shared.Return(sources);
    }

    private static void CombineAndStore(ref CommandContext c, CombinationKind kind, KeyEvent keyEvent)
    {
        CombinationSource[]? sources = ReadSources(ref c, 2, out int count);
        if (sources is null)
        {
            return;
        }

        if (TryReadOptions(ref c, count + 3, kind, allowScores: false, sources.AsSpan(0, count), out ScoreAggregate aggregate, out _))
        {
            SortedSet result = Combination.Create(c.Keyspace, kind, sources.AsSpan(0, count), aggregate);
            result.TryPack(c.Keyspace.Heap, SortedSetKeys.LimitsOf(in c));
            SortedSetKeys.StoreResult(ref c, 1, result, keyEvent, tellsMembers: aggregate == ScoreAggregate.Count);
        }

        ArrayPool<CombinationSource>.Shared.Return(sources);
    }

    /// <summary>Looks up the sets that the number of keys announces; null after an error. The array is the caller's to return.</summary>
    private static CombinationSource[]? ReadSources(ref CommandContext c, int numKeysArgument, out int count)
    {
        count = 0;
        if (!c.TryInteger(numKeysArgument, out long keyCount))
        {
            return null;
        }

        if (keyCount < 1)
        {
            c.Error(Errors.NoInputKeys(c.Command.Name));
            return null;
        }

        if (keyCount > c.Count - numKeysArgument - 1)
        {
            c.Error(Errors.Syntax);
            return null;
        }

        count = (int)keyCount;
        CombinationSource[] sources = ArrayPool<CombinationSource>.Shared.Rent(count);
        for (int i = 0; i < count; i++)
        {
            if (!CombinationSource.TryCreate(c.Find(numKeysArgument + 1 + i), out sources[i]))
            {
                c.Error(Errors.WrongType);
                ArrayPool<CombinationSource>.Shared.Return(sources);
                return null;
            }
        }

        return sources;
    }

    private static bool TryReadOptions(
        ref CommandContext c, int first, CombinationKind kind, bool allowScores, Span<CombinationSource> sources, out ScoreAggregate aggregate, out bool withScores)
    {
        aggregate = ScoreAggregate.Sum;
        withScores = false;
        bool hasWeights = kind != CombinationKind.Difference;
        for (int i = first; i < c.Count;)
        {
            if (hasWeights && c.Count - i > sources.Length && c.Is(i, "WEIGHTS"u8))
            {
                if (!TryReadWeights(ref c, i + 1, sources))
                {
                    return false;
                }

                i += sources.Length + 1;
            }
            else if (hasWeights && i + 1 < c.Count && c.Is(i, "AGGREGATE"u8) && TryReadAggregate(in c, i + 1, out aggregate))
            {
                i += 2;
            }
            else if (allowScores && c.Is(i, "WITHSCORES"u8))
            {
                withScores = true;
                i++;
            }
            else
            {
                c.Error(Errors.Syntax);
                return false;
            }
        }

        return true;
    }

    private static bool TryReadWeights(ref CommandContext c, int first, Span<CombinationSource> sources)
    {
        for (int i = 0; i < sources.Length; i++)
        {
            if (!DoubleText.TryParse(c[first + i], out double weight))
            {
                c.Error(Errors.WeightNotAFloat);
                return false;
            }

            sources[i].Weight = weight;
        }

        return true;
    }

    private static bool TryReadAggregate(in CommandContext c, int index, out ScoreAggregate aggregate)
    {
        aggregate = c.Is(index, "MIN"u8) ? ScoreAggregate.Min
            : c.Is(index, "MAX"u8) ? ScoreAggregate.Max
            : c.Is(index, "COUNT"u8) ? ScoreAggregate.Count : ScoreAggregate.Sum;
        return aggregate != ScoreAggregate.Sum || c.Is(index, "SUM"u8);
    }

    private static bool TryReadLimit(ref CommandContext c, int first, out long limit)
    {
        limit = 0;
        for (int i = first; i < c.Count; i += 2)
        {
            if (i + 1 == c.Count || !c.Is(i, "LIMIT"u8))
            {
                c.Error(Errors.Syntax);
                return false;
            }

            if (!Int64Text.TryParse(c[i + 1], out limit) || limit < 0)
            {
                c.Error(Errors.LimitNegative);
                return false;
            }
        }

        return true;
    }
}
