using Spinel.Memory;
using Spinel.Protocol;

namespace Spinel.Engine.Tracking;

/// <summary>
/// An invalidation as it goes over the wire: a push in RESP3, a published message in RESP2.
/// <code>
/// RESP3: >2 $10 invalidate                          then  *n and n keys, or a null for all keys
/// RESP2: *3 $7 message $20 __redis__:invalidate
/// </code>
/// Keys are written once for all who get them: there is room for either heading in front of them, and a heading is written over the other when the
/// receivers change.
/// </summary>
internal sealed class InvalidationMessage(NativeHeap heap) : IDisposable
{
    private const int MaxKeptBytes = 64 * 1024;
    private readonly NativeBuffer _bytes = new(heap);
    private RespVersion? _heading;
    private bool _isNull;

    private static ReadOnlySpan<byte> Push => ">2\r\n$10\r\ninvalidate\r\n"u8;

    private static ReadOnlySpan<byte> Published => "*3\r\n$7\r\nmessage\r\n$20\r\n__redis__:invalidate\r\n"u8;

    /// <summary>Makes this the message that one key is stale.</summary>
    public void SetKey(ReadOnlySpan<byte> key)
    {
        ReplyWriter writer = Begin(1);
        writer.BulkString(key);
        writer.Flush();
    }

    /// <summary>Makes this the message that everything is stale.</summary>
    public void SetAll()
    {
        Reset();
        _isNull = true;
    }

    /// <summary>Begins a message about several keys, which the caller writes and flushes.</summary>
    public ReplyWriter Begin(int count)
    {
        Reset();
        var writer = new ReplyWriter(_bytes, RespVersion.Resp2);
        writer.ArrayHeader(count);
        return writer;
    }

    /// <summary>The message as a client of that protocol version understands it. Valid until the next call of any method.</summary>
    public ReadOnlySpan<byte> For(RespVersion version)
    {
        if (_isNull)
        {
            return version == RespVersion.Resp3
                ? ">2\r\n$10\r\ninvalidate\r\n_\r\n"u8
                : "*3\r\n$7\r\nmessage\r\n$20\r\n__redis__:invalidate\r\n$-1\r\n"u8;
        }

        ReadOnlySpan<byte> heading = version == RespVersion.Resp3 ? Push : Published;
        int start = Published.Length - heading.Length;
        if (_heading != version)
        {
            heading.CopyTo(_bytes.Span[start..]);
            _heading = version;
        }

        return _bytes.WrittenSpan[start..];
    }

    public void Dispose() => _bytes.Dispose();

    private void Reset()
    {
        _bytes.Clear();
        if (_bytes.Capacity > MaxKeptBytes)
        {
            _bytes.Dispose();
        }

        _isNull = false;
        _heading = RespVersion.Resp2;
        _bytes.Append(Published);
    }
}
