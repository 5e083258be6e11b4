using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Spinel.Engine;
using Spinel.Engine.Configuration;

namespace Spinel.Hosting.Transport;

/// <summary>The listening sockets of one server as .NET sockets: all of the <c>bind</c> addresses on one port, and a Unix socket.</summary>
internal sealed class SocketListeners(ServerOptions options, IServerLog log) : IDisposable
{
    private readonly List<Socket> _sockets = [];
    private readonly List<IPEndPoint> _endpoints = [];
    private string? _unixPath;

    internal IReadOnlyList<Socket> Sockets => _sockets;

    internal IReadOnlyList<IPEndPoint> Endpoints => _endpoints;

    /// <summary>Opens everything, or nothing.</summary>
    /// <exception cref="ListenException">An address that is not optional cannot be listened on.</exception>
    internal void Open(bool ephemeralPort)
    {
        try
        {
            if (ephemeralPort || options.Port != 0)
            {
                OpenInternet(ephemeralPort ? 0 : options.Port);
            }

            if (options.UnixSocket.Length > 0)
            {
                OpenUnix(options.UnixSocket);
            }
        }
        catch
        {
            Dispose();
            throw;
        }

        if (_sockets.Count == 0)
        {
            throw Fail("Configured to not listen anywhere, exiting.");
        }
    }

    public void Dispose()
    {
        foreach (Socket socket in _sockets)
        {
            socket.Dispose();
        }

        _sockets.Clear();
        _endpoints.Clear();
        if (_unixPath is not null)
        {
            log.Write(ServerLogLevel.Notice, "Removing the unix socket file.");
            File.Delete(_unixPath);
            _unixPath = null;
        }
    }

    private void OpenInternet(int port)
    {
        foreach (string entry in options.Bind)
        {
            ListenAddress listen = ListenAddress.Parse(entry);
            try
            {
                IPEndPoint endpoint = Listen(listen.Resolve(), port);
                _endpoints.Add(endpoint);
                port = endpoint.Port;
            }
            catch (SocketException e)
            {
                string portText = port.ToString(CultureInfo.InvariantCulture);
                log.Write(ServerLogLevel.Warning, $"Warning: Could not create server TCP listening socket {listen.Text}:{portText}: bind: {e.Message}");
                bool isSkipped = (e.SocketErrorCode == SocketError.AddressNotAvailable && listen.IsOptional)
                    || e.SocketErrorCode is SocketError.AddressFamilyNotSupported or SocketError.ProtocolFamilyNotSupported
                        or SocketError.ProtocolNotSupported or SocketError.SocketNotSupported or SocketError.ProtocolOption;
                if (!isSkipped)
                {
                    throw Fail($"Failed listening on port {portText} (TCP), aborting.");
                }
            }
        }
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
            socket.Listen(options.TcpBacklog);
            _sockets.Add(socket);
            return (IPEndPoint)socket.LocalEndPoint!;
        }
        catch
        {
            _sockets.Remove(socket);
            socket.Dispose();
            throw;
        }
    }

    private void OpenUnix(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _sockets.Add(socket);
        try
        {
            // A socket file left behind by a killed server would make bind fail.
            File.Delete(path);
            socket.Bind(new UnixDomainSocketEndPoint(path));
            _unixPath = path;
            if (options.UnixSocketPermissions != 0 && !OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, (UnixFileMode)options.UnixSocketPermissions);
            }

            socket.Listen(options.TcpBacklog);
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Fail("Failed opening Unix socket: bind: " + FileErrorText.Of(e));
        }
    }

    private ListenException Fail(string message)
    {
        log.Write(ServerLogLevel.Warning, message);
        return new ListenException(message);
    }
}
