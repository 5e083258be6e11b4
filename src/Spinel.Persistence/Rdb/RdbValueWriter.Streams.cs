using Spinel.DataStructures;

namespace Spinel.Persistence.Rdb;

// Streams: blocks, counters, groups; of each group what is pending, and whose it is; messages of producers, where there are any.
public sealed partial class RdbValueWriter
{
    private void BeginStream(RdbChunk chunk)
    {
        chunk.WriteLength(_parts.Stream.NodesLeft);
        _stage = _parts.Stream.NodesLeft > 0 ? Stage.Body : Stage.StreamTail;
    }

    private void WriteStreamNode(RdbChunk chunk)
    {
        if (_offset == 0)
        {
            chunk.WriteLength(RdbFormat.StreamIdBytes);
            chunk.WriteStreamId(_parts.Stream.NodeId);
        }

        if (WriteStringPart(chunk, _parts.Stream.Node.Bytes, isBlob: true))
        {
            _stage = _parts.Stream.MoveNextNode() ? Stage.Body : Stage.StreamTail;
        }
    }

    private void WriteStreamStep(RdbChunk chunk)
    {
        GroupParts groups = _parts.Stream.Groups;
        switch (_stage)
        {
            case Stage.StreamTail:
                WriteCounters(chunk);
                _stage = Stage.StreamGroup;
                break;
            case Stage.StreamGroup when !groups.MoveNextGroup():
                _stage = _type == RdbType.Stream4 ? Stage.SentLimits : Stage.Done;
                break;
            case Stage.StreamGroup:
                chunk.WriteString(groups.Name);
                WriteId(chunk, groups.LastId);
                chunk.WriteLength(groups.EntriesRead);
                chunk.WriteLength(groups.PendingCount);
                _stage = Stage.GroupPending;
                break;
            case Stage.GroupPending when !groups.MoveNextPending():
                chunk.WriteLength(groups.ConsumerCount);
                _stage = Stage.Consumer;
                break;
            case Stage.GroupPending:
                chunk.WriteStreamId(groups.Pending.Id);
                chunk.WriteInt64(groups.Pending.DeliveredMs);
                chunk.WriteLength(groups.Pending.DeliveryCount);
                break;
            case Stage.Consumer when !groups.MoveNextConsumer():
                _stage = Stage.StreamGroup;
                break;
            case Stage.Consumer:
                chunk.WriteString(groups.ConsumerName);
                chunk.WriteInt64(groups.ConsumerSeenMs);
                if (_type == RdbType.Stream4)
                {
                    // When it last got something is not known apart.
                    chunk.WriteInt64(groups.ConsumerSeenMs);
                }

                chunk.WriteLength(groups.ConsumerPendingCount);
                _stage = Stage.ConsumerPending;
                break;
            case Stage.ConsumerPending when !groups.MoveNextPending():
                _stage = Stage.Consumer;
                break;
            case Stage.ConsumerPending:
                chunk.WriteStreamId(groups.Pending.Id);
                break;
            case Stage.SentLimits:
                chunk.WriteLength(_parts.Stream.Sent.Seconds);
                chunk.WriteLength(_parts.Stream.Sent.MaxMessages);
                chunk.WriteLength(_parts.Stream.Sent.ProducerCount);
                _stage = Stage.SentProducer;
                break;
            case Stage.SentProducer when !_parts.Stream.Sent.MoveNextProducer():
                chunk.WriteLength(_parts.Stream.Sent.Added);
                chunk.WriteLength(_parts.Stream.Sent.Duplicates);
                _stage = Stage.Done;
                break;
            case Stage.SentProducer:
                chunk.WriteString(_parts.Stream.Sent.ProducerName);
                chunk.WriteLength(_parts.Stream.Sent.MessagesLeft);
                _stage = Stage.SentMessage;
                break;
            case Stage.SentMessage when !_parts.Stream.Sent.MoveNextMessage():
                _stage = Stage.SentProducer;
                break;
            case Stage.SentMessage:
                chunk.WriteString(_parts.Stream.Sent.MessageName);
                WriteId(chunk, _parts.Stream.Sent.MessageId);
                break;
            default:
                throw new InvalidOperationException("Nothing is being written.");
        }
    }

    private void WriteCounters(RdbChunk chunk)
    {
        chunk.WriteLength(_parts.Stream.Length);
        WriteId(chunk, _parts.Stream.LastId);
        WriteId(chunk, _parts.Stream.FirstId);
        WriteId(chunk, _parts.Stream.MaxDeletedId);
        chunk.WriteLength(_parts.Stream.EntriesAdded);
        chunk.WriteLength(_parts.Stream.Groups.Count);
    }

    private static void WriteId(RdbChunk chunk, StreamId id)
    {
        chunk.WriteLength(id.Ms);
        chunk.WriteLength(id.Sequence);
    }
}
