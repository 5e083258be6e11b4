using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Spinel.Dashboard.Channels;

/// <summary>
/// Writes replies as JSON. What JSON has, it has itself: strings that are UTF-8, integers within 2^53, arrays, null, booleans. Everything else is an
/// object whose member <c>$</c> names what it is: bytes, status, integer, double, set, map, error, verbatim, bignum.
/// </summary>
internal ref struct ReplyJson(ReadOnlySpan<byte> resp, Utf8JsonWriter json)
{
    private const int MaxDepth = 256;
    private const long MaxExactInteger = 1L << 53;

    private readonly Utf8JsonWriter _json = json;
    private ReadOnlySpan<byte> _rest = resp;

    /// <summary>Writes a whole reply, and no more than about <paramref name="maxBytes"/> of JSON. False: it was longer, or nested too deeply.</summary>
    internal static bool TryWrite(ReadOnlySpan<byte> resp, Utf8JsonWriter json, long maxBytes = long.MaxValue) =>
        new ReplyJson(resp, json) { MaxBytes = maxBytes }.TryWriteValue(0) && json.BytesCommitted + json.BytesPending <= maxBytes;

    /// <summary>The text of an error reply, without its type byte.</summary>
    internal static string ErrorText(ReadOnlySpan<byte> resp)
    {
        var reader = new ReplyJson(resp, null!);
        ReadOnlySpan<byte> line = reader.Line();
        return Encoding.UTF8.GetString(line[0] == (byte)'!' ? reader.Payload(line) : line[1..]);
    }

    private long MaxBytes { get; init; }

    private bool TryWriteValue(int depth)
    {
        if (depth > MaxDepth || _json.BytesCommitted + _json.BytesPending > MaxBytes)
        {
            return false;
        }

        ReadOnlySpan<byte> line = Line();
        switch (line[0])
        {
            case (byte)'+':
                Tagged("status"u8, line[1..]);
                return true;
            case (byte)'-':
                Tagged("error"u8, line[1..]);
                return true;
            case (byte)':':
                WriteInteger(line[1..]);
                return true;
            case (byte)'_':
                _json.WriteNullValue();
                return true;
            case (byte)'#':
                _json.WriteBooleanValue(line.Length > 1 && line[1] == (byte)'t');
                return true;
            case (byte)',':
                Tagged("double"u8, line[1..]);
                return true;
            case (byte)'(':
                Tagged("bignum"u8, line[1..]);
                return true;
            case (byte)'$':
                WriteBulk(line);
                return true;
            case (byte)'!':
                Tagged("error"u8, Payload(line));
                return true;
            case (byte)'=':
                WriteVerbatim(Payload(line));
                return true;
            case (byte)'*' or (byte)'>':
                return TryWriteArray(Number(line), depth);
            case (byte)'~':
                return TryWriteSet(Number(line), depth);
            case (byte)'%':
                return TryWriteMap(Number(line), depth);
            case (byte)'|':
                return TrySkipAttributes(Number(line), depth);
            default:
                throw new InvalidOperationException("the engine sent a value of an unknown type");
        }
    }

    private ReadOnlySpan<byte> Line()
    {
        int end = _rest.IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = _rest[..(end - 1)];
        _rest = _rest[(end + 1)..];
        return line;
    }

    private ReadOnlySpan<byte> Payload(ReadOnlySpan<byte> line)
    {
        int length = (int)Number(line);
        ReadOnlySpan<byte> payload = _rest[..length];
        _rest = _rest[(length + 2)..];
        return payload;
    }

    private static long Number(ReadOnlySpan<byte> line) => Utf8Parser.TryParse(line[1..], out long value, out _) ? value : 0;

    private readonly void WriteInteger(ReadOnlySpan<byte> digits)
    {
        if (Utf8Parser.TryParse(digits, out long value, out int used) && used == digits.Length && value is >= -MaxExactInteger and <= MaxExactInteger)
        {
            _json.WriteNumberValue(value);
        }
        else
        {
            Tagged("integer"u8, digits);
        }
    }

    private void WriteBulk(ReadOnlySpan<byte> line)
    {
        if (Number(line) < 0)
        {
            _json.WriteNullValue();
            return;
        }

        WriteText(_json, Payload(line));
    }

    /// <summary>Writes bytes as a string if they are UTF-8, and in base64 otherwise.</summary>
    internal static void WriteText(Utf8JsonWriter json, ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes))
        {
            json.WriteStringValue(bytes);
            return;
        }

        json.WriteStartObject();
        json.WriteString("$"u8, "bytes"u8);
        json.WriteBase64String("base64"u8, bytes);
        json.WriteEndObject();
    }

    private readonly void Tagged(ReadOnlySpan<byte> kind, ReadOnlySpan<byte> value)
    {
        _json.WriteStartObject();
        _json.WriteString("$"u8, kind);
        WriteLossy("value"u8, value);
        _json.WriteEndObject();
    }

    /// <summary>Writes a text that is expected to be readable; what is not UTF-8 in it is replaced.</summary>
    private readonly void WriteLossy(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (Utf8.IsValid(value))
        {
            _json.WriteString(name, value);
        }
        else
        {
            _json.WriteString(name, Encoding.UTF8.GetString(value));
        }
    }

    private readonly void WriteVerbatim(ReadOnlySpan<byte> payload)
    {
        const int HeadBytes = 4;
        _json.WriteStartObject();
        _json.WriteString("$"u8, "verbatim"u8);
        _json.WriteString("format"u8, payload[..(HeadBytes - 1)]);
        WriteLossy("value"u8, payload[HeadBytes..]);
        _json.WriteEndObject();
    }

    private bool TryWriteArray(long count, int depth)
    {
        if (count < 0)
        {
            _json.WriteNullValue();
            return true;
        }

        _json.WriteStartArray();
        for (long i = 0; i < count; i++)
        {
            if (!TryWriteValue(depth + 1))
            {
                return false;
            }
        }

        _json.WriteEndArray();
        return true;
    }

    private bool TryWriteSet(long count, int depth)
    {
        _json.WriteStartObject();
        _json.WriteString("$"u8, "set"u8);
        _json.WritePropertyName("items"u8);
        if (!TryWriteArray(Math.Max(0, count), depth))
        {
            return false;
        }

        _json.WriteEndObject();
        return true;
    }

    private bool TryWriteMap(long count, int depth)
    {
        _json.WriteStartObject();
        _json.WriteString("$"u8, "map"u8);
        _json.WriteStartArray("entries"u8);
        for (long i = 0; i < count; i++)
        {
            if (!TryWriteArray(2, depth))
            {
                return false;
            }
        }

        _json.WriteEndArray();
        _json.WriteEndObject();
        return true;
    }

    /// <summary>Attributes are hints beside the value, for which browsers have no use.</summary>
    private bool TrySkipAttributes(long count, int depth)
    {
        for (long i = 0; i < 2 * count; i++)
        {
            SkipValue();
        }

        return TryWriteValue(depth + 1);
    }

    private void SkipValue()
    {
        for (long left = 1; left > 0; left--)
        {
            ReadOnlySpan<byte> line = Line();
            switch (line[0])
            {
                case (byte)'$' when Number(line) < 0:
                    break;
                case (byte)'$' or (byte)'=' or (byte)'!':
                    Payload(line);
                    break;
                case (byte)'*' or (byte)'~' or (byte)'>':
                    left += Math.Max(0, Number(line));
                    break;
                case (byte)'%':
                    left += 2 * Number(line);
                    break;
                case (byte)'|':
                    left += (2 * Number(line)) + 1;
                    break;
            }
        }
    }
}
