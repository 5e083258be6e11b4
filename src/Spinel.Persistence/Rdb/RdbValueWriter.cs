using System.Diagnostics;
using Spinel.DataStructures;
using Spinel.Memory;

namespace Spinel.Persistence.Rdb;

/// <summary>
/// Writes one key after the other in the form of RDB 10 (12 for hashes with fields that expire), each in as many steps as its size needs.
/// </summary>
/// <remarks>
/// <code>
/// writer.BeginRecord(block);
/// while (!writer.WriteSome(chunk)) { hand the chunk over; take the next one; }
/// </code>
/// A step writes until the value ends or the chunk is full, so it takes as long as a chunk takes to copy. Between the steps the value must not
/// change: who lets commands run meanwhile completes the record first when one is about to change this very key. Steps are whole buckets of a
/// table, members of a sorted set, and parts of long strings and blocks; only a long element of a table is written at once.
/// <para>
/// Compact values go as they are. Sets in listpacks are written as plain sets and streams without times of activity, since Redis 7.0 knows no
/// more.
/// </para>
/// One writer serves one value at a time; it is kept and reused, and allocates nothing.
/// </remarks>
public sealed partial class RdbValueWriter(NativeHeap heap)
{
    private readonly NativeHeap _heap = heap;
    private KeyBlock _block;
    private Stage _stage;
    private ulong _cursor;
    private long _offset;
    private SortedSetCursor _member;
    private QuicklistNodeEnumerator _node;

    private enum Stage
    {
        Record,
        Type,
        Body,
        StreamTail,
        StreamGroup,
        GroupPending,
        Consumer,
        ConsumerPending,
        Done,
    }

    /// <summary>What a record says of its key's last use; both negative when it says nothing.</summary>
    public AccessNote Access { get; set; } = AccessNote.None;

    /// <summary>The layout in which a value is written.</summary>
    public static RdbType TypeOf(KeyBlock block) => block.Kind switch
    {
        ValueKind.String => RdbType.String,
        ValueKind.List => RdbType.ListQuicklist2,
        ValueKind.Set => block.Encoding == ValueEncoding.IntSet ? RdbType.SetIntset : RdbType.Set,
        ValueKind.SortedSet => block.Encoding == ValueEncoding.ListPack ? RdbType.SortedSetListpack : RdbType.SortedSet,
        ValueKind.Hash => HashValue.HasExpiringFields(block) ? RdbType.HashExpiry
            : block.Encoding == ValueEncoding.ListPack ? RdbType.HashListpack : RdbType.Hash,
        ValueKind.Stream => RdbType.Stream2,
        _ => throw new InvalidOperationException($"a value of kind {block.Kind} cannot be written"),
    };

    /// <summary>The version of the format that a value needs.</summary>
    public static int VersionOf(KeyBlock block) => TypeOf(block) == RdbType.HashExpiry ? RdbFormat.FieldExpiryVersion : RdbFormat.Version;

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
            chunk.WriteByte((byte)TypeOf(_block));
            chunk.WriteString(_block.Key);
            BeginBody(chunk);
        }
        else if (_stage is Stage.Type)
        {
            chunk.WriteByte((byte)TypeOf(_block));
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

    private void Begin(KeyBlock block, Stage stage)
    {
        Debug.Assert(!block.IsNull);
        _block = block;
        _stage = stage;
        _cursor = 0;
        _offset = 0;
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
        switch (TypeOf(_block))
        {
            case RdbType.ListQuicklist2:
                var list = new Quicklist(_block.Payload);
                chunk.WriteLength(list.NodeCount);
                _node = list.GetEnumerator();
                _stage = _node.MoveNext() ? Stage.Body : Stage.Done;
                break;
            case RdbType.Set:
                chunk.WriteLength(SetValue.Of(_block).Count);
                break;
            case RdbType.SortedSet:
                var set = new SortedSet(_block.Payload, _block.Encoding);
                chunk.WriteLength(set.Count);
                _member = set.At(set.Count - 1);
                break;
            case RdbType.Hash:
                chunk.WriteLength(new HashValue(_heap, _block).Count);
                break;
            case RdbType.HashExpiry:
                var hash = new HashValue(_heap, _block);
                chunk.WriteInt64(hash.NextExpiryMs);
                chunk.WriteLength(hash.Count);
                break;
            case RdbType.Stream2:
                BeginStream(chunk);
                break;
        }
    }

    private void WriteStep(RdbChunk chunk)
    {
        if (_stage != Stage.Body)
        {
            WriteStreamStep(chunk);
            return;
        }

        switch (_block.Kind)
        {
            case ValueKind.String when _block.IsInteger:
                chunk.WriteString(_block.Integer);
                _stage = Stage.Done;
                break;
            case ValueKind.String:
                WritePart(chunk, _block.StringBytes, isBlob: false);
                break;
            case ValueKind.List:
                WriteNode(chunk);
                break;
            case ValueKind.Set when _block.Encoding == ValueEncoding.IntSet:
                WritePart(chunk, new Intset(_block.Payload).Bytes, isBlob: true);
                break;
            case ValueKind.Set:
                WriteMembers(chunk);
                break;
            case ValueKind.SortedSet when _block.Encoding != ValueEncoding.ListPack:
                WriteScoredMember(chunk);
                break;
            case ValueKind.Hash when _block.Encoding != ValueEncoding.ListPack || HashValue.HasExpiringFields(_block):
                WriteFields(chunk);
                break;
            case ValueKind.Stream:
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

        if (WriteStringPart(chunk, _node.Current.Bytes, isBlob: true) && !_node.MoveNext())
        {
            new Quicklist(_block.Payload).CloseCopies();
            _stage = Stage.Done;
        }
    }

    private void WriteMembers(RdbChunk chunk)
    {
        _cursor = SetValue.Of(_block).Scan(_cursor, out SetPortion members);
        while (members.MoveNext())
        {
            SetMember member = members.Current;
            if (member.IsInteger)
            {
                chunk.WriteString(member.Integer);
            }
            else
            {
                chunk.WriteString(member.Bytes);
            }
        }

        EndAtZero();
    }

    private void WriteScoredMember(RdbChunk chunk)
    {
        chunk.WriteString(_member.GetName(default));
        chunk.WriteDouble(_member.Score);

        // From the greatest down, as Redis does it: its skip list then finds the place of each at the front.
        _member.MovePrevious();
        if (!_member.IsValid)
        {
            _stage = Stage.Done;
        }
    }

    private void WriteFields(RdbChunk chunk)
    {
        var hash = new HashValue(_heap, _block);
        bool withExpiry = hash.ExpiringCount > 0;
        long earliestMs = hash.NextExpiryMs;
        _cursor = hash.ScanStep(_cursor, out HashFields fields);
        while (fields.MoveNext())
        {
            if (withExpiry)
            {
                // Zero is no expiry, and one the earliest.
                chunk.WriteLength(fields.HasExpiry ? fields.ExpiryMs - earliestMs + 1 : 0);
            }

            chunk.WriteString(fields.Field);
            chunk.WriteString(fields.Value);
        }

        EndAtZero();
    }

    private void EndAtZero()
    {
        if (_cursor == 0)
        {
            _stage = Stage.Done;
        }
    }
}

/// <summary>What is remembered of a key's last use, in one of two ways.</summary>
/// <param name="IdleSeconds">Seconds since then; negative when that is not counted.</param>
/// <param name="Frequency">0 to 255, growing with use; negative when that is not counted.</param>
public readonly record struct AccessNote(long IdleSeconds, int Frequency)
{
    /// <summary>Nothing is.</summary>
    public static AccessNote None => new(-1, -1);
}
