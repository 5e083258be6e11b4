namespace Spinel.Engine.Sessions;

/// <summary>
/// A client that is a part of this process, such as a browser's view of the server. No socket and no transport stands between: it feeds its session from
/// letters of the mailbox, and the engine hands it the output when transports send theirs, after what the turn wrote is durable.
/// </summary>
public interface IInProcessConnection : IConnection
{
    /// <summary>
    /// The session has output, or is to be closed. What is taken is consumed from <see cref="Session.Output"/>; what is left has to be asked for by the
    /// connection itself, in a later turn. Called on the engine thread.
    /// </summary>
    void Deliver(Session session);
}
