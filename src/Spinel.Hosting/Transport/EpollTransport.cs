using System.Net;
using System.Runtime.InteropServices;
using Spinel.Engine;
using Spinel.Engine.Sessions;

namespace Spinel.Hosting.Transport;

/// <summary>
/// The event loop on Linux: level-triggered epoll on the engine thread itself, so that a request crosses no thread between the
/// kernel and the command.
/// <para>
/// One turn: wait; let the engine begin its turn; read every ready socket once and run what arrived; let the engine end its turn;
/// only then write the replies of all sessions. Writing last gives a durable log one flush for the whole turn, and one
/// <c>send</c> per client however many requests it pipelined. A socket with more to read than one buffer is simply ready again
/// in the next turn, so no client starves the others.
/// </para>
/// <para>
/// Invariants. A connection is in <c>_connections</c> under its descriptor exactly as long as that descriptor is open. Events
/// carry descriptor and generation, which keeps those of a connection that was closed within the turn from the next one on its descriptor.
/// Each session sees <see cref="Session.OnDisconnected"/> once, and never from within a call into the engine.
/// </para>
/// <para>
/// Cost: three system calls per turn and two per ready client (<c>recv</c>, <c>send</c>); no managed allocation but for new
/// connections. All requests are read into one buffer, which stays in the processor's cache.
/// </para>
/// </summary>
internal sealed unsafe class EpollTransport : ITransport, IEngineWaker
{
    private const int ReceiveBufferBytes = 64 * 1024;
    private const int SentPerTurnBytes = 1024 * 1024;

    private readonly SpinelEngine _engine;
    private readonly IServerLog _log;
    private readonly bool _ephemeralPort;
    private readonly EpollSet _set = new();
    private readonly EpollListeners _listeners;
    private readonly SegmentSender _sender = new();
    private readonly byte* _receiveBuffer;

    /// <summary>Connections that could not take all of their output, and can take more now.</summary>
    private readonly List<EpollConnection> _writable = [];
    private EpollConnection?[] _connections = new EpollConnection?[64];
    private uint _lastGeneration;
    private bool _disposed;

    internal EpollTransport(SpinelEngine engine, EngineSettings settings, bool ephemeralPort)
    {
        _engine = engine;
        _log = settings.Log;
        _ephemeralPort = ephemeralPort;
        _listeners = new EpollListeners(_set, settings, AddConnection);
        _receiveBuffer = (byte*)NativeMemory.AlignedAlloc(ReceiveBufferBytes, 64);
        engine.Attach(this);
        engine.TransportName = "epoll";
    }

    public IReadOnlyList<IPEndPoint> Endpoints => _listeners.Endpoints;

    public void Open() => _listeners.Open(_ephemeralPort);

    public bool TryMove(int? port) => _listeners.TryMove(port);

    public void Run()
    {
        _engine.Turns.CpuClock = ThreadClock.Nanoseconds;
        while (!_engine.StopRequested)
        {
            Turn();
        }
    }

    public void Close()
    {
        _listeners.Dispose();
        foreach (EpollConnection? connection in _connections)
        {
            if (connection is not null)
            {
                Disconnect(connection);
            }
        }
    }

