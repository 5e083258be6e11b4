using System.Buffers.Text;

namespace Spinel.Dashboard.Channels;

/// <summary>Reads replies that consist of lists of bulk strings.</summary>
internal ref struct BulkReader(ReadOnlySpan<byte> resp)
{
    private ReadOnlySpan<byte> _rest = resp;

    /// <summary>Reads the head of an invalidation message. False: it is another message, or means all keys.</summary>
    internal bool TryReadInvalidation(out long count)
    {
        count = 0;
        if (ReadNumber((byte)'>') != 2 || !Next().SequenceEqual("invalidate"u8) || _rest[0] != (byte)'*')
        {
            return false;
        }

        count = ReadNumber((byte)'*');
        return count >= 0;
    }

    /// <summary>The number in the header of the next value; -1 when it is of another type.</summary>
    internal long ReadNumber(byte type)
    {
        byte found = _rest[0];
        int end = _rest.IndexOf((byte)'\n');
        long number = Utf8Parser.TryParse(_rest[1..end], out long value, out _) ? value : -1;
        _rest = _rest[(end + 1)..];
        return found == type ? number : -1;
    }

    /// <summary>Passes a bulk string by, or what stands for none.</summary>
    internal void SkipNullOrBulk()
    {
        if (_rest[0] == (byte)'_')
        {
            ReadNumber((byte)'_');
            return;
        }

        long length = ReadNumber((byte)'$');
        _rest = length < 0 ? _rest : _rest[((int)length + 2)..];
    }

    /// <summary>The next bulk string.</summary>
    internal ReadOnlySpan<byte> Next()
    {
        int length = (int)Math.Max(0, ReadNumber((byte)'$'));
        ReadOnlySpan<byte> bytes = _rest[..length];
        _rest = _rest[(length + 2)..];
        return bytes;
    }
}
