using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Streams;

/// <summary>XINFO: what a stream consists of.</summary>
[CommandContainer("XINFO", Group = CommandGroup.Stream, Since = "5.0.0", Summary = "Shows what a stream, its groups and their consumers consist of.")]
internal static class InfoCommands
{
    /// <summary>How many figures there are of messages that producers may send again.</summary>
    private const int IdempotencyFigures = 6;

    private const int Key = 2;
    private const long DefaultFullCount = 10;

    [Command("XINFO|CONSUMERS", "key groupname", Arity = 4, Flags = CommandFlags.ReadOnly, Keys = "2 RO access", Group = CommandGroup.Stream,
        Since = "5.0.0", Complexity = "O(N) with N the number of consumers", Tips = "nondeterministic_output",
        Summary = "Lists the consumers of a group.")]
    internal static void Consumers(ref CommandContext c)
    {
        if (!TryFind(ref c, out StreamValue stream))
        {
            return;
        }

        StreamGroup group = stream.FindGroup(c[3]);
        if (group.IsNull)
        {
            c.Error(Errors.NoGroupOfStream(c[3], c[Key]));
            return;
        }

        c.Reply.ArrayHeader(group.ConsumerCount);
        for (int i = 0; i < group.ConsumerCount; i++)
        {
            StreamConsumer consumer = group.ConsumerAt(i);
            c.Reply.MapHeader(3);
            c.Reply.BulkString("name"u8);
            c.Reply.BulkString(consumer.Name);
            c.Reply.BulkString("pending"u8);
            c.Reply.Integer(consumer.PendingCount);
            c.Reply.BulkString("idle"u8);
            c.Reply.Integer(Math.Max(0, c.NowMs - consumer.SeenMs));
        }
    }

    [Command("XINFO|GROUPS", "key", Arity = 3, Flags = CommandFlags.ReadOnly, Keys = "2 RO access", Group = CommandGroup.Stream, Since = "5.0.0",
        Complexity = "O(N) with N the number of groups", Summary = "Lists the consumer groups of a stream.",
        History = "7.0.0 entries-read and lag.")]
    internal static void Groups(ref CommandContext c)
    {
        if (!TryFind(ref c, out StreamValue stream))
        {
            return;
        }

        c.Reply.ArrayHeader(stream.GroupCount);
        for (int i = 0; i < stream.GroupCount; i++)
        {
            StreamGroup group = stream.GroupAt(i);
            c.Reply.MapHeader(6);
            c.Reply.BulkString("name"u8);
            c.Reply.BulkString(group.Name);
            c.Reply.BulkString("consumers"u8);
            c.Reply.Integer(group.ConsumerCount);
            c.Reply.BulkString("pending"u8);
            c.Reply.Integer(group.PendingCount);
            Progress(ref c, stream, group);
        }
    }

    [Command("XINFO|STREAM", "key [FULL [COUNT count]]", Arity = -3, Flags = CommandFlags.ReadOnly, Keys = "2 RO access",
        Group = CommandGroup.Stream, Since = "5.0.0", Complexity = "O(N) with N the number of blocks, and with FULL of entries and pending entries shown",
        Summary = "Shows the counters of a stream, or with FULL all that belongs to it.",
        History = "7.0.0 max-deleted-entry-id, entries-added and recorded-first-entry-id; 8.6.0 the figures of messages that producers may send again.")]
    internal static void Stream(ref CommandContext c)
    {
        if (!TryFind(ref c, out StreamValue stream))
        {
            return;
        }

        bool isFull = c.Count > 3;
        long count = DefaultFullCount;
        if (isFull && (c.Count is not (4 or 6) || !c.Is(3, "FULL"u8) || (c.Count == 6 && !c.Is(4, "COUNT"u8))))
        {
            c.Error(Errors.SubcommandSyntax(in c));
            return;
        }

        if (c.Count == 6 && !c.TryInteger(5, out count))
        {
            return;
        }

        c.Reply.MapHeader((isFull ? 9 : 10) + (stream.IsIdempotent ? IdempotencyFigures : 0));
        Counters(ref c, stream);
        if (stream.IsIdempotent)
        {
            Idempotency(ref c, stream.GetIdempotency(c.Keyspace.Heap, c.NowMs));
        }

        if (isFull)
        {
            Full(ref c, stream, count < 0 ? DefaultFullCount : count);
            return;
        }

        c.Reply.BulkString("groups"u8);
        c.Reply.Integer(stream.GroupCount);
        c.Reply.BulkString("first-entry"u8);
        EntryAtEnd(ref c, stream, backwards: false);
        c.Reply.BulkString("last-entry"u8);
        EntryAtEnd(ref c, stream, backwards: true);
    }

    [Command("XINFO|HELP", "", Arity = 2, Flags = CommandFlags.Loading | CommandFlags.Stale, Group = CommandGroup.Stream, Since = "5.0.0",
        Complexity = "O(1)", Summary = "Lists the subcommands.")]
    internal static void Help(ref CommandContext c) => CommandTableHelp.Write(ref c);

    private static bool TryFind(ref CommandContext c, out StreamValue stream)
    {
        if (!StreamAccess.TryFind(ref c, Key, out stream))
        {
            return false;
        }

        if (stream.IsNull)
        {
            c.Error(Errors.NoSuchKey);
        }

        return !stream.IsNull;
    }

