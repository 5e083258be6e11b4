using Spinel.TestSupport;

namespace Spinel.Clients.Tests;

/// <summary>One server for the tests of a class; what it reports at its end (a leak, damaged memory) fails the class.</summary>
public sealed class RunningServer : IDisposable
{
    /// <summary>The server: Spinel, or SPINEL_SUBJECT.</summary>
    public ServerProcess Process { get; } = ServerProcess.Start(ServerCommand.Subject());

    /// <inheritdoc/>
    public void Dispose() => Process.Dispose();
}
