using Spinel.Engine;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Statistics.Info;

namespace Spinel.Replication.Replica;

/// <summary>This server as a replica.</summary>
internal sealed class ReplicaSide(ReplicationExtension replication)
{
    /// <summary>The state of failing over to a replica, in the words of INFO.</summary>
    public string FailoverState => "no-failover";

    /// <summary>While this server fails over, replicas can neither come nor be sent pings.</summary>
    public bool IsFailingOver => false;

    /// <summary>False while this server is a replica without its primary's data: it has nothing to pass on.</summary>
    public bool CanServeReplicas => replication.State.Role == ReplicationRole.Primary;

    /// <summary>The engine is made, and its data may be loading.</summary>
    public void Attach()
    {
    }

    /// <summary>Called <c>hz</c> times a second.</summary>
    public void OnCron()
    {
    }

    /// <summary>The end of a turn, before the stream is handed to the replicas.</summary>
    public void OnTurnEnd()
    {
    }

    /// <summary>Answers REPLCONF GETACK, which the primary sends.</summary>
    public void OnGetAck()
    {
    }

    /// <summary>A replica has acknowledged more than before.</summary>
    public void OnReplicaAcknowledged()
    {
    }

    /// <summary>Handles <c>PSYNC id offset FAILOVER</c>; false when it is to be handled as an ordinary PSYNC.</summary>
    public bool TryTakeOver(ref CommandContext c) => false;

    /// <summary>Writes the lines of INFO between <c>role</c> and <c>connected_slaves</c>.</summary>
    public void WriteInfo(InfoWriter writer)
    {
    }

    /// <summary>Replies to ROLE when this server is a replica.</summary>
    public void WriteRole(ref CommandContext c)
    {
    }

    public void OnStop()
    {
    }

    public void Dispose()
    {
    }
}
