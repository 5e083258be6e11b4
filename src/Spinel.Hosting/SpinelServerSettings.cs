using Spinel.Engine;
using Spinel.Engine.Configuration;

namespace Spinel.Hosting;

/// <summary>How a server's sockets reach its engine.</summary>
public enum TransportKind
{
    /// <summary>The fastest that the system has.</summary>
    Auto,

    /// <summary>Linux epoll on the engine thread.</summary>
    Epoll,

    /// <summary>.NET sockets on pool threads: every system.</summary>
    Sockets,
}

/// <summary>What a <see cref="SpinelServer"/> is made from. Everything has a default.</summary>
public sealed class SpinelServerSettings
{
    /// <summary>The configuration: port, addresses, limits.</summary>
    public ServerOptions Options { get; init; } = new();

    /// <summary>Takes a free port of the system's choosing, whatever the configuration says; see <see cref="SpinelServer.Endpoints"/>.</summary>
    public bool EphemeralPort { get; init; }

    /// <summary>Where log lines go; nowhere by default.</summary>
    public IServerLog Log { get; init; } = new NullServerLog();

    /// <summary>The server's clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>How sockets reach the engine.</summary>
    public TransportKind Transport { get; init; }

    /// <summary>Runs on the checked heap: slow, and every misuse of native memory throws. For tests.</summary>
    public bool CheckedHeap { get; init; }
}
