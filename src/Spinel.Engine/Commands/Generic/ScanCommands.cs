using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Generic;

/// <summary>SCAN: the keyspace in small portions.</summary>
internal static class ScanCommands
{
    /// <summary>A call looks at no more buckets than this for each element it was asked for, so a sparse table holds nobody up.</summary>
    private const long MaxBucketsPerElement = 10;

    [Command("SCAN", "cursor [MATCH pattern] [COUNT count] [TYPE type]", Arity = -2, Flags = CommandFlags.ReadOnly,
        Group = CommandGroup.Generic, Since = "2.8.0", Complexity = "O(COUNT) for a call, O(N) for a walk over N keys",
        Tips = "nondeterministic_output request_policy:special",
        Summary = "Lists keys in portions. Go on with the cursor that a call returns, until it is 0; keys that exist all the time are listed at least once.",
        History = "6.0.0 Option TYPE.")]
    internal static void Scan(ref CommandContext c)
    {
        var options = new ScanOptions();
        if (!options.TryReadCursor(ref c, 1) || !options.TryReadOptions(ref c, 2, allowType: true))
        {
            return;
        }

        Database database = c.Database;
        SegmentedList<KeyBlock> found = c.Engine.Scratch.Keys;
        var visitor = new ScanVisitor(found, options);
        ulong cursor = options.Cursor;
        long bucketsLeft = options.Count > long.MaxValue / MaxBucketsPerElement ? long.MaxValue : options.Count * MaxBucketsPerElement;
        do
        {
            cursor = database.Keys.Scan(cursor, ref visitor);
        }
        while (cursor != 0 && bucketsLeft-- > 0 && visitor.Seen < options.Count);

        // The walk is over, so the table may change: what is past its time goes, and is not listed.
        long live = found.Count - RemoveExpired(c.Keyspace, database, found);
        c.Reply.ArrayHeader(2);
        c.Reply.BulkString((long)cursor);
        c.Reply.ArrayHeader(live);
        for (int i = 0; i < found.SegmentCount; i++)
        {
            foreach (KeyBlock block in found.Segment(i))
            {
                if (!block.IsNull)
                {
                    c.Reply.BulkString(block.Key);
                }
            }
        }

        found.Clear();
    }

    private static long RemoveExpired(Keyspace keyspace, Database database, SegmentedList<KeyBlock> keys)
    {
        if (database.Expires.Count == 0)
        {
            return 0;
        }

        long removed = 0;
        for (int i = 0; i < keys.SegmentCount; i++)
        {
            foreach (ref KeyBlock block in keys.Segment(i))
            {
                if (block.HasExpiry && block.ExpiryMs <= keyspace.Clock.NowMs)
                {
                    if (!keyspace.KeepsExpired)
                    {
                        keyspace.Removals.Expire(database, block, database.Keys.Hash(block.Key));
                    }

                    block = default;
                    removed++;
                }
            }
        }

        return removed;
    }

    /// <summary>Collects the keys that the options ask for and counts all that it is shown.</summary>
    private ref struct ScanVisitor(SegmentedList<KeyBlock> found, ScanOptions options) : IKeyVisitor
    {
        private readonly ScanOptions _options = options;

        public long Seen { get; private set; }

        public void Visit(KeyBlock block)
        {
            Seen++;
            if ((!_options.HasPattern || GlobPattern.Matches(_options.Pattern, block.Key))
                && (!_options.HasType || AsciiText.EqualsIgnoreCase(_options.Type, ValueNames.Of(block.Kind))))
            {
                found.Add(block);
            }
        }
    }
}
