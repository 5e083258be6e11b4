using Spinel.Memory;
using Spinel.Protocol;

namespace Spinel.Engine.Sessions;

/// <summary>
/// What a client has sent and the server has not run yet.
/// <para>
/// Input is parsed where the transport received it. Only what an incomplete request leaves over moves into a buffer of the session's own, so
/// an idle client holds no buffer at all. The parser remembers how far it has come in that request, and <see cref="Arguments"/> what it has found. A request that is complete
/// but has to wait is kept the same way: it may have been unescaped in place, so it cannot be parsed again.
/// </para>
/// </summary>
internal sealed class SessionInput(NativeHeap heap)
{
    /// <summary>A buffer above this size is given back when it is empty, not kept for the next partial request.</summary>
    private const int MaxKeptBytes = 64 * 1024;

    private const int MinReceiveBytes = 16 * 1024;
    private const int MaxReceiveAheadBytes = 1 << 20;
    private NativeBuffer? _buffer;
    private RequestParser _parser;

    public ref RequestParser Parser => ref _parser;

    /// <summary>The arguments of a request that has begun but is not complete, or that is postponed.</summary>
    public ArgumentList? Arguments { get; set; }

    /// <summary>A complete request, in <see cref="Arguments"/>, waits to be executed; the buffer starts with it, this many bytes long. 0 when none does.</summary>
    public int PostponedBytes { get; set; }

    /// <summary>Since when it waits, on the monotonic clock; 0 when none does.</summary>
    public long PostponedAt { get; set; }

    /// <summary>Bytes received and not yet executed.</summary>
    public int Length => _buffer?.Length ?? 0;

    /// <summary>Memory held.</summary>
    public int CapacityBytes => _buffer?.Capacity ?? 0;

    /// <summary>The bytes that are kept. They begin with the postponed request, if there is one.</summary>
    public Span<byte> Bytes => _buffer is null ? default : _buffer.Span;

    /// <summary>Where the transport is to receive into: <paramref name="shared"/>, or the buffer while a request is incomplete.</summary>
    public Span<byte> BeginReceive(Span<byte> shared)
    {
        if (_buffer is null || _buffer.Length == 0)
        {
            return shared;
        }

        // A big argument under way gets room in large steps; the sender has to deliver before more is set aside for it.
        return _buffer.GetSpan(Math.Max(MinReceiveBytes, Math.Min(_parser.BytesWanted, MaxReceiveAheadBytes)));
    }

    /// <summary>So many bytes have been received behind those that are kept.</summary>
    public void Advance(int count) => _buffer!.Advance(count);

    /// <summary>Keeps what could not be run where it was received.</summary>
    public void Append(ReadOnlySpan<byte> rest)
    {
        _buffer ??= new NativeBuffer(heap, MinReceiveBytes);
        _buffer.Append(rest);
    }

    /// <summary>Drops bytes from the front that are done with.</summary>
    public void Consume(int count)
    {
        _buffer!.Consume(count);
        if (_buffer is { Length: 0, Capacity: > MaxKeptBytes })
        {
            Release();
        }
    }

    /// <summary>Gives up the request that has been waiting.</summary>
    public void DropPostponed()
    {
        int count = PostponedBytes;
        PostponedBytes = 0;
        PostponedAt = 0;
        Consume(count);
    }

    /// <summary>Gives back an empty buffer that has not been used for a while.</summary>
    public void Trim()
    {
        if (_buffer is { Length: 0 })
        {
            Release();
        }
    }

    public void Release()
    {
        _buffer?.Dispose();
        _buffer = null;
        Arguments = null;
    }
}
