using System.Buffers;
using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Streams;

/// <summary>XCLAIM: entries change their consumer by name. Also the form in which every delivery reaches replicas and files.</summary>
internal static class ClaimCommand
{
    private const int FirstId = 5;
    private const int IdsOnStack = 16;

    [Command("XCLAIM", "key group consumer min-idle-time id [id ...] [IDLE ms:integer] [TIME unix-time-milliseconds] [RETRYCOUNT count] [FORCE] [JUSTID] [LASTID id]",
        Arity = -6, Flags = CommandFlags.Write | CommandFlags.Fast, Keys = "1 RW update", Group = CommandGroup.Stream, Since = "5.0.0",
        Complexity = "O(N log M) with N the number of ids and M that of the pending entries", Tips = "nondeterministic_output",
        Summary = "Gives pending entries that have been idle for long enough to another consumer, and returns them.")]
    internal static void XClaim(ref CommandContext c)
    {
        if (!StreamAccess.TryOpenGroup(ref c, 1, 2, out KeyWriter writer, out StreamValue stream, out StreamGroup group))
        {
            return;
        }

        if (!Int64Text.TryParse(c[4], out long minIdleMs))
        {
            c.Error(Errors.InvalidMinIdle("XCLAIM"));
            return;
        }

        int count = 0;
        while (FirstId + count < c.Count && StreamIdArgument.TryParse(c[FirstId + count], 0, out _))
        {
            count++;
        }

        if (!Options.TryRead(ref c, FirstId + count, out Options options))
        {
            return;
        }

        c.SuppressEffect();
        bool moved = options.LastId > group.LastId;
        if (moved)
        {
            group.LastId = options.LastId;
        }

        StreamId[]? rented = count > IdsOnStack ? ArrayPool<StreamId>.Shared.Rent(count) : null;
        Span<StreamId> claimed = rented is null ? stackalloc StreamId[IdsOnStack] : rented;
        int claims = Claim(ref c, writer, stream, group, in options, Math.Max(0, minIdleMs), count, claimed, ref moved);
        if (rented is not null)
        {
            ReplyWith(ref c, stream, rented.AsSpan(0, claims), options.JustId);
            ArrayPool<StreamId>.Shared.Return(rented);
        }
        else
        {
            ReplyWith(ref c, stream, claimed[..claims], options.JustId);
        }

        if (moved)
        {
            GroupEffects.Position(ref c, 1, 2, group);
            writer.Commit(KeyEvent.StreamDelivery);
        }
    }

    /// <summary>Replies with claimed entries, or only their ids.</summary>
    public static void ReplyWith(ref CommandContext c, StreamValue stream, scoped ReadOnlySpan<StreamId> ids, bool justIds)
    {
        c.Reply.ArrayHeader(ids.Length);
        foreach (StreamId id in ids)
        {
            if (justIds)
            {
                StreamReply.Id(ref c, id);
            }
            else
            {
                StreamReply.TryEntry(ref c, stream, id);
            }
        }
    }

    /// <summary>An entry that is pending but was deleted from the stream is no longer pending; on replicas too.</summary>
    public static void Drop(
        ref CommandContext c, scoped KeyWriter writer, int key, int groupIndex, StreamGroup group, StreamId id, PendingEntry entry)
    {
        GroupEffects.Claim(ref c, key, groupIndex, group, id, entry);
        group.TryAcknowledge(c.Keyspace.Heap, id);
        writer.Commit(KeyEvent.StreamDelivery);
    }

    /// <summary>Makes the claims; returns how many ids went to <paramref name="claimed"/>.</summary>
    private static int Claim(
        ref CommandContext c,
        scoped KeyWriter writer,
        StreamValue stream,
        StreamGroup group,
        scoped in Options options,
        long minIdleMs,
        int count,
        scoped Span<StreamId> claimed,
        ref bool moved)
    {
        int claims = 0;
        StreamConsumer consumer = default;
        for (int i = 0; i < count; i++)
        {
            StreamIdArgument.TryParse(c[FirstId + i], 0, out StreamId id);
            PendingEntry entry = group.FindPending(id);
            if (!stream.Contains(id))
            {
                if (!entry.IsNull)
                {
                    Drop(ref c, writer, 1, 2, group, id, entry);
                    moved = false;
                }

                continue;
            }

            if (entry.IsNull && options.Force)
            {
                entry = group.AddPending(c.Keyspace.Heap, id, c.NowMs);
            }
            else if (entry.IsNull || (minIdleMs > 0 && c.NowMs - entry.DeliveredMs < minIdleMs))
            {
                continue;
            }

            if (consumer.IsNull)
            {
                consumer = StreamAccess.SeeConsumer(ref c, writer, group, 2, 3);
            }

            long deliveries = options.RetryCount >= 0 ? options.RetryCount : entry.DeliveryCount + (options.JustId ? 0 : 1);
            group.SetDelivery(c.Keyspace.Heap, id, entry, options.DeliveredMs, deliveries);
            group.Assign(c.Keyspace.Heap, id, entry, consumer);
            claimed[claims++] = id;
            GroupEffects.Claim(ref c, 1, 2, group, id, entry);
            writer.Commit(KeyEvent.StreamDelivery);
            moved = false;
        }

        return claims;
    }

    private struct Options
    {
        public long RetryCount;
        public long DeliveredMs;
        public bool Force;
        public bool JustId;
        public StreamId LastId;

        public static bool TryRead(ref CommandContext c, int first, out Options options)
        {
            options = new Options { RetryCount = -1, DeliveredMs = -1 };
            for (int i = first; i < c.Count; i++)
            {
                if (!options.TryReadOne(ref c, ref i))
                {
                    return false;
                }
            }

            // A time that has not come yet, or none, is now: clocks of clients differ.
            if (options.DeliveredMs < 0 || options.DeliveredMs > c.NowMs)
            {
                options.DeliveredMs = c.NowMs;
            }

            return true;
        }

        private bool TryReadOne(ref CommandContext c, ref int i)
        {
            bool hasMore = i + 1 < c.Count;
            if (c.Is(i, "FORCE"u8))
            {
                Force = true;
            }
            else if (c.Is(i, "JUSTID"u8))
            {
                JustId = true;
            }
            else if (hasMore && c.Is(i, "IDLE"u8))
            {
                bool isNumber = TryReadNumber(ref c, ++i, "IDLE", out long idleMs);
                DeliveredMs = unchecked(c.NowMs - idleMs);
                return isNumber;
            }
            else if (hasMore && c.Is(i, "TIME"u8))
            {
                return TryReadNumber(ref c, ++i, "TIME", out DeliveredMs);
            }
            else if (hasMore && c.Is(i, "RETRYCOUNT"u8))
            {
                return TryReadNumber(ref c, ++i, "RETRYCOUNT", out RetryCount);
            }
            else if (hasMore && c.Is(i, "LASTID"u8))
            {
                return StreamIdArgument.TryRead(ref c, ++i, out LastId);
            }
            else
            {
                c.Error(Errors.UnknownClaimOption(c[i]));
                return false;
            }

            return true;
        }

        private static bool TryReadNumber(ref CommandContext c, int index, string option, out long value)
        {
            if (Int64Text.TryParse(c[index], out value))
            {
                return true;
            }

            c.Error(Errors.InvalidClaimOption(option));
            return false;
        }
    }
}
