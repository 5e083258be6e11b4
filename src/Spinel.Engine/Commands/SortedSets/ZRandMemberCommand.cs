using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Sessions;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.SortedSets;

/// <summary>ZRANDMEMBER: random members, distinct ones or with repetitions.</summary>
internal static class ZRandMemberCommand
{
    /// <summary>After so many repeated draws the client is looked at: it may have exceeded the limit of its output.</summary>
    private const int DrawsBetweenChecks = 4096;

    [Command("ZRANDMEMBER", "key [count [WITHSCORES]]",
        Arity = -2, Flags = CommandFlags.ReadOnly, Keys = "1 RO access", Group = CommandGroup.SortedSet, Since = "6.2.0",
        Complexity = "O(N*log(M)) with N the absolute value of count and M the size of the sorted set", Tips = "nondeterministic_output",
        Summary = "Returns random members of a sorted set. With a positive count they are distinct, with a negative one they may repeat.")]
    internal static void ZRandMember(ref CommandContext c)
    {
        if (c.Count == 2)
        {
            ReplyOne(ref c);
            return;
        }

        if (!TryReadCount(ref c, out long count, out bool withScores) || !c.TryFind(1, ValueKind.SortedSet, out KeyBlock block))
        {
            return;
        }

        if (block.IsNull || count == 0)
        {
            c.Reply.ArrayHeader(0);
            return;
        }

        SortedSet set = SortedSetKeys.Of(block);
        if (count < 0)
        {
            ReplyRepeating(ref c, set, -count, withScores);
        }
        else
        {
            ReplyDistinct(ref c, set, Math.Min(count, set.Count), withScores);
        }
    }

    private static bool TryReadCount(ref CommandContext c, out long count, out bool withScores)
    {
        withScores = c.Count == 4 && c.Is(3, "WITHSCORES"u8);
        if (!c.TryInteger(2, out count))
        {
            return false;
        }

        if (count == long.MinValue)
        {
            c.Error(Errors.OutOfSymmetricRange);
            return false;
        }

        if (c.Count > 3 && !withScores)
        {
            c.Error(Errors.Syntax);
            return false;
        }

        if (withScores && count is < -(long.MaxValue / 2) or > long.MaxValue / 2)
        {
            c.Error(Errors.OutOfRange);
            return false;
        }

        return true;
    }

    private static void ReplyOne(ref CommandContext c)
    {
        if (!c.TryFind(1, ValueKind.SortedSet, out KeyBlock block))
        {
            return;
        }

        if (block.IsNull)
        {
            c.Reply.NullBulk();
            return;
        }

        SortedSet set = SortedSetKeys.Of(block);
        Reply(ref c, set, c.Engine.Random.NextInt64(set.Count), withScores: false);
    }

    private static void ReplyRepeating(ref CommandContext c, SortedSet set, long count, bool withScores)
    {
        ReplyHeader(ref c, count, withScores);
        long size = set.Count;
        for (long i = 0; i < count; i++)
        {
            Reply(ref c, set, c.Engine.Random.NextInt64(size), withScores);
            if (i % DrawsBetweenChecks == DrawsBetweenChecks - 1)
            {
                c.Reply.Flush();
                OutputLimit.Check(c.Engine, c.Session);
                if (c.Session.IsClosed)
                {
                    return;
                }
            }
        }
    }

    private static void ReplyDistinct(ref CommandContext c, SortedSet set, long count, bool withScores)
    {
        long size = set.Count;
        if (count > size / 3)
        {
            ReplyHeader(ref c, count, withScores);
            ReplySelection(ref c, set, count, withScores);
            return;
        }

        // Few of many: a draw hardly ever repeats an earlier one.
        ReplyHeader(ref c, count, withScores);
        SegmentedList<long> ranks = c.Engine.Scratch.Places;
        set.DrawRanks(c.Engine.Heap, c.Engine.Random, count, ranks);
        for (int i = 0; i < ranks.SegmentCount; i++)
        {
            foreach (long rank in ranks.Segment(i))
            {
                Reply(ref c, set, rank, withScores);
            }
        }

        ranks.Clear();
    }

    /// <summary>Many of all, in one walk in which every subset is equally likely (Knuth, volume 2, 3.4.2, algorithm S).</summary>
    private static void ReplySelection(ref CommandContext c, SortedSet set, long count, bool withScores)
    {
        Span<byte> scratch = stackalloc byte[SortedSet.ScratchBytes];
        SortedSetCursor cursor = set.At(0);
        for (long left = set.Count; count > 0; left--, cursor.MoveNext())
        {
            if (c.Engine.Random.NextInt64(left) < count)
            {
                Reply(ref c, in cursor, withScores, scratch);
                count--;
            }
        }
    }

    private static void Reply(ref CommandContext c, SortedSet set, long rank, bool withScores)
    {
        Span<byte> scratch = stackalloc byte[SortedSet.ScratchBytes];
        Reply(ref c, set.At(rank), withScores, scratch);
    }

    private static void ReplyHeader(ref CommandContext c, long count, bool withScores) =>
        c.Reply.ArrayHeader(withScores && c.Reply.Version == RespVersion.Resp2 ? count * 2 : count);

    private static void Reply(ref CommandContext c, in SortedSetCursor cursor, bool withScores, scoped Span<byte> scratch)
    {
        if (withScores && c.Reply.Version == RespVersion.Resp3)
        {
            c.Reply.ArrayHeader(2);
        }

        c.Reply.BulkString(cursor.GetName(scratch));
        if (withScores)
        {
            c.Reply.Double(cursor.Score);
        }
    }
}
