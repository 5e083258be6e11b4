using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Spinel.Engine;
using Spinel.Engine.Configuration;
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
/// carry descriptor and generation: within a turn a connection may be closed and its descriptor given to a new client, and the
/// generation keeps the old one's events from the new one. Each session sees <see cref="Session.OnDisconnected"/> once, and never from
/// within a call into the engine.
/// </para>
/// <para>
/// Cost: three system calls per turn and two per ready client (<c>recv</c>, <c>send</c>); no managed allocation but for new
/// connections. All requests are read into one buffer, which stays in the processor's cache.
/// </para>
/// </summary>
internal sealed unsafe class EpollTransport : ITransport, IEngineWaker
{
    private const int ReceiveBufferBytes = 64 * 1024;
    private const int EventsPerWait = 1024;
    private const int AcceptsPerTurn = 1000;
    private const int SentPerTurnBytes = 1024 * 1024;
    private const int SegmentsPerSend = 64;
    private const int AcceptPauseMs = 100;

    /// <summary>Event data without a generation (they start at 1) names a listener by its descriptor, or the waker.</summary>
    private const uint WakerMark = uint.MaxValue;

    private readonly SpinelEngine _engine;
    private readonly ServerOptions _options;
    private readonly TimeProvider _time;
    private readonly IServerLog _log;
    private readonly bool _ephemeralPort;
    private readonly ListenSockets _listeners;
    private readonly EpollEvents _events = new(EventsPerWait);
    private readonly OutputSegment[] _segments = new OutputSegment[SegmentsPerSend];
    private readonly byte* _receiveBuffer;
    private readonly int _epoll;
    private readonly int _waker;
    private EpollConnection?[] _connections = new EpollConnection?[64];
    private uint _lastGeneration;
    private bool _acceptPaused;
    private long _acceptPausedAt;
    private bool _disposed;

    internal EpollTransport(SpinelEngine engine, EngineSettings settings, bool ephemeralPort)
    {
        _engine = engine;
        _options = settings.Options;
        _time = settings.Time;
        _log = settings.Log;
        _ephemeralPort = ephemeralPort;
        _listeners = new ListenSockets(_options, _log);
        _receiveBuffer = (byte*)NativeMemory.AlignedAlloc(ReceiveBufferBytes, 64);
        _epoll = Check(Libc.EpollCreate(Libc.EPOLL_CLOEXEC), "epoll_create1");
        _waker = Check(Libc.EventFd(0, Libc.EFD_CLOEXEC | Libc.EFD_NONBLOCK), "eventfd");

        // Edge-triggered: every write to the eventfd is a new event, and nobody has to read its counter back.
        Watch(_waker, Libc.EPOLLIN | Libc.EPOLLET, WakerMark, 0, Libc.EPOLL_CTL_ADD);
        engine.Attach(this);
        engine.TransportName = "epoll";
    }

    public IReadOnlyList<IPEndPoint> Endpoints => _listeners.Endpoints;

    public void Open()
    {
        _listeners.Open(_ephemeralPort);
        WatchListeners(Libc.EPOLLIN, Libc.EPOLL_CTL_ADD);
    }

