using Spinel.DataStructures;
using Spinel.Engine.Blocking;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Effects;

namespace Spinel.Engine.Commands.Lists;

/// <summary>Commands that take elements from the ends of lists, and wait for some when there are none.</summary>
internal static class BlockingPopCommands
{
    private const CommandFlags Flags = CommandFlags.Write | CommandFlags.NoScript | CommandFlags.Blocking;

    /// <summary>One element, and a reply that says so: what BLPOP and BRPOP take.</summary>
    private const long One = 0;

    [Command("BLPOP", "key [key ...] timeout:double", Arity = -3, Flags = Flags, Keys = "1..-2 RW access delete", Group = CommandGroup.List,
        Since = "2.0.0", Complexity = "O(N) with N the number of keys",
        Summary = "Takes the leftmost element of the first of several lists that is not empty; waits for one if all are.",
        History = "6.0.0 Timeouts with a fraction.")]
    internal static void BLPop(ref CommandContext c) => PopOne(ref c, ListEnd.Left);

    [Command("BRPOP", "key [key ...] timeout:double", Arity = -3, Flags = Flags, Keys = "1..-2 RW access delete", Group = CommandGroup.List,
        Since = "2.0.0", Complexity = "O(N) with N the number of keys",
        Summary = "Takes the rightmost element of the first of several lists that is not empty; waits for one if all are.",
        History = "6.0.0 Timeouts with a fraction.")]
    internal static void BRPop(ref CommandContext c) => PopOne(ref c, ListEnd.Right);

    [Command("BLMPOP", "timeout:double numkeys:integer key [key ...] <LEFT | RIGHT> [COUNT count:integer]", Arity = -5,
        Flags = CommandFlags.Write | CommandFlags.Blocking, Keys = "2# RW access delete", Group = CommandGroup.List, Since = "7.0.0",
        Complexity = "O(N+M) with N the number of keys and M that of the elements taken",
        Summary = "Takes elements from an end of the first of several lists that is not empty; waits for one if all are.")]
    internal static void BLMPop(ref CommandContext c)
    {
        if (MultiPopArguments.TryRead(ref c, 2, out MultiPopArguments arguments))
        {
            PopOrWait(ref c, arguments.FirstKey, arguments.KeyCount, arguments.End, arguments.ElementCount, timeoutIndex: 1);
        }
    }

    private static void PopOne(ref CommandContext c, ListEnd end) => PopOrWait(ref c, 1, c.Count - 2, end, One, timeoutIndex: c.Count - 1);

    private static void PopOrWait(ref CommandContext c, int firstKey, int keyCount, ListEnd end, long count, int timeoutIndex)
    {
        if (!TimeoutArgument.TryReadSeconds(ref c, timeoutIndex, out long deadlineMs))
        {
            return;
        }

        for (int i = firstKey; i < firstKey + keyCount; i++)
        {
            if (!BlockedClients.IsToBeTried(c.Session, c[i]))
            {
                continue;
            }

            if (!c.TryOpen(i, ValueKind.List, out KeyWriter writer))
            {
                return;
            }

            if (writer.Exists)
            {
                Pop(ref c, ref writer, end, count);
                return;
            }
        }

        if (c.Session.MustNotBlock)
        {
            c.Reply.NullArray();
            return;
        }

        c.Engine.Blocked.Block(ref c, firstKey, keyCount, ValueKind.List, deadlineMs, static (ref reply) => reply.NullArray());
    }

    private static void Pop(ref CommandContext c, ref KeyWriter writer, ListEnd end, long count)
    {
        if (count != One)
        {
            PopCommands.PopWithKey(ref c, ref writer, end, count);
            return;
        }

        c.Reply.ArrayHeader(2);
        c.Reply.BulkString(writer.Key);
        ListValue.PopOneAndReply(ref c, ref writer, end);
        EffectStream effect = c.BeginEffect(ListEnds.PopCommand(end));
        effect.Add(writer.Key);
    }
}
