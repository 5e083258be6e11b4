using System.Net.Sockets;

namespace Spinel.Hosting.Transport;

internal enum SocketEventKind : byte
{
    /// <summary>A listener has a new client.</summary>
    Accepted,

    /// <summary>A connection's receive buffer holds bytes.</summary>
    Received,

    /// <summary>A send that could not complete at once has completed.</summary>
    Sent,

    /// <summary>The peer has shut down its sending side.</summary>
    InputEnded,

    /// <summary>The connection broke.</summary>
    Failed,
}

/// <summary>Something that a pool thread saw, on its way to the engine thread.</summary>
internal readonly record struct SocketEvent(
    SocketEventKind Kind,
    SocketConnection? Connection,
    Socket? Socket = null,
    Socket? Listener = null,
    int Count = 0);
