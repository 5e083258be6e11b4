using Spinel.Engine.Configuration.Codecs;
using static Spinel.Engine.Configuration.OptionFlags;
using static Spinel.Engine.Configuration.OptionUnit;

namespace Spinel.Engine.Configuration;

// Copies on other servers.
public sealed partial class ServerOptions
{
    [Option("replicaof", "", "Address and port of the primary that this server copies.", Alias = "slaveof", Flags = Immutable, Codec = typeof(PrimaryEndpointCodec))]
    public partial string ReplicaOf { get; }

    [Option("masteruser", "", "User name for the primary.", Flags = Sensitive)]
    public partial string MasterUser { get; }

    [Option("masterauth", "", "Password for the primary.", Flags = Sensitive)]
    public partial ReadOnlyMemory<byte> MasterAuth { get; }

    [Option("replica-serve-stale-data", "yes", "A replica answers while it has no connection to its primary.", Alias = "slave-serve-stale-data")]
    public partial bool ReplicaServeStaleData { get; }

    [Option("replica-read-only", "yes", "A replica refuses writes of clients.", Alias = "slave-read-only")]
    public partial bool ReplicaReadOnly { get; }

    [Option("replica-priority", "100", "Rank for a failover by Sentinel, lower first; 0 never.", Alias = "slave-priority")]
    public partial int ReplicaPriority { get; }

    [Option("replica-announced", "yes", "Whether Sentinel reports this replica.")]
    public partial bool ReplicaAnnounced { get; }

    [Option("replica-announce-ip", "", "Address that a replica reports; empty for the real one.", Alias = "slave-announce-ip")]
    public partial string ReplicaAnnounceIp { get; }

    [Option("replica-announce-port", "0", "Port that a replica reports; 0 for the real one.", Alias = "slave-announce-port", Max = 65535)]
    public partial int ReplicaAnnouncePort { get; }

    [Option("replica-ignore-maxmemory", "yes", "A replica leaves eviction to its primary.", Alias = "slave-ignore-maxmemory")]
    public partial bool ReplicaIgnoreMaxMemory { get; }

    [Option("replica-ignore-disk-write-errors", "no", "A replica goes on when it cannot write to disk; otherwise it stops.")]
    public partial bool ReplicaIgnoreDiskWriteErrors { get; }

    [Option("replica-lazy-flush", "no", "A replica frees its old data in the background.", Alias = "slave-lazy-flush")]
    public partial bool ReplicaLazyFlush { get; }

    [Option("repl-backlog-size", "1mb", "Bytes of recent writes kept for replicas that reconnect.", Unit = Bytes, Min = 1)]
    public partial long ReplBacklogSizeBytes { get; }

    [Option("repl-backlog-ttl", "3600", "Seconds after the last replica has gone until the backlog is freed; 0 never.")]
    public partial long ReplBacklogTtlSeconds { get; }

    [Option("repl-disable-tcp-nodelay", "no", "Saves packets to replicas at the cost of delay.")]
    public partial bool ReplDisableTcpNoDelay { get; }

    [Option("repl-diskless-sync", "yes", "Sends a full copy to replicas without writing it to disk.")]
    public partial bool ReplDisklessSync { get; }

    [Option("repl-diskless-sync-delay", "5", "Seconds that a full copy waits for more replicas.")]
    public partial int ReplDisklessSyncDelaySeconds { get; }

    [Option("repl-diskless-sync-max-replicas", "0", "Replicas that end that wait; 0 for no such number.")]
    public partial int ReplDisklessSyncMaxReplicas { get; }

    [Option("repl-diskless-load", "disabled", "How a replica loads a full copy.")]
    public partial ReplDisklessLoad ReplDisklessLoad { get; }

    [Option("repl-ping-replica-period", "10", "Seconds between a primary's pings.", Alias = "repl-ping-slave-period", Min = 1)]
    public partial int ReplPingReplicaPeriodSeconds { get; }

    [Option("repl-timeout", "60", "Seconds of silence after which a replication link is closed.", Min = 1)]
    public partial int ReplTimeoutSeconds { get; }

    [Option("min-replicas-to-write", "0", "Replicas without which writes are refused; 0 asks for none.", Alias = "min-slaves-to-write")]
    public partial int MinReplicasToWrite { get; }

    [Option("min-replicas-max-lag", "10", "Seconds within which such a replica must have been heard of.", Alias = "min-slaves-max-lag")]
    public partial int MinReplicasMaxLagSeconds { get; }

    [Option("propagation-error-behavior", "ignore", "What happens when a replicated command fails.")]
    public partial PropagationErrorBehavior PropagationErrorBehavior { get; }
}
