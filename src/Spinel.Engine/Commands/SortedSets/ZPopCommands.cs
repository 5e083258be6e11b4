using Spinel.DataStructures;
using Spinel.Engine.Blocking;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Effects;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.SortedSets;

/// <summary>Commands that remove the members with the lowest or highest scores and return them.</summary>
internal static class ZPopCommands
{
    [Command("ZPOPMIN", "key [count]",
        Arity = -2, Flags = CommandFlags.Write | CommandFlags.Fast, Keys = "1 RW access delete", Group = CommandGroup.SortedSet,
        Since = "5.0.0", Complexity = "O(M*log(N)) with N the size of the sorted set and M the number of members removed",
        Summary = "Removes the members with the lowest scores and returns them.")]
    internal static void ZPopMin(ref CommandContext c) => Pop(ref c, fromTop: false);

    [Command("ZPOPMAX", "key [count]",
        Arity = -2, Flags = CommandFlags.Write | CommandFlags.Fast, Keys = "1 RW access delete", Group = CommandGroup.SortedSet,
        Since = "5.0.0", Complexity = "O(M*log(N)) with N the size of the sorted set and M the number of members removed",
        Summary = "Removes the members with the highest scores and returns them.")]
    internal static void ZPopMax(ref CommandContext c) => Pop(ref c, fromTop: true);

    [Command("ZMPOP", "numkeys key [key ...] <MIN | MAX> [COUNT count]",
        Arity = -4, Flags = CommandFlags.Write, Keys = "1# RW access delete", Group = CommandGroup.SortedSet, Since = "7.0.0",
        Complexity = "O(K)+O(M*log(N)) with K the number of keys, N the size of the sorted set and M the number of members removed",
        Summary = "Removes members with the lowest or highest scores from the first sorted set that is not empty, and returns them.")]
    internal static void ZMPop(ref CommandContext c)
    {
        if (!PopRequest.TryRead(ref c, 1, out PopRequest request) || !TryOpenFirst(ref c, 2, request.KeyCount, out KeyWriter writer, out _))
        {
            return;
        }

        if (!writer.Exists)
        {
            c.Reply.NullArray();
            return;
        }

        c.Reply.ArrayHeader(2);
        c.Reply.BulkString(writer.Key);
        RankRange range = RangeOf(writer, request.Count, request.FromTop);
        ReplyPairs(ref c, writer, range, request.FromTop);
        RecordPop(ref c, writer.Key, request.FromTop, range.Count);
        Remove(ref c, ref writer, range, request.FromTop);
    }

    /// <summary>
    /// Opens the first of the keys that exists; false after replying WRONGTYPE because that is no sorted set. Without any the writer is of a missing key.
    /// </summary>
    public static bool TryOpenFirst(scoped ref CommandContext c, int firstKey, int keyCount, out KeyWriter writer, out int keyArgument)
    {
        writer = default;
        for (keyArgument = firstKey; keyArgument < firstKey + keyCount; keyArgument++)
        {
            if (!BlockedClients.IsToBeTried(c.Session, c[keyArgument]))
            {
                continue;
            }

            if (!c.TryOpen(keyArgument, ValueKind.SortedSet, out writer))
            {
                return false;
            }

            if (writer.Exists)
            {
                return true;
            }
        }

        return true;
    }

    /// <summary>The ranks of the members at one end.</summary>
    public static RankRange RangeOf(KeyWriter writer, long count, bool fromTop)
    {
        long size = SortedSetKeys.Of(writer.Block).Count;
        count = Math.Min(count, size);
        return new RankRange(fromTop ? size - count : 0, count);
    }

    /// <summary>Replies with an array of pairs, as ZMPOP and BZMPOP do in both protocols.</summary>
    public static void ReplyPairs(ref CommandContext c, scoped KeyWriter writer, RankRange range, bool fromTop)
    {
        c.Reply.ArrayHeader(range.Count);
        ReplyElements(ref c, writer, range, fromTop, inPairs: true);
    }

    /// <summary>Replies with members and scores, in an array of each or one after the other.</summary>
    public static void ReplyElements(ref CommandContext c, scoped KeyWriter writer, RankRange range, bool fromTop, bool inPairs)
    {
        SortedSet set = SortedSetKeys.Of(writer.Block);
        Span<byte> scratch = stackalloc byte[SortedSet.ScratchBytes];
        SortedSetCursor cursor = set.At(fromTop ? range.First + range.Count - 1 : range.First);
        for (long left = range.Count; left > 0; left--)
        {
            if (inPairs)
            {
                c.Reply.ArrayHeader(2);
            }

            c.Reply.BulkString(cursor.GetName(scratch));
            c.Reply.Double(cursor.Score);
            if (fromTop)
            {
                cursor.MovePrevious();
            }
            else
            {
                cursor.MoveNext();
            }
        }
    }

    /// <summary>Removes what has been replied with.</summary>
    public static void Remove(ref CommandContext c, scoped ref KeyWriter writer, RankRange range, bool fromTop)
    {
        SortedSet set = SortedSetKeys.Of(writer.Block);
        set.Remove(c.Keyspace.Heap, range);
        SortedSetKeys.StoreRest(ref writer, set, fromTop ? KeyEvent.ZPopMax : KeyEvent.ZPopMin, range.Count);
    }

    /// <summary>Records a pop from whichever key it was as one from that key.</summary>
    public static void RecordPop(ref CommandContext c, scoped ReadOnlySpan<byte> key, bool fromTop, long count)
    {
        EffectStream effect = c.BeginEffect(fromTop ? "ZPOPMAX"u8 : "ZPOPMIN"u8);
        effect.Add(key);
        effect.Add(count);
    }

    private static void Pop(ref CommandContext c, bool fromTop)
    {
        if (c.Count > 3)
        {
            c.Error(Errors.Syntax);
            return;
        }

        long count = 1;
        if (c.Count == 3 && (!Int64Text.TryParse(c[2], out count) || count < 0))
        {
            c.Error(Errors.OutOfRangePositive);
            return;
        }

        if (!c.TryOpen(1, ValueKind.SortedSet, out KeyWriter writer))
        {
            return;
        }

        if (!writer.Exists || count == 0)
        {
            c.Reply.ArrayHeader(0);
            return;
        }

        // RESP3 has pairs where a count was given, and never where not.
        bool inPairs = c.Count == 3 && c.Reply.Version == RespVersion.Resp3;
        RankRange range = RangeOf(writer, count, fromTop);
        c.Reply.ArrayHeader(inPairs ? range.Count : range.Count * 2);
        ReplyElements(ref c, writer, range, fromTop, inPairs);
        Remove(ref c, ref writer, range, fromTop);
    }
}
