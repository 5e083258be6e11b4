using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Spinel.Engine.Sessions;

namespace Spinel.Hosting.Transport;

/// <summary>
/// One client of a <see cref="SocketTransport"/>. Its state belongs to the engine thread, but for the receive buffer, which a pool thread
/// owns from the start of a receive until it has enqueued the event.
/// </summary>
internal sealed class SocketConnection : IConnection
{
    private const int ReceiveBufferBytes = 16 * 1024;
    private const int SendBufferBytes = 64 * 1024;

    private readonly SocketTransport _transport;
    private readonly Socket _socket;
    private readonly EndPoint? _remote;
    private readonly string _unixPath;
    private byte[]? _received;
    private int _receivedBytes;
    private byte[]? _sending;
    private int _sendOffset;
    private int _sendEnd;

    /// <exception cref="SocketException">The peer is already gone.</exception>
    internal SocketConnection(SocketTransport transport, Socket socket, string unixPath)
    {
        _transport = transport;
        _socket = socket;
        _unixPath = unixPath;
        IsUnixSocket = socket.AddressFamily == AddressFamily.Unix;
        _remote = IsUnixSocket ? null : socket.RemoteEndPoint;
        FileDescriptor = socket.Handle;
    }

    internal Session? Session { get; set; }

    internal bool IsOpen { get; private set; } = true;

    internal bool IsInputEnded { get; set; }

    /// <summary>A send is under way on a pool thread.</summary>
    internal bool IsSending { get; private set; }

    public long FileDescriptor { get; }

    public string RemoteAddress => IsUnixSocket ? _unixPath + ":0" : _remote?.ToString() ?? "?:0";

    public string LocalAddress => IsUnixSocket ? _unixPath + ":0" : IsOpen ? _socket.LocalEndPoint?.ToString() ?? "?:0" : "?:0";

    public bool IsUnixSocket { get; }

    public bool IsLoopback => IsUnixSocket || (_remote is IPEndPoint remote && IPAddress.IsLoopback(remote.Address));

    public void SetNoDelay(bool on)
    {
        if (IsOpen && !IsUnixSocket)
        {
            _socket.NoDelay = on;
        }
    }

    /// <summary>Waits for input on a pool thread and enqueues what comes of it.</summary>
    internal async Task ReceiveNextAsync()
    {
        byte[]? buffer = null;
        SocketEventKind outcome;
        try
        {
            await _socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None).ConfigureAwait(false);
            buffer = ArrayPool<byte>.Shared.Rent(ReceiveBufferBytes);
            int count = await _socket.ReceiveAsync(buffer.AsMemory(), SocketFlags.None).ConfigureAwait(false);
            _receivedBytes = count;
            outcome = count > 0 ? SocketEventKind.Received : SocketEventKind.InputEnded;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            outcome = SocketEventKind.Failed;
        }

        if (outcome == SocketEventKind.Received)
        {
            _received = buffer;
        }
        else if (buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        _transport.Enqueue(new SocketEvent(outcome, this));
    }

    /// <summary>The bytes that the last receive brought.</summary>
    internal Span<byte> TakeReceived() => _received.AsSpan(0, _receivedBytes);

    internal void ReturnReceiveBuffer()
    {
        if (_received is not null)
        {
            ArrayPool<byte>.Shared.Return(_received);
            _received = null;
        }
    }

    /// <summary>Starts to send what comes next. What is being sent is a copy, as the engine goes on writing to its buffer.</summary>
    /// <returns>Bytes taken from <paramref name="output"/>.</returns>
    internal int SendNext(OutputBuffer output)
    {
        byte[] copy = _sending ??= ArrayPool<byte>.Shared.Rent(SendBufferBytes);
        int count = 0;
        while (!output.IsEmpty && count < copy.Length)
        {
            ReadOnlySpan<byte> segment = output.FirstSegment;
            int part = Math.Min(segment.Length, copy.Length - count);
            segment[..part].CopyTo(copy.AsSpan(count));
            output.Consume(part);
            count += part;
        }

        _sendOffset = 0;
        _sendEnd = count;
        ContinueSending();
        return count;
    }

    /// <summary>The send that was under way has taken <paramref name="count"/> bytes.</summary>
    internal void OnSent(int count)
    {
        IsSending = false;
        _sendOffset += count;
        ContinueSending();
    }

    internal void CloseSocket()
    {
        IsOpen = false;
        try
        {
            // Without this, disposing a socket with a receive under way resets the connection, and the peer may lose the last reply.
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The peer was faster.
        }

        _socket.Dispose();

        // A send under way still reads its buffer: that one goes to the collector and not back to the pool.
        if (!IsSending)
        {
            ReturnSendBuffer();
        }
    }

    private void ContinueSending()
    {
        while (_sendOffset < _sendEnd)
        {
            ValueTask<int> send = SendAsync(_sending.AsMemory(_sendOffset.._sendEnd));
            if (!send.IsCompletedSuccessfully)
            {
                IsSending = true;
                _ = ReportSentAsync(send);
                return;
            }

            _sendOffset += send.Result;
        }

        ReturnSendBuffer();
    }

    private ValueTask<int> SendAsync(Memory<byte> bytes)
    {
        try
        {
            return _socket.SendAsync(bytes, SocketFlags.None);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return ValueTask.FromException<int>(e);
        }
    }

    private async Task ReportSentAsync(ValueTask<int> send)
    {
        try
        {
            int count = await send.ConfigureAwait(false);
            _transport.Enqueue(new SocketEvent(SocketEventKind.Sent, this, Count: count));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            _transport.Enqueue(new SocketEvent(SocketEventKind.Failed, this));
        }
    }

    private void ReturnSendBuffer()
    {
        if (_sending is not null)
        {
            ArrayPool<byte>.Shared.Return(_sending);
            _sending = null;
        }
    }
}
