using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Lists;

/// <summary>Commands on elements of lists by their index: the length, one element, a range.</summary>
internal static class IndexCommands
{
    [Command("LLEN", "key", Arity = 2, Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Keys = "1 RO", Group = CommandGroup.List,
        Since = "1.0.0", Complexity = "O(1)", Summary = "Returns the number of elements of a list; 0 when the key does not exist.")]
    internal static void LLen(ref CommandContext c)
    {
        if (c.TryFind(1, ValueKind.List, out KeyBlock block))
        {
            c.Reply.Integer(block.IsNull ? 0 : ListValue.Of(block).Count);
        }
    }

    [Command("LINDEX", "key index:integer", Arity = 3, Flags = CommandFlags.ReadOnly, Keys = "1 RO access", Group = CommandGroup.List,
        Since = "1.0.0", Complexity = "O(N) with N the number of blocks between the element and the nearer end; O(1) at the ends",
        Summary = "Returns the element at an index; negative ones count from the right end.")]
    internal static void LIndex(ref CommandContext c)
    {
        if (!c.TryFind(1, ValueKind.List, out KeyBlock block))
        {
            return;
        }

        if (block.IsNull)
        {
            c.Reply.NullBulk();
            return;
        }

        if (!c.TryInteger(2, out long index))
        {
            return;
        }

        QuicklistCursor place = ListValue.Of(block).Seek(index);
        if (place.IsNone)
        {
            c.Reply.NullBulk();
        }
        else
        {
            ListValue.WriteElement(ref c.Reply, place);
            ListValue.Of(block).CloseCopies();
        }
    }

    [Command("LRANGE", "key start:integer stop:integer", Arity = 4, Flags = CommandFlags.ReadOnly, Keys = "1 RO access",
        Group = CommandGroup.List, Since = "1.0.0",
        Complexity = "O(S+N) with S the number of blocks between the start and the nearer end, N the number of elements in the range",
        Summary = "Returns the elements between two indexes, both included; negative ones count from the right end.")]
    internal static void LRange(ref CommandContext c)
    {
        if (!c.TryInteger(2, out long start) || !c.TryInteger(3, out long stop) || !c.TryFind(1, ValueKind.List, out KeyBlock block))
        {
            return;
        }

        Quicklist list = block.IsNull ? default : ListValue.Of(block);
        if (list.IsNull || !TryGetRange(list.Count, ref start, ref stop))
        {
            c.Reply.ArrayHeader(0);
            return;
        }

        ListValue.WriteElements(ref c.Reply, list.Seek(start), stop - start + 1);
        list.CloseCopies();
    }

    [Command("LSET", "key index:integer element", Arity = 4, Flags = CommandFlags.Write | CommandFlags.DenyOom, Keys = "1 RW update",
        Group = CommandGroup.List, Since = "1.0.0",
        Complexity = "O(N) with N the number of blocks between the element and the nearer end; O(1) at the ends",
        Summary = "Replaces the element at an index.")]
    internal static void LSet(ref CommandContext c)
    {
        KeyWriter writer = c.OpenForWrite(1);
        if (!writer.Exists)
        {
            c.Error(Errors.NoSuchKey);
            return;
        }

        if (writer.Block.Kind != ValueKind.List)
        {
            c.Error(Errors.WrongType);
            return;
        }

        if (!c.TryInteger(2, out long index))
        {
            return;
        }

        Quicklist list = ListValue.Of(writer.Block);
        QuicklistCursor place = list.Seek(index);
        if (place.IsNone)
        {
            c.Error(Errors.IndexOutOfRange);
            return;
        }

        writer.MarkChanged();
        list.Replace(c.Keyspace.Heap, place, c[3], c.Engine.Limits.ListNode);
        writer.Commit(KeyEvent.LSet);
        c.Reply.Raw(Replies.Ok);
    }

    [Command("LTRIM", "key start:integer stop:integer", Arity = 4, Flags = CommandFlags.Write, Keys = "1 RW delete", Group = CommandGroup.List,
        Since = "1.0.0", Complexity = "O(N) with N the number of elements removed",
        Summary = "Removes everything but the elements between two indexes, both included.")]
    internal static void LTrim(ref CommandContext c)
    {
        if (!c.TryInteger(2, out long start) || !c.TryInteger(3, out long stop) || !c.TryOpen(1, ValueKind.List, out KeyWriter writer))
        {
            return;
        }

        if (writer.Exists)
        {
            Quicklist list = ListValue.Of(writer.Block);
            long before = list.Count;
            writer.MarkChanged();
            if (TryGetRange(before, ref start, ref stop))
            {
                list.RemoveRange(c.Keyspace.Heap, stop + 1, before - stop - 1, c.Engine.Limits.ListNode);
                list.RemoveRange(c.Keyspace.Heap, 0, start, c.Engine.Limits.ListNode);
                writer.Commit(KeyEvent.LTrim, before - list.Count);
            }
            else
            {
                writer.CommitRemoval(KeyEvent.LTrim, before, isEmpty: true);
            }
        }

        c.Reply.Raw(Replies.Ok);
    }

    /// <summary>Makes indexes count from the left end and lie within the list; false when no element is between them.</summary>
    private static bool TryGetRange(long count, ref long start, ref long stop)
    {
        start = Math.Max(start < 0 ? start + count : start, 0);
        stop = Math.Min(stop < 0 ? stop + count : stop, count - 1);
        return start <= stop;
    }
}
