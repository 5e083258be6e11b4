using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Spinel.Engine;
using Spinel.Engine.Configuration;
using Spinel.Engine.Sessions;

namespace Spinel.Hosting.Transport;

/// <summary>
/// The event loop on any system: .NET sockets complete on pool threads, and what they complete crosses to the engine thread
/// through one queue. Written to be right on every platform; Linux has a faster one.
/// <para>
/// Only the engine thread touches sessions. A pool thread does no more than to fill a buffer and to enqueue the event; it goes on when
/// the engine has taken the event up. So the queue holds at most one receive and one send per connection and one accept per
/// listener, and a client that sends faster than the engine runs is held back by its own socket.
/// </para>
/// <para>
/// An idle connection waits in a receive of zero bytes and owns no buffer.
/// </para>
/// </summary>
internal sealed class SocketTransport : ITransport, IEngineWaker
{
    private const int AcceptPauseMs = 100;
    private const int EventsPerTurn = 4096;

    private readonly SpinelEngine _engine;
    private readonly ServerOptions _options;
    private readonly TimeProvider _time;
    private readonly IServerLog _log;
    private readonly bool _ephemeralPort;
    private readonly SocketListeners _listeners;
    private readonly ConcurrentQueue<SocketEvent> _events = new();
    private readonly AutoResetEvent _wake = new(false);
    private readonly HashSet<SocketConnection> _connections = [];

    /// <summary>Connections whose last send is over.</summary>
    private readonly List<SocketConnection> _sent = [];
    private volatile bool _closed;

    internal SocketTransport(SpinelEngine engine, EngineSettings settings, bool ephemeralPort)
    {
        _engine = engine;
        _options = settings.Options;
        _time = settings.Time;
        _log = settings.Log;
        _ephemeralPort = ephemeralPort;
        _listeners = new SocketListeners(_options, _log);
        engine.Attach(this);
        engine.TransportName = "sockets";
    }

    public IReadOnlyList<IPEndPoint> Endpoints => _listeners.Endpoints;

    public void Open()
    {
        _listeners.Open(_ephemeralPort);
        foreach (Socket listener in _listeners.Sockets)
        {
            _ = AcceptNextAsync(listener);
        }
    }

    /// <summary>Not offered: this transport listens where it started to listen.</summary>
    public bool TryMove(int? port) => false;

    public void Run()
    {
        while (!_engine.StopRequested)
        {
            if (_events.IsEmpty)
            {
                int timeoutMs = _engine.PendingWrites.Count > 0 ? 0 : _engine.NextTimeoutMs;
                if (timeoutMs == 0 && _engine.RestMicroseconds > 0)
                {
                    // There is no clock here that is fine enough to rest by; but the threads of the pool, on which the clients' sockets are waited for, may go first.
                    Thread.Yield();
                }

                _wake.WaitOne(timeoutMs);
            }

            _engine.BeginTurn();

            // Bounded, so that expiry and replies get their turn under any load.
            for (int left = EventsPerTurn; left > 0 && _events.TryDequeue(out SocketEvent next); left--)
            {
                Handle(next);
            }

            _engine.EndTurn();
            WriteReplies();
            _engine.RunBackground();
        }
    }

    public void Close()
    {
        _closed = true;
        _listeners.Dispose();
        foreach (SocketConnection connection in new List<SocketConnection>(_connections))
        {
            Disconnect(connection);
        }

        while (_events.TryDequeue(out SocketEvent left))
        {
            left.Socket?.Dispose();
        }
    }

    public void Wake()
    {
        try
        {
            _wake.Set();
        }
        catch (ObjectDisposedException)
        {
            // A receive that completes after the server is gone has nobody to tell.
        }
    }

    public void Dispose()
    {
        _closed = true;
        _listeners.Dispose();
        _wake.Dispose();
    }

    /// <summary>Hands what happened on a pool thread to the engine thread.</summary>
    internal void Enqueue(SocketEvent next)
    {
        _events.Enqueue(next);
        Wake();
    }

    /// <summary>Closes the socket; the session is not told.</summary>
    internal void Release(SocketConnection connection)
    {
        if (_connections.Remove(connection))
        {
            connection.CloseSocket();
        }
    }

