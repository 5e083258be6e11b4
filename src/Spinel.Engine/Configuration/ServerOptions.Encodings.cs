using static Spinel.Engine.Configuration.OptionFlags;
using static Spinel.Engine.Configuration.OptionUnit;

namespace Spinel.Engine.Configuration;

// Up to which size a collection stays one compact block.
public sealed partial class ServerOptions
{
    [Option("hash-max-listpack-entries", "512", "Most fields of a hash in one compact block.", Alias = "hash-max-ziplist-entries")]
    public partial long HashMaxListpackEntries { get; }

    [Option("hash-max-listpack-value", "64", "Longest field or value of a hash in one compact block.", Alias = "hash-max-ziplist-value", Unit = Bytes)]
    public partial long HashMaxListpackValueBytes { get; }

    [Option("list-max-listpack-size", "-2", "Size of a list's blocks: a number of elements, or -1 to -5 for 4, 8, 16, 32 or 64 KiB.", Alias = "list-max-ziplist-size", Min = int.MinValue)]
    public partial int ListMaxListpackSize { get; }

    [Option("list-compress-depth", "0", "Blocks at either end of a list that stay uncompressed; 0 compresses none.")]
    public partial int ListCompressDepth { get; }

    [Option("set-max-intset-entries", "512", "Most members of a set of integers in one compact block.")]
    public partial long SetMaxIntsetEntries { get; }

    [Option("set-max-listpack-entries", "128", "Most members of a set in one compact block.")]
    public partial long SetMaxListpackEntries { get; }

    [Option("set-max-listpack-value", "64", "Longest member of a set in one compact block.", Unit = Bytes)]
    public partial long SetMaxListpackValueBytes { get; }

    [Option("zset-max-listpack-entries", "128", "Most members of a sorted set in one compact block.", Alias = "zset-max-ziplist-entries")]
    public partial long ZsetMaxListpackEntries { get; }

    [Option("zset-max-listpack-value", "64", "Longest member of a sorted set in one compact block.", Alias = "zset-max-ziplist-value", Unit = Bytes)]
    public partial long ZsetMaxListpackValueBytes { get; }

    [Option("hll-sparse-max-bytes", "3000", "Largest HyperLogLog in the sparse representation.", Unit = Bytes)]
    public partial long HllSparseMaxBytes { get; }

    [Option("stream-node-max-bytes", "4096", "Largest block of a stream; 0 for no limit.", Unit = Bytes)]
    public partial long StreamNodeMaxBytes { get; }

    [Option("stream-node-max-entries", "100", "Most entries in a block of a stream; 0 for no limit.")]
    public partial long StreamNodeMaxEntries { get; }
}
