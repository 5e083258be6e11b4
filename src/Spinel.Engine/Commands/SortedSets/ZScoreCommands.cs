using Spinel.DataStructures;
using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Commands.SortedSets;

/// <summary>Commands that tell size, scores and ranks.</summary>
internal static class ZScoreCommands
{
    [Command("ZCARD", "key",
        Arity = 2, Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Keys = "1 RO", Group = CommandGroup.SortedSet, Since = "1.2.0",
        Complexity = "O(1)", Summary = "Returns the number of members of a sorted set.")]
    internal static void ZCard(ref CommandContext c)
    {
        if (c.TryFind(1, ValueKind.SortedSet, out KeyBlock block))
        {
            c.Reply.Integer(block.IsNull ? 0 : SortedSetKeys.Of(block).Count);
        }
    }

    [Command("ZSCORE", "key member",
        Arity = 3, Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Keys = "1 RO access", Group = CommandGroup.SortedSet,
        Since = "1.2.0", Complexity = "O(1)", Summary = "Returns the score of a member.")]
    internal static void ZScore(ref CommandContext c)
    {
        if (c.TryFind(1, ValueKind.SortedSet, out KeyBlock block))
        {
            ReplyScore(ref c, block, 2);
        }
    }

    [Command("ZMSCORE", "key member [member ...]",
        Arity = -3, Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Keys = "1 RO access", Group = CommandGroup.SortedSet,
        Since = "6.2.0", Complexity = "O(N) with N the number of members asked for", Summary = "Returns the scores of several members.")]
    internal static void ZMScore(ref CommandContext c)
    {
        if (!c.TryFind(1, ValueKind.SortedSet, out KeyBlock block))
        {
            return;
        }

        c.Reply.ArrayHeader(c.Count - 2);
        for (int i = 2; i < c.Count; i++)
        {
            ReplyScore(ref c, block, i);
        }
    }

    [Command("ZRANK", "key member [WITHSCORE]",
        Arity = -3, Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Keys = "1 RO access", Group = CommandGroup.SortedSet,
        Since = "2.0.0", Complexity = "O(log(N)) with N the size of the sorted set",
        Summary = "Returns how many members come before one, lowest score first.", History = "7.2.0 Option WITHSCORE.")]
    internal static void ZRank(ref CommandContext c) => Rank(ref c, reverse: false);

    [Command("ZREVRANK", "key member [WITHSCORE]",
        Arity = -3, Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Keys = "1 RO access", Group = CommandGroup.SortedSet,
        Since = "2.0.0", Complexity = "O(log(N)) with N the size of the sorted set",
        Summary = "Returns how many members come before one, highest score first.", History = "7.2.0 Option WITHSCORE.")]
    internal static void ZRevRank(ref CommandContext c) => Rank(ref c, reverse: true);

    [Command("ZCOUNT", "key min max",
        Arity = 4, Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Keys = "1 RO access", Group = CommandGroup.SortedSet,
        Since = "2.0.0", Complexity = "O(log(N)) with N the size of the sorted set", Summary = "Counts the members whose scores are in a range.")]
    internal static void ZCount(ref CommandContext c)
    {
        if (RangeBounds.TryReadScores(ref c, 2, 3, out ScoreRange range) && c.TryFind(1, ValueKind.SortedSet, out KeyBlock block))
        {
            c.Reply.Integer(block.IsNull ? 0 : SortedSetKeys.Of(block).RangeOf(in range).Count);
        }
    }

    [Command("ZLEXCOUNT", "key min:string max:string",
        Arity = 4, Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Keys = "1 RO access", Group = CommandGroup.SortedSet,
        Since = "2.8.9", Complexity = "O(log(N)) with N the size of the sorted set",
        Summary = "Counts the members whose names are in a range, in a sorted set whose scores are all the same.")]
    internal static void ZLexCount(ref CommandContext c)
    {
        if (RangeBounds.TryReadNames(ref c, 2, 3, out LexRange range) && c.TryFind(1, ValueKind.SortedSet, out KeyBlock block))
        {
            c.Reply.Integer(block.IsNull ? 0 : SortedSetKeys.Of(block).RangeOf(in range).Count);
        }
    }

    private static void ReplyScore(ref CommandContext c, KeyBlock block, int memberArgument)
    {
        SortedSetEntry entry = block.IsNull ? default : SortedSetKeys.Of(block).Find(c[memberArgument]);
        if (entry.IsFound)
        {
            c.Reply.Double(entry.Score);
        }
        else
        {
            c.Reply.NullBulk();
        }
    }

    private static void Rank(ref CommandContext c, bool reverse)
    {
        // To servers that do not know the option, whatever stands there is one argument too many.
        bool withScore = c.Count == 4 && c.Is(3, "WITHSCORE"u8);
        if (c.Count > 3 && !withScore)
        {
            c.Error(Errors.WrongArity(c.Command.Name));
            return;
        }

        if (!c.TryFind(1, ValueKind.SortedSet, out KeyBlock block))
        {
            return;
        }

        SortedSet set = block.IsNull ? default : SortedSetKeys.Of(block);
        SortedSetEntry entry = block.IsNull ? default : set.Find(c[2]);
        if (!entry.IsFound)
        {
            if (withScore)
            {
                c.Reply.NullArray();
            }
            else
            {
                c.Reply.NullBulk();
            }

            return;
        }

        long rank = set.RankOf(in entry);
        if (withScore)
        {
            c.Reply.ArrayHeader(2);
        }

        c.Reply.Integer(reverse ? set.Count - 1 - rank : rank);
        if (withScore)
        {
            c.Reply.Double(entry.Score);
        }
    }
}
