using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Streams;

/// <summary>XGROUP: makes, changes and removes consumer groups.</summary>
[CommandContainer("XGROUP", Group = CommandGroup.Stream, Since = "5.0.0", Summary = "Makes, changes and removes the consumer groups of a stream.")]
internal static class GroupCommands
{
    private const int Key = 2;
    private const int Group = 3;
    private const int LastOption = 8;

    [Command("XGROUP|CREATE", "key groupname <id | $> [MKSTREAM] [ENTRIESREAD entries-read:integer]", Arity = -5,
        Flags = CommandFlags.Write | CommandFlags.DenyOom, Keys = "2 RW insert", Group = CommandGroup.Stream, Since = "5.0.0", Complexity = "O(1)",
        Summary = "Makes a consumer group that reads a stream from an id on.",
        History = "7.0.0 ENTRIESREAD.")]
    internal static void Create(ref CommandContext c)
    {
        if (!TryReadOptions(ref c, ofCreate: true, out bool makeStream, out long entriesRead)
            || !TryOpen(ref c, makeStream, mustHaveGroup: false, out KeyWriter writer, out StreamValue stream, out _))
        {
            return;
        }

        if (c.Count > LastOption)
        {
            c.Error(Errors.SubcommandSyntax(in c));
            return;
        }

        StreamId id = stream.IsNull ? default : stream.LastId;
        if (!IsLastId(ref c) && !StreamIdArgument.TryRead(ref c, 4, out id))
        {
            return;
        }

        bool isNew = stream.IsNull;
        if (isNew)
        {
            stream = StreamValue.Create(c.Keyspace.Heap);
            writer.SetObject(ValueKind.Stream, ValueEncoding.Stream, stream.Payload, ExpiryChange.None);
        }

        if (!stream.TryCreateGroup(c.Keyspace.Heap, c[Group], id, entriesRead))
        {
            c.Error(Errors.BusyGroup);
            return;
        }

        writer.Commit(KeyEvent.XGroupCreate);
        if (isNew)
        {
            // A group changes nothing for those who have read the stream; its coming into being does.
            writer.AlsoNotify(KeyEvent.Untold);
        }

        c.Reply.Raw(Replies.Ok);
    }

    [Command("XGROUP|SETID", "key groupname <id | $> [ENTRIESREAD entries-read:integer]", Arity = -5, Flags = CommandFlags.Write,
        Keys = "2 RW update", Group = CommandGroup.Stream, Since = "5.0.0", Complexity = "O(1)",
        Summary = "Sets the id from which on a consumer group reads.",
        History = "7.0.0 ENTRIESREAD.")]
    internal static void SetId(ref CommandContext c)
    {
        if (!TryReadOptions(ref c, ofCreate: false, out _, out long entriesRead)
            || !TryOpen(ref c, makeStream: false, mustHaveGroup: true, out KeyWriter writer, out StreamValue stream, out StreamGroup group))
        {
            return;
        }

        if (c.Count is not (5 or 7))
        {
            c.Error(Errors.SubcommandSyntax(in c));
            return;
        }

        StreamId id = stream.LastId;
        if (!IsLastId(ref c) && !StreamIdArgument.TryReadWithEnds(ref c, 4, out id))
        {
            return;
        }

        group.LastId = id;
        group.EntriesRead = entriesRead;
        writer.Commit(KeyEvent.XGroupSetId);
        c.Reply.Raw(Replies.Ok);
    }

    [Command("XGROUP|DESTROY", "key groupname", Arity = 4, Flags = CommandFlags.Write, Keys = "2 RW delete", Group = CommandGroup.Stream,
        Since = "5.0.0", Complexity = "O(N) with N the number of pending entries",
        Summary = "Removes a consumer group and what is pending in it.")]
    internal static void Destroy(ref CommandContext c)
    {
        if (!TryOpen(ref c, makeStream: false, mustHaveGroup: false, out KeyWriter writer, out StreamValue stream, out StreamGroup group))
        {
            return;
        }

        if (group.IsNull)
        {
            c.Reply.Integer(0);
            return;
        }

        stream.RemoveGroup(c.Keyspace.Heap, group, c.Keyspace.Release);
        writer.Commit(KeyEvent.XGroupDestroy);
        c.Reply.Integer(1);
    }

