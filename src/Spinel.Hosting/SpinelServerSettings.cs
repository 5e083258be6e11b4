using Spinel.Engine;
using Spinel.Engine.Configuration;

namespace Spinel.Hosting;

/// <summary>What a <see cref="SpinelServer"/> is made from. Everything has a default.</summary>
public sealed class SpinelServerSettings
{
    /// <summary>
    /// The configuration: port, addresses, limits, persistence. By default a server inside another program keeps its data in memory only; options made by
    /// <c>new ServerOptions()</c> are those of a server by itself, which saves to the working directory.
    /// </summary>
    public ServerOptions Options { get; init; } = InMemory();

    /// <summary>Takes a free port of the system's choosing, whatever the configuration says; see <see cref="SpinelServer.Endpoints"/>.</summary>
    public bool EphemeralPort { get; init; }

    /// <summary>Where log lines go; nowhere by default.</summary>
    public IServerLog Log { get; init; } = new NullServerLog();

    /// <summary>The server's clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    private static ServerOptions InMemory()
    {
        var options = new ServerOptions();
        options.Set("save", "");
        return options;
    }

    /// <summary>The parts of the server around the engine: persistence, replication, the dashboard.</summary>
    public IReadOnlyList<IEngineExtension> Extensions { get; init; } = [];
}
