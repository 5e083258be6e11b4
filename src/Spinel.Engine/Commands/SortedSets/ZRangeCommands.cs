using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Memory;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.SortedSets;

/// <summary>Commands that list parts of a sorted set in order.</summary>
internal static class ZRangeCommands
{
    [Command("ZRANGE", "key start:string stop:string [BYSCORE | BYLEX] [REV] [LIMIT offset count] [WITHSCORES]",
        Arity = -4, Flags = CommandFlags.ReadOnly, Keys = "1 RO access", Group = CommandGroup.SortedSet, Since = "1.2.0",
        Complexity = "O(log(N)+M) with N the size of the sorted set and M the number of members returned",
        Summary = "Lists the members in a range of ranks, scores or names.", History = "6.2.0 Options REV, BYSCORE, BYLEX and LIMIT.")]
    internal static void ZRange(ref CommandContext c) => Range(ref c, RangeKind.Any, RangeDirection.Any);

    [Command("ZREVRANGE", "key start stop [WITHSCORES]",
        Arity = -4, Flags = CommandFlags.ReadOnly, Keys = "1 RO access", Group = CommandGroup.SortedSet, Since = "1.2.0",
        Complexity = "O(log(N)+M) with N the size of the sorted set and M the number of members returned",
        Deprecated = "6.2.0 `ZRANGE` with the `REV` argument", Summary = "Lists the members in a range of ranks, highest score first.")]
    internal static void ZRevRange(ref CommandContext c) => Range(ref c, RangeKind.Rank, RangeDirection.Reverse);

    [Command("ZRANGEBYSCORE", "key min max [WITHSCORES] [LIMIT offset count]",
        Arity = -4, Flags = CommandFlags.ReadOnly, Keys = "1 RO access", Group = CommandGroup.SortedSet, Since = "1.0.5",
        Complexity = "O(log(N)+M) with N the size of the sorted set and M the number of members returned",
        Deprecated = "6.2.0 `ZRANGE` with the `BYSCORE` argument", Summary = "Lists the members whose scores are in a range.",
        History = "2.0.0 Option WITHSCORES.")]
    internal static void ZRangeByScore(ref CommandContext c) => Range(ref c, RangeKind.Score, RangeDirection.Forward);

    [Command("ZREVRANGEBYSCORE", "key max min [WITHSCORES] [LIMIT offset count]",
        Arity = -4, Flags = CommandFlags.ReadOnly, Keys = "1 RO access", Group = CommandGroup.SortedSet, Since = "2.2.0",
        Complexity = "O(log(N)+M) with N the size of the sorted set and M the number of members returned",
        Deprecated = "6.2.0 `ZRANGE` with the `REV` and `BYSCORE` arguments", Summary = "Lists the members whose scores are in a range, highest score first.")]
    internal static void ZRevRangeByScore(ref CommandContext c) => Range(ref c, RangeKind.Score, RangeDirection.Reverse);

    [Command("ZRANGEBYLEX", "key min:string max:string [LIMIT offset count]",
        Arity = -4, Flags = CommandFlags.ReadOnly, Keys = "1 RO access", Group = CommandGroup.SortedSet, Since = "2.8.9",
        Complexity = "O(log(N)+M) with N the size of the sorted set and M the number of members returned",
        Deprecated = "6.2.0 `ZRANGE` with the `BYLEX` argument",
        Summary = "Lists the members whose names are in a range, in a sorted set whose scores are all the same.")]
    internal static void ZRangeByLex(ref CommandContext c) => Range(ref c, RangeKind.Lex, RangeDirection.Forward);

