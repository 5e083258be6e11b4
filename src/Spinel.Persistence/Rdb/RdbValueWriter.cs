using System.Diagnostics;
using Spinel.DataStructures;
using Spinel.Memory;
using Spinel.Persistence.Snapshot;

namespace Spinel.Persistence.Rdb;

/// <summary>
/// Writes one key after the other in the form of RDB 10 (12 for hashes with fields that expire, 13 for streams that remember messages of producers), each in as many steps as its size needs.
/// </summary>
/// <remarks>
/// <code>
/// writer.BeginRecord(block);
/// while (!writer.WriteSome(chunk)) { hand the chunk over; take the next one; }
/// </code>
/// A step writes until the value ends or the chunk is full, so it takes as long as a chunk takes to copy. Between the steps the value must not
/// change, unless it has been frozen (<see cref="TryFreeze"/>): then what is about to change is written, or copied, just before. Short strings and compact values cannot be
/// frozen; who lets commands run meanwhile completes the record first when one is about to change this very key. Steps are whole buckets of a
/// table, leaves of a sorted set, and parts of long strings and blocks; only a long element of a table is written at once.
/// <para>
/// Compact values go as they are. Sets in listpacks are written as plain sets and streams without times of activity, since Redis 7.0 knows no
/// more.
/// </para>
/// One writer serves one value at a time; it is kept and reused, and allocates nothing.
/// </remarks>
public sealed partial class RdbValueWriter : IRecordWriter, IPartWriter
{
    private readonly NativeHeap _heap;
    private readonly ValueParts _parts;
    private KeyBlock _block;
    private RdbType _type;
    private Stage _stage;
    private long _offset;
    private long _earliestExpiryMs;

    public RdbValueWriter(NativeHeap heap)
    {
        _heap = heap;
        _parts = new ValueParts(heap, this);
    }

    private enum Stage
    {
        Record,
        Type,
        Body,
        Text,
        StreamTail,
        StreamGroup,
        GroupPending,
        Consumer,
        ConsumerPending,
        SentLimits,
        SentProducer,
        SentMessage,
        Done,
    }

    /// <summary>What a record says of its key's last use; both negative when it says nothing.</summary>
    public AccessNote Access { get; set; } = AccessNote.None;

    StringParts IRecordWriter.Text => _parts.Text;

    /// <summary>The layout in which a value is written.</summary>
    public static RdbType TypeOf(KeyBlock block) => block.Kind switch
    {
        ValueKind.String => RdbType.String,
        ValueKind.List => RdbType.ListQuicklist2,
        ValueKind.Set => block.Encoding == ValueEncoding.IntSet ? RdbType.SetIntset : RdbType.Set,
        ValueKind.SortedSet => block.Encoding == ValueEncoding.ListPack ? RdbType.SortedSetListpack : RdbType.SortedSet,
        ValueKind.Hash => HashValue.HasExpiringFields(block) ? RdbType.HashExpiry
            : block.Encoding == ValueEncoding.ListPack ? RdbType.HashListpack : RdbType.Hash,
        ValueKind.Stream => new StreamValue(block.Payload).IsIdempotent ? RdbType.Stream4 : RdbType.Stream2,
        _ => throw new InvalidOperationException($"a value of kind {block.Kind} cannot be written"),
    };

    /// <summary>The version of the format that a value needs.</summary>
    public static int VersionOf(KeyBlock block) => TypeOf(block) switch
    {
        RdbType.HashExpiry => RdbFormat.FieldExpiryVersion,
        RdbType.Stream4 => RdbFormat.IdempotentStreamVersion,
        _ => RdbFormat.Version,
    };

    /// <summary>Begins the record of a key in a file: expiry, note of access, type, key and value.</summary>
    public void BeginRecord(KeyBlock block)
    {
        Begin(block, Stage.Record);
    }

    /// <summary>Begins a value without its key, as DUMP shows it: type and value.</summary>
    public void BeginValue(KeyBlock block)
    {
        Begin(block, Stage.Type);
    }