    private void Handle(SocketEvent next)
    {
        switch (next.Kind)
        {
            case SocketEventKind.Accepted:
                AddConnection(next.Socket!);
                _ = AcceptNextAsync(next.Listener!);
                return;
            case SocketEventKind.Received when next.Connection!.IsOpen:
                Receive(next.Connection);
                return;
            case SocketEventKind.Sent when next.Connection!.IsOpen:
                next.Connection.OnSent(next.Count);

                // Among what comes next may be what others have caused in this turn: that must not leave before it is durable.
                _sent.Add(next.Connection);
                return;
            case SocketEventKind.InputEnded when next.Connection!.IsOpen:
                EndInput(next.Connection);
                return;
            case SocketEventKind.Failed when next.Connection!.IsOpen:
                Disconnect(next.Connection);
                return;
        }
    }

    private void AddConnection(Socket socket)
    {
        SocketConnection connection;
        try
        {
            connection = new SocketConnection(this, socket, _options.UnixSocket);
            if (!connection.IsUnixSocket)
            {
                SetSocketOptions(socket);
            }
        }
        catch (SocketException)
        {
            // The peer was gone before anybody looked.
            socket.Dispose();
            return;
        }

        _connections.Add(connection);
        connection.Session = _engine.Accept(connection);
        _ = connection.ReceiveNextAsync();
    }

    private void SetSocketOptions(Socket socket)
    {
        socket.NoDelay = true;
        int keepAliveSeconds = _options.TcpKeepAliveSeconds;
        if (keepAliveSeconds > 0)
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, keepAliveSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, Math.Max(1, keepAliveSeconds / 3));
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
        }
    }

    private static void Receive(SocketConnection connection)
    {
        connection.Session!.Receive(connection.TakeReceived());

        connection.ReturnReceiveBuffer();
        if (connection.IsOpen)
        {
            _ = connection.ReceiveNextAsync();
        }
    }

    private void EndInput(SocketConnection connection)
    {
        // The peer has finished asking but may still be reading a long reply.
        connection.IsInputEnded = true;
        if (!connection.IsSending && connection.Session!.Output.IsEmpty)
        {
            Disconnect(connection);
        }
    }

    private void WriteReplies()
    {
        foreach (SocketConnection connection in _sent)
        {
            // One that the engine has closed is among those below.
            if (connection is { IsOpen: true, Session.IsClosed: false })
            {
                Flush(connection);
            }
        }

        _sent.Clear();
        var pending = _engine.PendingWrites;
        for (int i = 0; i < pending.Count; i++)
        {
            if (pending[i].Connection is not SocketConnection { IsOpen: true } connection)
            {
                continue;
            }

            if (pending[i].IsClosed)
            {
                Disconnect(connection);
            }
            else
            {
                Flush(connection);
            }
        }

        _engine.ClearPendingWrites();
    }

    private void Flush(SocketConnection connection)
    {
        Session session = connection.Session!;
        while (!connection.IsSending)
        {
            if (session.Output.IsEmpty)
            {
                if (session.CloseAfterReply || connection.IsInputEnded)
                {
                    Disconnect(connection);
                }

                return;
            }

            int sent = connection.SendNext(session.Output);
            if (sent > 0)
            {
                _engine.OnSent(session, sent);
            }
        }
    }

    private void Disconnect(SocketConnection connection)
    {
        Release(connection);
        connection.Session?.OnDisconnected();
    }

    private async Task AcceptNextAsync(Socket listener)
    {
        while (!_closed)
        {
            try
            {
                Socket socket = await listener.AcceptAsync().ConfigureAwait(false);
                Enqueue(new SocketEvent(SocketEventKind.Accepted, null, socket, listener));
                return;
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e) when (!_closed)
            {
                // Mostly: out of descriptors. The client stays in the backlog; look away for a moment.
                _log.Write(ServerLogLevel.Warning, "Accepting client connection: accept: " + e.Message);
                await Task.Delay(TimeSpan.FromMilliseconds(AcceptPauseMs), _time).ConfigureAwait(false);
            }
            catch (SocketException)
            {
                return;
            }
        }
    }
}
