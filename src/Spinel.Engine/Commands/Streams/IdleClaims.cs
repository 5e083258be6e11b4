using System.Buffers;
using Spinel.DataStructures;

namespace Spinel.Engine.Commands.Streams;

/// <summary>XREADGROUP CLAIM: what somebody was given and has not acknowledged for long enough goes to who asks for new entries.</summary>
internal static class IdleClaims
{
    /// <summary>Whether a pending entry has been idle for long enough.</summary>
    public static bool HasAny(ref CommandContext c, scoped in ReadArguments arguments, StreamGroup group) => Count(ref c, in arguments, group, 1) > 0;

    /// <summary>How many pending entries have been idle for long enough, but no more than <paramref name="most"/>.</summary>
    public static long Count(ref CommandContext c, scoped in ReadArguments arguments, StreamGroup group, long most)
    {
        group.OrderByDelivery(c.Keyspace.Heap);
        return group.CountDeliveredUpTo(c.NowMs - arguments.ClaimMinIdleMs, Math.Min(most, Array.MaxLength));
    }

    /// <summary>When the entry that has been idle longest was delivered; the greatest number when nothing is pending.</summary>
    public static long OldestDeliveryMs(ref CommandContext c, StreamGroup group)
    {
        group.OrderByDelivery(c.Keyspace.Heap);
        return group.OldestDeliveryMs;
    }

    /// <summary>Entries that would be claimed but were deleted from the stream are no longer pending, as with XCLAIM.</summary>
    /// <param name="c">The call.</param>
    /// <param name="arguments">What is asked for.</param>
    /// <param name="i">In which of the streams.</param>
    /// <param name="count">How many entries may be claimed; 0 for all.</param>
    public static void DropDeleted(ref CommandContext c, scoped in ReadArguments arguments, int i, long count)
    {
        int key = arguments.FirstKey + i;
        KeyWriter writer = c.OpenForWrite(key);
        var stream = new StreamValue(writer.Block.Payload);
        StreamGroup group = stream.FindGroup(c[arguments.GroupIndex]);
        group.OrderByDelivery(c.Keyspace.Heap);
        long found = 0;
        IdleEntry from = IdleEntry.Min;
        while ((count == 0 || found < count) && group.TryFindDelivered(from, c.NowMs - arguments.ClaimMinIdleMs, out IdleEntry idle))
        {
            if (stream.Contains(idle.Id))
            {
                found++;
            }
            else
            {
                ClaimCommand.Drop(ref c, writer, key, arguments.GroupIndex, group, idle.Id, group.FindPending(idle.Id));
            }

            // Behind the greatest id comes the next millisecond.
            from = idle.Id.TryIncrement(out StreamId next) ? idle with { Id = next } : new IdleEntry(idle.DeliveredMs + 1, next);
        }
    }

    /// <summary>Gives the entries that have been idle longest to a consumer and replies with them. There are so many, and the stream has them all.</summary>
    public static void Take(
        ref CommandContext c, scoped in ReadArguments arguments, int key, StreamValue stream, StreamGroup group, StreamConsumer consumer, int count)
    {
        // Noted first, for one that is delivered now may still be the one that was delivered first.
        IdleEntry[] idle = ArrayPool<IdleEntry>.Shared.Rent(count);
        group.CopyDeliveredFirst(idle.AsSpan(0, count));
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
}