    private static void Idempotency(ref CommandContext c, in StreamIdempotency figures)
    {
        c.Reply.BulkString("idmp-duration"u8);
        c.Reply.Integer(figures.Seconds);
        c.Reply.BulkString("idmp-maxsize"u8);
        c.Reply.Integer(figures.MaxMessages);
        c.Reply.BulkString("pids-tracked"u8);
        c.Reply.Integer(figures.Producers);
        c.Reply.BulkString("iids-tracked"u8);
        c.Reply.Integer(figures.Messages);
        c.Reply.BulkString("iids-added"u8);
        c.Reply.Integer(figures.Added);
        c.Reply.BulkString("iids-duplicates"u8);
        c.Reply.Integer(figures.Duplicates);
    }

    private static void Counters(ref CommandContext c, StreamValue stream)
    {
        c.Reply.BulkString("length"u8);
        c.Reply.Integer(stream.Length);
        c.Reply.BulkString("radix-tree-keys"u8);
        c.Reply.Integer(stream.NodeCount);
        c.Reply.BulkString("radix-tree-nodes"u8);
        c.Reply.Integer(stream.RadixNodeCount);
        c.Reply.BulkString("last-generated-id"u8);
        StreamReply.Id(ref c, stream.LastId);
        c.Reply.BulkString("max-deleted-entry-id"u8);
        StreamReply.Id(ref c, stream.MaxDeletedId);
        c.Reply.BulkString("entries-added"u8);
        c.Reply.Integer(stream.EntriesAdded);
        c.Reply.BulkString("recorded-first-entry-id"u8);
        StreamReply.Id(ref c, stream.FirstId);
    }

    private static void EntryAtEnd(ref CommandContext c, StreamValue stream, bool backwards)
    {
        StreamEntries entries = stream.Range(StreamId.Min, StreamId.Max, backwards);
        if (entries.MoveNext())
        {
            StreamReply.Entry(ref c, ref entries);
        }
        else
        {
            c.Reply.NullBulk();
        }
    }

    private static void Full(ref CommandContext c, StreamValue stream, long count)
    {
        c.Reply.BulkString("entries"u8);
        StreamReply.Range(ref c, stream, StreamId.Min, StreamId.Max, count);
        c.Reply.BulkString("groups"u8);
        c.Reply.ArrayHeader(stream.GroupCount);
        for (int i = 0; i < stream.GroupCount; i++)
        {
            StreamGroup group = stream.GroupAt(i);
            c.Reply.MapHeader(7);
            c.Reply.BulkString("name"u8);
            c.Reply.BulkString(group.Name);
            Progress(ref c, stream, group);
            c.Reply.BulkString("pel-count"u8);
            c.Reply.Integer(group.PendingCount);
            c.Reply.BulkString("pending"u8);
            Pending(ref c, group.PendingFrom(StreamId.Min), group.PendingCount, count, withConsumer: true);
            c.Reply.BulkString("consumers"u8);
            c.Reply.ArrayHeader(group.ConsumerCount);
            for (int j = 0; j < group.ConsumerCount; j++)
            {
                Consumer(ref c, group.ConsumerAt(j), count);
            }
        }
    }

    private static void Consumer(ref CommandContext c, StreamConsumer consumer, long count)
    {
        c.Reply.MapHeader(4);
        c.Reply.BulkString("name"u8);
        c.Reply.BulkString(consumer.Name);
        c.Reply.BulkString("seen-time"u8);
        c.Reply.Integer(consumer.SeenMs);
        c.Reply.BulkString("pel-count"u8);
        c.Reply.Integer(consumer.PendingCount);
        c.Reply.BulkString("pending"u8);
        Pending(ref c, consumer.PendingFrom(StreamId.Min), consumer.PendingCount, count, withConsumer: false);
    }

    private static void Pending(ref CommandContext c, PendingEntries entries, long total, long count, bool withConsumer)
    {
        long shown = count == 0 ? total : Math.Min(total, count);
        c.Reply.ArrayHeader(shown);
        for (; shown > 0; shown--, entries.MoveNext())
        {
            c.Reply.ArrayHeader(withConsumer ? 4 : 3);
            StreamReply.Id(ref c, entries.Id);
            if (withConsumer)
            {
                c.Reply.BulkString(entries.Entry.Consumer.Name);
            }

            c.Reply.Integer(entries.Entry.DeliveredMs);
            c.Reply.Integer(entries.Entry.DeliveryCount);
        }
    }

    /// <summary>How far a group has got.</summary>
    private static void Progress(ref CommandContext c, StreamValue stream, StreamGroup group)
    {
        c.Reply.BulkString("last-delivered-id"u8);
        StreamReply.Id(ref c, group.LastId);
        c.Reply.BulkString("entries-read"u8);
        IntegerOrNull(ref c, group.EntriesRead != StreamGroup.UnknownEntriesRead, group.EntriesRead);
        c.Reply.BulkString("lag"u8);
        IntegerOrNull(ref c, stream.TryGetLag(group, out long lag), lag);
    }

    private static void IntegerOrNull(ref CommandContext c, bool isKnown, long value)
    {
        if (isKnown)
        {
            c.Reply.Integer(value);
        }
        else
        {
            c.Reply.NullBulk();
        }
    }
}
