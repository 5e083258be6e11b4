using Spinel.DataStructures;
using Spinel.Persistence.Rdb;

namespace Spinel.Persistence.Aof;

// Streams: an XADD for each entry, XSETID for the counters; groups, their consumers, and a claim for each pending entry; what is remembered of producers.
internal sealed partial class CommandRecordWriter
{
    private void WriteStreamStep(RdbChunk chunk)
    {
        GroupParts groups = _parts.Stream.Groups;
        switch (_stage)
        {
            case Stage.StreamNodes:
                WriteEntries(chunk, StreamEntries.Of(_parts.Stream.NodeId, _parts.Stream.Node));
                _stage = _parts.Stream.MoveNextNode() ? Stage.StreamNodes : Stage.StreamTail;
                break;
            case Stage.StreamTail:
                WriteCounters(chunk);
                _stage = Stage.StreamGroups;
                break;
            case Stage.StreamGroups when !groups.MoveNextGroup():
                _stage = _parts.Stream.Sent.IsThere ? Stage.SentLimits : Stage.Expiry;
                break;
            case Stage.StreamGroups:
                BeginGroupRequest(chunk, "XGROUP"u8, "CREATE"u8, 3);
                CommandText.Write(chunk, groups.LastId);
                CommandText.Write(chunk, "ENTRIESREAD"u8);
                CommandText.Write(chunk, groups.EntriesRead);
                _stage = Stage.StreamConsumers;
                break;
            case Stage.StreamConsumers when !groups.MoveNextConsumer():
                _stage = Stage.StreamGroups;
                break;
            case Stage.StreamConsumers:
                BeginGroupRequest(chunk, "XGROUP"u8, "CREATECONSUMER"u8, 1);
                CommandText.Write(chunk, groups.ConsumerName);
                _stage = Stage.StreamPending;
                break;
            case Stage.StreamPending when !groups.MoveNextPending():
                _stage = Stage.StreamConsumers;
                break;
            case Stage.StreamPending:
                WritePending(chunk, groups);
                break;
            case Stage.SentLimits:
                BeginNote(chunk, "XCFGSET"u8, 4);
                CommandText.Write(chunk, "IDMP-DURATION"u8);
                CommandText.Write(chunk, _parts.Stream.Sent.Seconds);
                CommandText.Write(chunk, "IDMP-MAXSIZE"u8);
                CommandText.Write(chunk, _parts.Stream.Sent.MaxMessages);
                _stage = Stage.SentProducer;
                break;
            case Stage.SentProducer when !_parts.Stream.Sent.MoveNextProducer():
                BeginNote(chunk, "XCFGSET"u8, 4);
                CommandText.Write(chunk, "IDMP-ADDED"u8);
                CommandText.Write(chunk, _parts.Stream.Sent.Added);
                CommandText.Write(chunk, "IDMP-DUPLICATES"u8);
                CommandText.Write(chunk, _parts.Stream.Sent.Duplicates);
                _stage = Stage.Expiry;
                break;
            case Stage.SentProducer:
                _stage = Stage.SentMessage;
                break;
            case Stage.SentMessage when !_parts.Stream.Sent.MoveNextMessage():
                _stage = Stage.SentProducer;
                break;
            case Stage.SentMessage:
                WriteMessage(chunk, _parts.Stream.Sent);
                break;
            default:
                throw new InvalidOperationException("Nothing is being written.");
        }
    }

    private void WriteEntries(RdbChunk chunk, StreamEntries entries)
    {
        while (entries.MoveNext())
        {
            BeginRequest(chunk, "XADD"u8, 1 + (2L * entries.FieldCount));
            CommandText.Write(chunk, entries.Id);
            while (entries.TryReadPair(out ListpackValue field, out ListpackValue value))
            {
                CommandText.Write(chunk, field);
                CommandText.Write(chunk, value);
            }
        }
    }

    private void WriteCounters(RdbChunk chunk)
    {
        if (_parts.Stream.Length == 0)
        {
            // A stream comes into being with an entry, which goes at once.
            BeginRequest(chunk, "XADD"u8, 5);
            CommandText.Write(chunk, "MAXLEN"u8);
            CommandText.Write(chunk, 0);
            CommandText.Write(chunk, _parts.Stream.LastId.IsZero ? new StreamId(0, 1) : _parts.Stream.LastId);
            CommandText.Write(chunk, "x"u8);
            CommandText.Write(chunk, "y"u8);
        }

        BeginRequest(chunk, "XSETID"u8, 5);
        CommandText.Write(chunk, _parts.Stream.LastId);
        CommandText.Write(chunk, "ENTRIESADDED"u8);
        CommandText.Write(chunk, _parts.Stream.EntriesAdded);
        CommandText.Write(chunk, "MAXDELETEDID"u8);
        CommandText.Write(chunk, _parts.Stream.MaxDeletedId);
    }

    private void WritePending(RdbChunk chunk, GroupParts groups)
    {
        PendingImage entry = groups.Pending;
        BeginRequest(chunk, "XCLAIM"u8, 10);
        CommandText.Write(chunk, groups.Name);
        CommandText.Write(chunk, groups.ConsumerName);
        CommandText.Write(chunk, 0);
        CommandText.Write(chunk, entry.Id);
        CommandText.Write(chunk, "TIME"u8);
        CommandText.Write(chunk, entry.DeliveredMs);
        CommandText.Write(chunk, "RETRYCOUNT"u8);
        CommandText.Write(chunk, entry.DeliveryCount);
        CommandText.Write(chunk, "JUSTID"u8);
        CommandText.Write(chunk, "FORCE"u8);
    }

    /// <summary>Also of an entry that is not there any more: while a log is read, that is no mistake.</summary>
    private void WriteMessage(RdbChunk chunk, SentParts sent)
    {
        BeginNote(chunk, "XIDMPRECORD"u8, 3);
        CommandText.Write(chunk, sent.ProducerName);
        CommandText.Write(chunk, sent.MessageName);
        CommandText.Write(chunk, sent.MessageId);
    }

    /// <summary>The head of a request that only this server takes for more than a question, with a key and so many arguments behind it.</summary>
    private void BeginNote(RdbChunk chunk, ReadOnlySpan<byte> command, int arguments)
    {
        CommandText.BeginArray(chunk, 4 + arguments);
        CommandText.Write(chunk, "COMMAND"u8);
        CommandText.Write(chunk, "INFO"u8);
        CommandText.Write(chunk, command);
        CommandText.Write(chunk, Key);
    }

    /// <summary>The head of a request about the present group with so many arguments behind it.</summary>
    private void BeginGroupRequest(RdbChunk chunk, ReadOnlySpan<byte> command, ReadOnlySpan<byte> what, int arguments)
    {
        CommandText.BeginArray(chunk, 4 + arguments);
        CommandText.Write(chunk, command);
        CommandText.Write(chunk, what);
        CommandText.Write(chunk, Key);
        CommandText.Write(chunk, _parts.Stream.Groups.Name);
    }
}
