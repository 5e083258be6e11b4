using System.Buffers;
using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Streams;

/// <summary>XAUTOCLAIM: entries change their consumer wherever they have been idle for too long.</summary>
internal static class AutoClaimCommand
{
    private const long DefaultCount = 100;

    /// <summary>Entries looked at for each one wanted.</summary>
    private const long AttemptsPerEntry = 10;

    /// <summary>Redis counts the bytes of all ids that might be deleted, in a C long.</summary>
    private const long MaxCount = long.MaxValue / 16;

    /// <summary>The room for more ids than this is more than there are addresses.</summary>
    private const long MaxCountInMemory = 1L << 43;

    [Command("XAUTOCLAIM", "key group consumer min-idle-time start:string [COUNT count] [JUSTID]", Arity = -6,
        Flags = CommandFlags.Write | CommandFlags.Fast, Keys = "1 RW delete", Group = CommandGroup.Stream, Since = "6.2.0",
        Complexity = "O(1) for a small COUNT", Tips = "nondeterministic_output",
        Summary = "Goes through pending entries, gives those that have been idle for long enough to a consumer, and returns them.",
        History = "7.0.0 Deleted entries are returned by their ids and no longer pending.")]
    internal static void XAutoClaim(ref CommandContext c)
    {
        if (!Int64Text.TryParse(c[4], out long minIdleMs))
        {
            c.Error(Errors.InvalidMinIdle("XAUTOCLAIM"));
            return;
        }

        if (!StreamIdArgument.TryReadStart(ref c, 5, out StreamId start) || !TryReadOptions(ref c, out long count, out bool justIds)
            || !StreamAccess.TryOpenGroup(ref c, 1, 2, out KeyWriter writer, out StreamValue stream, out StreamGroup group))
        {
            return;
        }

        if (count > MaxCountInMemory)
        {
            c.Error(Errors.ClaimCountTooHigh);
            return;
        }

        c.SuppressEffect();
        int most = (int)Math.Min(Math.Min(count, group.PendingCount), Array.MaxLength);
        StreamId[] claimed = ArrayPool<StreamId>.Shared.Rent(most);
        StreamId[] deleted = ArrayPool<StreamId>.Shared.Rent(most);
        int claims = 0;
        int deletions = 0;
        StreamConsumer consumer = default;
        long attempts = count * AttemptsPerEntry;
        PendingEntries entries = group.PendingFrom(start);
        for (; attempts > 0 && claims + deletions < count && !entries.IsEnd; attempts--)
        {
            StreamId id = entries.Id;
            PendingEntry entry = entries.Entry;
            if (!stream.Contains(id))
            {
                ClaimCommand.Drop(ref c, writer, 1, 2, group, id, entry);
                deleted[deletions++] = id;
                entries = group.PendingFrom(id);
                continue;
            }

            entries.MoveNext();
            if (minIdleMs > 0 && c.NowMs - entry.DeliveredMs < minIdleMs)
            {
                continue;
            }

            if (consumer.IsNull)
            {
                consumer = StreamAccess.SeeConsumer(ref c, writer, group, 2, 3);
            }

            group.SetDelivery(c.Keyspace.Heap, id, entry, c.NowMs, entry.DeliveryCount + (justIds ? 0 : 1));

            // The group's own tree, which is walked, stays as it is.
            group.Assign(c.Keyspace.Heap, id, entry, consumer);
            claimed[claims++] = id;
            GroupEffects.Claim(ref c, 1, 2, group, id, entry);
            writer.Commit(KeyEvent.StreamDelivery);
        }

        c.Reply.ArrayHeader(3);
        StreamReply.Id(ref c, entries.IsEnd ? default : entries.Id);
        ClaimCommand.ReplyWith(ref c, stream, claimed.AsSpan(0, claims), justIds);
        ClaimCommand.ReplyWith(ref c, stream, deleted.AsSpan(0, deletions), justIds: true);
        ArrayPool<StreamId>.Shared.Return(claimed);
        ArrayPool<StreamId>.Shared.Return(deleted);
    }

    private static bool TryReadOptions(ref CommandContext c, out long count, out bool justIds)
    {
        count = DefaultCount;
        justIds = false;
        for (int i = 6; i < c.Count; i++)
        {
            if (i + 1 < c.Count && c.Is(i, "COUNT"u8))
            {
                if (!Int64Text.TryParse(c[++i], out count) || count is < 1 or > MaxCount)
                {
                    c.Error(Errors.ClaimCountNotPositive);
                    return false;
                }
            }
            else if (c.Is(i, "JUSTID"u8))
            {
                justIds = true;
            }
            else
            {
                c.Error(Errors.Syntax);
                return false;
            }
        }

        return true;
    }
}