    /// <summary>Ends the current wait, or the next one when the loop is not waiting.</summary>
    public void Wake() => _set.Wake();

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _listeners.Dispose();
        _set.Dispose();
        NativeMemory.AlignedFree(_receiveBuffer);
    }

    /// <summary>Closes the socket; the session is not told.</summary>
    private void Release(EpollConnection connection)
    {
        int descriptor = connection.Descriptor;
        if (descriptor < 0)
        {
            return;
        }

        // Closing the only descriptor of a socket also takes it out of the epoll set.
        connection.Descriptor = -1;
        _connections[descriptor] = null;
        _ = Libc.Close(descriptor);
    }

    private void Turn()
    {
        int timeoutMs = _engine.PendingWrites.Count > 0 ? 0 : _engine.NextTimeoutMs;
        int restMicroseconds = timeoutMs == 0 ? _engine.RestMicroseconds : 0;
        int count = restMicroseconds > 0 ? _set.Rest(restMicroseconds) : _set.Wait(_listeners.LimitTimeout(timeoutMs));
        _engine.BeginTurn();
        for (int i = 0; i < count; i++)
        {
            if (!_set.TryGet(i, out uint kind, out int descriptor, out uint generation))
            {
                continue;
            }

            if (generation == 0)
            {
                _listeners.AcceptFrom(descriptor);
            }
            else if (_connections[descriptor] is { } connection && connection.Generation == generation)
            {
                Serve(connection, kind);
            }
        }

        _listeners.ResumeIfDue();
        _engine.EndTurn();
        WriteReplies();
        _engine.RunBackground();
    }

    private void Serve(EpollConnection connection, uint kind)
    {
        if ((kind & Libc.EPOLLOUT) != 0)
        {
            // Among what it has to send may be what others have caused in this turn: that must not leave before it is durable.
            _writable.Add(connection);
        }

        if (!connection.IsInputEnded)
        {
            // An error or a hang-up is found by reading, after whatever the peer still managed to send.
            if ((kind & (Libc.EPOLLIN | Libc.EPOLLERR | Libc.EPOLLHUP)) != 0)
            {
                ReceiveFrom(connection);
            }
        }
        else if ((kind & (Libc.EPOLLERR | Libc.EPOLLHUP)) != 0)
        {
            Disconnect(connection);
        }
    }

    private void ReceiveFrom(EpollConnection connection)
    {
        var shared = new Span<byte>(_receiveBuffer, ReceiveBufferBytes);
        Session session = connection.Session!;
        Span<byte> target = session.BeginReceive(shared);
        nint received;
        fixed (byte* buffer = target)
        {
            // The kernel writes at most target.Length bytes, the bound of the pinned span.
            received = Libc.Receive(connection.Descriptor, buffer, (nuint)target.Length, 0);
        }

        if (received > 0)
        {
            session.EndReceive((int)received, shared);
            return;
        }

        if (received < 0 && Marshal.GetLastPInvokeError() is Libc.EAGAIN or Libc.EINTR)
        {
            return;
        }

        if (received == 0 && !session.Output.IsEmpty && !session.IsClosed && session.Type != ClientType.Replica)
        {
            // The peer has finished asking but may still be reading a long reply. A replica never ends to acknowledge.
            connection.IsInputEnded = true;
            connection.AwaitsWritable = true;
            WatchConnection(connection);
            return;
        }

        Disconnect(connection);
    }

    private void WriteReplies()
    {
        foreach (EpollConnection connection in _writable)
        {
            if (connection.IsOpen)
            {
                FlushWaiting(connection);
            }
        }

        _writable.Clear();
        var pending = _engine.PendingWrites;

        // By index: telling a session that its peer is gone may queue output for other sessions.
        for (int i = 0; i < pending.Count; i++)
        {
            if (pending[i].Connection is not EpollConnection { IsOpen: true } connection)
            {
                continue;
            }

            if (pending[i].IsClosed)
            {
                Disconnect(connection);
            }
            else if (!connection.AwaitsWritable)
            {
                Flush(connection);
                if (connection.AwaitsWritable)
                {
                    WatchConnection(connection);
                }
            }
        }

        _engine.ClearPendingWrites();
    }

    private void FlushWaiting(EpollConnection connection)
    {
        if (connection.Session!.IsClosed)
        {
            Disconnect(connection);
            return;
        }

        connection.AwaitsWritable = false;
        Flush(connection);
        if (connection is { IsOpen: true, AwaitsWritable: false })
        {
            WatchConnection(connection);
        }
    }

    /// <summary>Sends what the session has to send, and closes the connection when that was its last.</summary>
    private void Flush(EpollConnection connection)
    {
        Session session = connection.Session!;
        OutputBuffer output = session.Output;
        nint budgetBytes = SentPerTurnBytes;
        while (!output.IsEmpty)
        {
            nint sent = _sender.Send(connection.Descriptor, output);
            if (sent < 0)
            {
                int error = Marshal.GetLastPInvokeError();
                if (error == Libc.EINTR)
                {
                    continue;
                }

                if (error == Libc.EAGAIN)
                {
                    connection.AwaitsWritable = true;
                }
                else
                {
                    Disconnect(connection);
                }

                return;
            }

            output.Consume(sent);
            _engine.OnSent(session, sent);
            budgetBytes -= sent;
            if (budgetBytes <= 0 && !output.IsEmpty)
            {
                connection.AwaitsWritable = true;
                return;
            }
        }

        if (session.CloseAfterReply || connection.IsInputEnded)
        {
            Disconnect(connection);
        }
    }

    private void AddConnection(int descriptor, SocketAddress remote, string? unixPath)
    {
        if (descriptor >= _connections.Length)
        {
            Array.Resize(ref _connections, Math.Max(_connections.Length * 2, descriptor + 1));
        }

        _lastGeneration = _lastGeneration == uint.MaxValue ? 1 : _lastGeneration + 1;
        if (!_set.TryAdd(descriptor, Libc.EPOLLIN, _lastGeneration))
        {
            // The system watches no more sockets for this user. That is the new client's misfortune, and not the others'.
            _log.Write(ServerLogLevel.Warning, "Accepting client connection: epoll_ctl: " + Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
            _ = Libc.Close(descriptor);
            return;
        }

        var connection = new EpollConnection(descriptor, _lastGeneration, remote, unixPath);
        _connections[descriptor] = connection;
        connection.Session = _engine.Accept(connection);
    }

    /// <summary>The connection is over: closes the socket and has the engine forget the session.</summary>
    private void Disconnect(EpollConnection connection)
    {
        Release(connection);
        connection.Session?.OnDisconnected();
    }

    private void WatchConnection(EpollConnection connection) =>
        _set.Change(
            connection.Descriptor,
            (connection.IsInputEnded ? 0 : Libc.EPOLLIN) | (connection.AwaitsWritable ? Libc.EPOLLOUT : 0),
            connection.Generation);
}
