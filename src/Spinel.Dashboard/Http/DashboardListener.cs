using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Spinel.Engine;

namespace Spinel.Dashboard.Http;

/// <summary>
/// The dashboard's listening sockets. Until the first browser comes, each has one thread that waits in an accept, and nothing else is there: the web server is
/// made for the first connection, so that a server whose dashboard nobody opens does not pay for it.
/// </summary>
internal sealed class DashboardListener : IConnectionListenerFactory, IConnectionListener
{
    private const int Backlog = 128;
    private const int StackBytes = 128 * 1024;
    private const int MaxWaiting = 64;

    private readonly IServerLog _log;
    private readonly Action _onFirst;
    private readonly List<Socket> _sockets = [];
    private readonly List<IPEndPoint> _endpoints = [];
    private readonly Channel<Socket> _accepted = Channel.CreateBounded<Socket>(MaxWaiting);
    private SocketConnectionContextFactory? _contexts;
    private int _isFirstOver;
    private volatile bool _isClosed;

    /// <param name="log">Where a port that is taken is told of.</param>
    /// <param name="onFirst">Is called once, when the first connection has come.</param>
    internal DashboardListener(IServerLog log, Action onFirst)
    {
        _log = log;
        _onFirst = onFirst;
    }

    internal IReadOnlyList<IPEndPoint> Endpoints => _endpoints;

    EndPoint IConnectionListener.EndPoint => _endpoints[0];

    /// <summary>Listens on the addresses that can be had. False: on none of them.</summary>
    internal bool TryOpen(IReadOnlyList<string> addresses, int port)
    {
        foreach (string text in addresses)
        {
            string name = text.StartsWith('-') ? text[1..] : text;
            IPAddress? address = name switch
            {
                "*" => IPAddress.Any,
                "::*" => IPAddress.IPv6Any,
                "localhost" => IPAddress.Loopback,
                _ => IPAddress.TryParse(name, out IPAddress? parsed) ? parsed : null,
            };
            if (address is null)
            {
                _log.Write(ServerLogLevel.Warning, $"The dashboard cannot listen on '{name}': that is not an address.");
                continue;
            }

            try
            {
                IPEndPoint endpoint = Listen(address, port);
                _endpoints.Add(endpoint);
                port = endpoint.Port;
            }
            catch (SocketException e)
            {
                bool isMissing = e.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported;
                _log.Write(
                    isMissing ? ServerLogLevel.Verbose : ServerLogLevel.Warning,
                    string.Create(CultureInfo.InvariantCulture, $"The dashboard cannot listen on {new IPEndPoint(address, port)}: {Reason(e)}."));
            }
        }

        return _sockets.Count > 0;
    }

    /// <summary>Begins to accept.</summary>
    internal void Start()
    {
        foreach (Socket socket in _sockets)
        {
            new Thread(() => AcceptFirst(socket), StackBytes) { Name = "spinel-dashboard", IsBackground = true }.Start();
        }
    }

    /// <summary>Stops to accept; connections stay open.</summary>
    internal void Close()
    {
        _isClosed = true;
        foreach (Socket socket in _sockets)
        {
            socket.Dispose();
        }

        _accepted.Writer.TryComplete();
        while (_accepted.Reader.TryRead(out Socket? waiting))
        {
            waiting.Dispose();
        }
    }

    ValueTask<IConnectionListener> IConnectionListenerFactory.BindAsync(EndPoint endpoint, CancellationToken cancellationToken)
    {
        _contexts = new SocketConnectionContextFactory(new SocketConnectionFactoryOptions { IOQueueCount = 0 }, NullLogger.Instance);
        return ValueTask.FromResult<IConnectionListener>(this);
    }

    async ValueTask<ConnectionContext?> IConnectionListener.AcceptAsync(CancellationToken cancellationToken)
    {
        while (await _accepted.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (!_accepted.Reader.TryRead(out Socket? socket))
            {
                continue;
            }

            try
            {
                socket.NoDelay = true;
                return _contexts!.Create(socket);
            }
            catch (SocketException)
            {
                // The browser was gone before anybody looked.
                socket.Dispose();
            }
        }

        return null;
    }

    ValueTask IConnectionListener.UnbindAsync(CancellationToken cancellationToken)
    {
        Close();
        return ValueTask.CompletedTask;
    }

    ValueTask IAsyncDisposable.DisposeAsync()
    {
        Close();
        _contexts?.Dispose();
        return ValueTask.CompletedTask;
    }

    private IPEndPoint Listen(IPAddress address, int port)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = false;
            }

            socket.Bind(new IPEndPoint(address, port));
            socket.Listen(Backlog);
            _sockets.Add(socket);
            return (IPEndPoint)socket.LocalEndPoint!;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static string Reason(SocketException e) => e.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => "Address already in use",
        SocketError.AccessDenied => "Permission denied",
        SocketError.AddressNotAvailable => "Cannot assign requested address",
        _ => e.SocketErrorCode.ToString(),
    };

    private void AcceptFirst(Socket socket)
    {
        try
        {
            Socket first = socket.Accept();
            if (!_accepted.Writer.TryWrite(first))
            {
                first.Dispose();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            if (_isClosed)
            {
                return;
            }
        }

        _ = AcceptAsync(socket);
        if (Interlocked.Exchange(ref _isFirstOver, 1) == 0)
        {
            _onFirst();
        }
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (!_isClosed)
        {
            try
            {
                Socket socket = await listener.AcceptAsync().ConfigureAwait(false);
                await _accepted.Writer.WriteAsync(socket).ConfigureAwait(false);
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (ChannelClosedException)
            {
                return;
            }
            catch (SocketException)
            {
                // Out of descriptors, for instance: the kernel keeps who waits.
                await Task.Delay(100).ConfigureAwait(false);
            }
        }
    }
}