    /// <summary>Writes on until the value is complete, and then returns true, or the chunk is full.</summary>
    public bool WriteSome(RdbChunk chunk)
    {
        ArgumentNullException.ThrowIfNull(chunk);
        if (_stage is Stage.Record)
        {
            WriteHead(chunk);
            chunk.WriteByte((byte)_type);
            chunk.WriteString(_block.Key);
            BeginBody(chunk);
        }
        else if (_stage is Stage.Type)
        {
            chunk.WriteByte((byte)_type);
            BeginBody(chunk);
        }

        // A chunk may be full already; one step is always made, so that a caller whose chunks are tiny comes to the end, too.
        while (_stage != Stage.Done)
        {
            WriteStep(chunk);
            if (chunk.IsFull)
            {
                break;
            }
        }

        return _stage == Stage.Done;
    }

    /// <summary>
    /// Lets the value change between the steps from now on. To be called between steps of a record that is not complete. The key itself is written by then: it may be
    /// renamed, and its block may go; the value must not be freed before <see cref="Thaw"/>.
    /// </summary>
    /// <param name="target">Where to write what is about to change before its turn has come.</param>
    /// <returns>False when it is not a value of which this can be said: a short string, or a compact one.</returns>
    public bool TryFreeze(IRdbChunkTarget target)
    {
        if (!_parts.TryFreeze(target))
        {
            return false;
        }

        _block = default;
        return true;
    }

    /// <summary>Ends what <see cref="TryFreeze"/> began: the record is complete, or given up.</summary>
    public void Thaw() => _parts.Thaw();

    void IPartWriter.Write(RdbChunk chunk, TablePart part) => Write(chunk, part);

    void IPartWriter.Write(RdbChunk chunk, TreePart part) => Write(chunk, part);

    private void Begin(KeyBlock block, Stage stage)
    {
        Debug.Assert(!block.IsNull);
        _block = block;
        _type = TypeOf(block);
        _stage = stage;
        _offset = 0;
        _parts.Clear();
    }

    private void WriteHead(RdbChunk chunk)
    {
        if (_block.HasExpiry)
        {
            chunk.WriteByte(RdbOpcode.ExpiryMs);
            chunk.WriteInt64(_block.ExpiryMs);
        }

        if (Access.Frequency >= 0)
        {
            chunk.WriteByte(RdbOpcode.Frequency);
            chunk.WriteByte((byte)Access.Frequency);
        }
        else if (Access.IdleSeconds >= 0)
        {
            chunk.WriteByte(RdbOpcode.Idle);
            chunk.WriteLength(Access.IdleSeconds);
        }
    }

    private void BeginBody(RdbChunk chunk)
    {
        _stage = Stage.Body;
        PartKind kind = _parts.Begin(_block);
        switch (_type)
        {
            case RdbType.String when kind == PartKind.Text:
                chunk.BeginString(checked((int)_parts.Text.Length));
                _stage = _parts.Text.IsEnd ? Stage.Done : Stage.Text;
                break;
            case RdbType.ListQuicklist2:
                chunk.WriteLength(_parts.List.Left);
                _stage = _parts.List.Left > 0 ? Stage.Body : Stage.Done;
                break;
            case RdbType.Set:
                chunk.WriteLength(SetValue.Of(_block).Count);
                break;
            case RdbType.SortedSet:
                chunk.WriteLength(new SortedSet(_block.Payload, _block.Encoding).Count);
                break;
            case RdbType.Hash:
                chunk.WriteLength(new HashValue(_heap, _block).Count);
                break;
            case RdbType.HashExpiry:
                var hash = new HashValue(_heap, _block);
                _earliestExpiryMs = hash.NextExpiryMs;
                chunk.WriteInt64(_earliestExpiryMs);
                chunk.WriteLength(hash.Count);
                break;
            case RdbType.Stream2 or RdbType.Stream4:
                BeginStream(chunk);
                break;
        }
    }

