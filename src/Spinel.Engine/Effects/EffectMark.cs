namespace Spinel.Engine.Effects;

/// <summary>A place in the stream of effects, as those who write it out count it. Every session keeps that of its last command, so that a client can wait for its own writes and all that it has seen.</summary>
/// <param name="LoggedBytes">Bytes of the append-only log since the server started.</param>
/// <param name="StreamOffset">The offset in the replication stream.</param>
public readonly record struct EffectMark(long LoggedBytes, long StreamOffset);
