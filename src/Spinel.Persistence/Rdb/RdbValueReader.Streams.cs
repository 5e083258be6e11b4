using System.Buffers.Binary;
using Spinel.DataStructures;

namespace Spinel.Persistence.Rdb;

internal sealed partial class RdbValueReader
{
    private StreamValue ReadStream(scoped ref RdbReader reader, RdbType type)
    {
        StreamValue stream = StreamValue.Create(_heap);
        try
        {
            for (long left = reader.ReadCount(RdbFormat.StreamIdBytes); left > 0; left--)
            {
                ReadBlock(ref reader, stream);
            }

            ReadCounters(ref reader, stream, type);
            for (long left = reader.ReadCount(5); left > 0; left--)
            {
                ReadGroup(ref reader, stream, type);
            }

            if (type >= RdbType.Stream4)
            {
                ReadSentMessages(ref reader, stream);
            }
        }
        catch
        {
            stream.Free(_heap, ownerThread: true);
            throw;
        }

        return stream;
    }

    private void ReadBlock(scoped ref RdbReader reader, StreamValue stream)
    {
        ReadOnlySpan<byte> rawId = reader.ReadString();
        if (rawId.Length != RdbFormat.StreamIdBytes)
        {
            throw reader.Damaged("The block of a stream has no id");
        }

        var id = new StreamId(BinaryPrimitives.ReadUInt64BigEndian(rawId), BinaryPrimitives.ReadUInt64BigEndian(rawId[sizeof(ulong)..]));
        Listpack pack = ReadListpack(ref reader);
        if (!stream.TryAddNode(_heap, id, pack))
        {
            pack.Free(_heap);
            throw reader.Damaged("The block of a stream is damaged");
        }
    }

    private static void ReadCounters(scoped ref RdbReader reader, StreamValue stream, RdbType type)
    {
        ulong length = reader.ReadLength();
        StreamId lastId = ReadId(ref reader);
        if (length != (ulong)stream.Length || (stream.Length > 0 && lastId < stream.LastId))
        {
            throw reader.Damaged("The counters of a stream do not agree with its entries");
        }

        stream.SetLastId(lastId);
        stream.SetEntriesAdded(stream.Length);
        if (type == RdbType.Stream1)
        {
            return;
        }

        // The first id is known from the entries.
        ReadId(ref reader);
        stream.SetMaxDeletedId(ReadId(ref reader));
        stream.SetEntriesAdded(unchecked((long)reader.ReadLength()));
    }

    private void ReadGroup(scoped ref RdbReader reader, StreamValue stream, RdbType type)
    {
        ReadOnlySpan<byte> name = reader.Scratch.Hold(reader.ReadString());
        StreamId lastId = ReadId(ref reader);
        long entriesRead = type == RdbType.Stream1 ? stream.EstimateEntriesUpTo(lastId) : unchecked((long)reader.ReadLength());
        if (!stream.TryCreateGroup(_heap, name, lastId, entriesRead))
        {
            throw reader.Damaged("A stream has a group twice");
        }

        StreamGroup group = stream.FindGroup(name);
        for (long left = reader.ReadCount(RdbFormat.StreamIdBytes + sizeof(long) + 1); left > 0; left--)
        {
            StreamId id = reader.ReadRawStreamId();
            long deliveredMs = reader.ReadInt64();
            long deliveries = unchecked((long)reader.ReadLength());
            if (!group.FindPending(id).IsNull)
            {
                throw reader.Damaged("An entry of a stream is pending twice");
            }

            PendingEntry entry = group.AddPending(_heap, id, deliveredMs);
            group.SetDelivery(_heap, id, entry, deliveredMs, deliveries);
        }

        long assigned = 0;
        for (long left = reader.ReadCount(1 + sizeof(long) + 1); left > 0; left--)
        {
            assigned += ReadConsumer(ref reader, group, type);
        }

        if (assigned != group.PendingCount)
        {
            throw reader.Damaged("An entry of a stream is pending with nobody");
        }

        if (type == RdbType.Stream5 && reader.ReadCount(RdbFormat.StreamIdBytes) > 0)
        {
            throw reader.Damaged("A stream has entries that consumers gave back (XNACK), which cannot be kept");
        }
    }

    private long ReadConsumer(scoped ref RdbReader reader, StreamGroup group, RdbType type)
    {
        ReadOnlySpan<byte> name = reader.Scratch.Hold(reader.ReadString());
        long seenMs = reader.ReadInt64();
        if (type >= RdbType.Stream3)
        {
            // When it last got something, of which nothing is told to clients of Redis 7.0.
            reader.ReadInt64();
        }

        if (!group.FindConsumer(name).IsNull)
        {
            throw reader.Damaged("A group of a stream has a consumer twice");
        }

        StreamConsumer consumer = group.CreateConsumer(_heap, name, seenMs);
        long count = reader.ReadCount(RdbFormat.StreamIdBytes);
        for (long left = count; left > 0; left--)
        {
            StreamId id = reader.ReadRawStreamId();
            PendingEntry entry = group.FindPending(id);
            if (entry.IsNull || !entry.Consumer.IsNull)
            {
                throw reader.Damaged("An entry of a stream is pending with a consumer, but not in the group, or twice");
            }

            group.Assign(_heap, id, entry, consumer);
        }

        return count;
    }

    private void ReadSentMessages(scoped ref RdbReader reader, StreamValue stream)
    {
        ulong seconds = reader.ReadLength();
        ulong maxMessages = reader.ReadLength();
        if (seconds is 0 or > StreamIdempotency.MaxSeconds || maxMessages is 0 or > StreamIdempotency.MaxMessagesOfProducer)
        {
            throw reader.Damaged("The limits of what a stream remembers of its producers are out of range");
        }

        if (seconds != StreamIdempotency.DefaultSeconds || maxMessages != StreamIdempotency.DefaultMessages)
        {
            stream.ConfigureIdempotency(_heap, (int)seconds, (int)maxMessages, _engine.Keyspace.Release);
        }

        for (long left = reader.ReadCount(2); left > 0; left--)
        {
            ReadProducer(ref reader, stream);
        }

        long added = unchecked((long)reader.ReadLength());
        long duplicates = unchecked((long)reader.ReadLength());
        if (stream.IsIdempotent || added != 0 || duplicates != 0)
        {
            // Redis 8.6 writes all streams in this form; one without producers is like one of before.
            stream.SetIdempotencyCounts(_heap, added, duplicates);
        }
    }

    private void ReadProducer(scoped ref RdbReader reader, StreamValue stream)
    {
        // The scratch holds one string, which the message's name needs.
        byte[] producer = reader.ReadString().ToArray();
        for (long left = reader.ReadCount(3); left > 0; left--)
        {
            ReadOnlySpan<byte> message = reader.Scratch.Hold(reader.ReadString());
            StreamId id = ReadId(ref reader);
            if (producer.Length == 0 || message.Length == 0 || stream.TryFindSent(_heap, producer, message, nowMs: 0, out _))
            {
                throw reader.Damaged("A message of a stream's producer has no name, or is there twice");
            }

            stream.AddSent(_heap, producer, message, id);
        }
    }

    private static StreamId ReadId(scoped ref RdbReader reader)
    {
        ulong ms = reader.ReadLength();
        return new StreamId(ms, reader.ReadLength());
    }
}
