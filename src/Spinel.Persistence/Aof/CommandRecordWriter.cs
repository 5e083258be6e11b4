using Spinel.DataStructures;
using Spinel.Memory;
using Spinel.Persistence.Rdb;
using Spinel.Persistence.Snapshot;

namespace Spinel.Persistence.Aof;

/// <summary>
/// Writes one key after the other as the requests that make it, each in as many steps as its size needs. The counterpart of <see cref="RdbValueWriter"/>, with the same
/// parts of large values and the same rules: a request for each part.
/// </summary>
/// <remarks>
/// What requests cannot say is lost, as it is with Redis: which consumers were seen when, and pending entries that are not in their stream any more.
/// </remarks>
internal sealed partial class CommandRecordWriter : IRecordWriter, IPartWriter
{
    private const int MaxElements = 64;

    private readonly NativeHeap _heap;
    private readonly ValueParts _parts;
    private KeyBlock _block;
    private byte[] _keyBytes = [];
    private int _keyLength;
    private long _expiryMs;
    private ValueKind _kind;
    private Stage _stage;

    public CommandRecordWriter(NativeHeap heap)
    {
        _heap = heap;
        _parts = new ValueParts(heap, this);
    }

    private enum Stage
    {
        Begin,
        Text,
        Table,
        Tree,
        List,
        StreamNodes,
        StreamTail,
        StreamGroups,
        StreamConsumers,
        StreamPending,
        SentLimits,
        SentProducer,
        SentMessage,
        Expiry,
        Done,
    }

    /// <summary>Not said by requests.</summary>
    public AccessNote Access { get; set; }

    StringParts IRecordWriter.Text => _parts.Text;

    private ReadOnlySpan<byte> Key => _keyBytes.AsSpan(0, _keyLength);

    public void BeginRecord(KeyBlock block)
    {
        _block = block;
        _kind = block.Kind;
        _expiryMs = block.HasExpiry ? block.ExpiryMs : KeyBlock.NoExpiry;
        _stage = Stage.Begin;
        _parts.Clear();
        ReadOnlySpan<byte> key = block.Key;
        if (_keyBytes.Length < key.Length)
        {
            _keyBytes = new byte[key.Length];
        }

        key.CopyTo(_keyBytes);
        _keyLength = key.Length;
    }

