using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Effects;

namespace Spinel.Engine.Commands.Streams;

/// <summary>XADD.</summary>
internal static class AppendCommand
{
    [Command("XADD", "key [NOMKSTREAM] [KEEPREF | DELREF | ACKED] [IDMPAUTO producer-id | IDMP producer-id idempotent-id] [<MAXLEN | MINID> [= | ~] threshold [LIMIT count]] <* | id> field value [field value ...]",
        Arity = -5, Flags = CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast, Keys = "1 RW update", Group = CommandGroup.Stream,
        Since = "5.0.0", Complexity = "O(1) to add, O(N) with N the number of entries that trimming removes", Tips = "nondeterministic_output",
        Summary = "Adds an entry to the end of a stream, which is made if need be, and may cut its beginning.",
        History = "6.2.0 NOMKSTREAM, MINID and LIMIT; 7.0.0 Ids with a time and a sequence left to the server; 8.2.0 KEEPREF, DELREF and ACKED; 8.6.0 IDMP and IDMPAUTO.")]
    internal static void XAdd(ref CommandContext c)
    {
        if (!StreamTrimming.TryRead(ref c, beforeId: true, out StreamTrimming trimming, out int idIndex))
        {
            return;
        }

        StreamId wanted = default;
        bool hasTime = idIndex < c.Count && c[idIndex] is not [(byte)'*'];
        bool hasSequence = false;
        if (hasTime && !StreamIdArgument.TryParseNew(c[idIndex], out wanted, out hasSequence))
        {
            c.Error(Errors.InvalidStreamId);
            return;
        }

        if (hasTime && trimming.ProducerIndex != 0)
        {
            c.Error(Errors.ProducerWithId);
            return;
        }

        if (!trimming.TryComplete(ref c, mustTrim: false))
        {
            return;
        }

        int firstField = idIndex + 1;
        if (c.Count - firstField < 2 || (c.Count - firstField) % 2 == 1)
        {
            c.Error(Errors.WrongArity(c.Command.Name));
            return;
        }

        if (hasTime && hasSequence && wanted.IsZero)
        {
            c.Error(Errors.StreamIdZero);
            return;
        }

        if (!c.TryOpen(1, ValueKind.Stream, out KeyWriter writer))
        {
            return;
        }

        if (!writer.Exists && trimming.MustExist)
        {
            c.Reply.NullBulk();
            return;
        }

        var fields = new FieldArguments(c.Arguments, firstField);
        StreamValue stream = writer.Exists ? new StreamValue(writer.Block.Payload) : default;
        Span<byte> scratch = stackalloc byte[SentMessage.NameBytes];
        SentMessage sent = SentMessage.Of(c.Arguments, in trimming, firstField, scratch);
        if (sent.HasProducer && !stream.IsNull && SentMessage.TryReplyAsDuplicate(ref c, sent, stream))
        {
            return;
        }

        StreamId last = stream.IsNull ? default : stream.LastId;
        if (!TryChooseId(ref c, last, wanted, hasTime, hasSequence, out StreamId id) || !IsStorable(ref c, in fields))
        {
            return;
        }

        if (stream.IsNull)
        {
            stream = StreamValue.Create(c.Keyspace.Heap);
            writer.SetObject(ValueKind.Stream, ValueEncoding.Stream, stream.Payload, ExpiryChange.None);
        }

        stream.Append(c.Keyspace.Heap, id, in fields, StreamAccess.Limits(in c));
        if (sent.HasProducer)
        {
            SentMessage.Remember(ref c, sent, stream, id);
        }

        writer.Commit(KeyEvent.XAdd);
        StreamReply.Id(ref c, id);
        var effects = new RemovalEffects(c.Keyspace.Effects.IsActive);
        if (trimming.Apply(c.Keyspace, stream, ref effects) > 0)
        {
            writer.AlsoNotify(KeyEvent.XTrim);
        }

        if (!hasTime || !hasSequence || trimming.MustBeTold)
        {
            Record(ref c, in trimming, stream, effects.DeletedCount, id, firstField);
        }

        effects.Record(ref c, 1, stream);

        if (sent.HasProducer)
        {
            SentMessage.Tell(ref c, sent, id);
        }
    }

    /// <summary>The id of the new entry, which must exceed all before; replies with an error and returns false when there is none.</summary>
    private static bool TryChooseId(ref CommandContext c, StreamId last, StreamId wanted, bool hasTime, bool hasSequence, out StreamId id)
    {
        id = wanted;
        if (last == StreamId.Max)
        {
            c.Error(Errors.StreamExhausted);
            return false;
        }

        if (!hasTime)
        {
            id = new StreamId((ulong)c.NowMs, 0);
            if (id.Ms <= last.Ms)
            {
                last.TryIncrement(out id);
            }
        }
        else if (!hasSequence && wanted.Ms == last.Ms)
        {
            id = last with { Sequence = unchecked(last.Sequence + 1) };
        }

        if (id > last)
        {
            return true;
        }

        c.Error(Errors.StreamIdTooSmall);
        return false;
    }

    private static bool IsStorable(ref CommandContext c, scoped in FieldArguments fields)
    {
        if (fields.TotalBytes <= StreamValue.MaxEntryBytes)
        {
            return true;
        }

        c.Error(Errors.StreamEntryTooLarge);
        return false;
    }

    private static void Record(ref CommandContext c, scoped in StreamTrimming trimming, StreamValue stream, int deletedBehind, StreamId id, int firstField)
    {
        EffectStream effect = c.BeginEffect("XADD"u8);
        effect.Add(c[1]);
        if (trimming.MustExist)
        {
            effect.Add("NOMKSTREAM"u8);
        }

        trimming.Record(ref c, effect, stream, deletedBehind);
        Span<byte> scratch = stackalloc byte[StreamId.MaxLength];
        effect.Add(id.Format(scratch));
        for (int i = firstField; i < c.Count; i++)
        {
            effect.Add(c[i]);
        }
    }

    /// <summary>The arguments from one on as fields and values.</summary>
    private readonly ref struct FieldArguments(CommandArguments arguments, int first) : IStreamFields
    {
        private readonly CommandArguments _arguments = arguments;

        public int Count => (_arguments.Count - first) / 2;

        public long TotalBytes
        {
            get
            {
                long bytes = 0;
                for (int i = first; i < _arguments.Count; i++)
                {
                    bytes += _arguments[i].Length;
                }

                return bytes;
            }
        }

        public ReadOnlySpan<byte> Field(int index) => _arguments[first + (2 * index)];

        public ReadOnlySpan<byte> Value(int index) => _arguments[first + (2 * index) + 1];
    }
}
