using Spinel.DataStructures;

namespace Spinel.Engine.Commands.Streams;

/// <summary>How ids and entries of streams go over the wire.</summary>
internal static class StreamReply
{
    public static void Id(ref CommandContext c, StreamId id)
    {
        Span<byte> scratch = stackalloc byte[StreamId.MaxLength];
        c.Reply.BulkString(id.Format(scratch));
    }

    /// <summary>The current entry of a walk: its id, and its fields and values in one array.</summary>
    public static void Entry(ref CommandContext c, scoped ref StreamEntries entries)
    {
        c.Reply.ArrayHeader(2);
        Content(ref c, ref entries);
    }

    /// <summary>As <see cref="Entry"/>, with what is known of its deliveries until now: how long ago the last one was, and how many there were.</summary>
    public static void EntryWithDeliveries(ref CommandContext c, scoped ref StreamEntries entries, long idleMs, long deliveryCount)
    {
        c.Reply.ArrayHeader(4);
        Content(ref c, ref entries);
        c.Reply.Integer(idleMs);
        c.Reply.Integer(deliveryCount);
    }

    /// <summary>One entry by its id; false, and nothing is written, when there is none.</summary>
    public static bool TryEntry(ref CommandContext c, StreamValue stream, StreamId id)
    {
        StreamEntries entries = stream.Range(id, id);
        if (!entries.MoveNext())
        {
            return false;
        }

        Entry(ref c, ref entries);
        return true;
    }

    /// <summary>An array of entries.</summary>
    /// <param name="c">The call.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="start">The first id.</param>
    /// <param name="end">The last id.</param>
    /// <param name="count">How many at most; 0 for all.</param>
    /// <param name="backwards">Whether the last comes first.</param>
    public static void Range(ref CommandContext c, StreamValue stream, StreamId start, StreamId end, long count, bool backwards = false)
    {
        count = stream.CountRange(start, end, count == 0 ? long.MaxValue : count);
        c.Reply.ArrayHeader(count);
        StreamEntries entries = stream.Range(start, end, backwards);
        for (; count > 0 && entries.MoveNext(); count--)
        {
            Entry(ref c, ref entries);
        }
    }

    private static void Content(ref CommandContext c, scoped ref StreamEntries entries)
    {
        Id(ref c, entries.Id);
        c.Reply.ArrayHeader(2L * entries.FieldCount);
        while (entries.TryReadPair(out ListpackValue field, out ListpackValue value))
        {
            Value(ref c, field);
            Value(ref c, value);
        }
    }

    private static void Value(ref CommandContext c, ListpackValue value)
    {
        if (value.IsInteger)
        {
            c.Reply.BulkString(value.Integer);
        }
        else
        {
            c.Reply.BulkString(value.Bytes);
        }
    }
}