    public bool WriteSome(RdbChunk chunk)
    {
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

    public bool TryFreeze(IRdbChunkTarget target)
    {
        // What is left when the parts are written is in the record writer.
        if (_stage == Stage.Expiry || !_parts.TryFreeze(target))
        {
            return false;
        }

        _block = default;
        return true;
    }

    public void Thaw() => _parts.Thaw();

    void IPartWriter.Write(RdbChunk chunk, TablePart part) => Write(chunk, part);

    void IPartWriter.Write(RdbChunk chunk, TreePart part) => Write(chunk, part);

    private void WriteStep(RdbChunk chunk)
    {
        switch (_stage)
        {
            case Stage.Begin:
                Begin(chunk);
                break;
            case Stage.Text:
                WriteText(chunk);
                break;
            case Stage.Table when _parts.Table.MoveNext():
                Write(chunk, _parts.Table.Current);
                break;
            case Stage.Tree when _parts.Tree.MoveNext():
                Write(chunk, _parts.Tree.Current);
                break;
            case Stage.List:
                WriteNode(chunk);
                break;
            case Stage.Table or Stage.Tree:
                _stage = Stage.Expiry;
                break;
            case Stage.Expiry:
                WriteExpiry(chunk);
                _stage = Stage.Done;
                break;
            default:
                WriteStreamStep(chunk);
                break;
        }
    }

    private void Begin(RdbChunk chunk)
    {
        switch (_parts.Begin(_block))
        {
            case PartKind.Text:
                BeginRequest(chunk, "SET"u8, 1);
                CommandText.BeginArgument(chunk, _parts.Text.Length);
                _stage = Stage.Text;
                break;
            case PartKind.Table:
                _stage = Stage.Table;
                break;
            case PartKind.Tree:
                _stage = Stage.Tree;
                break;
            case PartKind.List:
                _stage = _parts.List.Left > 0 ? Stage.List : Stage.Expiry;
                break;
            case PartKind.Stream:
                _stage = _parts.Stream.NodesLeft > 0 ? Stage.StreamNodes : Stage.StreamTail;
                break;
            default:
                WriteCompact(chunk);
                _stage = Stage.Expiry;
                break;
        }
    }

    private void WriteCompact(RdbChunk chunk)
    {
        switch (_kind)
        {
            case ValueKind.String when _block.IsInteger:
                BeginRequest(chunk, "SET"u8, 1);
                CommandText.Write(chunk, _block.Integer);
                break;
            case ValueKind.String:
                BeginRequest(chunk, "SET"u8, 1);
                CommandText.Write(chunk, _block.StringBytes);
                break;
            case ValueKind.Hash:
                WriteCompactHash(chunk);
                break;
            case ValueKind.Set:
                WriteCompactSet(chunk);
                break;
            default:
                WriteCompactSortedSet(chunk);
                break;
        }
    }

    /// <summary>The head of a request with a key and so many arguments behind it.</summary>
    private void BeginRequest(RdbChunk chunk, ReadOnlySpan<byte> command, long arguments)
    {
        CommandText.BeginArray(chunk, 2 + arguments);
        CommandText.Write(chunk, command);
        CommandText.Write(chunk, Key);
    }

    private void WriteText(RdbChunk chunk)
    {
        const int LeastBytes = 1024;
        if (!_parts.Text.IsEnd)
        {
            chunk.WriteBytes(_parts.Text.Take(Math.Max(chunk.RoomBytes, LeastBytes)));
        }

        if (_parts.Text.IsEnd)
        {
            CommandText.EndArgument(chunk);
            _stage = Stage.Expiry;
        }
    }

    private void WriteExpiry(RdbChunk chunk)
    {
        if (_expiryMs != KeyBlock.NoExpiry)
        {
            BeginRequest(chunk, "PEXPIREAT"u8, 1);
            CommandText.Write(chunk, _expiryMs);
        }
    }

    private void WriteNode(RdbChunk chunk)
    {
        Listpack elements = _parts.List.Current;
        int left = elements.Count;
        for (int position = elements.First; position >= 0; left -= MaxElements)
        {
            int count = Math.Min(left, MaxElements);
            BeginRequest(chunk, "RPUSH"u8, count);
            for (; count > 0; count--)
            {
                CommandText.Write(chunk, elements.Get(position));
                position = elements.Next(position);
            }
        }

        if (!_parts.List.MoveNext())
        {
            _stage = Stage.Expiry;
        }
    }

    private void Write(RdbChunk chunk, TablePart part)
    {
        int count = 0;
        for (TablePart counted = part; counted.MoveNext();)
        {
            count++;
        }

        if (count == 0)
        {
            return;
        }

        bool isHash = _kind == ValueKind.Hash;
        BeginRequest(chunk, isHash ? "HMSET"u8 : "SADD"u8, isHash ? count * 2 : count);
        for (TablePart written = part; written.MoveNext();)
        {
            CommandText.Write(chunk, isHash ? written.Field : written.Member);
            if (isHash)
            {
                CommandText.Write(chunk, written.Value);
            }
        }

        while (isHash && part.MoveNext())
        {
            if (part.ExpiryMs != KeyBlock.NoExpiry)
            {
                BeginRequest(chunk, "HPEXPIREAT"u8, 4);
                CommandText.Write(chunk, part.ExpiryMs);
                CommandText.Write(chunk, "FIELDS"u8);
                CommandText.Write(chunk, 1);
                CommandText.Write(chunk, part.Field);
            }
        }
    }

    private void Write(RdbChunk chunk, TreePart part)
    {
        if (part.Count == 0)
        {
            return;
        }

        BeginRequest(chunk, "ZADD"u8, part.Count * 2);
        while (part.MoveNext())
        {
            CommandText.Write(chunk, part.Score);
            CommandText.Write(chunk, part.Name);
        }
    }

    private void WriteCompactHash(RdbChunk chunk)
    {
        HashFields fields = HashValue.FieldsOf(_block);
        long left = new HashValue(_heap, _block).Count;
        for (long inRequest = 0; fields.MoveNext(); left--, inRequest--)
        {
            if (inRequest == 0)
            {
                inRequest = Math.Min(left, MaxElements);
                BeginRequest(chunk, "HMSET"u8, inRequest * 2);
            }

            CommandText.Write(chunk, fields.Field);
            CommandText.Write(chunk, fields.Value);
        }
    }

    private void WriteCompactSet(RdbChunk chunk)
    {
        Span<byte> scratch = stackalloc byte[ListpackNumber.MaxLength];
        SetValue set = SetValue.Of(_block);
        long left = set.Count;
        long inRequest = 0;
        foreach (SetMember member in set)
        {
            if (inRequest == 0)
            {
                inRequest = Math.Min(left, MaxElements);
                BeginRequest(chunk, "SADD"u8, inRequest);
            }

            CommandText.Write(chunk, member.GetText(scratch));
            left--;
            inRequest--;
        }
    }

    private void WriteCompactSortedSet(RdbChunk chunk)
    {
        Span<byte> scratch = stackalloc byte[SortedSet.ScratchBytes];
        var set = new SortedSet(_block.Payload, _block.Encoding);
        long left = set.Count;
        long inRequest = 0;
        for (SortedSetCursor member = set.At(0); member.IsValid; member.MoveNext())
        {
            if (inRequest == 0)
            {
                inRequest = Math.Min(left, MaxElements);
                BeginRequest(chunk, "ZADD"u8, inRequest * 2);
            }

            CommandText.Write(chunk, member.Score);
            CommandText.Write(chunk, member.GetName(scratch));
            left--;
            inRequest--;
        }
    }
}
