namespace Spinel.Dashboard;

/// <summary>What a dashboard is made from besides the server's options. Everything has a default.</summary>
public sealed class DashboardSettings
{
    /// <summary>Takes free ports of the system's choosing, whatever the configuration says; see <see cref="DashboardExtension.Endpoints"/>.</summary>
    public bool EphemeralPort { get; init; }

    /// <summary>The clock of sessions and limits.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>What browsers may cost.</summary>
    public DashboardLimits Limits { get; init; } = new();
}

/// <summary>The limits of the dashboard: whatever browsers do, it takes no more than this.</summary>
public sealed class DashboardLimits
{
    /// <summary>Open web sockets.</summary>
    public int MaxSockets { get; init; } = 1024;

    /// <summary>Connections of all kinds.</summary>
    public int MaxConnections { get; init; } = 2048;

    /// <summary>People logged in.</summary>
    public int MaxLogins { get; init; } = 1000;

    /// <summary>Engine sessions of one web socket.</summary>
    public int MaxChannels { get; init; } = 16;

    /// <summary>Watched topics of one web socket.</summary>
    public int MaxWatches { get; init; } = 64;

    /// <summary>Commands of one channel that wait for their replies.</summary>
    public int MaxPendingCommands { get; init; } = 10_000;

    /// <summary>Bytes of one channel's commands that the engine has not taken.</summary>
    public int MaxPendingBytes { get; init; } = 64 << 20;

    /// <summary>The longest frame with commands.</summary>
    public int MaxCommandFrameBytes { get; init; } = 16 << 20;

    /// <summary>The longest frame of another kind.</summary>
    public int MaxFrameBytes { get; init; } = 1 << 20;

    /// <summary>The longest reply of the engine that is passed on.</summary>
    public int MaxReplyBytes { get; init; } = 32 << 20;

    /// <summary>Bytes that wait for one browser; a browser that is further behind is disconnected.</summary>
    public long MaxOutgoingBytes { get; init; } = 96L << 20;

    /// <summary>
    /// Bytes that wait for all browsers together. Above that nothing is added for a browser for which more than <see cref="FairOutgoingBytes"/> wait: the slow ones pay.
    /// </summary>
    public long MaxTotalOutgoingBytes { get; init; } = 256L << 20;

    /// <summary>So much may wait for a browser, whatever waits for others.</summary>
    public long FairOutgoingBytes { get; init; } = 64L << 10;

    /// <summary>Of them, bytes of messages that nobody asked for one by one; beyond that, messages are dropped and counted.</summary>
    public long MaxPushBytes { get; init; } = 4L << 20;

    /// <summary>How long one frame may take to be sent, after which the browser is taken for dead.</summary>
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a login lasts that nobody uses.</summary>
    public TimeSpan LoginIdle { get; init; } = TimeSpan.FromHours(12);
}
