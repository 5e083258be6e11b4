using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Spinel.Dashboard.Sockets;

/// <summary>
/// Room in which one message for a browser is written as JSON. Used again and again by whoever writes one message at a time; what leaves is a copy in a rented array.
/// </summary>
internal sealed class JsonFrame : IBufferWriter<byte>
{
    private const int KeptBytes = 64 * 1024;

    // Browsers parse the frames, no page contains them: nothing has to be escaped but what JSON demands.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private byte[] _buffer = [];
    private int _length;

    internal JsonFrame() => Json = new Utf8JsonWriter(this, Options);

    internal Utf8JsonWriter Json { get; }

    /// <summary>What has been written and flushed.</summary>
    internal ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    /// <summary>Begins a new message.</summary>
    internal Utf8JsonWriter Begin()
    {
        _length = 0;
        if (_buffer.Length > KeptBytes)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }

        Json.Reset();
        return Json;
    }

    /// <summary>Ends the message and copies it.</summary>
    internal ArraySegment<byte> Take()
    {
        Json.Flush();
        byte[] copy = ArrayPool<byte>.Shared.Rent(Math.Max(1, _length));
        Written.CopyTo(copy);
        return new ArraySegment<byte>(copy, 0, _length);
    }

    void IBufferWriter<byte>.Advance(int count) => _length += count;

    Memory<byte> IBufferWriter<byte>.GetMemory(int sizeHint)
    {
        MakeRoom(sizeHint);
        return _buffer.AsMemory(_length);
    }

    Span<byte> IBufferWriter<byte>.GetSpan(int sizeHint)
    {
        MakeRoom(sizeHint);
        return _buffer.AsSpan(_length);
    }

    private void MakeRoom(int count)
    {
        count = Math.Max(count, 256);
        if (_buffer.Length - _length >= count)
        {
            return;
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(_length + count, 2 * _length));
        Written.CopyTo(larger);
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _buffer = larger;
    }
}
