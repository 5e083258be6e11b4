using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Spinel.Engine;
using Spinel.Engine.Configuration;

namespace Spinel.Hosting.Transport;

/// <summary>The listening sockets of one server, as descriptors: all of the <c>bind</c> addresses on one port, and a Unix socket.</summary>
internal sealed unsafe class ListenSockets(ServerOptions options, IServerLog log) : IDisposable
{
    private List<int> _internet = [];
    private List<IPEndPoint> _endpoints = [];
    private IReadOnlyList<string> _bind = [];
    private int _port;
    private int _unix = -1;

    internal IReadOnlyList<IPEndPoint> Endpoints => _endpoints;

    /// <summary>The listening TCP sockets.</summary>
    internal IReadOnlyList<int> Internet => _internet;

    /// <summary>The listening Unix socket, or -1.</summary>
    internal int Unix => _unix;

    /// <summary>Opens everything, or nothing: a failure closes what was opened before it.</summary>
    /// <param name="ephemeralPort">Takes a free port of the system's choosing, the same for every address, in place of the configured one.</param>
    /// <exception cref="ListenException">An address that is not optional cannot be listened on.</exception>
    internal void Open(bool ephemeralPort)
    {
        try
        {
            if (ephemeralPort || options.Port != 0)
            {
                OpenInternet(options.Bind, ephemeralPort ? 0 : options.Port);
            }

            if (options.UnixSocket.Length > 0)
            {
                OpenUnix(options.UnixSocket, (uint)options.UnixSocketPermissions);
            }

            if (_internet.Count == 0 && _unix < 0)
            {
                throw new ListenException("Configured to not listen anywhere, exiting.");
            }
        }
        catch (Exception e)
        {
            Dispose();
            if (e is ListenException)
            {
                log.Write(ServerLogLevel.Warning, e.Message);
            }

            throw;
        }
    }

    /// <summary>
    /// Listens on other addresses or another port, as the options now say. If that fails, everything is as it was.
    /// </summary>
    /// <param name="port">The new port; null keeps the present one. 0 stops listening on TCP.</param>
    internal bool TryMove(int? port)
    {
        List<int> before = _internet;
        List<IPEndPoint> endpointsBefore = _endpoints;
        (IReadOnlyList<string> bindBefore, int portBefore) = (_bind, _port);
        bool isSamePort = port is null || port == _port;
        if (isSamePort)
        {
            // The old sockets would be in the way of the new: an address cannot be bound beside the wildcard.
            CloseAll(before);
        }

        (_internet, _endpoints) = ([], []);
        try
        {
            if (port != 0)
            {
                OpenInternet(options.Bind, port ?? _port);
            }
        }
        catch (ListenException)
        {
            CloseAll(_internet);
            (_internet, _endpoints) = (before, endpointsBefore);
            if (isSamePort)
            {
                (_internet, _endpoints) = ([], []);
                OpenInternet(bindBefore, portBefore);
            }

            log.Write(ServerLogLevel.Warning, "Failed listening on the new addresses: the server stays on the present ones.");
            return false;
        }

        if (!isSamePort)
        {
            CloseAll(before);
        }

        return true;
    }

    /// <summary>Stops listening and removes the Unix socket's file.</summary>
    public void Dispose()
    {
        CloseAll(_internet);
        (_internet, _endpoints) = ([], []);
        if (_unix >= 0)
        {
            _ = Libc.Close(_unix);
            _unix = -1;
            log.Write(ServerLogLevel.Notice, "Removing the unix socket file.");
            _ = Libc.Unlink(options.UnixSocket);
        }
    }

    private static void CloseAll(List<int> descriptors)
    {
        foreach (int fd in descriptors)
        {
            _ = Libc.Close(fd);
        }
    }

    /// <summary>Listens on each address. With port 0 the system chooses one for the first, and the others follow.</summary>
    private void OpenInternet(IReadOnlyList<string> bind, int port)
    {
        foreach (string entry in bind)
        {
            ListenAddress listen = ListenAddress.Parse(entry);
            if (TryListen(listen, port, out IPEndPoint? endpoint, out int errorNumber, out string? error))
            {
                _endpoints.Add(endpoint);
                port = endpoint.Port;
                continue;
            }

            string portText = port.ToString(CultureInfo.InvariantCulture);
            log.Write(ServerLogLevel.Warning, $"Warning: Could not create server TCP listening socket {listen.Text}:{portText}: {error}");
            if (!(errorNumber == Libc.EADDRNOTAVAIL && listen.IsOptional) && !IsFamilyMissing(errorNumber))
            {
                throw new ListenException($"Failed listening on port {portText} (TCP), aborting.");
            }
        }

        (_bind, _port) = (bind, port);
    }

