using Spinel.DataStructures;
using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Commands.Lists;

/// <summary>Commands that add elements at the ends of lists.</summary>
internal static class PushCommands
{
    private const CommandFlags Flags = CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast;

    [Command("LPUSH", "key element [element ...]", Arity = -3, Flags = Flags, Keys = "1 RW insert", Group = CommandGroup.List, Since = "1.0.0",
        Complexity = "O(1) per element", Summary = "Adds elements at the left end of a list, one after another; creates the list if need be.",
        History = "2.4.0 More than one element.")]
    internal static void LPush(ref CommandContext c) => Push(ref c, ListEnd.Left, onlyIfExists: false);

    [Command("RPUSH", "key element [element ...]", Arity = -3, Flags = Flags, Keys = "1 RW insert", Group = CommandGroup.List, Since = "1.0.0",
        Complexity = "O(1) per element", Summary = "Adds elements at the right end of a list, one after another; creates the list if need be.",
        History = "2.4.0 More than one element.")]
    internal static void RPush(ref CommandContext c) => Push(ref c, ListEnd.Right, onlyIfExists: false);

    [Command("LPUSHX", "key element [element ...]", Arity = -3, Flags = Flags, Keys = "1 RW insert", Group = CommandGroup.List, Since = "2.2.0",
        Complexity = "O(1) per element", Summary = "Adds elements at the left end of a list, if the list exists.",
        History = "4.0.0 More than one element.")]
    internal static void LPushX(ref CommandContext c) => Push(ref c, ListEnd.Left, onlyIfExists: true);

    [Command("RPUSHX", "key element [element ...]", Arity = -3, Flags = Flags, Keys = "1 RW insert", Group = CommandGroup.List, Since = "2.2.0",
        Complexity = "O(1) per element", Summary = "Adds elements at the right end of a list, if the list exists.",
        History = "4.0.0 More than one element.")]
    internal static void RPushX(ref CommandContext c) => Push(ref c, ListEnd.Right, onlyIfExists: true);

    private static void Push(ref CommandContext c, ListEnd end, bool onlyIfExists)
    {
        if (!c.TryOpen(1, ValueKind.List, out KeyWriter writer))
        {
            return;
        }

        if (onlyIfExists && !writer.Exists)
        {
            c.Reply.Integer(0);
            return;
        }

        Quicklist list = ListValue.OpenOrCreate(ref writer, c.Keyspace.Heap);
        QuicklistNodeLimit limit = c.Engine.Limits.ListNode;
        for (int i = 2; i < c.Count; i++)
        {
            ListValue.Push(list, c.Keyspace.Heap, end, c[i], limit);
        }

        writer.Commit(ListEnds.PushEvent(end), c.Count - 2);
        c.Reply.Integer(list.Count);
    }
}
