using Spinel.Engine.Configuration.Codecs;
using static Spinel.Engine.Configuration.OptionFlags;
using static Spinel.Engine.Configuration.OptionUnit;

namespace Spinel.Engine.Configuration;

// How data outlives the process.
public sealed partial class ServerOptions
{
    [Option("save", "3600 1 300 100 60 10000", "Save points: after so many seconds and at least so many changes a snapshot is written. Empty for none.", Codec = typeof(SavePointsCodec))]
    public partial IReadOnlyList<SavePoint> SavePoints { get; }

    [Option("dbfilename", "dump.rdb", "Name of the snapshot file, in the server's directory.", Flags = Protected, Codec = typeof(FileNameCodec))]
    public partial string DbFileName { get; }

    [Option("rdbcompression", "yes", "Compresses strings in snapshots.")]
    public partial bool RdbCompression { get; }

    [Option("rdbchecksum", "yes", "Ends snapshots with a checksum, and checks it.", Flags = Immutable)]
    public partial bool RdbChecksum { get; }

    [Option("rdb-del-sync-files", "no", "Removes snapshots that only served to bring up a replica.")]
    public partial bool RdbDeleteSyncFiles { get; }

    [Option("rdb-save-incremental-fsync", "yes", "Forces a snapshot to disk piece by piece.")]
    public partial bool RdbSaveIncrementalFsync { get; }

    [Option("sanitize-dump-payload", "no", "Whether hashes and sets in files and from the primary are searched for what stands in them twice. Payloads of RESTORE always are, and all else is always checked.")]
    public partial SanitizeDumpPayload SanitizeDumpPayload { get; }

    [Option("stop-writes-on-bgsave-error", "yes", "Refuses writes after a snapshot has failed.")]
    public partial bool StopWritesOnBgsaveError { get; }

    [Option("appendonly", "no", "Logs every write to the append-only file.")]
    public partial bool AppendOnly { get; }

    [Option("appendfilename", "appendonly.aof", "Base name of the append-only files.", Flags = Immutable, Codec = typeof(FileNameCodec))]
    public partial string AppendFileName { get; }

    [Option("appenddirname", "appendonlydir", "Directory of the append-only files, in the server's directory.", Flags = Immutable, Codec = typeof(FileNameCodec))]
    public partial string AppendDirectoryName { get; }

    [Option("appendfsync", "everysec", "When the append-only file is forced to disk.")]
    public partial AppendFsync AppendFsync { get; }

    [Option("no-appendfsync-on-rewrite", "no", "Does not force the append-only file to disk while it is rewritten.")]
    public partial bool NoAppendFsyncOnRewrite { get; }

    [Option("auto-aof-rewrite-percentage", "100", "Growth in percent at which the append-only file is rewritten; 0 never.")]
    public partial int AutoAofRewritePercentage { get; }

    [Option("auto-aof-rewrite-min-size", "64mb", "Size below which the append-only file is not rewritten.", Unit = Bytes)]
    public partial long AutoAofRewriteMinSizeBytes { get; }

    [Option("aof-load-truncated", "yes", "Starts from an append-only file whose last command is incomplete.")]
    public partial bool AofLoadTruncated { get; }

    [Option("aof-use-rdb-preamble", "yes", "Begins a rewritten append-only file with a snapshot.")]
    public partial bool AofUseRdbPreamble { get; }

    [Option("aof-timestamp-enabled", "no", "Notes the time in the append-only file.")]
    public partial bool AofTimestampEnabled { get; }

    [Option("aof-rewrite-incremental-fsync", "yes", "Forces a rewritten append-only file to disk piece by piece.")]
    public partial bool AofRewriteIncrementalFsync { get; }

    [Option("aof-disable-auto-gc", "no", "Keeps append-only files that are no longer needed.")]
    public partial bool AofDisableAutoGc { get; }

    [Option("rdb-key-save-delay", "0", "Waits so long after each key of a snapshot: for tests.", Flags = Hidden)]
    public partial long RdbKeySaveDelayMicroseconds { get; }

    [Option("key-load-delay", "0", "Waits so long after each key that is loaded: for tests.", Flags = Hidden)]
    public partial long KeyLoadDelayMicroseconds { get; }
}
