namespace Spinel.Replication;

/// <summary>The texts of error replies of replication, without the leading minus. Clients match on them.</summary>
internal static class ReplicationErrors
{
    public static ReadOnlySpan<byte> TooFewReplicas => "NOREPLICAS Not enough good replicas to write."u8;

    public static ReadOnlySpan<byte> FailingOver => "NOMASTERLINK Can't SYNC while failing over"u8;

    public static ReadOnlySpan<byte> NoPrimaryLink => "NOMASTERLINK Can't SYNC while not connected with my master"u8;

    public static ReadOnlySpan<byte> PendingOutput => "ERR SYNC and PSYNC are invalid with pending output"u8;

    public static ReadOnlySpan<byte> FilterNeedsEnd => "ERR Filtered replica requires EOF capability"u8;

    public static ReadOnlySpan<byte> FlagOutOfRange => "ERR value is out of range, value must between 0 and 1"u8;

    public static ReadOnlySpan<byte> MigrateKeys => "ERR When using MIGRATE KEYS option, the key argument must be set to the empty string"u8;

    public static ReadOnlySpan<byte> InvalidAddress => "ERR REPLCONF ip-address provided by replica instance is not an address"u8;

    public static ReadOnlySpan<byte> WaitOnReplica =>
        "ERR WAIT cannot be used with replica instances. Please also note that since Redis 4.0 if a replica is configured to be writable (which is not the default) writes to replicas are just local and are not propagated."u8;
}
