using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Effects;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Lists;

/// <summary>Commands that take elements from the ends of lists, and reply with them.</summary>
internal static class PopCommands
{
    [Command("LPOP", "key [count:integer]", Arity = -2, Flags = CommandFlags.Write | CommandFlags.Fast, Keys = "1 RW access delete",
        Group = CommandGroup.List, Since = "1.0.0", Complexity = "O(N) with N the number of elements taken",
        Summary = "Takes elements from the left end of a list; an empty list is deleted.", History = "6.2.0 The count.")]
    internal static void LPop(ref CommandContext c) => Pop(ref c, ListEnd.Left);

    [Command("RPOP", "key [count:integer]", Arity = -2, Flags = CommandFlags.Write | CommandFlags.Fast, Keys = "1 RW access delete",
        Group = CommandGroup.List, Since = "1.0.0", Complexity = "O(N) with N the number of elements taken",
        Summary = "Takes elements from the right end of a list; an empty list is deleted.", History = "6.2.0 The count.")]
    internal static void RPop(ref CommandContext c) => Pop(ref c, ListEnd.Right);

    [Command("LMPOP", "numkeys:integer key [key ...] <LEFT | RIGHT> [COUNT count:integer]", Arity = -4, Flags = CommandFlags.Write,
        Keys = "1# RW access delete", Group = CommandGroup.List, Since = "7.0.0",
        Complexity = "O(N+M) with N the number of keys and M that of the elements taken",
        Summary = "Takes elements from an end of the first of several lists that is not empty.")]
    internal static void LMPop(ref CommandContext c)
    {
        if (!MultiPopArguments.TryRead(ref c, 1, out MultiPopArguments arguments))
        {
            return;
        }

        for (int i = 0; i < arguments.KeyCount; i++)
        {
            if (!c.TryOpen(arguments.FirstKey + i, ValueKind.List, out KeyWriter writer))
            {
                return;
            }

            if (writer.Exists)
            {
                PopWithKey(ref c, ref writer, arguments.End, arguments.ElementCount);
                return;
            }
        }

        c.Reply.NullArray();
    }

    /// <summary>Replies with the key's name and the elements taken from its list. The effect names what was taken.</summary>
    internal static void PopWithKey(ref CommandContext c, ref KeyWriter writer, ListEnd end, long count)
    {
        count = Math.Min(count, ListValue.Of(writer.Block).Count);
        c.Reply.ArrayHeader(2);
        c.Reply.BulkString(writer.Key);
        ListValue.PopAndReply(ref c, ref writer, end, count);
        EffectStream effect = c.BeginEffect(ListEnds.PopCommand(end));
        effect.Add(writer.Key);
        effect.Add(count);
    }

    private static void Pop(ref CommandContext c, ListEnd end)
    {
        if (c.Count > 3)
        {
            c.Error(Errors.WrongArity(c.Command.Name));
            return;
        }

        bool hasCount = c.Count == 3;
        long count = 1;
        if (hasCount && (!Int64Text.TryParse(c[2], out count) || count < 0))
        {
            c.Error(Errors.OutOfRangePositive);
            return;
        }

        if (!c.TryOpen(1, ValueKind.List, out KeyWriter writer))
        {
            return;
        }

        if (!writer.Exists)
        {
            if (hasCount)
            {
                c.Reply.NullArray();
            }
            else
            {
                c.Reply.NullBulk();
            }
        }
        else if (!hasCount)
        {
            ListValue.PopOneAndReply(ref c, ref writer, end);
        }
        else if (count == 0)
        {
            c.Reply.ArrayHeader(0);
        }
        else
        {
            ListValue.PopAndReply(ref c, ref writer, end, count);
        }
    }
}
