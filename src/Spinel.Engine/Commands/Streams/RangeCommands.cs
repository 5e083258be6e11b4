using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Streams;

/// <summary>Commands that read a stream by its ids.</summary>
internal static class RangeCommands
{
    [Command("XLEN", "key", Arity = 2, Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Keys = "1 RO", Group = CommandGroup.Stream,
        Since = "5.0.0", Complexity = "O(1)", Summary = "Returns the number of entries of a stream.")]
    internal static void XLen(ref CommandContext c)
    {
        if (StreamAccess.TryFind(ref c, 1, out StreamValue stream))
        {
            c.Reply.Integer(stream.IsNull ? 0 : stream.Length);
        }
    }

    [Command("XRANGE", "key start:string end:string [COUNT count]", Arity = -4, Flags = CommandFlags.ReadOnly, Keys = "1 RO access",
        Group = CommandGroup.Stream, Since = "5.0.0", Complexity = "O(N) with N the number of entries returned",
        Summary = "Returns the entries of a stream between two ids, the oldest first.",
        History = "6.2.0 Ids that are excluded.")]
    internal static void XRange(ref CommandContext c) => Reply(ref c, 2, 3, backwards: false);

    [Command("XREVRANGE", "key end:string start:string [COUNT count]", Arity = -4, Flags = CommandFlags.ReadOnly, Keys = "1 RO access",
        Group = CommandGroup.Stream, Since = "5.0.0", Complexity = "O(N) with N the number of entries returned",
        Summary = "Returns the entries of a stream between two ids, the newest first.",
        History = "6.2.0 Ids that are excluded.")]
    internal static void XRevRange(ref CommandContext c) => Reply(ref c, 3, 2, backwards: true);

    private static void Reply(ref CommandContext c, int startIndex, int endIndex, bool backwards)
    {
        if (!StreamIdArgument.TryReadInterval(ref c, startIndex, endIndex, out StreamId start, out StreamId end)
            || !TryReadCount(ref c, out long count)
            || !StreamAccess.TryFind(ref c, 1, out StreamValue stream))
        {
            return;
        }

        if (stream.IsNull)
        {
            c.Reply.Raw(Replies.EmptyArray);
        }
        else if (count == 0)
        {
            c.Reply.NullArray();
        }
        else
        {
            StreamReply.Range(ref c, stream, start, end, Math.Max(count, 0), backwards);
        }
    }

    /// <summary>Reads COUNT; -1 when it is not given.</summary>
    private static bool TryReadCount(ref CommandContext c, out long count)
    {
        count = -1;
        for (int i = 4; i < c.Count; i += 2)
        {
            if (i + 1 == c.Count || !c.Is(i, "COUNT"u8))
            {
                c.Error(Errors.Syntax);
                return false;
            }

            if (!c.TryInteger(i + 1, out count))
            {
                return false;
            }

            count = Math.Max(count, 0);
        }

        return true;
    }
}
