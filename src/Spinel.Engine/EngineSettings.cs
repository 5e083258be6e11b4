using Spinel.Engine.Configuration;

namespace Spinel.Engine;

/// <summary>What an <see cref="Engine"/> is made from.</summary>
public sealed class EngineSettings
{
    public ServerOptions Options { get; init; } = new();

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public IServerLog Log { get; init; } = new NullServerLog();

    /// <summary>Runs on the checked heap: slow, and every misuse of native memory throws.</summary>
    public bool CheckedHeap { get; init; }

    /// <summary>Seeds hashing and random choices, for repeatable tests; random when null.</summary>
    public ulong? Seed { get; init; }

    /// <summary>The parts of the server around the engine, in the order in which they are attached and called.</summary>
    public IReadOnlyList<IEngineExtension> Extensions { get; init; } = [];
}
