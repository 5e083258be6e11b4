namespace Spinel.Engine.Sessions;

/// <summary>
/// A peer that no transport speaks for but another part of this process, such as a browser's view of the server, or the link to a primary. It feeds its session from
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
