namespace Spinel.Persistence;

/// <summary>The texts of error replies of persistence, without the leading minus. Clients match on them.</summary>
internal static class PersistenceErrors
{
    public static ReadOnlySpan<byte> SnapshotFailed =>
        "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk. Commands that may modify the data set are disabled, because this instance is configured to report errors during writes if RDB snapshotting fails (stop-writes-on-bgsave-error option). Please check the Redis logs for details about the RDB error."u8;

    public static ReadOnlySpan<byte> SaveInProgress => "ERR Background save already in progress"u8;

    public static ReadOnlySpan<byte> OtherSnapshot =>
        "ERR Another child process is active (AOF?): can't BGSAVE right now. Use BGSAVE SCHEDULE in order to schedule a BGSAVE whenever possible."u8;

    /// <summary>Redis says no more than this; the log says why.</summary>
    public static ReadOnlySpan<byte> SaveFailed => "ERR"u8;

    public static ReadOnlySpan<byte> RewriteInProgress => "ERR Background append only file rewriting already in progress"u8;

    public static ReadOnlySpan<byte> NoLogToLoad => "ERR Error trying to load the AOF files, check server logs."u8;

    public static ReadOnlySpan<byte> LocalCountOutOfRange => "ERR value is out of range, value must between 0 and 1"u8;

    public static ReadOnlySpan<byte> WaitWithoutLog => "ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled."u8;

    public static ReadOnlySpan<byte> WaitOnReplica =>
        "ERR WAITAOF cannot be used with replica instances. Please also note that writes to replicas are just local and are not propagated."u8;

    public static ReadOnlySpan<byte> RewriteFailed =>
        "ERR Can't execute an AOF background rewriting. Please check the server logs for more information."u8;
}
