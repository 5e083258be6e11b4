using Spinel.Engine.Sessions;
using Spinel.Memory;
using Spinel.Protocol;

namespace Spinel.Engine.Tracking;

/// <summary>
/// An invalidation as it goes over the wire: a push in RESP3, a published message in RESP2.
/// <code>
/// RESP3: >2 $10 invalidate                          then  *n and n keys, or a null for all keys
/// RESP2: *3 $7 message $20 __redis__:invalidate
/// </code>
/// The keys are written once. With the first receiver that speaks a version of the protocol they are put behind its heading into a chunk, to which the output buffers of all such
/// receivers refer (<see cref="SharedOutput"/>): a thousand clients cost no thousand copies.
/// </summary>
internal sealed class InvalidationMessage(NativeHeap heap, ChunkPool chunks) : IDisposable
{
    private const int MaxKeptBytes = 64 * 1024;
    private readonly NativeBuffer _keys = new(heap);
    private readonly SharedOutput _output2 = new(chunks);
    private readonly SharedOutput _output3 = new(chunks);
    private SharedMessage _resp2;
    private SharedMessage _resp3;
    private bool _isForAll;

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
        _isForAll = true;
    }

    /// <summary>Begins a message about several keys, which the caller writes and flushes.</summary>
    public ReplyWriter Begin(int count)
    {
        Reset();
        var writer = new ReplyWriter(_keys, RespVersion.Resp2);
        writer.ArrayHeader(count);
        return writer;
    }

    /// <summary>The message as a client of that protocol version understands it. Valid until the next message begins, unless a buffer has taken it.</summary>
    public SharedMessage For(RespVersion version)
    {
        bool isResp3 = version == RespVersion.Resp3;
        ref SharedMessage written = ref isResp3 ? ref _resp3 : ref _resp2;
        if (written.Chunk is null)
        {
            written = isResp3
                ? Write(_output3, ">2\r\n$10\r\ninvalidate\r\n"u8, _isForAll ? "_\r\n"u8 : _keys.WrittenSpan)
                : Write(_output2, "*3\r\n$7\r\nmessage\r\n$20\r\n__redis__:invalidate\r\n"u8, _isForAll ? "$-1\r\n"u8 : _keys.WrittenSpan);
        }

        return written;
    }

    public void Dispose()
    {
        Reset();
        _keys.Dispose();
        _output2.Dispose();
        _output3.Dispose();
    }

    private static SharedMessage Write(SharedOutput output, ReadOnlySpan<byte> heading, ReadOnlySpan<byte> body)
    {
        output.Begin((long)heading.Length + body.Length);
        heading.CopyTo(output.GetSpan());
        output.Advance(heading.Length);
        body.CopyTo(output.GetSpan());
        output.Advance(body.Length);
        return output.End();
    }

    private void Reset()
    {
        _keys.Clear();
        if (_keys.Capacity > MaxKeptBytes)
        {
            _keys.Dispose();
        }

        _isForAll = false;
        _resp2 = default;
        _resp3 = default;
    }
}
