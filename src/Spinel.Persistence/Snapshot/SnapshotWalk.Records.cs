using Spinel.DataStructures;
using Spinel.Engine;
using Spinel.Persistence.Rdb;

namespace Spinel.Persistence.Snapshot;

// Records that are begun and go on later: the one that is being written, and behind it those that wait for their turn.
internal sealed partial class SnapshotWalk
{
    private IRecordWriter BeginRecord(KeyBlock block)
    {
        if (!_writers.TryPop(out IRecordWriter? writer))
        {
            writer = _format.CreateWriter(_engine);
        }

        writer.Access = RdbFileWriter.AccessOf(_engine, block);
        writer.BeginRecord(block);
        return writer;
    }

    /// <summary>Freezes a value whose record has been begun, which goes on when its turn comes.</summary>
    private bool TryOpen(IRecordWriter writer, KeyBlock block)
    {
        var record = new OpenRecord(this, writer) { IsFrozen = true, Payload = AddressOf(block) };
        if (!writer.TryFreeze(record))
        {
            return false;
        }

        _frozen.Add(record.Payload, record);
        if (_open is null)
        {
            _open = record;
        }
        else
        {
            // What is written from here on comes behind it.
            record.Chunks = _waiting;
            _waiting = null;
            _queue.Enqueue(record);
        }

        return true;
    }

    private void Continue(OpenRecord open)
    {
        bool isComplete = open.Writer.WriteSome(_chunk);
        if (!isComplete || _chunk.IsFull)
        {
            _chunk = Handed(_chunk);
        }

        if (!isComplete)
        {
            return;
        }

        Close(open);
        _open = null;
        List<RdbChunk>? behind = _waiting;
        if (_queue.TryDequeue(out OpenRecord? next))
        {
            _open = next;
            behind = next.Chunks;
            next.Chunks = null;
        }
        else
        {
            _waiting = null;
            ReleaseKept();
        }

        if (behind is not null)
        {
            _encoder.Submit(_chunk);
            for (int i = 0; i < behind.Count - 1; i++)
            {
                _encoder.Submit(behind[i]);
            }

            _chunk = behind[^1];
        }
    }

    /// <summary>Ends a record; a value that was left to it goes.</summary>
    private void Close(OpenRecord record)
    {
        if (record.IsFrozen)
        {
            record.Writer.Thaw();
            _frozen.Remove(record.Payload);
            if (!record.Inherited.IsNull)
            {
                _engine.Keyspace.Release(record.Inherited, lazily: true);
            }
        }

        _writers.Push(record.Writer);
    }

    private static nint AddressOf(KeyBlock block) => block.Kind == ValueKind.String ? block.BodyAddress : block.Payload;

    private void ReleaseKept()
    {
        foreach (DetachedTables tables in _kept)
        {
            _engine.Keyspace.Release(tables);
        }

        _kept.Clear();
    }

    private RdbChunk WaitingChunk()
    {
        // Which database is selected where they will be inserted is known, for nothing selects another one before.
        _waiting ??= [SnapshotEncoder.RentSmall()];
        return _waiting[^1];
    }

    private RdbChunk Next(RdbChunk full)
    {
        if (_open is null)
        {
            return _chunk = Handed(full);
        }

        RdbChunk next = SnapshotEncoder.RentSmall();
        _waiting!.Add(next);
        return next;
    }

    /// <summary>A record that has been begun and goes on later: the one that is being written, and those that wait for their turn.</summary>
    private sealed class OpenRecord(SnapshotWalk walk, IRecordWriter writer) : IRdbChunkTarget
    {
        public IRecordWriter Writer { get; } = writer;

        /// <summary>The key, of a record that must be completed before it changes.</summary>
        public KeyBlock Block { get; init; }

        /// <summary>The value may change between the steps.</summary>
        public bool IsFrozen { get; init; }

        /// <summary>The address of the value's structure or body.</summary>
        public nint Payload { get; set; }

        /// <summary>The key when it has been deleted meanwhile: it is freed in the end.</summary>
        public KeyBlock Inherited { get; set; }

        /// <summary>What comes before the rest of it, while it waits.</summary>
        public List<RdbChunk>? Chunks { get; set; }

        public RdbChunk Chunk => Chunks is { } chunks ? chunks[^1] : walk._chunk;

        public void OnWritten()
        {
            if (!Chunk.IsFull)
            {
                return;
            }

            walk.ImageBytes += Chunk.Length;
            if (Chunks is { } chunks)
            {
                chunks.Add(SnapshotEncoder.RentSmall());
            }
            else
            {
                walk._chunk = walk.Handed(walk._chunk);
            }
        }
    }
}
