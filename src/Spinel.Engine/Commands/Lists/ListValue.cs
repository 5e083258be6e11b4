using Spinel.DataStructures;
using Spinel.Memory;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Lists;

/// <summary>Lists as values of keys: what commands on lists have in common.</summary>
internal static class ListValue
{
    /// <summary>The list of a key that holds one.</summary>
    public static Quicklist Of(KeyBlock block) => new(block.Payload);

    /// <summary>The key's list, for a change; an empty one, stored under the key, when the key does not exist.</summary>
    public static Quicklist OpenOrCreate(ref KeyWriter writer, NativeHeap heap)
    {
        if (writer.Exists)
        {
            writer.MarkChanged();
            return Of(writer.Block);
        }

        Quicklist created = Quicklist.Create(heap);
        writer.SetObject(ValueKind.List, ValueEncoding.QuickList, created.Address, ExpiryChange.None);
        return created;
    }

    public static void Push(Quicklist list, NativeHeap heap, ListEnd end, scoped ListpackElement element, QuicklistNodeLimit limit)
    {
        if (end == ListEnd.Left)
        {
            list.PushFirst(heap, element, limit);
        }
        else
        {
            list.PushLast(heap, element, limit);
        }
    }

    /// <summary>
    /// Replies with the elements at an end of the key's list as an array, the outermost first, removes them, and the key with the last.
    /// </summary>
    public static void PopAndReply(ref CommandContext c, ref KeyWriter writer, ListEnd end, long count)
    {
        Quicklist list = Of(writer.Block);
        count = Math.Min(count, list.Count);
        WriteElements(ref c.Reply, ListEnds.ElementAt(list, end), count, backward: end == ListEnd.Right);
        writer.MarkChanged();
        if (count < list.Count)
        {
            list.RemoveRange(c.Keyspace.Heap, end == ListEnd.Left ? 0 : list.Count - count, count, c.Engine.Limits.ListNode);
            writer.Commit(ListEnds.PopEvent(end), count);
        }
        else
        {
            writer.CommitRemoval(ListEnds.PopEvent(end), count, isEmpty: true);
        }
    }

    /// <summary>As <see cref="PopAndReply"/>, of one element, which is no array in the reply.</summary>
    public static void PopOneAndReply(ref CommandContext c, ref KeyWriter writer, ListEnd end)
    {
        Quicklist list = Of(writer.Block);
        QuicklistCursor place = ListEnds.ElementAt(list, end);
        WriteElement(ref c.Reply, place);
        RemoveOne(ref c, ref writer, place, ListEnds.PopEvent(end));
    }

    /// <summary>Removes an element, and the key with the last, and commits that.</summary>
    public static void RemoveOne(ref CommandContext c, ref KeyWriter writer, QuicklistCursor place, KeyEvent keyEvent)
    {
        Quicklist list = Of(writer.Block);
        if (list.Count == 1)
        {
            writer.CommitRemoval(keyEvent, 1, isEmpty: true);
            return;
        }

        writer.MarkChanged();
        list.Remove(c.Keyspace.Heap, place);
        writer.Commit(keyEvent);
    }

    /// <summary>Commits a change after which the list may be empty; an empty list goes, with an event of its own.</summary>
    public static void CommitMaybeEmpty(ref KeyWriter writer, KeyEvent keyEvent, long changes) =>
        writer.CommitRemoval(keyEvent, changes, isEmpty: Of(writer.Block).Count == 0);

    /// <summary>Writes an array of <paramref name="count"/> elements, which there must be.</summary>
    public static void WriteElements(ref ReplyWriter reply, QuicklistCursor place, long count, bool backward = false)
    {
        reply.ArrayHeader(count);
        for (; backward && count > 0; count--)
        {
            WriteElement(ref reply, place);
            place = count > 1 ? place.Previous() : default;
        }

        for (; count > 0; place = count > 0 ? place.NextNode() : default)
        {
            ListpackReader reader = place.ReadNode();
            for (; count > 0 && reader.MoveNext(); count--)
            {
                reply.WriteValue(in reader);
            }
        }
    }

    public static void WriteElement(ref ReplyWriter reply, QuicklistCursor place)
    {
        ListpackValue value = place.Value;
        if (value.IsInteger)
        {
            reply.BulkString(value.Integer);
        }
        else
        {
            reply.BulkString(value.Bytes);
        }
    }
}
