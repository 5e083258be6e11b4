using System.Net;
using System.Runtime.InteropServices;
using Spinel.Engine;
using Spinel.Engine.Configuration;

namespace Spinel.Hosting.Transport;

/// <summary>
/// The listening sockets of an <see cref="EpollTransport"/>, from which it gets its connections. When the system has no descriptor left, accepting pauses for a moment: the client
/// stays in the backlog, so the listener stays ready and the loop would spin.
/// </summary>
internal sealed unsafe class EpollListeners : IDisposable
{
    private const int AcceptsPerTurn = 1000;
    private const int PauseMs = 100;

    private readonly EpollSet _set;
    private readonly ServerOptions _options;
    private readonly IServerLog _log;
    private readonly TimeProvider _time;
    private readonly Action<int, SocketAddress, string?> _onAccepted;
    private readonly ListenSockets _sockets;
    private bool _isPaused;
    private long _pausedAt;

    /// <param name="set">Where the sockets are watched.</param>
    /// <param name="settings">Options, log and time of the server.</param>
    /// <param name="onAccepted">Takes a new socket: its descriptor, the peer's address, and the path when it is a Unix socket.</param>
    internal EpollListeners(EpollSet set, EngineSettings settings, Action<int, SocketAddress, string?> onAccepted)
    {
        _set = set;
        _options = settings.Options;
        _log = settings.Log;
        _time = settings.Time;
        _onAccepted = onAccepted;
        _sockets = new ListenSockets(_options, _log);
    }

    internal IReadOnlyList<IPEndPoint> Endpoints => _sockets.Endpoints;

    internal void Open(bool ephemeralPort)
    {
        _sockets.Open(ephemeralPort);
        WatchInternet(Libc.EPOLLIN);
        if (_sockets.Unix >= 0)
        {
            _set.Add(_sockets.Unix, Libc.EPOLLIN);
        }
    }

    internal bool TryMove(int? port)
    {
        bool isMoved = _sockets.TryMove(port);
        WatchInternet(_isPaused ? 0 : Libc.EPOLLIN);
        return isMoved;
    }

    /// <summary>How long the loop may sleep, of so many milliseconds, if accepting is to go on in time.</summary>
    internal int LimitTimeout(int timeoutMs) => !_isPaused ? timeoutMs : timeoutMs < 0 ? PauseMs : Math.Min(timeoutMs, PauseMs);

    /// <summary>Ends a pause that has lasted long enough.</summary>
    internal void ResumeIfDue()
    {
        if (_isPaused && _time.GetElapsedTime(_pausedAt).TotalMilliseconds >= PauseMs)
        {
            _isPaused = false;
            ChangeAll(Libc.EPOLLIN);
        }
    }

    /// <summary>Accepts who waits at a listener. Moving to another port within this turn may have closed the one that an event is for.</summary>
    internal void AcceptFrom(int listener)
    {
        bool isUnix = listener == _sockets.Unix;
        if (!isUnix && !IsListening(listener))
        {
            return;
        }

        byte* address = stackalloc byte[SocketAddress.MaxBytes];
        for (int i = 0; i < AcceptsPerTurn; i++)
        {
            uint addressBytes = SocketAddress.MaxBytes;
            int descriptor = Libc.Accept4(listener, address, &addressBytes, Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC);
            if (descriptor < 0)
            {
                OnFailed(Marshal.GetLastPInvokeError());
                return;
            }

            var remote = SocketAddress.Read(new ReadOnlySpan<byte>(address, (int)Math.Min(addressBytes, SocketAddress.MaxBytes)));
            if (!isUnix)
            {
                SetSocketOptions(descriptor);
            }

            _onAccepted(descriptor, remote, isUnix ? _options.UnixSocket : null);
        }
    }

    public void Dispose() => _sockets.Dispose();

    private void OnFailed(int error)
    {
        if (error is Libc.EAGAIN or Libc.EINTR)
        {
            return;
        }

        _log.Write(ServerLogLevel.Warning, "Accepting client connection: accept: " + Marshal.GetPInvokeErrorMessage(error));
        if (error is Libc.EMFILE or Libc.ENFILE or Libc.ENOBUFS or Libc.ENOMEM)
        {
            _isPaused = true;
            _pausedAt = _time.GetTimestamp();
            ChangeAll(0);
        }
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

    private void WatchInternet(uint kinds)
    {
        foreach (int listener in _sockets.Internet)
        {
            _set.Add(listener, kinds);
        }
    }

    private void ChangeAll(uint kinds)
    {
        foreach (int listener in _sockets.Internet)
        {
            _set.Change(listener, kinds, generation: 0);
        }

        if (_sockets.Unix >= 0)
        {
            _set.Change(_sockets.Unix, kinds, generation: 0);
        }
    }

    private bool IsListening(int descriptor)
    {
        for (int i = 0; i < _sockets.Internet.Count; i++)
        {
            if (_sockets.Internet[i] == descriptor)
            {
                return true;
            }
        }

        return false;
    }
}
