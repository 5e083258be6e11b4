using Spinel.DataStructures;
using Spinel.Engine.Blocking;
using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Commands.Streams;

/// <summary>
/// XREADGROUP: with the id <c>&gt;</c> what the group has not got yet, with any other what the consumer has and did not acknowledge.
/// <para>
/// It enters the effect stream as what it did: each delivery as an XCLAIM that says when and how often, and how far the group has got.
/// </para>
/// </summary>
internal static class ReadGroupCommand
{
    [Command("XREADGROUP", "GROUP group consumer [COUNT count] [BLOCK milliseconds] [CLAIM min-idle-time:integer] [NOACK] STREAMS key [key ...] id [id ...]", Arity = -7,
        Flags = CommandFlags.Write | CommandFlags.Blocking, Keys = "STREAMS@4..-1%2 RO access", Group = CommandGroup.Stream, Since = "5.0.0",
        Complexity = "O(N+M) with N the number of streams and M that of the entries returned",
        Summary = "Returns entries of streams to a member of a consumer group: new ones, or those it has not acknowledged; waits for new ones if there are none.",
        History = "8.4.0 CLAIM.")]
    internal static void XReadGroup(ref CommandContext c)
    {
        if (!ReadArguments.TryRead(ref c, ofGroup: true, out ReadArguments arguments))
        {
            return;
        }

        c.SuppressEffect();
        bool wasWaiting = c.Session.Waiter is not null;
        if (!(wasWaiting ? StillHasGroups(ref c, in arguments) : HasGroups(ref c, in arguments)))
        {
            return;
        }

        int serving = 0;
        for (int i = 0; i < arguments.StreamCount; i++)
        {
            if (arguments.Claims && TakesNew(ref c, in arguments, i))
            {
                IdleClaims.DropDeleted(ref c, in arguments, i, ReadCommand.CountOf(in arguments, wasWaiting));
            }

            serving += IsToBeServed(ref c, in arguments, i, wasWaiting, isPlan: true) ? 1 : 0;
        }

        if (serving == 0)
        {
            if (ReadCommand.WaitOrGiveUp(ref c, in arguments, alsoWhenGone: true) && arguments.Claims)
            {
                TryAgainWhenIdle(ref c, in arguments);
            }

            return;
        }

        ReadCommand.BeginReply(ref c, serving);
        for (int i = 0; i < arguments.StreamCount && serving > 0; i++)
        {
            if (IsToBeServed(ref c, in arguments, i, wasWaiting, isPlan: false))
            {
                serving--;
                Serve(ref c, in arguments, i, wasWaiting);
            }
        }
    }

