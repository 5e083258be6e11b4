using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Memory;

namespace Spinel.Engine.Commands.SortedSets;

/// <summary>Commands that remove members by name or by range.</summary>
internal static class ZRemoveCommands
{
    [Command("ZREM", "key member [member ...]",
        Arity = -3, Flags = CommandFlags.Write | CommandFlags.Fast, Keys = "1 RW delete", Group = CommandGroup.SortedSet,
        Since = "1.2.0", Complexity = "O(M*log(N)) with N the size of the sorted set and M the number of members given",
        Summary = "Removes members from a sorted set.", History = "2.4.0 Several members at once.")]
    internal static void ZRem(ref CommandContext c)
    {
        if (!c.TryOpen(1, ValueKind.SortedSet, out KeyWriter writer))
        {
            return;
        }

        long removed = 0;
        if (writer.Exists)
        {
            NativeHeap heap = c.Keyspace.Heap;
            SortedSet set = SortedSetKeys.Of(writer.Block);
            for (int i = 2; i < c.Count && set.Count > 0; i++)
            {
                SortedSetEntry entry = set.Find(c[i]);
                if (entry.IsFound)
                {
                    set.Remove(heap, in entry);
                    removed++;
                }
            }

            if (removed > 0)
            {
                SortedSetKeys.StoreRest(ref writer, set, KeyEvent.ZRem, removed);
            }
        }

        c.Reply.Integer(removed);
    }

    [Command("ZREMRANGEBYRANK", "key start stop",
        Arity = 4, Flags = CommandFlags.Write, Keys = "1 RW delete", Group = CommandGroup.SortedSet, Since = "2.0.0",
        Complexity = "O(log(N)+M) with N the size of the sorted set and M the number of members removed",
        Summary = "Removes the members in a range of ranks.")]
    internal static void ZRemRangeByRank(ref CommandContext c)
    {
        if (c.TryInteger(2, out long start) && c.TryInteger(3, out long stop) && c.TryOpen(1, ValueKind.SortedSet, out KeyWriter writer))
        {
            SortedSet set = writer.Exists ? SortedSetKeys.Of(writer.Block) : default;
            Remove(ref c, ref writer, set, writer.Exists ? RangeQuery.Clamp(start, stop, set.Count) : RankRange.Empty, KeyEvent.ZRemRangeByRank);
        }
    }

    [Command("ZREMRANGEBYSCORE", "key min max",
        Arity = 4, Flags = CommandFlags.Write, Keys = "1 RW delete", Group = CommandGroup.SortedSet, Since = "1.2.0",
        Complexity = "O(log(N)+M) with N the size of the sorted set and M the number of members removed",
        Summary = "Removes the members whose scores are in a range.")]
    internal static void ZRemRangeByScore(ref CommandContext c)
    {
        if (RangeBounds.TryReadScores(ref c, 2, 3, out ScoreRange range) && c.TryOpen(1, ValueKind.SortedSet, out KeyWriter writer))
        {
            SortedSet set = writer.Exists ? SortedSetKeys.Of(writer.Block) : default;
            Remove(ref c, ref writer, set, writer.Exists ? set.RangeOf(in range) : RankRange.Empty, KeyEvent.ZRemRangeByScore);
        }
    }

    [Command("ZREMRANGEBYLEX", "key min:string max:string",
        Arity = 4, Flags = CommandFlags.Write, Keys = "1 RW delete", Group = CommandGroup.SortedSet, Since = "2.8.9",
        Complexity = "O(log(N)+M) with N the size of the sorted set and M the number of members removed",
        Summary = "Removes the members whose names are in a range, in a sorted set whose scores are all the same.")]
    internal static void ZRemRangeByLex(ref CommandContext c)
    {
        if (RangeBounds.TryReadNames(ref c, 2, 3, out LexRange range) && c.TryOpen(1, ValueKind.SortedSet, out KeyWriter writer))
        {
            SortedSet set = writer.Exists ? SortedSetKeys.Of(writer.Block) : default;
            Remove(ref c, ref writer, set, writer.Exists ? set.RangeOf(in range) : RankRange.Empty, KeyEvent.ZRemRangeByLex);
        }
    }

    private static void Remove(ref CommandContext c, ref KeyWriter writer, SortedSet set, RankRange range, KeyEvent keyEvent)
    {
        if (!range.IsEmpty)
        {
            // All of a large set goes with its key, at once and perhaps on another thread.
            if (range.Count == set.Count)
            {
                writer.CommitRemoval(keyEvent, range.Count, isEmpty: true);
            }
            else
            {
                set.Remove(c.Keyspace.Heap, range);
                SortedSetKeys.StoreRest(ref writer, set, keyEvent, range.Count);
            }
        }

        c.Reply.Integer(range.Count);
    }
}
