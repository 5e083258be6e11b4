using Spinel.DataStructures;
using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Commands.Lists;

/// <summary>Commands that change lists at elements they look for.</summary>
internal static class ElementCommands
{
    [Command("LINSERT", "key <BEFORE | AFTER> pivot element", Arity = 5, Flags = CommandFlags.Write | CommandFlags.DenyOom, Keys = "1 RW insert",
        Group = CommandGroup.List, Since = "2.2.0", Complexity = "O(N) with N the number of elements up to the pivot",
        Summary = "Adds an element next to the first one that is the pivot.")]
    internal static void LInsert(ref CommandContext c)
    {
        bool after = c.Is(2, "AFTER"u8);
        if (!after && !c.Is(2, "BEFORE"u8))
        {
            c.Error(Errors.Syntax);
            return;
        }

        if (!c.TryOpen(1, ValueKind.List, out KeyWriter writer))
        {
            return;
        }

        if (!writer.Exists)
        {
            c.Reply.Integer(0);
            return;
        }

        Quicklist list = ListValue.Of(writer.Block);
        QuicklistCursor pivot = list.Find(c[3]);
        if (pivot.IsNone)
        {
            list.CloseCopies();
            c.Reply.Integer(-1);
            return;
        }

        writer.MarkChanged();
        list.Insert(c.Keyspace.Heap, pivot, after, c[4], c.Engine.Limits.ListNode);
        writer.Commit(KeyEvent.LInsert);
        c.Reply.Integer(list.Count);
    }

    [Command("LREM", "key count:integer element", Arity = 4, Flags = CommandFlags.Write, Keys = "1 RW delete", Group = CommandGroup.List,
        Since = "1.0.0", Complexity = "O(N) with N the length of the list",
        Summary = "Removes equal elements: all of them, or so many from the left end, or, with a negative count, from the right end.")]
    internal static void LRem(ref CommandContext c)
    {
        if (!c.TryInteger(2, out long count) || !c.TryOpen(1, ValueKind.List, out KeyWriter writer))
        {
            return;
        }

        long removed = 0;
        if (writer.Exists)
        {
            Quicklist list = ListValue.Of(writer.Block);

            // The smallest integer has no counterpart; it means all there are as well.
            long most = count == 0 || count == long.MinValue ? long.MaxValue : Math.Abs(count);
            removed = list.RemoveMatching(c.Keyspace.Heap, c[3], most, fromEnd: count < 0, c.Engine.Limits.ListNode);
            if (removed > 0)
            {
                writer.MarkChanged();
                ListValue.CommitMaybeEmpty(ref writer, KeyEvent.LRem, removed);
            }
        }

        c.Reply.Integer(removed);
    }
}
