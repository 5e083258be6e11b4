using Spinel.Engine.Sessions;

namespace Spinel.Persistence.Aof;

/// <summary>The other end of a session whose requests come from a file.</summary>
internal sealed class LogConnection(string path) : IConnection
{
    public long FileDescriptor => -1;

    public string RemoteAddress => path;

    public string LocalAddress => path;

    public bool IsUnixSocket => false;

    public bool IsLoopback => true;
}
