namespace Spinel.Engine;

/// <summary>Reasons for which every command needs more than the direct path.</summary>
[Flags]
internal enum EngineGate
{
    None = 0,
    MemoryLimit = 1,
    Paused = 2,

    /// <summary>Somebody watches what is run (MONITOR).</summary>
    Monitored = 4,

    /// <summary>The data is being loaded: few commands can be answered.</summary>
    Loading = 8,

    /// <summary>Commands that write are refused, for one of the reasons of <see cref="WriteRefusal"/>.</summary>
    WritesRefused = 16,

    /// <summary>Somebody has commands shown to him in this process.</summary>
    Watched = 32,
}
