using Spinel.DataStructures;

namespace Spinel.Persistence.Rdb;

// Streams: blocks, counters, groups; of each group what is pending, and whose it is.
public sealed partial class RdbValueWriter
{
    private StreamNodes _streamNodes;
    private PendingEntries _pending;
    private int _group;
    private int _consumer;

    private StreamValue Stream => new(_block.Payload);

    private void BeginStream(RdbChunk chunk)
    {
        chunk.WriteLength(Stream.NodeCount);
        _streamNodes = Stream.Nodes;
        _group = 0;
        _stage = _streamNodes.IsEnd ? Stage.StreamTail : Stage.Body;
    }

    private void WriteStreamNode(RdbChunk chunk)
    {
        if (_offset == 0)
        {
            chunk.WriteLength(RdbFormat.StreamIdBytes);
            chunk.WriteStreamId(_streamNodes.Id);
        }

        if (WriteStringPart(chunk, _streamNodes.Pack.Bytes, isBlob: true))
        {
            _streamNodes.MoveNext();
            _stage = _streamNodes.IsEnd ? Stage.StreamTail : Stage.Body;
        }
    }

    private void WriteStreamStep(RdbChunk chunk)
    {
        switch (_stage)
        {
            case Stage.StreamTail:
                WriteCounters(chunk);
                _stage = Stage.StreamGroup;
                break;
            case Stage.StreamGroup when _group == Stream.GroupCount:
                _stage = Stage.Done;
                break;
            case Stage.StreamGroup:
                WriteGroup(chunk, Stream.GroupAt(_group));
                _stage = Stage.GroupPending;
                break;
            case Stage.GroupPending when _pending.IsEnd:
                chunk.WriteLength(Stream.GroupAt(_group).ConsumerCount);
                _consumer = 0;
                _stage = Stage.Consumer;
                break;
            case Stage.GroupPending:
                chunk.WriteStreamId(_pending.Id);
                chunk.WriteInt64(_pending.Entry.DeliveredMs);
                chunk.WriteLength(_pending.Entry.DeliveryCount);
                _pending.MoveNext();
                break;
            case Stage.Consumer when _consumer == Stream.GroupAt(_group).ConsumerCount:
                _group++;
                _stage = Stage.StreamGroup;
                break;
            case Stage.Consumer:
                WriteConsumer(chunk, Stream.GroupAt(_group).ConsumerAt(_consumer));
                _stage = Stage.ConsumerPending;
                break;
            case Stage.ConsumerPending when _pending.IsEnd:
                _consumer++;
                _stage = Stage.Consumer;
                break;
            case Stage.ConsumerPending:
                chunk.WriteStreamId(_pending.Id);
                _pending.MoveNext();
                break;
            default:
                throw new InvalidOperationException("Nothing is being written.");
        }
    }

    private void WriteCounters(RdbChunk chunk)
    {
        StreamValue stream = Stream;
        chunk.WriteLength(stream.Length);
        WriteId(chunk, stream.LastId);
        WriteId(chunk, stream.FirstId);
        WriteId(chunk, stream.MaxDeletedId);
        chunk.WriteLength(stream.EntriesAdded);
        chunk.WriteLength(stream.GroupCount);
    }

    private void WriteGroup(RdbChunk chunk, StreamGroup group)
    {
        chunk.WriteString(group.Name);
        WriteId(chunk, group.LastId);
        chunk.WriteLength(group.EntriesRead);
        chunk.WriteLength(group.PendingCount);
        _pending = group.PendingFrom(StreamId.Min);
    }

    private void WriteConsumer(RdbChunk chunk, StreamConsumer consumer)
    {
        chunk.WriteString(consumer.Name);
        chunk.WriteInt64(consumer.SeenMs);
        chunk.WriteLength(consumer.PendingCount);
        _pending = consumer.PendingFrom(StreamId.Min);
    }

    private static void WriteId(RdbChunk chunk, StreamId id)
    {
        chunk.WriteLength(id.Ms);
        chunk.WriteLength(id.Sequence);
    }
}
