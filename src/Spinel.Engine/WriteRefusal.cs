namespace Spinel.Engine;

/// <summary>Who refuses commands that write, the most important first.</summary>
public enum WriteRefusal
{
    /// <summary>The log could not be written to.</summary>
    DiskError,

    /// <summary>The last snapshot has failed.</summary>
    SnapshotError,

    /// <summary>Too few replicas keep up.</summary>
    TooFewReplicas,

    /// <summary>This server is a replica.</summary>
    ReadOnlyReplica,
}
