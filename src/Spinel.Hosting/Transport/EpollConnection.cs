using Spinel.Engine.Sessions;

namespace Spinel.Hosting.Transport;

/// <summary>One client of an <see cref="EpollTransport"/>. Touched by the engine thread alone.</summary>
internal sealed unsafe class EpollConnection(int descriptor, uint generation, SocketAddress remote, string? unixPath) : IConnection
{
    private string? _remoteAddress;
    private string? _localAddress;

    /// <summary>The socket, or -1 once it is closed.</summary>
    internal int Descriptor { get; set; } = descriptor;

    /// <summary>Tells this connection from an earlier one on the same descriptor: an event waiting in the batch may be for that one.</summary>
    internal uint Generation { get; } = generation;

    internal Session? Session { get; set; }

    /// <summary>The kernel's send buffer is full and epoll reports when it is not; until then sending is pointless.</summary>
    internal bool AwaitsWritable { get; set; }

    /// <summary>The peer has shut down its sending side; what it asked for is still sent before the connection closes.</summary>
    internal bool IsInputEnded { get; set; }

    internal bool IsOpen => Descriptor >= 0;

    public long FileDescriptor => Descriptor;

    public bool IsUnixSocket => unixPath is not null;

    public bool IsLoopback => IsUnixSocket || remote.IsLoopback;

    public string RemoteAddress => _remoteAddress ??= unixPath is null ? remote.ToString() : unixPath + ":0";

    public string LocalAddress => _localAddress ??= unixPath is null ? NameOf(Descriptor) : unixPath + ":0";

    public void SetNoDelay(bool on)
    {
        if (IsOpen && !IsUnixSocket)
        {
            _ = Libc.SetOption(Descriptor, Libc.IPPROTO_TCP, Libc.TCP_NODELAY, on ? 1 : 0);
        }
    }

    private static string NameOf(int descriptor)
    {
        byte* name = stackalloc byte[SocketAddress.MaxBytes];
        uint nameBytes = SocketAddress.MaxBytes;

        // The buffer holds MaxBytes, which is what the kernel is told.
        return Libc.GetSockName(descriptor, name, &nameBytes) < 0
            ? "?:0"
            : SocketAddress.Read(new ReadOnlySpan<byte>(name, (int)nameBytes)).ToString();
    }
}
