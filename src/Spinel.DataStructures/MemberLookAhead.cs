namespace Spinel.DataStructures;

/// <summary>
/// The table of a large set, hash or sorted set, for asking the memory for members ahead of time. This is a handle; default is none. Good until the collection changes.
/// </summary>
/// <remarks>
/// A table of a million members is larger than the caches: a command on one of them waits for a bucket, and then for the member. When several commands on one
/// collection are known beforehand, asking for all of their buckets and then for all of their members makes these waits overlap.
/// </remarks>
public readonly unsafe struct MemberLookAhead
{
    /// <summary>Smaller tables are in a cache of the processor's anyway.</summary>
    private const long LeastMembers = 8192;

    private readonly nint _table;

    private MemberLookAhead(nint table) => _table = table;

    /// <summary>There is nothing to gain.</summary>
    public bool IsNull => _table == 0;

    // What the entries are matters to neither stage.
    private EntryTable<SetEntryOps> Table => new(_table);

    /// <summary>The table of a key's collection, if it is so large that looking ahead is of use.</summary>
    public static MemberLookAhead Of(KeyBlock block)
    {
        nint table = (block.Kind, block.Encoding) switch
        {
            (ValueKind.Set, ValueEncoding.HashTable) => block.Payload,
            (ValueKind.Hash, ValueEncoding.HashTable) => new FieldTable(block.Payload).TableAddress,
            (ValueKind.SortedSet, ValueEncoding.SkipList) => ((ScoreTreeHeader*)block.Payload)->Table,
            _ => 0,
        };
        return table != 0 && new EntryTable<SetEntryOps>(table).Count >= LeastMembers ? new MemberLookAhead(table) : default;
    }

    /// <summary>First stage: asks for the bucket of a member. Returns its hash, which the second stage wants.</summary>
    public ulong PrefetchBucket(ReadOnlySpan<byte> member)
    {
        ulong hash = Table.Hash(member);
        Table.PrefetchBucket(hash);
        return hash;
    }

    /// <summary>Second stage, when the bucket is likely there: asks for the member.</summary>
    public void PrefetchMember(ulong hash) => Table.PrefetchEntry(hash);
}
