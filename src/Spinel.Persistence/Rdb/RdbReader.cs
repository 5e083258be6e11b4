using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Spinel.DataStructures;

namespace Spinel.Persistence.Rdb;

/// <summary>
/// Reads the parts that RDB files and DUMP payloads are made of: numbers, lengths, strings. Every claim is checked against what is left of the
/// input; what does not fit is an <see cref="RdbFormatException"/> with its offset.
/// </summary>
/// <remarks>A span read is valid until the next read, for the window may move then.</remarks>
internal ref struct RdbReader
{
    /// <summary>The most that <see cref="Lzf"/> can make of one byte is 264 bytes of three.</summary>
    private const long MaxExpansion = 88;

    private readonly RdbScratch _scratch;
    private readonly RdbSource? _source;
    private ReadOnlySpan<byte> _window;
    private int _at;

    /// <summary>Reads a payload that is all there.</summary>
    public RdbReader(ReadOnlySpan<byte> payload, RdbScratch scratch)
    {
        _window = payload;
        _scratch = scratch;
    }

    /// <summary>Reads on where a source stands. Close before anyone else uses the source.</summary>
    public RdbReader(RdbSource source, RdbScratch scratch)
    {
        _source = source;
        _window = source.Window;
        _scratch = scratch;
    }

    /// <summary>Where the next byte stands in the file or payload.</summary>
    public readonly long Offset => (_source?.Offset ?? 0) + _at;

    /// <summary>How many bytes there can be; the greatest number when that is not known.</summary>
    public readonly long LeftBytes => _source is null ? _window.Length - _at : _source.LeftBytes == long.MaxValue ? long.MaxValue : _source.LeftBytes - _at;

    public readonly RdbScratch Scratch => _scratch;

    /// <summary>The present place, for <see cref="Rewind"/>.</summary>
    public readonly int Mark => _at;

    /// <summary>Goes back to a place. Only of a source that is fed, whose window stays.</summary>
    public void Rewind(int mark) => _at = mark;

    /// <summary>Sees to it that so many bytes can be read without the input ending.</summary>
    public void Require(int count)
    {
        if (count > _window.Length - _at)
        {
            Fill(count);
        }
    }

    /// <summary>Leaves behind in the source what has been read.</summary>
    public void Close()
    {
        _source?.Consume(_at);
        _window = default;
        _at = 0;
    }

    /// <summary>An error at the place that was read last.</summary>
    public readonly RdbFormatException Damaged(string problem) => new(problem, Offset);

    public byte ReadByte()
    {
        if (_at == _window.Length)
        {
            Fill(1);
        }

        return _window[_at++];
    }

    /// <summary>Looks at the next byte without reading it; false at the end of the input.</summary>
    public bool TryPeek(out byte value)
    {
        bool isThere = _at < _window.Length || TryFill(1);
        value = isThere ? _window[_at] : (byte)0;
        return isThere;
    }

    public int ReadInt32() => BinaryPrimitives.ReadInt32LittleEndian(ReadBytes(sizeof(int)));

    public long ReadInt64() => BinaryPrimitives.ReadInt64LittleEndian(ReadBytes(sizeof(long)));

    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(ReadBytes(sizeof(ulong)));

    public double ReadDouble() => BinaryPrimitives.ReadDoubleLittleEndian(ReadBytes(sizeof(double)));

    /// <summary>The id of a stream entry as a key of Redis's radix tree: big-endian.</summary>
    public StreamId ReadRawStreamId()
    {
        ReadOnlySpan<byte> bytes = ReadBytes(RdbFormat.StreamIdBytes);
        return new StreamId(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[sizeof(ulong)..]));
    }

    /// <summary>A number in the form of a length.</summary>
    public ulong ReadLength()
    {
        ulong length = ReadLength(out bool isEncoded);
        return isEncoded ? throw Damaged("A length is expected, and this is an encoded string") : length;
    }

    /// <summary>The number of things that follow, each at least so many bytes long.</summary>
    public long ReadCount(int bytesEach)
    {
        ulong count = ReadLength();
        long left = LeftBytes;
        if (count > (ulong)(left / bytesEach))
        {
            throw Damaged($"{count} elements are announced, and only {left} bytes are left");
        }

        return (long)count;
    }

    /// <summary>So many bytes as they are.</summary>
    public ReadOnlySpan<byte> ReadBytes(int count)
    {
        if (count > _window.Length - _at)
        {
            Fill(count);
        }

        ReadOnlySpan<byte> bytes = _window.Slice(_at, count);
        _at += count;
        return bytes;
    }

    /// <summary>The bytes of a string; of one that is kept as a number, its digits.</summary>
    public ReadOnlySpan<byte> ReadString()
    {
        if (TryReadShort(out ReadOnlySpan<byte> bytes))
        {
            return bytes;
        }

        RdbString text = ReadStringOrInteger();
        return text.IsInteger ? ListpackNumber.Format(text.Integer, _scratch.Unpack(ListpackNumber.MaxLength)) : text.Bytes;
    }

    /// <summary>A string, as it stands there: bytes or a number.</summary>
    public RdbString ReadStringOrInteger()
    {
        if (TryReadShort(out ReadOnlySpan<byte> bytes))
        {
            return new RdbString(bytes);
        }

        ulong length = ReadLength(out bool isEncoded);
        if (!isEncoded)
        {
            return new RdbString(ReadBytes(LengthOf(length)));
        }

        switch ((int)length)
        {
            case RdbFormat.EncodedInt8:
                return new RdbString((sbyte)ReadByte());
            case RdbFormat.EncodedInt16:
                return new RdbString(BinaryPrimitives.ReadInt16LittleEndian(ReadBytes(sizeof(short))));
            case RdbFormat.EncodedInt32:
                return new RdbString(ReadInt32());
            case RdbFormat.EncodedLzf:
                return new RdbString(ReadCompressed());
            default:
                throw Damaged($"A string has the unknown encoding {length}");
        }
    }

    /// <summary>A plain string of less than 64 bytes that lies in the window: nearly all names and most small values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryReadShort(out ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> rest = _window[_at..];
        if (!rest.IsEmpty && rest[0] < RdbFormat.LengthOf14Bits && rest[0] < rest.Length)
        {
            bytes = rest.Slice(1, rest[0]);
            _at += 1 + rest[0];
            return true;
        }

        bytes = default;
        return false;
    }

    /// <summary>Passes over a string.</summary>
    public void SkipString()
    {
        ulong length = ReadLength(out bool isEncoded);
        if (!isEncoded)
        {
            Skip((long)Math.Min(length, long.MaxValue));
            return;
        }

        switch ((int)length)
        {
            case RdbFormat.EncodedInt8:
                Skip(1);
                break;
            case RdbFormat.EncodedInt16:
                Skip(sizeof(short));
                break;
            case RdbFormat.EncodedInt32:
                Skip(sizeof(int));
                break;
            case RdbFormat.EncodedLzf:
                ulong compressed = ReadLength();
                ReadLength();
                Skip((long)Math.Min(compressed, long.MaxValue));
                break;
            default:
                throw Damaged($"A string has the unknown encoding {length}");
        }
    }

    /// <summary>Passes over so many bytes.</summary>
    public void Skip(long count)
    {
        while (count > 0)
        {
            if (_at == _window.Length)
            {
                Fill(1);
            }

            int here = (int)Math.Min(count, _window.Length - _at);
            _at += here;
            count -= here;
        }
    }

    private ulong ReadLength(out bool isEncoded)
    {
        int first = ReadByte();
        isEncoded = false;
        switch (first & RdbFormat.Encoded)
        {
            case 0:
                return (ulong)first;
            case RdbFormat.LengthOf14Bits:
                return (ulong)(((first & 0x3F) << 8) | ReadByte());
            case RdbFormat.Encoded:
                isEncoded = true;
                return (ulong)(first & 0x3F);
        }

        return first switch
        {
            RdbFormat.LengthOf32Bits => BinaryPrimitives.ReadUInt32BigEndian(ReadBytes(sizeof(uint))),
            RdbFormat.LengthOf64Bits => BinaryPrimitives.ReadUInt64BigEndian(ReadBytes(sizeof(ulong))),
            _ => throw Damaged($"No length begins with the byte {first}"),
        };
    }

    private readonly int LengthOf(ulong length)
    {
        if (length > (ulong)LeftBytes)
        {
            throw Damaged($"A string of {length} bytes is announced, and only {LeftBytes} are left");
        }

        return length <= (ulong)KeyBlock.MaxStringBytes ? (int)length : throw Damaged($"A string of {length} bytes is too long");
    }

    private ReadOnlySpan<byte> ReadCompressed()
    {
        ulong compressedLength = ReadLength();
        ulong length = ReadLength();
        int compressed = LengthOf(compressedLength);
        if (length > (ulong)(compressed * MaxExpansion) || length > (ulong)KeyBlock.MaxStringBytes)
        {
            throw Damaged($"{compressed} bytes cannot be the compressed form of {length}");
        }

        ReadOnlySpan<byte> bytes = ReadBytes(compressed);
        Span<byte> unpacked = _scratch.Unpack((int)length);
        return Lzf.TryDecompress(bytes, unpacked) ? unpacked : throw Damaged("A compressed string is damaged");
    }

    private void Fill(int needed)
    {
        if (!TryFill(needed))
        {
            throw new RdbFormatException("The data ends early", Offset);
        }
    }

    private bool TryFill(int needed)
    {
        if (_source is null)
        {
            return needed <= _window.Length - _at;
        }

        if (_source.IsFed)
        {
            // All that has come is in the window.
            return needed <= _window.Length - _at || (_source.IsFeedComplete ? false : throw new RdbInputPendingException());
        }

        _source.Consume(_at);
        bool isThere = _source.TryFill(needed);
        _window = _source.Window;
        _at = 0;
        return isThere;
    }
}

/// <summary>A string as it stands in a file: bytes, or a number that stands for its digits. Valid until the next read.</summary>
internal readonly ref struct RdbString
{
    public RdbString(ReadOnlySpan<byte> bytes) => Bytes = bytes;

    public RdbString(long integer)
    {
        Integer = integer;
        IsInteger = true;
    }

    public bool IsInteger { get; }

    public long Integer { get; }

    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>Length of its text in bytes.</summary>
    public int Length => IsInteger ? ListpackNumber.LengthOf(Integer) : Bytes.Length;

    /// <summary>The text: the bytes, or digits written to <paramref name="scratch"/>.</summary>
    /// <param name="scratch">At least <see cref="ListpackNumber.MaxLength"/> bytes.</param>
    public ReadOnlySpan<byte> GetText(Span<byte> scratch) => IsInteger ? ListpackNumber.Format(Integer, scratch) : Bytes;

    public ListpackElement ToElement() => IsInteger ? new ListpackElement(Integer) : new ListpackElement(Bytes);
}