    /// <summary>Checks all streams, groups and ids before anything is done.</summary>
    private static bool HasGroups(ref CommandContext c, scoped in ReadArguments arguments)
    {
        for (int i = 0; i < arguments.StreamCount; i++)
        {
            int key = arguments.FirstKey + i;
            int id = arguments.FirstId + i;
            if (!StreamAccess.TryFind(ref c, key, out StreamValue stream))
            {
                return false;
            }

            if (stream.IsNull || stream.FindGroup(c[arguments.GroupIndex]).IsNull)
            {
                c.Error(Errors.NoStreamOrGroupToRead(c[key], c[arguments.GroupIndex]));
                return false;
            }

            if (AsciiText.BeforeNul(c[id]) is [(byte)'$'])
            {
                c.Error(Errors.ReadGroupWithLastId);
                return false;
            }

            if (!WantsNew(ref c, id) && !StreamIdArgument.TryRead(ref c, id, out _))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Checks whether the stream and the group still are there for whose sake a client has waited.</summary>
    private static bool StillHasGroups(ref CommandContext c, scoped in ReadArguments arguments)
    {
        for (int i = 0; i < arguments.StreamCount; i++)
        {
            int key = arguments.FirstKey + i;
            if (!BlockedClients.IsToBeTried(c.Session, c[key]))
            {
                continue;
            }

            KeyBlock block = c.Find(key, LookupFlags.NoStatistics);
            if (block.IsNull || block.Kind != ValueKind.Stream)
            {
                c.Error(Errors.StreamGone);
                return false;
            }

            if (new StreamValue(block.Payload).FindGroup(c[arguments.GroupIndex]).IsNull)
            {
                c.Error(Errors.GroupGone);
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether there is something for the consumer in a stream; as a plan, before any stream of this command is served.</summary>
    private static bool IsToBeServed(ref CommandContext c, scoped in ReadArguments arguments, int i, bool wasWaiting, bool isPlan)
    {
        int key = arguments.FirstKey + i;
        if (!BlockedClients.IsToBeTried(c.Session, c[key]))
        {
            return false;
        }

        if (!WantsNew(ref c, arguments.FirstId + i))
        {
            return true;
        }

        if (arguments.Claims && !TakesNew(ref c, in arguments, i))
        {
            return false;
        }

        var stream = new StreamValue(c.Find(key, LookupFlags.NoStatistics).Payload);
        StreamGroup group = stream.FindGroup(c[arguments.GroupIndex]);
        if (arguments.Claims && IdleClaims.HasAny(ref c, in arguments, group))
        {
            return true;
        }

        StreamId last = group.LastId;
        if (wasWaiting)
        {
            return stream.LastId > last;
        }

        if (stream.Length == 0 || stream.LastEntryId <= last)
        {
            return false;
        }

        // The same stream once more: what comes before in this command takes its share first.
        long taken = isPlan ? TakenBefore(ref c, in arguments, i) : 0;
        return taken == 0 || (arguments.Count > 0 && last.TryIncrement(out StreamId start)
            && stream.CountRange(start, StreamId.Max, taken + 1) > taken);
    }

    /// <summary>Whether a stream is asked for what is new, and has not been so by this command before: with CLAIM, the first one takes it all.</summary>
    private static bool TakesNew(ref CommandContext c, scoped in ReadArguments arguments, int i)
    {
        bool takes = WantsNew(ref c, arguments.FirstId + i) && BlockedClients.IsToBeTried(c.Session, c[arguments.FirstKey + i]);
        for (int j = 0; takes && j < i; j++)
        {
            takes = !WantsNew(ref c, arguments.FirstId + j) || !c[arguments.FirstKey + j].SequenceEqual(c[arguments.FirstKey + i]);
        }

        return takes;
    }

    /// <summary>Has a client that waits look again when the first of what is pending now will have been idle for long enough. What becomes pending later is a change, which wakes it.</summary>
    private static void TryAgainWhenIdle(ref CommandContext c, scoped in ReadArguments arguments)
    {
        long oldestMs = long.MaxValue;
        for (int i = 0; i < arguments.StreamCount; i++)
        {
            KeyBlock block = WantsNew(ref c, arguments.FirstId + i) ? c.Find(arguments.FirstKey + i, LookupFlags.NoStatistics) : default;
            StreamGroup group = !block.IsNull && block.Kind == ValueKind.Stream ? new StreamValue(block.Payload).FindGroup(c[arguments.GroupIndex]) : default;
            if (!group.IsNull)
            {
                oldestMs = Math.Min(oldestMs, IdleClaims.OldestDeliveryMs(ref c, group));
            }
        }

        if (oldestMs < long.MaxValue - arguments.ClaimMinIdleMs)
        {
            c.Engine.Blocked.TryAgainAt(c.Session, Math.Max(oldestMs + arguments.ClaimMinIdleMs, c.NowMs + 1));
        }
    }

    /// <summary>How many entries of a stream earlier arguments of the same command take that is not yet under way.</summary>
    private static long TakenBefore(ref CommandContext c, scoped in ReadArguments arguments, int i)
    {
        long taken = 0;
        for (int j = i - 1; j >= 0; j--)
        {
            if (WantsNew(ref c, arguments.FirstId + j) && c[arguments.FirstKey + j].SequenceEqual(c[arguments.FirstKey + i]))
            {
                taken += Math.Max(arguments.Count, 1);
            }
        }

        return taken;
    }

    private static void Serve(ref CommandContext c, scoped in ReadArguments arguments, int i, bool wasWaiting)
    {
        int key = arguments.FirstKey + i;
        KeyWriter writer = c.OpenForWrite(key);
        var stream = new StreamValue(writer.Block.Payload);
        StreamGroup group = stream.FindGroup(c[arguments.GroupIndex]);
        StreamConsumer consumer = StreamAccess.SeeConsumer(ref c, writer, group, arguments.GroupIndex, arguments.GroupIndex + 1);
        long count = ReadCommand.CountOf(in arguments, wasWaiting);
        ReadCommand.BeginStream(ref c, key);
        if (WantsNew(ref c, arguments.FirstId + i))
        {
            Deliver(ref c, in arguments, i, stream, group, consumer, count);
        }
        else
        {
            StreamIdArgument.TryParse(c[arguments.FirstId + i], 0, out StreamId after);
            ReplyWithPending(ref c, in arguments, key, stream, group, consumer, after, count);
        }

        writer.Commit(KeyEvent.StreamDelivery);
    }

    /// <summary>Replies with what has been idle for too long, when that is asked for, and what the group has not got yet; up to a number in all, or 0 for no limit.</summary>
    private static void Deliver(
        ref CommandContext c, scoped in ReadArguments arguments, int i, StreamValue stream, StreamGroup group, StreamConsumer consumer, long count)
    {
        int key = arguments.FirstKey + i;
        long most = count == 0 ? long.MaxValue : count;
        long claims = arguments.Claims ? IdleClaims.Count(ref c, in arguments, group, most) : 0;
        count = group.LastId.TryIncrement(out StreamId start) ? stream.CountRange(start, StreamId.Max, most - claims) : 0;
        c.Reply.ArrayHeader(claims + count);
        if (claims > 0)
        {
            IdleClaims.Take(ref c, in arguments, key, stream, group, consumer, (int)claims);
        }

        StreamEntries entries = stream.Range(start, StreamId.Max);
        for (; count > 0 && entries.MoveNext(); count--)
        {
            StreamId id = entries.Id;
            stream.Advance(group, id);
            if (arguments.Claims)
            {
                StreamReply.EntryWithDeliveries(ref c, ref entries, 0, 0);
            }
            else
            {
                StreamReply.Entry(ref c, ref entries);
            }

            if (!arguments.NoAck)
            {
                PendingEntry entry = group.Deliver(c.Keyspace.Heap, id, consumer, c.NowMs);
                GroupEffects.Claim(ref c, key, arguments.GroupIndex, group, id, entry);
            }
        }

        GroupEffects.Position(ref c, key, arguments.GroupIndex, group);
    }

    /// <summary>Replies with what the consumer has not acknowledged, as delivered once more; of what was deleted since, with the id.</summary>
    private static void ReplyWithPending(
        ref CommandContext c, scoped in ReadArguments arguments, int key, StreamValue stream, StreamGroup group, StreamConsumer consumer, StreamId after, long count)
    {
        after.TryIncrement(out StreamId start);
        long found = 0;
        for (PendingEntries entries = consumer.PendingFrom(start); !entries.IsEnd && (count == 0 || found < count); entries.MoveNext())
        {
            found++;
        }

        c.Reply.ArrayHeader(found);
        PendingEntries pending = consumer.PendingFrom(start);
        for (; found > 0; found--, pending.MoveNext())
        {
            if (StreamReply.TryEntry(ref c, stream, pending.Id))
            {
                PendingEntry entry = pending.Entry;
                group.SetDelivery(c.Keyspace.Heap, pending.Id, entry, c.NowMs, entry.DeliveryCount + 1);
                GroupEffects.Claim(ref c, key, arguments.GroupIndex, group, pending.Id, pending.Entry);
            }
            else
            {
                c.Reply.ArrayHeader(2);
                StreamReply.Id(ref c, pending.Id);
                c.Reply.NullArray();
            }
        }
    }

    private static bool WantsNew(ref CommandContext c, int id) => AsciiText.BeforeNul(c[id]) is [(byte)'>'];
}