    [Command("ZREVRANGEBYLEX", "key max:string min:string [LIMIT offset count]",
        Arity = -4, Flags = CommandFlags.ReadOnly, Keys = "1 RO access", Group = CommandGroup.SortedSet, Since = "2.8.9",
        Complexity = "O(log(N)+M) with N the size of the sorted set and M the number of members returned",
        Deprecated = "6.2.0 `ZRANGE` with the `REV` and `BYLEX` arguments",
        Summary = "Lists the members whose names are in a range, the last one first, in a sorted set whose scores are all the same.")]
    internal static void ZRevRangeByLex(ref CommandContext c) => Range(ref c, RangeKind.Lex, RangeDirection.Reverse);

    [Command("ZRANGESTORE", "dst:key src:key min:string max:string [BYSCORE | BYLEX] [REV] [LIMIT offset count]",
        Arity = -5, Flags = CommandFlags.Write | CommandFlags.DenyOom, Keys = "1 OW update; 2 RO access",
        Group = CommandGroup.SortedSet, Since = "6.2.0", Complexity = "O(log(N)+M*log(M)) with N the size of the sorted set and M the number of members stored",
        Summary = "Stores the members in a range of ranks, scores or names under another key.")]
    internal static void ZRangeStore(ref CommandContext c)
    {
        var query = new RangeQuery(RangeKind.Any, RangeDirection.Any);
        if (!query.TryRead(ref c, 2, allowScores: false) || !c.TryFind(2, ValueKind.SortedSet, out KeyBlock block))
        {
            return;
        }

        NativeHeap heap = c.Keyspace.Heap;
        SortedSetLimits limits = SortedSetKeys.LimitsOf(in c);
        SortedSet source = block.IsNull ? default : SortedSetKeys.Of(block);
        RankRange range = block.IsNull ? default : query.Select(source);

        // A result whose size its ranks tell is large from the start, as in Redis: a compact one forgets the sign of a zero.
        bool isLarge = query.IsByRank && range.Count > limits.MaxPackedMembers;
        SortedSet result = isLarge ? SortedSet.CreateLarge(heap, limits.HashKey) : SortedSet.CreatePacked(heap);
        if (!block.IsNull)
        {
            Span<byte> scratch = stackalloc byte[SortedSet.ScratchBytes];
            SortedSetCursor cursor = source.At(range.First);
            for (long left = range.Count; left > 0; left--, cursor.MoveNext())
            {
                ReadOnlySpan<byte> member = cursor.GetName(scratch);
                result.Add(heap, in limits, result.Find(member), member, cursor.Score);
            }
        }

        SortedSetKeys.StoreResult(ref c, 1, result, KeyEvent.ZRangeStore);
    }

    /// <summary>Replies with the members of consecutive ranks.</summary>
    public static void ReplyMembers(ref CommandContext c, SortedSet set, RankRange range, bool reverse, bool withScores)
    {
        bool pairs = withScores && c.Reply.Version == RespVersion.Resp3;
        c.Reply.ArrayHeader(withScores && !pairs ? range.Count * 2 : range.Count);
        Span<byte> scratch = stackalloc byte[SortedSet.ScratchBytes];
        SortedSetCursor cursor = set.At(reverse ? range.First + range.Count - 1 : range.First);
        for (long left = range.Count; left > 0; left--)
        {
            if (pairs)
            {
                c.Reply.ArrayHeader(2);
            }

            c.Reply.BulkString(cursor.GetName(scratch));
            if (withScores)
            {
                c.Reply.Double(cursor.Score);
            }

            if (reverse)
            {
                cursor.MovePrevious();
            }
            else
            {
                cursor.MoveNext();
            }
        }
    }

    private static void Range(ref CommandContext c, RangeKind kind, RangeDirection direction)
    {
        var query = new RangeQuery(kind, direction);
        if (!query.TryRead(ref c, 1, allowScores: true) || !c.TryFind(1, ValueKind.SortedSet, out KeyBlock block))
        {
            return;
        }

        if (block.IsNull)
        {
            c.Reply.ArrayHeader(0);
            return;
        }

        SortedSet set = SortedSetKeys.Of(block);
        ReplyMembers(ref c, set, query.Select(set), query.IsReverse, query.WithScores);
    }
}
