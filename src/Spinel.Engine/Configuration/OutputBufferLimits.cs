namespace Spinel.Engine.Configuration;

/// <summary>How much output one client may leave unread before it is disconnected.</summary>
/// <param name="HardLimitBytes">Disconnects at once; 0 for no limit.</param>
/// <param name="SoftLimitBytes">Disconnects when exceeded for too long; 0 for no limit.</param>
/// <param name="SoftLimitSeconds">How long the soft limit may be exceeded.</param>
public readonly record struct OutputBufferLimit(long HardLimitBytes, long SoftLimitBytes, int SoftLimitSeconds);

/// <summary>The output limits of the three classes of clients.</summary>
/// <param name="Normal">Clients that send commands and read replies.</param>
/// <param name="Replica">Replicas.</param>
/// <param name="PubSub">Clients that subscribed to a channel or a pattern.</param>
public sealed record OutputBufferLimits(OutputBufferLimit Normal, OutputBufferLimit Replica, OutputBufferLimit PubSub);
