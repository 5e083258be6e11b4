namespace Spinel.Engine;

/// <summary>The severities of Redis's <c>loglevel</c>, lowest first.</summary>
public enum ServerLogLevel : byte
{
    Debug,
    Verbose,
    Notice,
    Warning,
}

/// <summary>Where the server writes its log lines. Implementations are thread-safe.</summary>
public interface IServerLog
{
    bool IsEnabled(ServerLogLevel level);

    void Write(ServerLogLevel level, string message);

    /// <summary>The server has become a replica, or a primary: lines may say so.</summary>
    void NoteRole(bool isReplica)
    {
    }
}

/// <summary>A log that keeps nothing, for tests and embedding.</summary>
public sealed class NullServerLog : IServerLog
{
    public bool IsEnabled(ServerLogLevel level) => false;

    public void Write(ServerLogLevel level, string message)
    {
    }
}
