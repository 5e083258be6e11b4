using System.Buffers;
using Spinel.DataStructures;

namespace Spinel.Engine.Commands.Streams;

/// <summary>XREADGROUP CLAIM: what somebody was given and has not acknowledged for long enough goes to who asks for new entries.</summary>
internal static class IdleClaims
{
    /// <summary>How many pending entries have been idle for long enough.</summary>
    public static long Count(ref CommandContext c, scoped in ReadArguments arguments, StreamGroup group) =>
        Math.Min(group.CountDeliveredUpTo(c.NowMs - arguments.ClaimMinIdleMs), Array.MaxLength);

    /// <summary>Entries that would be claimed but were deleted from the stream are no longer pending, as with XCLAIM.</summary>
    public static void DropDeleted(ref CommandContext c, scoped in ReadArguments arguments, int i)
    {
        int key = arguments.FirstKey + i;
        KeyWriter writer = c.OpenForWrite(key);
        var stream = new StreamValue(writer.Block.Payload);
        StreamGroup group = stream.FindGroup(c[arguments.GroupIndex]);
        IdleEntry[] idle = Rent(ref c, in arguments, group, out int count);
        for (int n = 0; n < count; n++)
        {
            StreamId id = idle[n].Id;
            if (!stream.Contains(id))
            {
                ClaimCommand.Drop(ref c, writer, key, arguments.GroupIndex, group, id, group.FindPending(id));
            }
        }

        ArrayPool<IdleEntry>.Shared.Return(idle);
    }

    /// <summary>Gives the entries that have been idle longest to a consumer and replies with them. There are so many, and the stream has them all.</summary>
    public static void Take(
        ref CommandContext c, scoped in ReadArguments arguments, int key, StreamValue stream, StreamGroup group, StreamConsumer consumer, int count)
    {
        IdleEntry[] idle = Rent(ref c, in arguments, group, out _);
        for (int n = 0; n < count; n++)
        {
            StreamId id = idle[n].Id;
            PendingEntry entry = group.FindPending(id);
            StreamEntries entries = stream.Range(id, id);
            entries.MoveNext();
            StreamReply.EntryWithDeliveries(ref c, ref entries, Math.Max(0, c.NowMs - entry.DeliveredMs), entry.DeliveryCount);
            group.SetDelivery(c.Keyspace.Heap, id, entry, c.NowMs, entry.DeliveryCount + 1);
            group.Assign(c.Keyspace.Heap, id, entry, consumer);
            GroupEffects.Claim(ref c, key, arguments.GroupIndex, group, id, entry);
        }

        ArrayPool<IdleEntry>.Shared.Return(idle);
    }

    /// <summary>The entries that have been idle for long enough, longest first, at the start of a rented array.</summary>
    private static IdleEntry[] Rent(ref CommandContext c, scoped in ReadArguments arguments, StreamGroup group, out int count)
    {
        count = (int)Count(ref c, in arguments, group);
        IdleEntry[] idle = ArrayPool<IdleEntry>.Shared.Rent(count);
        group.CopyDeliveredUpTo(c.NowMs - arguments.ClaimMinIdleMs, idle.AsSpan(0, count));
        return idle;
    }
}