    /// <summary>A machine without IPv6 (or IPv4) still serves on the other family, whether or not the address was optional.</summary>
    private static bool IsFamilyMissing(int errorNumber) =>
        errorNumber is Libc.ENOPROTOOPT or Libc.EPROTONOSUPPORT or Libc.ESOCKTNOSUPPORT or Libc.EPFNOSUPPORT or Libc.EAFNOSUPPORT;

    private bool TryListen(
        ListenAddress listen,
        int port,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out IPEndPoint? endpoint,
        out int errorNumber,
        out string? error)
    {
        endpoint = null;
        IPAddress address;
        try
        {
            address = listen.Resolve();
        }
        catch (SocketException e)
        {
            errorNumber = 0;
            error = e.Message;
            return false;
        }

        bool isIPv6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        int fd = Libc.Socket(isIPv6 ? Libc.AF_INET6 : Libc.AF_INET, Libc.SOCK_STREAM | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC, 0);
        if (fd < 0)
        {
            error = LastError("creating socket", out errorNumber);
            return false;
        }

        Span<byte> socketAddress = stackalloc byte[SocketAddress.MaxBytes];
        int addressBytes = SocketAddress.Write(socketAddress, address, port);
        error = isIPv6 && Libc.SetOption(fd, Libc.IPPROTO_IPV6, Libc.IPV6_V6ONLY, 1) < 0 ? "setsockopt"
            : Libc.SetOption(fd, Libc.SOL_SOCKET, Libc.SO_REUSEADDR, 1) < 0 ? "setsockopt SO_REUSEADDR"
            : BindAndListen(fd, socketAddress[..addressBytes]);
        if (error is not null)
        {
            error = LastError(error, out errorNumber);
            _ = Libc.Close(fd);
            return false;
        }

        errorNumber = 0;
        _internet.Add(fd);
        uint nameBytes = SocketAddress.MaxBytes;
        fixed (byte* name = socketAddress)
        {
            // The buffer holds MaxBytes, which is what the kernel is told.
            _ = Libc.GetSockName(fd, name, &nameBytes);
        }

        endpoint = new IPEndPoint(address, SocketAddress.Read(socketAddress[..(int)nameBytes]).Port);
        return true;
    }

    private void OpenUnix(string path, uint mode)
    {
        if (Encoding.UTF8.GetByteCount(path) > SocketAddress.MaxPathBytes)
        {
            throw new ListenException("Failed opening Unix socket: the path is too long");
        }

        // A socket file left behind by a killed server would make bind fail.
        _ = Libc.Unlink(path);
        int fd = Libc.Socket(Libc.AF_UNIX, Libc.SOCK_STREAM | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC, 0);
        Span<byte> socketAddress = stackalloc byte[SocketAddress.MaxBytes];
        int addressBytes = SocketAddress.WriteUnix(socketAddress, path);
        string? failed = fd < 0 ? "creating socket" : BindAndListen(fd, socketAddress[..addressBytes]);
        if (failed is not null)
        {
            string error = LastError(failed, out _);
            if (fd >= 0)
            {
                _ = Libc.Close(fd);
            }

            throw new ListenException("Failed opening Unix socket: " + error);
        }

        _unix = fd;
        if (mode != 0 && Libc.ChangeMode(path, mode) < 0)
        {
            throw new ListenException("Failed opening Unix socket: " + LastError("chmod", out _));
        }
    }

    /// <summary>The name of the call that failed, or null.</summary>
    private string? BindAndListen(int fd, ReadOnlySpan<byte> socketAddress)
    {
        fixed (byte* address = socketAddress)
        {
            if (Libc.Bind(fd, address, (uint)socketAddress.Length) < 0)
            {
                return "bind";
            }
        }

        return Libc.Listen(fd, options.TcpBacklog) < 0 ? "listen" : null;
    }

    private static string LastError(string call, out int errorNumber)
    {
        errorNumber = Marshal.GetLastPInvokeError();
        return call + ": " + Marshal.GetPInvokeErrorMessage(errorNumber);
    }
}
