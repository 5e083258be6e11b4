using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Sessions;

/// <summary>How sessions come and go: who is let in, what a new session starts with, and what is left of it when its peer is gone, which is nothing.</summary>
internal sealed class Admission(SpinelEngine engine)
{
    /// <summary>
    /// Takes a new connection. A client that is refused gets a session too: its output says why, and it is closed once that is sent.
    /// </summary>
    public Session Accept(IConnection connection)
    {
        var session = new Session(engine, connection, engine.Sessions.NextId());
        engine.Users.Greet(session);
        ReadOnlySpan<byte> refusal = RefusalOf(connection);
        if (!refusal.IsEmpty)
        {
            engine.Statistics.RejectedConnections++;
            var reply = new ReplyWriter(session.Output, session.Protocol);
            reply.Error(refusal);
            reply.Flush();
            session.CloseWhenFlushed();
            return session;
        }

        engine.Statistics.TotalConnections++;
        engine.Sessions.Add(session);
        engine.ClientMemory.Update(session);
        return session;
    }

    /// <summary>See <see cref="SpinelEngine.OpenTrustedSession"/>.</summary>
    public Session OpenTrusted(IConnection connection) =>
        new(engine, connection, engine.Sessions.NextId()) { Feed = new TrustedFeed(), User = engine.Users.Trusted, MustNotBlock = true, ReplyMode = ReplyMode.Off };

    /// <summary>See <see cref="SpinelEngine.OpenPrimarySession"/>.</summary>
    public Session OpenPrimary(IConnection connection)
    {
        Session session = OpenTrusted(connection);
        session.Type = ClientType.Primary;
        engine.Sessions.Add(session);
        return session;
    }

    /// <summary>The peer is gone: all that the engine knows of the session is forgotten.</summary>
    public void Release(Session session)
    {
        engine.Sessions.Remove(session);
        if (session.IsPostponed)
        {
            engine.Pause.Remove(session);
            engine.Blocked.Remove(session);
        }

        session.Attachment?.OnSessionEnded(session);
        session.Attachment = null;
        engine.Invalidations.Forget(session);
        session.LeaveAll();
        session.ReleaseBuffers();
        engine.ClientMemory.Update(session);
    }

    private ReadOnlySpan<byte> RefusalOf(IConnection connection)
    {
        if (engine.Sessions.Count >= engine.Limits.MaxClients)
        {
            return Errors.MaxClients;
        }

        bool isRemote = !connection.IsUnixSocket && !connection.IsLoopback;
        return isRemote && engine.Options.ProtectedMode && !engine.Users.AuthenticationRequired ? Errors.ProtectedMode : default;
    }
}