    public bool TryMove(int? port)
    {
        bool isMoved = _listeners.TryMove(port);
        WatchInternet(_acceptPaused ? 0 : Libc.EPOLLIN, Libc.EPOLL_CTL_ADD);
        return isMoved;
    }

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
    public void Wake()
    {
        ulong one = 1;

        // Fails only when the counter is about to overflow, and then the loop has plenty of events to wake to.
        _ = Libc.Write(_waker, (byte*)&one, sizeof(ulong));
    }

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _listeners.Dispose();
        _ = Libc.Close(_epoll);
        _ = Libc.Close(_waker);
        _events.Dispose();
        NativeMemory.AlignedFree(_receiveBuffer);
    }

    internal static string LocalAddress(int descriptor)
    {
        byte* name = stackalloc byte[SocketAddress.MaxBytes];
        uint nameBytes = SocketAddress.MaxBytes;
        return Libc.GetSockName(descriptor, name, &nameBytes) < 0
            ? "?:0"
            : SocketAddress.Read(new ReadOnlySpan<byte>(name, (int)nameBytes)).ToString();
    }

    internal static void SetNoDelay(int descriptor, bool on) => _ = Libc.SetOption(descriptor, Libc.IPPROTO_TCP, Libc.TCP_NODELAY, on ? 1 : 0);

    /// <summary>Closes the socket; the session is not told.</summary>
    internal void Release(EpollConnection connection)
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
        if (_acceptPaused)
        {
            timeoutMs = timeoutMs < 0 ? AcceptPauseMs : Math.Min(timeoutMs, AcceptPauseMs);
        }

        int count = Libc.EpollWait(_epoll, _events.Pointer, EventsPerWait, timeoutMs);
        if (count < 0 && Marshal.GetLastPInvokeError() != Libc.EINTR)
        {
            throw Failure("epoll_wait");
        }

        _engine.BeginTurn();
        for (int i = 0; i < count; i++)
        {
            Dispatch(_events.KindAt(i), _events.LowAt(i), _events.HighAt(i));
        }

        if (_acceptPaused && _time.GetElapsedTime(_acceptPausedAt).TotalMilliseconds >= AcceptPauseMs)
        {
            _acceptPaused = false;
            WatchListeners(Libc.EPOLLIN, Libc.EPOLL_CTL_MOD);
        }

        _engine.EndTurn();
        WriteReplies();
    }

    private void Dispatch(uint kind, uint low, uint generation)
    {
        if (generation == 0)
        {
            // Moving to another port within this turn may have closed the listener that an event is for.
            if (low != WakerMark && (_listeners.Unix == (int)low || IsListening((int)low)))
            {
                AcceptFrom((int)low);
            }

            return;
        }

        EpollConnection? connection = _connections[low];
        if (connection is null || connection.Generation != generation)
        {
            return;
        }

        if ((kind & Libc.EPOLLOUT) != 0)
        {
            connection.AwaitsWritable = false;
            Flush(connection);
            if (!connection.IsOpen)
            {
                return;
            }

            if (!connection.AwaitsWritable)
            {
                WatchConnection(connection);
            }
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
        var pending = _engine.PendingWrites;

        // By index: telling a session that its peer is gone may queue output for other sessions.
        for (int i = 0; i < pending.Count; i++)
        {
            if (pending[i].Connection is not EpollConnection connection)
            {
                CloseForeign(pending[i]);
                continue;
            }

            if (!connection.IsOpen)
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

    /// <summary>A session that others than this transport speak for: they notice by themselves what there is to send, but not that it is over.</summary>
    private static void CloseForeign(Session session)
    {
        if (session.IsClosed || session.CloseAfterReply)
        {
            session.Connection.Abort();
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
            nint sent = output.ChunkCount > 1 ? SendSegments(connection.Descriptor, output) : SendFirst(connection.Descriptor, output);
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

    private static nint SendFirst(int descriptor, OutputBuffer output)
    {
        ReadOnlySpan<byte> segment = output.FirstSegment;
        fixed (byte* buffer = segment)
        {
            // The kernel reads segment.Length bytes, the bound of the pinned span.
            return Libc.Send(descriptor, buffer, (nuint)segment.Length, Libc.MSG_NOSIGNAL);
        }
    }

    private nint SendSegments(int descriptor, OutputBuffer output)
    {
        int count = output.GetSegments(_segments);
        var vectors = stackalloc Libc.IoVector[SegmentsPerSend];
        for (int i = 0; i < count; i++)
        {
            // Chunks are native memory, so the addresses hold; each vector ends within its chunk, or Slice would throw.
            ReadOnlySpan<byte> bytes = _segments[i].Chunk.Span.Slice(_segments[i].Offset, _segments[i].Length);
            vectors[i] = new Libc.IoVector { Base = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(bytes)), Length = (nuint)bytes.Length };
        }

        var message = new Libc.MessageHeader { Vectors = vectors, VectorCount = (nuint)count };
        return Libc.SendMessage(descriptor, &message, Libc.MSG_NOSIGNAL);
    }

    private void AcceptFrom(int listener)
    {
        bool isUnix = listener == _listeners.Unix;
        byte* address = stackalloc byte[SocketAddress.MaxBytes];
        for (int i = 0; i < AcceptsPerTurn; i++)
        {
            uint addressBytes = SocketAddress.MaxBytes;
            int descriptor = Libc.Accept4(listener, address, &addressBytes, Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC);
            if (descriptor < 0)
            {
                OnAcceptFailed(Marshal.GetLastPInvokeError());
                return;
            }

            var remote = SocketAddress.Read(new ReadOnlySpan<byte>(address, (int)Math.Min(addressBytes, SocketAddress.MaxBytes)));
            if (!isUnix)
            {
                SetSocketOptions(descriptor);
            }

            AddConnection(descriptor, remote, isUnix ? _options.UnixSocket : null);
        }
    }

    private void OnAcceptFailed(int error)
    {
        if (error is Libc.EAGAIN or Libc.EINTR)
        {
            return;
        }

        _log.Write(ServerLogLevel.Warning, "Accepting client connection: accept: " + Marshal.GetPInvokeErrorMessage(error));
        if (error is Libc.EMFILE or Libc.ENFILE or Libc.ENOBUFS or Libc.ENOMEM)
        {
            // The client stays in the backlog, so the listener stays ready and the loop would spin; look away for a moment.
            _acceptPaused = true;
            _acceptPausedAt = _time.GetTimestamp();
            WatchListeners(0, Libc.EPOLL_CTL_MOD);
        }
    }

    private void AddConnection(int descriptor, SocketAddress remote, string? unixPath)
    {
        if (descriptor >= _connections.Length)
        {
            Array.Resize(ref _connections, Math.Max(_connections.Length * 2, descriptor + 1));
        }

        _lastGeneration = _lastGeneration == uint.MaxValue ? 1 : _lastGeneration + 1;
        if (!TryWatch(descriptor, Libc.EPOLLIN, (uint)descriptor, _lastGeneration, Libc.EPOLL_CTL_ADD))
        {
            // The system watches no more sockets for this user. That is the new client's misfortune, and not the others'.
            _log.Write(ServerLogLevel.Warning, "Accepting client connection: epoll_ctl: " + Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
            _ = Libc.Close(descriptor);
            return;
        }

        var connection = new EpollConnection(this, descriptor, _lastGeneration, remote, unixPath);
        _connections[descriptor] = connection;
        connection.Session = _engine.Accept(connection);
    }

    private void SetSocketOptions(int descriptor)
    {
        _ = Libc.SetOption(descriptor, Libc.IPPROTO_TCP, Libc.TCP_NODELAY, 1);
        int keepAliveSeconds = _options.TcpKeepAliveSeconds;
        if (keepAliveSeconds > 0)
        {
            // Three probes, spread over a third of the configured silence each.
            _ = Libc.SetOption(descriptor, Libc.SOL_SOCKET, Libc.SO_KEEPALIVE, 1);
            _ = Libc.SetOption(descriptor, Libc.IPPROTO_TCP, Libc.TCP_KEEPIDLE, keepAliveSeconds);
            _ = Libc.SetOption(descriptor, Libc.IPPROTO_TCP, Libc.TCP_KEEPINTVL, Math.Max(1, keepAliveSeconds / 3));
            _ = Libc.SetOption(descriptor, Libc.IPPROTO_TCP, Libc.TCP_KEEPCNT, 3);
        }
    }

    /// <summary>The connection is over: closes the socket and has the engine forget the session.</summary>
    private void Disconnect(EpollConnection connection)
    {
        Release(connection);
        connection.Session?.OnDisconnected();
    }

    private void WatchConnection(EpollConnection connection) =>
        Watch(
            connection.Descriptor,
            (connection.IsInputEnded ? 0 : Libc.EPOLLIN) | (connection.AwaitsWritable ? Libc.EPOLLOUT : 0),
            (uint)connection.Descriptor,
            connection.Generation,
            Libc.EPOLL_CTL_MOD);

    private void WatchListeners(uint kinds, int operation)
    {
        WatchInternet(kinds, operation);
        if (_listeners.Unix >= 0)
        {
            Watch(_listeners.Unix, kinds, (uint)_listeners.Unix, 0, operation);
        }
    }

    private void WatchInternet(uint kinds, int operation)
    {
        for (int i = 0; i < _listeners.Internet.Count; i++)
        {
            int listener = _listeners.Internet[i];
            Watch(listener, kinds, (uint)listener, 0, operation);
        }
    }

    private bool IsListening(int descriptor)
    {
        for (int i = 0; i < _listeners.Internet.Count; i++)
        {
            if (_listeners.Internet[i] == descriptor)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Tells epoll what to report. Adding what is already watched changes nothing.</summary>
    private void Watch(int descriptor, uint kinds, uint low, uint high, int operation)
    {
        if (!TryWatch(descriptor, kinds, low, high, operation))
        {
            throw Failure("epoll_ctl");
        }
    }

    private bool TryWatch(int descriptor, uint kinds, uint low, uint high, int operation)
    {
        byte* record = stackalloc byte[EpollEvents.MaxRecordBytes];
        EpollEvents.Write(record, kinds, low, high);
        return Libc.EpollControl(_epoll, operation, descriptor, record) >= 0 || Marshal.GetLastPInvokeError() == Libc.EEXIST;
    }

    private static int Check(int result, string call) => result >= 0 ? result : throw Failure(call);

    private static InvalidOperationException Failure(string call) =>
        new(call + ": " + Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
}
