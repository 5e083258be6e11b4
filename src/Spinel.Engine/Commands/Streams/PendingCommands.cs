using System.Buffers;
using Spinel.DataStructures;
using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Commands.Streams;

/// <summary>Commands on what groups have delivered: acknowledging it, and looking at it.</summary>
internal static class PendingCommands
{
    private const int IdsOnStack = 16;

    [Command("XACK", "key group id [id ...]", Arity = -4, Flags = CommandFlags.Write | CommandFlags.Fast, Keys = "1 RW update",
        Group = CommandGroup.Stream, Since = "5.0.0", Complexity = "O(N log M) with N the number of ids and M that of the pending entries",
        Summary = "Acknowledges entries, so that they are no longer pending, and returns how many were.")]
    internal static void XAck(ref CommandContext c)
    {
        if (!StreamAccess.TryOpen(ref c, 1, out KeyWriter writer, out StreamValue stream))
        {
            return;
        }

        writer.CountAsRead();
        StreamGroup group = stream.IsNull ? default : stream.FindGroup(c[2]);
        if (group.IsNull)
        {
            c.Reply.Integer(0);
            return;
        }

        int count = c.Count - 3;
        StreamId[]? rented = count > IdsOnStack ? ArrayPool<StreamId>.Shared.Rent(count) : null;
        Span<StreamId> ids = rented is null ? stackalloc StreamId[IdsOnStack] : rented;
        ids = ids[..count];
        if (StreamIdArgument.TryReadAll(ref c, 3, ids))
        {
            int acknowledged = 0;
            foreach (StreamId id in ids)
            {
                acknowledged += group.TryAcknowledge(c.Keyspace.Heap, id) ? 1 : 0;
            }

            if (acknowledged > 0)
            {
                writer.Commit(KeyEvent.StreamDelivery, acknowledged);
            }

            c.Reply.Integer(acknowledged);
        }

        if (rented is not null)
        {
            ArrayPool<StreamId>.Shared.Return(rented);
        }
    }

    [Command("XPENDING", "key group [[IDLE min-idle-time:integer] start:string end:string count [consumer]]", Arity = -3,
        Flags = CommandFlags.ReadOnly, Keys = "1 RO access", Group = CommandGroup.Stream, Since = "5.0.0",
        Complexity = "O(N) with N the number of entries looked at, or of consumers", Tips = "nondeterministic_output",
        Summary = "Shows the entries that a group has delivered and nobody has acknowledged, in sum or one by one.",
        History = "6.2.0 IDLE and ids that are excluded.")]
    internal static void XPending(ref CommandContext c)
    {
        if (c.Count == 3)
        {
            if (TryFindGroup(ref c, out StreamGroup group))
            {
                Summarize(ref c, group);
            }

            return;
        }

        long minIdleMs = 0;
        int start = 3;
        if (c.Count is < 6 or > 9)
        {
            c.Error(Errors.Syntax);
            return;
        }

        if (c.Is(3, "IDLE"u8))
        {
            if (!c.TryInteger(4, out minIdleMs))
            {
                return;
            }

            if (c.Count < 8)
            {
                c.Error(Errors.Syntax);
                return;
            }

            start = 5;
        }

        List(ref c, start, minIdleMs);
    }

    private static bool TryFindGroup(ref CommandContext c, out StreamGroup group)
    {
        group = default;
        if (!StreamAccess.TryFind(ref c, 1, out StreamValue stream))
        {
            return false;
        }

        group = stream.IsNull ? default : stream.FindGroup(c[2]);
        if (!group.IsNull)
        {
            return true;
        }

        c.Error(Errors.NoStreamOrGroup(c[1], c[2]));
        return false;
    }

    private static void Summarize(ref CommandContext c, StreamGroup group)
    {
        c.Reply.ArrayHeader(4);
        c.Reply.Integer(group.PendingCount);
        if (group.PendingCount == 0)
        {
            c.Reply.NullBulk();
            c.Reply.NullBulk();
            c.Reply.NullArray();
            return;
        }

        StreamReply.Id(ref c, group.PendingFrom(StreamId.Min).Id);
        StreamReply.Id(ref c, group.LastPendingId);
        int busy = 0;
        for (int i = 0; i < group.ConsumerCount; i++)
        {
            busy += group.ConsumerAt(i).PendingCount > 0 ? 1 : 0;
        }

        c.Reply.ArrayHeader(busy);
        for (int i = 0; i < group.ConsumerCount; i++)
        {
            StreamConsumer consumer = group.ConsumerAt(i);
            if (consumer.PendingCount > 0)
            {
                c.Reply.ArrayHeader(2);
                c.Reply.BulkString(consumer.Name);
                c.Reply.BulkString(consumer.PendingCount);
            }
        }
    }

    private static void List(ref CommandContext c, int startIndex, long minIdleMs)
    {
        if (!c.TryInteger(startIndex + 2, out long limit)
            || !StreamIdArgument.TryReadInterval(ref c, startIndex, startIndex + 1, out StreamId start, out StreamId end)
            || !TryFindGroup(ref c, out StreamGroup group))
        {
            return;
        }

        StreamConsumer consumer = default;
        if (startIndex + 3 < c.Count)
        {
            consumer = group.FindConsumer(c[startIndex + 3]);
            if (consumer.IsNull)
            {
                c.Reply.ArrayHeader(0);
                return;
            }
        }

        PendingEntries first = consumer.IsNull ? group.PendingFrom(start) : consumer.PendingFrom(start);
        long count = 0;
        for (PendingEntries entries = first; count < limit && !entries.IsEnd && entries.Id <= end; entries.MoveNext())
        {
            count += IsIdle(ref c, entries.Entry, minIdleMs) ? 1 : 0;
        }

        c.Reply.ArrayHeader(count);
        for (PendingEntries entries = first; count > 0; entries.MoveNext())
        {
            PendingEntry entry = entries.Entry;
            if (IsIdle(ref c, entry, minIdleMs))
            {
                c.Reply.ArrayHeader(4);
                StreamReply.Id(ref c, entries.Id);
                c.Reply.BulkString(entry.Consumer.Name);
                c.Reply.Integer(Math.Max(0, c.NowMs - entry.DeliveredMs));
                c.Reply.Integer(entry.DeliveryCount);
                count--;
            }
        }
    }

    private static bool IsIdle(ref CommandContext c, PendingEntry entry, long minIdleMs) =>
        minIdleMs == 0 || c.NowMs - entry.DeliveredMs >= minIdleMs;
}
