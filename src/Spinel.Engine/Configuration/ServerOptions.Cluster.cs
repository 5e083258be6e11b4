using static Spinel.Engine.Configuration.OptionFlags;
using static Spinel.Engine.Configuration.OptionUnit;

namespace Spinel.Engine.Configuration;

// Many servers as one.
public sealed partial class ServerOptions
{
    [Option("cluster-enabled", "no", "Runs the server as a node of a cluster.", Flags = Immutable, OnlyValue = "no", OnlyValueReason = "has no cluster mode")]
    public partial bool ClusterEnabled { get; }

    [Option("cluster-config-file", "nodes.conf", "File in which a node keeps its view of the cluster.", Flags = Immutable | NotYet)]
    public partial string ClusterConfigFile { get; }

    [Option("cluster-node-timeout", "15000", "Milliseconds after which a silent node counts as failing.", Flags = NotYet)]
    public partial long ClusterNodeTimeoutMs { get; }

    [Option("cluster-port", "0", "Port of the cluster bus; 0 for the client port plus 10000.", Flags = Immutable | NotYet, Max = 65535)]
    public partial int ClusterPort { get; }

    [Option("cluster-announce-ip", "", "Address that a node announces.", Flags = NotYet)]
    public partial string ClusterAnnounceIp { get; }

    [Option("cluster-announce-hostname", "", "Host name that a node announces.", Flags = NotYet)]
    public partial string ClusterAnnounceHostname { get; }

    [Option("cluster-announce-port", "0", "Client port that a node announces; 0 for the real one.", Flags = NotYet, Max = 65535)]
    public partial int ClusterAnnouncePort { get; }

    [Option("cluster-announce-tls-port", "0", "TLS port that a node announces; 0 for the real one.", Flags = NotYet, Max = 65535)]
    public partial int ClusterAnnounceTlsPort { get; }

    [Option("cluster-announce-bus-port", "0", "Bus port that a node announces; 0 for the real one.", Flags = NotYet, Max = 65535)]
    public partial int ClusterAnnounceBusPort { get; }

    [Option("cluster-preferred-endpoint-type", "ip", "What redirections name a node by.", Flags = NotYet)]
    public partial ClusterEndpointType ClusterPreferredEndpointType { get; }

    [Option("cluster-require-full-coverage", "yes", "Refuses commands while some slot has no node.", Flags = NotYet)]
    public partial bool ClusterRequireFullCoverage { get; }

    [Option("cluster-allow-reads-when-down", "no", "Answers reads while the cluster is down.", Flags = NotYet)]
    public partial bool ClusterAllowReadsWhenDown { get; }

    [Option("cluster-allow-pubsubshard-when-down", "yes", "Serves sharded channels while the cluster is down.", Flags = NotYet)]
    public partial bool ClusterAllowPubSubShardWhenDown { get; }

    [Option("cluster-allow-replica-migration", "yes", "Lets replicas move to a primary that has none.", Flags = NotYet)]
    public partial bool ClusterAllowReplicaMigration { get; }

    [Option("cluster-migration-barrier", "1", "Replicas that a primary keeps when another needs one.", Flags = NotYet)]
    public partial int ClusterMigrationBarrier { get; }

    [Option("cluster-replica-no-failover", "no", "A replica never takes over by itself.", Alias = "cluster-slave-no-failover", Flags = NotYet)]
    public partial bool ClusterReplicaNoFailover { get; }

    [Option("cluster-replica-validity-factor", "10", "How stale a replica may be and still take over; 0 for any.", Alias = "cluster-slave-validity-factor", Flags = NotYet)]
    public partial int ClusterReplicaValidityFactor { get; }

    [Option("cluster-link-sendbuf-limit", "0", "Most output that is held for another node; 0 for no limit.", Flags = NotYet, Unit = Bytes)]
    public partial long ClusterLinkSendBufferLimitBytes { get; }
}
