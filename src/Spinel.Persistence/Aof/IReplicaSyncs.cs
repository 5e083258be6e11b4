using Spinel.Engine.Sessions;

namespace Spinel.Persistence.Aof;

/// <summary>What WAITAOF has to know of replicas; the part of the server that has them implements it.</summary>
internal interface IReplicaSyncs
{
    /// <summary>This server is a replica itself.</summary>
    bool IsReplica { get; }

    /// <summary>The place in the replication stream up to which the client that runs has written.</summary>
    long WrittenOffset(Session session);

    /// <summary>How many replicas have it on disk up to an offset.</summary>
    int CountSynced(long offset);

    /// <summary>Has the replicas asked how far they are.</summary>
    void RequestAcknowledgement();
}
