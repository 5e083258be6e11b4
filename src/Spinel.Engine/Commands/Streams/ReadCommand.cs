using Spinel.DataStructures;
using Spinel.Engine.Blocking;
using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Commands.Streams;

/// <summary>
/// XREAD. The id <c>$</c> stands for what is the last one when the command arrives, so a client that waits keeps the ids it found then; <c>+</c> asks for the last entry itself.
/// </summary>
internal static class ReadCommand
{
    /// <summary>How many entries a client gets that has waited and did not say.</summary>
    public const long CountAfterWait = 1000;

    private const int StreamsOnStack = 8;

    [Command("XREAD", "[COUNT count] [BLOCK milliseconds] STREAMS key [key ...] id [id ...]", Arity = -4,
        Flags = CommandFlags.ReadOnly | CommandFlags.Blocking, Keys = "STREAMS@1..-1%2 RO access", Group = CommandGroup.Stream, Since = "5.0.0",
        Complexity = "O(N+M) with N the number of streams and M that of the entries returned",
        Summary = "Returns the entries of streams that are newer than the ids given; waits for some if there are none.",
        History = "7.4.0 The id + for the last entry.")]
    internal static void XRead(ref CommandContext c)
    {
        if (!ReadArguments.TryRead(ref c, ofGroup: false, out ReadArguments arguments))
        {
            return;
        }

        int count = arguments.StreamCount;
        Span<StreamId> after = count <= StreamsOnStack ? stackalloc StreamId[StreamsOnStack] : new StreamId[count];
        after = after[..count];
        if (c.Session.Waiter is { Memory: StreamId[] remembered })
        {
            Serve(ref c, in arguments, remembered);
        }
        else if (TryReadIds(ref c, in arguments, after) && !Serve(ref c, in arguments, after) && c.Session.Waiter is { } waiter)
        {
            waiter.Memory = after.ToArray();
        }
    }

    /// <summary>The ids behind which each stream is to be read.</summary>
    private static bool TryReadIds(ref CommandContext c, scoped in ReadArguments arguments, scoped Span<StreamId> after)
    {
        for (int i = 0; i < after.Length; i++)
        {
            if (!StreamAccess.TryFind(ref c, arguments.FirstKey + i, out StreamValue stream))
            {
                return false;
            }

            int id = arguments.FirstId + i;
            ReadOnlySpan<byte> text = AsciiText.BeforeNul(c[id]);
            if (text is [(byte)'$'])
            {
                after[i] = stream.IsNull ? default : stream.LastId;
            }
            else if (text is [(byte)'+'])
            {
                // The last entry, whenever it came; of an empty stream, the first one that comes.
                after[i] = default;
                if (!stream.IsNull && stream.Length > 0)
                {
                    stream.LastEntryId.TryDecrement(out after[i]);
                }
            }
            else if (text is [(byte)'>'])
            {
                c.Error(Errors.ReadWithNewId);
                return false;
            }
            else if (!StreamIdArgument.TryRead(ref c, id, out after[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Replies with what is new, or that nothing is; false when the client waits.</summary>
    private static bool Serve(ref CommandContext c, scoped in ReadArguments arguments, scoped ReadOnlySpan<StreamId> after)
    {
        bool wasWaiting = c.Session.Waiter is not null;
        int serving = 0;
        for (int i = 0; i < after.Length; i++)
        {
            serving += HasNewer(ref c, arguments.FirstKey + i, after[i], wasWaiting, LookupFlags.None, out _) ? 1 : 0;
        }

        if (serving == 0)
        {
            return !WaitOrGiveUp(ref c, in arguments, alsoWhenGone: false);
        }

        BeginReply(ref c, serving);
        for (int i = 0; i < after.Length; i++)
        {
            int key = arguments.FirstKey + i;
            if (HasNewer(ref c, key, after[i], wasWaiting, LookupFlags.NoStatistics, out StreamValue stream))
            {
                after[i].TryIncrement(out StreamId start);
                BeginStream(ref c, key);
                StreamReply.Range(ref c, stream, start, StreamId.Max, CountOf(in arguments, wasWaiting));
            }
        }

        return true;
    }

    public static long CountOf(scoped in ReadArguments arguments, bool wasWaiting) =>
        arguments.Count == 0 && wasWaiting ? CountAfterWait : arguments.Count;

    public static void BeginReply(ref CommandContext c, int streams)
    {
        if (c.Reply.Version == Protocol.RespVersion.Resp3)
        {
            c.Reply.MapHeader(streams);
        }
        else
        {
            c.Reply.ArrayHeader(streams);
        }
    }

    /// <summary>A stream's name, before its entries.</summary>
    public static void BeginStream(ref CommandContext c, int key)
    {
        if (c.Reply.Version != Protocol.RespVersion.Resp3)
        {
            c.Reply.ArrayHeader(2);
        }

        c.Reply.BulkString(c[key]);
    }

    /// <summary>Has the client wait if it wants to and may; otherwise replies that there is nothing.</summary>
    public static bool WaitOrGiveUp(ref CommandContext c, scoped in ReadArguments arguments, bool alsoWhenGone)
    {
        if (!arguments.Blocks || c.Session.MustNotBlock)
        {
            c.Reply.NullArray();
            return false;
        }

        Span<int> keys = arguments.StreamCount <= StreamsOnStack ? stackalloc int[StreamsOnStack] : new int[arguments.StreamCount];
        keys = keys[..arguments.StreamCount];
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = arguments.FirstKey + i;
        }

        c.Engine.Blocked.Block(ref c, keys, ValueKind.Stream, arguments.DeadlineMs, static (ref reply) => reply.NullArray(), alsoWhenGone);
        return true;
    }

    /// <summary>Whether a stream has an entry behind an id; of one that has been waited for, whether it has had one.</summary>
    private static bool HasNewer(ref CommandContext c, int key, StreamId after, bool wasWaiting, LookupFlags flags, out StreamValue stream)
    {
        stream = default;
        if (!BlockedClients.IsToBeTried(c.Session, c[key]))
        {
            return false;
        }

        KeyBlock block = c.Find(key, flags);
        if (block.IsNull || block.Kind != ValueKind.Stream)
        {
            return false;
        }

        stream = new StreamValue(block.Payload);
        return wasWaiting ? stream.LastId > after : stream.Length > 0 && stream.LastEntryId > after;
    }
}
