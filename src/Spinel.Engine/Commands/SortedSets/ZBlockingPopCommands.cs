using Spinel.DataStructures;
using Spinel.Engine.Blocking;
using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.SortedSets;

/// <summary>Pops that wait for a member where there is none.</summary>
internal static class ZBlockingPopCommands
{
    [Command("BZPOPMIN", "key [key ...] timeout:double",
        Arity = -3, Flags = CommandFlags.Write | CommandFlags.NoScript | CommandFlags.Blocking | CommandFlags.Fast,
        Keys = "1..-2 RW access delete", Group = CommandGroup.SortedSet, Since = "5.0.0", Complexity = "O(log(N)) with N the size of the sorted set",
        Summary = "Removes the member with the lowest score from the first sorted set that is not empty and returns it; waits where all are.",
        History = "6.0.0 The timeout may have a fraction.")]
    internal static void BZPopMin(ref CommandContext c) => Pop(ref c, fromTop: false);

    [Command("BZPOPMAX", "key [key ...] timeout:double",
        Arity = -3, Flags = CommandFlags.Write | CommandFlags.NoScript | CommandFlags.Blocking | CommandFlags.Fast,
        Keys = "1..-2 RW access delete", Group = CommandGroup.SortedSet, Since = "5.0.0", Complexity = "O(log(N)) with N the size of the sorted set",
        Summary = "Removes the member with the highest score from the first sorted set that is not empty and returns it; waits where all are.",
        History = "6.0.0 The timeout may have a fraction.")]
    internal static void BZPopMax(ref CommandContext c) => Pop(ref c, fromTop: true);

    [Command("BZMPOP", "timeout:double numkeys key [key ...] <MIN | MAX> [COUNT count]",
        Arity = -5, Flags = CommandFlags.Write | CommandFlags.Blocking, Keys = "2# RW access delete", Group = CommandGroup.SortedSet,
        Since = "7.0.0", Complexity = "O(K)+O(M*log(N)) with K the number of keys, N the size of the sorted set and M the number of members removed",
        Summary = "Removes members with the lowest or highest scores from the first sorted set that is not empty and returns them; waits where all are.")]
    internal static void BZMPop(ref CommandContext c)
    {
        if (!PopRequest.TryRead(ref c, 2, out PopRequest request)
            || !TimeoutArgument.TryReadSeconds(ref c, 1, out long deadlineMs)
            || !ZPopCommands.TryOpenFirst(ref c, 3, request.KeyCount, out KeyWriter writer, out _))
        {
            return;
        }

        if (!writer.Exists)
        {
            Wait(ref c, 3, request.KeyCount, deadlineMs);
            return;
        }

        c.Reply.ArrayHeader(2);
        c.Reply.BulkString(writer.Key);
        RankRange range = ZPopCommands.RangeOf(writer, request.Count, request.FromTop);
        ZPopCommands.ReplyPairs(ref c, writer, range, request.FromTop);
        ZPopCommands.RecordPop(ref c, writer.Key, request.FromTop, range.Count);
        ZPopCommands.Remove(ref c, ref writer, range, request.FromTop);
    }

    private static void Pop(ref CommandContext c, bool fromTop)
    {
        int keyCount = c.Count - 2;
        if (!TimeoutArgument.TryReadSeconds(ref c, c.Count - 1, out long deadlineMs)
            || !ZPopCommands.TryOpenFirst(ref c, 1, keyCount, out KeyWriter writer, out _))
        {
            return;
        }

        if (!writer.Exists)
        {
            Wait(ref c, 1, keyCount, deadlineMs);
            return;
        }

        RankRange range = ZPopCommands.RangeOf(writer, 1, fromTop);
        c.Reply.ArrayHeader(3);
        c.Reply.BulkString(writer.Key);
        ZPopCommands.ReplyElements(ref c, writer, range, fromTop, inPairs: false);
        c.BeginEffect(fromTop ? "ZPOPMAX"u8 : "ZPOPMIN"u8).Add(writer.Key);
        ZPopCommands.Remove(ref c, ref writer, range, fromTop);
    }

    private static void Wait(ref CommandContext c, int firstKey, int keyCount, long deadlineMs)
    {
        if (c.Session.MustNotBlock)
        {
            c.Reply.NullArray();
            return;
        }

        c.Engine.Blocked.Block(ref c, firstKey, keyCount, ValueKind.SortedSet, deadlineMs, static (ref ReplyWriter reply) => reply.NullArray());
    }
}
