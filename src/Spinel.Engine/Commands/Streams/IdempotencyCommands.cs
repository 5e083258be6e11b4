using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Effects;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Streams;

/// <summary>Commands on what a stream remembers of the messages of its producers (XADD IDMP).</summary>
internal static class IdempotencyCommands
{
    [Command("XCFGSET", "key [IDMP-DURATION idmp-duration:integer] [IDMP-MAXSIZE idmp-maxsize:integer]", Arity = -2, Flags = CommandFlags.Write | CommandFlags.Fast,
        Keys = "1 RW update", Group = CommandGroup.Stream, Since = "8.6.0", Complexity = "O(1), O(N) with N the number of messages that are forgotten",
        Summary = "Sets for how long, and how many, messages of a producer are remembered. Other limits than before make a stream forget them all.")]
    internal static void XCfgSet(ref CommandContext c)
    {
        if (!StreamAccess.TryOpen(ref c, 1, out KeyWriter writer, out StreamValue stream))
        {
            return;
        }

        if (stream.IsNull)
        {
            c.Error(Errors.NoSuchKey);
            return;
        }

        if (c.Engine.IsLoading && TryRestoreCounts(ref c, stream))
        {
            return;
        }

        long seconds = 0;
        long messages = 0;
        for (int i = 2; i < c.Count; i += 2)
        {
            bool isSeconds = c.Is(i, "IDMP-DURATION"u8);
            if (i + 1 == c.Count || (!isSeconds && !c.Is(i, "IDMP-MAXSIZE"u8)))
            {
                c.Error(Errors.Syntax);
                return;
            }

            if (!Int64Text.TryParse(c[i + 1], out long value) || value < 1 || value > (isSeconds ? StreamIdempotency.MaxSeconds : StreamIdempotency.MaxMessagesOfProducer))
            {
                c.Error(isSeconds ? Errors.IdempotencyDuration : Errors.IdempotencyMaxSize);
                return;
            }

            seconds = isSeconds ? value : seconds;
            messages = isSeconds ? messages : value;
        }

        if (c.Count == 2)
        {
            c.Error(Errors.Syntax);
            return;
        }

        writer.MarkChanged();
        stream.ConfigureIdempotency(c.Keyspace.Heap, (int)seconds, (int)messages, c.Keyspace.Release);
        writer.Commit(KeyEvent.Untold);
        RecordNote(ref c, "XCFGSET"u8);
        c.Reply.Raw(Replies.Ok);
    }

    /// <summary>How a log that consists of commands has the counts of a stream, which nobody can set otherwise.</summary>
    private static bool TryRestoreCounts(ref CommandContext c, StreamValue stream)
    {
        if (c.Count != 6 || !c.Is(2, "IDMP-ADDED"u8) || !c.Is(4, "IDMP-DUPLICATES"u8)
            || !Int64Text.TryParse(c[3], out long added) || !Int64Text.TryParse(c[5], out long duplicates))
        {
            return false;
        }

        stream.SetIdempotencyCounts(c.Keyspace.Heap, added, duplicates);
        c.Reply.Raw(Replies.Ok);
        return true;
    }

    [Command("XIDMPRECORD", "key pid:string iid:string stream-id:string", Arity = 5, Flags = CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast,
        Keys = "1 RW update", Group = CommandGroup.Stream, Since = "8.8.0", Complexity = "O(N) with N the number of messages of the producer",
        Summary = "Notes that an entry is a producer's message: how logs and replicas learn of it.")]
    internal static void XIdmpRecord(ref CommandContext c)
    {
        if (!StreamIdArgument.TryRead(ref c, 4, out StreamId id) || !StreamAccess.TryOpen(ref c, 1, out KeyWriter writer, out StreamValue stream))
        {
            return;
        }

        // A log or a primary also tells of messages whose entries are gone: they may be sent again, too.
        ReadOnlySpan<byte> error = stream.IsNull ? Errors.NoSuchKey
            : c[2].IsEmpty ? Errors.ProducerEmpty
            : c[3].IsEmpty ? Errors.MessageNameEmpty
            : !c.Session.IsTrusted && !stream.Contains(id) ? Errors.NoSuchEntry
            : default;
        bool isKnown = false;
        StreamId known = default;
        if (error.IsEmpty)
        {
            // The entry was made at its time at the earliest, though clocks differ: what was too old then is no obstacle.
            long nowMs = Math.Max(c.NowMs, unchecked((long)id.Ms));
            isKnown = stream.TryFindSent(c.Keyspace.Heap, c[2], c[3], nowMs, out known);
            error = isKnown && known != id ? Errors.OtherEntry : default;
        }

        if (!error.IsEmpty)
        {
            c.Error(error);
            return;
        }

        if (!isKnown)
        {
            writer.MarkChanged();
            stream.AddSent(c.Keyspace.Heap, c[2], c[3], id);
            writer.Commit(KeyEvent.Untold);
            RecordNote(ref c, "XIDMPRECORD"u8);
        }

        c.Reply.Raw(Replies.Ok);
    }

    /// <summary>The command as it was sent, but as a note.</summary>
    private static void RecordNote(ref CommandContext c, ReadOnlySpan<byte> name)
    {
        EffectStream effect = c.BeginNote(name);
        for (int i = 1; i < c.Count; i++)
        {
            effect.Add(c[i]);
        }
    }
}
