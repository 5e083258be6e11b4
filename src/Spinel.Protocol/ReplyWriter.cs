using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Spinel.Protocol;

/// <summary>
/// Writes replies in RESP2 or RESP3 into a buffer writer.
/// </summary>
/// <remarks>
/// <para>
/// The writer holds on to one span of the sink and tells the sink only when the span is full or at <see cref="Flush"/>, so
/// a batch of small replies costs no interface calls. Until then the sink must not be used by anyone else, and what was
/// written is not in it. Pass the writer by reference: a copy would write over the original's bytes.
/// </para>
/// <para>
/// A type that RESP2 lacks is written as the type RESP2 clients expect in its place, so commands need not ask for the version.
/// The caller owes every header as many elements as it announces.
/// Specification: https://redis.io/docs/latest/develop/reference/protocol-spec/
/// </para>
/// </remarks>
public ref struct ReplyWriter
{
    // The longest header or number: type, sign, 19 digits, line end; rounded up so that eight bytes may be stored at once.
    private const int MaxHeaderLength = 32;
    private const int LineEndLength = 2;
    private const int ShortHeaderRoom = sizeof(ulong);
    private const int ShortPayloadLimit = 100;
    private const ushort LineEndBytes = '\r' | ('\n' << 8);
    private const uint LineEndAfterDigit = ((uint)'\r' << 16) | ((uint)'\n' << 24);

    private readonly IBufferWriter<byte> _sink;
    private Span<byte> _span;
    private int _position;
    private long _published;

    /// <summary>Makes a writer that appends to <paramref name="sink"/>.</summary>
    public ReplyWriter(IBufferWriter<byte> sink, RespVersion version)
    {
        _sink = sink;
        Version = version;
    }

    /// <summary>The protocol version of what is written from now on.</summary>
    public RespVersion Version { get; set; }

    /// <summary>Where the writer appends to.</summary>
    public readonly IBufferWriter<byte> Sink => _sink;

    /// <summary>How many bytes this writer has written, flushed or not.</summary>
    public readonly long BytesWritten => _published + _position;

    private readonly bool IsResp3 => Version == RespVersion.Resp3;

    /// <summary>Hands everything written to the sink. The writer can go on afterwards.</summary>
    public void Flush()
    {
        if (_position > 0)
        {
            _sink.Advance(_position);
            _published += _position;
        }

        _span = default;
        _position = 0;
    }

    /// <summary><c>+text CR LF</c>. Line breaks in the text become spaces.</summary>
    public void SimpleString(scoped ReadOnlySpan<byte> text) => Line((byte)'+', text);

    /// <summary>
    /// <c>-text CR LF</c>, where the text begins with the error's code, such as <c>ERR syntax error</c>. Line breaks at its
    /// end are dropped, others become spaces.
    /// </summary>
    public void Error(scoped ReadOnlySpan<byte> text) => Line((byte)'-', text.TrimEnd("\r\n"u8));

    /// <summary><c>:value CR LF</c></summary>
    public void Integer(long value) => Header((byte)':', value);

    /// <summary><c>$length CR LF payload CR LF</c></summary>
    public void BulkString(scoped ReadOnlySpan<byte> payload)
    {
        Span<byte> room = _span[_position..];
        int length = payload.Length;
        if (length >= ShortPayloadLimit || room.Length < length + ShortHeaderRoom + LineEndLength)
        {
            Header((byte)'$', length);
            PayloadAndLineEnd(payload);
            return;
        }

        int headerLength = ShortHeader(room, length);
        room = room[headerLength..];
        payload.CopyTo(room);
        BinaryPrimitives.WriteUInt16LittleEndian(room[length..], LineEndBytes);
        _position += headerLength + length + LineEndLength;
    }

    /// <summary>The decimal digits of <paramref name="value"/> as a bulk string.</summary>
    public void BulkString(long value)
    {
        Reserve(MaxHeaderLength + ShortHeaderRoom);
        Span<byte> room = _span[_position..];
        int headerLength = ShortHeader(room, Int64Text.Length(value));
        room = room[headerLength..];
        int length = Int64Text.Format(value, room);
        BinaryPrimitives.WriteUInt16LittleEndian(room[length..], LineEndBytes);
        _position += headerLength + length + LineEndLength;
    }

    /// <summary>The absence of a string: <c>$-1</c>, in RESP3 <c>_</c>.</summary>
    public void NullBulk() => Raw(IsResp3 ? "_\r\n"u8 : "$-1\r\n"u8);

    /// <summary>The absence of an array: <c>*-1</c>, in RESP3 <c>_</c>.</summary>
    public void NullArray() => Raw(IsResp3 ? "_\r\n"u8 : "*-1\r\n"u8);

    /// <summary><c>*count</c>; <paramref name="count"/> elements follow.</summary>
    public void ArrayHeader(long count) => Header((byte)'*', count);

    /// <summary><c>%pairs</c>, in RESP2 an array; twice as many elements follow.</summary>
    public void MapHeader(long pairs)
    {
        if (IsResp3)
        {
            Header((byte)'%', pairs);
        }
        else
        {
            Header((byte)'*', pairs * 2);
        }
    }

    /// <summary><c>~count</c>, in RESP2 an array; <paramref name="count"/> elements follow.</summary>
    public void SetHeader(long count) => Header(IsResp3 ? (byte)'~' : (byte)'*', count);

    /// <summary><c>&gt;count</c>, in RESP2 an array; <paramref name="count"/> elements follow.</summary>
    public void PushHeader(long count) => Header(IsResp3 ? (byte)'>' : (byte)'*', count);

    /// <summary><c>|pairs</c>; twice as many elements follow, then the reply they describe. RESP3 only.</summary>
    public void AttributeHeader(long pairs)
    {
        if (!IsResp3)
        {
            ThrowNoAttributes();
        }

        Header((byte)'|', pairs);
    }

    /// <summary><c>,value</c>, in RESP2 a bulk string; 17 significant digits (<see cref="DoubleText"/>).</summary>
    public void Double(double value)
    {
        Span<byte> text = stackalloc byte[DoubleText.MaxLength];
        Double(text[..DoubleText.Format(value, text)]);
    }

    /// <summary><c>,text</c>, in RESP2 a bulk string, for a number that is already formatted.</summary>
    public void Double(scoped ReadOnlySpan<byte> text)
    {
        if (IsResp3)
        {
            Line((byte)',', text);
        }
        else
        {
            BulkString(text);
        }
    }

    /// <summary><c>#t</c> or <c>#f</c>, in RESP2 the integer 1 or 0.</summary>
    public void Boolean(bool value)
    {
        if (IsResp3)
        {
            Raw(value ? "#t\r\n"u8 : "#f\r\n"u8);
        }
        else
        {
            Raw(value ? Replies.One : Replies.Zero);
        }
    }

    /// <summary><c>(digits</c>, in RESP2 a bulk string.</summary>
    public void BigNumber(scoped ReadOnlySpan<byte> digits)
    {
        if (IsResp3)
        {
            Line((byte)'(', digits);
        }
        else
        {
            BulkString(digits);
        }
    }

    /// <summary>
    /// <c>=length CR LF format:text CR LF</c>, in RESP2 the text as a bulk string.
    /// </summary>
    /// <param name="format">Three bytes, such as <c>txt</c> or <c>mkd</c>.</param>
    /// <param name="text">The text.</param>
    public void VerbatimString(scoped ReadOnlySpan<byte> format, scoped ReadOnlySpan<byte> text)
    {
        if (!IsResp3)
        {
            BulkString(text);
            return;
        }

        ArgumentOutOfRangeException.ThrowIfNotEqual(format.Length, 3);
        Header((byte)'=', format.Length + 1L + text.Length);
        Raw(format);
        Raw(":"u8);
        PayloadAndLineEnd(text);
    }

    /// <summary>Bytes that already are RESP (<see cref="Replies"/>), or part of it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Raw(scoped ReadOnlySpan<byte> bytes)
    {
        if (bytes.TryCopyTo(_span[_position..]))
        {
            _position += bytes.Length;
        }
        else
        {
            CopyInPieces(bytes);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Header(byte type, long value)
    {
        Reserve(MaxHeaderLength);
        Span<byte> destination = _span.Slice(_position, MaxHeaderLength);
        if ((ulong)value < 10)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(destination, type | (((uint)'0' + (uint)value) << 8) | LineEndAfterDigit);
            _position += 4;
        }
        else
        {
            LongHeader(type, value, destination);
        }
    }

    /// <summary>Writes the header of a bulk string of less than 100 bytes, and bytes of no meaning behind it, eight in all.</summary>
    /// <returns>The length of the header.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int ShortHeader(Span<byte> room, int payloadLength)
    {
        uint length = (uint)payloadLength;
        if (length < 10)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(room, '$' | (('0' + length) << 8) | LineEndAfterDigit);
            return 4;
        }

        // Below 100, 103/1024 is close enough to a tenth.
        uint tens = (length * 103) >> 10;
        uint ones = length - (tens * 10);
        BinaryPrimitives.WriteUInt64LittleEndian(room, '$' | (('0' + tens) << 8) | (('0' + ones) << 16) | ((ulong)LineEndBytes << 24));
        return 5;
    }

    private void LongHeader(byte type, long value, scoped Span<byte> destination)
    {
        destination[0] = type;
        int length = 1 + Int64Text.Format(value, destination[1..]);
        destination[length] = (byte)'\r';
        destination[length + 1] = (byte)'\n';
        _position += length + LineEndLength;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void PayloadAndLineEnd(scoped ReadOnlySpan<byte> payload)
    {
        Span<byte> room = _span[_position..];
        if (room.Length - LineEndLength >= payload.Length)
        {
            payload.CopyTo(room);
            room[payload.Length] = (byte)'\r';
            room[payload.Length + 1] = (byte)'\n';
            _position += payload.Length + LineEndLength;
        }
        else
        {
            CopyInPieces(payload);
            LineEnd();
        }
    }

    private void LineEnd()
    {
        Reserve(LineEndLength);
        _span[_position] = (byte)'\r';
        _span[_position + 1] = (byte)'\n';
        _position += LineEndLength;
    }

    private void Line(byte type, scoped ReadOnlySpan<byte> text)
    {
        Reserve(1);
        _span[_position++] = type;
        while (text.IndexOfAny((byte)'\r', (byte)'\n') is var lineBreak and >= 0)
        {
            Raw(text[..lineBreak]);
            Raw(" "u8);
            text = text[(lineBreak + 1)..];
        }

        PayloadAndLineEnd(text);
    }

    /// <summary>Copies what the current span cannot hold, taking from the sink whatever pieces it likes to give.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void CopyInPieces(scoped ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            Reserve(1);
            int length = Math.Min(bytes.Length, _span.Length - _position);
            bytes[..length].CopyTo(_span[_position..]);
            _position += length;
            bytes = bytes[length..];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Reserve(int length)
    {
        if (_span.Length - _position < length)
        {
            NextSpan(length);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void NextSpan(int length)
    {
        Flush();
        _span = _sink.GetSpan(length);
        if (_span.Length < length)
        {
            ThrowShortSpan();
        }
    }

    private static void ThrowNoAttributes() =>
        throw new InvalidOperationException("RESP2 has no attributes; the command must not write one.");

    private static void ThrowShortSpan() =>
        throw new InvalidOperationException("The reply sink gave a shorter span than it was asked for.");
}