    private void WriteStep(RdbChunk chunk)
    {
        if (_stage == Stage.Text)
        {
            const int LeastBytes = 1024;
            chunk.WriteBytes(_parts.Text.Take(Math.Max(chunk.RoomBytes, LeastBytes)));
            _stage = _parts.Text.IsEnd ? Stage.Done : Stage.Text;
            return;
        }

        if (_stage != Stage.Body)
        {
            WriteStreamStep(chunk);
            return;
        }

        switch (_type)
        {
            case RdbType.String when _block.IsInteger:
                chunk.WriteString(_block.Integer);
                _stage = Stage.Done;
                break;
            case RdbType.String:
                WritePart(chunk, _block.StringBytes, isBlob: false);
                break;
            case RdbType.ListQuicklist2:
                WriteNode(chunk);
                break;
            case RdbType.SetIntset:
                WritePart(chunk, new Intset(_block.Payload).Bytes, isBlob: true);
                break;
            case RdbType.Set when _parts.Kind == PartKind.None:
                WriteCompactSet(chunk);
                break;
            case RdbType.Set or RdbType.Hash or RdbType.HashExpiry:
                if (_parts.Table.MoveNext())
                {
                    Write(chunk, _parts.Table.Current);
                }
                else
                {
                    _stage = Stage.Done;
                }

                break;
            case RdbType.SortedSet:
                if (_parts.Tree.MoveNext())
                {
                    Write(chunk, _parts.Tree.Current);
                }
                else
                {
                    _stage = Stage.Done;
                }

                break;
            case RdbType.Stream2 or RdbType.Stream4:
                WriteStreamNode(chunk);
                break;
            default:
                WritePart(chunk, new Listpack(_block.Payload).Bytes, isBlob: true);
                break;
        }
    }

    /// <summary>As much of a string as the chunk has room for. The end of it is the end of the value.</summary>
    private void WritePart(RdbChunk chunk, ReadOnlySpan<byte> bytes, bool isBlob)
    {
        if (WriteStringPart(chunk, bytes, isBlob))
        {
            _stage = Stage.Done;
        }
    }

    /// <summary>As much of a string as the chunk has room for; true at its end.</summary>
    private bool WriteStringPart(RdbChunk chunk, ReadOnlySpan<byte> bytes, bool isBlob)
    {
        const int WholeBytes = 1024;
        if (_offset == 0)
        {
            if (bytes.Length <= WholeBytes && !isBlob)
            {
                chunk.WriteString(bytes);
                return true;
            }

            chunk.BeginString(bytes.Length);
        }

        int part = (int)Math.Min(bytes.Length - _offset, Math.Max(chunk.RoomBytes, WholeBytes));
        chunk.WriteBytes(bytes.Slice((int)_offset, part));
        _offset += part;
        if (_offset < bytes.Length)
        {
            return false;
        }

        _offset = 0;
        return true;
    }

    private void WriteNode(RdbChunk chunk)
    {
        if (_offset == 0)
        {
            chunk.WriteLength(RdbFormat.PackedNode);
        }

        if (WriteStringPart(chunk, _parts.List.Current.Bytes, isBlob: true) && !_parts.List.MoveNext())
        {
            _stage = Stage.Done;
        }
    }

    private void WriteCompactSet(RdbChunk chunk)
    {
        foreach (SetMember member in SetValue.Of(_block))
        {
            if (member.IsInteger)
            {
                chunk.WriteString(member.Integer);
            }
            else
            {
                chunk.WriteString(member.Bytes);
            }
        }

        _stage = Stage.Done;
    }

    private void Write(RdbChunk chunk, TablePart part)
    {
        while (part.MoveNext())
        {
            if (_type == RdbType.Set)
            {
                chunk.WriteString(part.Member);
                continue;
            }

            if (_type == RdbType.HashExpiry)
            {
                // Zero is no expiry, and one the earliest.
                long expiryMs = part.ExpiryMs;
                chunk.WriteLength(expiryMs != KeyBlock.NoExpiry ? expiryMs - _earliestExpiryMs + 1 : 0);
            }

            chunk.WriteString(part.Field);
            chunk.WriteString(part.Value);
        }
    }

    /// <summary>From the greatest score down, as Redis does it: its skip list then finds the place of each at the front.</summary>
    private static void Write(RdbChunk chunk, TreePart part)
    {
        while (part.MoveNext())
        {
            chunk.WriteString(part.Name);
            chunk.WriteDouble(part.Score);
        }
    }
}
