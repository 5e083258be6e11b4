namespace Spinel.Engine.Effects;

/// <summary>The effects as replicas are sent them, as far as the engine has to know of it.</summary>
internal interface IReplicationStream
{
    /// <summary>Bytes of the stream so far.</summary>
    long EndOffset { get; }
}
