namespace Spinel.Engine.Sessions;

/// <summary>What a part of the server outside the engine keeps about one client: a link of replication.</summary>
internal interface ISessionAttachment
{
    /// <summary>The client is gone. Its output has not been given up yet.</summary>
    void OnSessionEnded(Session session);
}
