using System.Text;

namespace Spinel.Replication.Replica;

/// <summary>The errors of the commands that change the role of the server, as clients see them.</summary>
internal static class ReplicaErrors
{
    public static ReadOnlySpan<byte> NotWhileFailingOver => "ERR REPLICAOF not allowed while failing over."u8;

    public static ReadOnlySpan<byte> NotFromReplica => "ERR Command is not valid when client is a replica."u8;

    public static ReadOnlySpan<byte> InvalidPort => "ERR Invalid master port"u8;

    public static ReadOnlySpan<byte> NoFailover => "ERR No failover in progress."u8;

    public static ReadOnlySpan<byte> FailoverInProgress => "ERR FAILOVER already in progress."u8;

    public static ReadOnlySpan<byte> FailoverOfReplica => "ERR FAILOVER is not valid when server is a replica."u8;

    public static ReadOnlySpan<byte> FailoverWithoutReplicas => "ERR FAILOVER requires connected replicas."u8;

    public static ReadOnlySpan<byte> FailoverTimeout => "ERR FAILOVER timeout must be greater than 0"u8;

    public static ReadOnlySpan<byte> FailoverForce => "ERR FAILOVER with force option requires both a timeout and target HOST and IP."u8;

    public static ReadOnlySpan<byte> FailoverTargetUnknown => "ERR FAILOVER target HOST and PORT is not a replica."u8;

    public static ReadOnlySpan<byte> FailoverTargetNotOnline => "ERR FAILOVER target replica is not online."u8;

    public static ReadOnlySpan<byte> TakeOverAtPrimary => "ERR PSYNC FAILOVER can't be sent to a master."u8;

    public static ReadOnlySpan<byte> TakeOverOtherHistory => "ERR PSYNC FAILOVER replid must match my replid."u8;
}
