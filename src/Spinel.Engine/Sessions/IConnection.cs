namespace Spinel.Engine.Sessions;

/// <summary>
/// A transport's side of one client connection: what the engine may ask of it. That it closes is not asked: the transport finds the session among the
/// <see cref="SpinelEngine.PendingWrites"/>, and sees from <see cref="Session.IsClosed"/> and <see cref="Session.CloseAfterReply"/> what is to be done.
/// </summary>
public interface IConnection
{
    /// <summary>The descriptor of the socket, or -1 where the transport has none to show.</summary>
    long FileDescriptor { get; }

    /// <summary>The peer as <c>127.0.0.1:50312</c>, <c>[::1]:50312</c> or <c>/path.sock:0</c>.</summary>
    string RemoteAddress { get; }

    /// <summary>The server's end of the connection, in the same form.</summary>
    string LocalAddress { get; }

    bool IsUnixSocket { get; }

    /// <summary>True when the peer is on this machine by a loopback address (or a Unix socket).</summary>
    bool IsLoopback { get; }

    /// <summary>Whether small packets are sent at once, or held back until there is more to send. Called on the engine thread.</summary>
    void SetNoDelay(bool on)
    {
    }
}
