using Spinel.Engine;
using Spinel.Engine.Configuration;

namespace Spinel.Hosting;

/// <summary>What a <see cref="SpinelServer"/> is made from. Everything has a default.</summary>
public sealed class SpinelServerSettings
{
    /// <summary>The configuration: port, addresses, limits.</summary>
    public ServerOptions Options { get; init; } = new();

    /// <summary>
    /// Whether the snapshot file is loaded at the start, and written as the option <c>save</c> says and at the end: what a server by itself does. Inside
    /// another program data is kept in memory only, unless this is set or the append-only log is turned on.
    /// </summary>
    public bool KeepsSnapshots { get; init; }

    /// <summary>Takes a free port of the system's choosing, whatever the configuration says; see <see cref="SpinelServer.Endpoints"/>.</summary>
    public bool EphemeralPort { get; init; }

    /// <summary>Where log lines go; nowhere by default.</summary>
    public IServerLog Log { get; init; } = new NullServerLog();

    /// <summary>The server's clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The parts of the server around the engine: persistence, replication, the dashboard.</summary>
    public IReadOnlyList<IEngineExtension> Extensions { get; init; } = [];
}