    [Command("XGROUP|CREATECONSUMER", "key groupname consumername", Arity = 5, Flags = CommandFlags.Write | CommandFlags.DenyOom,
        Keys = "2 RW insert", Group = CommandGroup.Stream, Since = "6.2.0", Complexity = "O(1)",
        Summary = "Makes a consumer in a group.")]
    internal static void CreateConsumer(ref CommandContext c)
    {
        if (!TryOpen(ref c, makeStream: false, mustHaveGroup: true, out KeyWriter writer, out _, out StreamGroup group))
        {
            return;
        }

        bool isNew = group.FindConsumer(c[4]).IsNull;
        if (isNew)
        {
            group.CreateConsumer(c.Keyspace.Heap, c[4], c.NowMs);
            writer.Commit(KeyEvent.XGroupCreateConsumer);
        }

        c.Reply.Integer(isNew ? 1 : 0);
    }

    [Command("XGROUP|DELCONSUMER", "key groupname consumername", Arity = 5, Flags = CommandFlags.Write, Keys = "2 RW delete",
        Group = CommandGroup.Stream, Since = "5.0.0", Complexity = "O(N) with N the number of entries pending in the group, O(1) when all are pending with the consumer",
        Summary = "Removes a consumer and what is pending with it, and returns how many entries these were.")]
    internal static void DelConsumer(ref CommandContext c)
    {
        if (!TryOpen(ref c, makeStream: false, mustHaveGroup: true, out KeyWriter writer, out _, out StreamGroup group))
        {
            return;
        }

        StreamConsumer consumer = group.FindConsumer(c[4]);
        long pending = 0;
        if (!consumer.IsNull)
        {
            pending = group.RemoveConsumer(c.Keyspace.Heap, consumer, c.Keyspace.Release);
            writer.Commit(KeyEvent.XGroupDelConsumer);
        }

        c.Reply.Integer(pending);
    }

    [Command("XGROUP|HELP", "", Arity = 2, Flags = CommandFlags.Loading | CommandFlags.Stale, Group = CommandGroup.Stream, Since = "5.0.0",
        Complexity = "O(1)", Summary = "Lists the subcommands.")]
    internal static void Help(ref CommandContext c) => CommandTableHelp.Write(ref c);

    private static bool IsLastId(ref CommandContext c) => AsciiText.BeforeNul(c[4]) is [(byte)'$'];

    private static bool TryReadOptions(ref CommandContext c, bool ofCreate, out bool makeStream, out long entriesRead)
    {
        makeStream = false;
        entriesRead = StreamGroup.UnknownEntriesRead;
        for (int i = 5; i < c.Count; i++)
        {
            if (ofCreate && c.Is(i, "MKSTREAM"u8))
            {
                makeStream = true;
            }
            else if (i + 1 < c.Count && c.Is(i, "ENTRIESREAD"u8))
            {
                if (!c.TryInteger(++i, out entriesRead))
                {
                    return false;
                }

                if (entriesRead < 0 && entriesRead != StreamGroup.UnknownEntriesRead)
                {
                    c.Error(Errors.EntriesReadNegative);
                    return false;
                }
            }
            else
            {
                c.Error(Errors.SubcommandSyntax(in c));
                return false;
            }
        }

        return true;
    }

    private static bool TryOpen(
        ref CommandContext c, bool makeStream, bool mustHaveGroup, out KeyWriter writer, out StreamValue stream, out StreamGroup group)
    {
        group = default;
        if (!StreamAccess.TryOpen(ref c, Key, out writer, out stream))
        {
            return false;
        }

        if (stream.IsNull)
        {
            if (!makeStream)
            {
                c.Error(Errors.GroupNeedsStream);
            }

            return makeStream;
        }

        group = stream.FindGroup(c[Group]);
        if (!mustHaveGroup || !group.IsNull)
        {
            return true;
        }

        c.Error(Errors.NoGroupOfStream(c[Group], c[Key]));
        return false;
    }
}
