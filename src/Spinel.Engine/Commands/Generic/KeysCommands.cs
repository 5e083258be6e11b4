using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Generic;

/// <summary>Commands that look at the whole keyspace at once.</summary>
internal static class KeysCommands
{
    private const int MaxTries = 100;

    [Command("KEYS", "pattern", Arity = 2, Flags = CommandFlags.ReadOnly, AclCategories = "dangerous",
        Group = CommandGroup.Generic, Since = "1.0.0", Complexity = "O(N) with N the number of keys in the database",
        Tips = "request_policy:all_shards nondeterministic_output_order",
        Summary = "Lists the keys that match a pattern. On a big keyspace SCAN is the better choice: it holds nobody up.")]
    internal static void Keys(ref CommandContext c)
    {
        KeyTable table = c.Database.Keys;
        SegmentedList<KeyBlock> found = c.Engine.Scratch.Keys;
        var visitor = new MatchVisitor(found, c[1], c.NowMs);
        ulong cursor = 0;
        if (visitor.TakesAll && c.Database.Expires.Count == 0)
        {
            // The number is known, so the list never holds more than a bucket.
            c.Reply.ArrayHeader(table.Count);
            do
            {
                cursor = table.Scan(cursor, ref visitor);
                ReplyKeys(ref c, found);
                found.Clear();
            }
            while (cursor != 0);
            return;
        }

        do
        {
            cursor = table.Scan(cursor, ref visitor);
        }
        while (cursor != 0);

        c.Reply.ArrayHeader(found.Count);
        ReplyKeys(ref c, found);
        found.Clear();
    }

    [Command("RANDOMKEY", "", Arity = 1, Flags = CommandFlags.ReadOnly,
        Group = CommandGroup.Generic, Since = "1.0.0", Complexity = "O(1)",
        Tips = "request_policy:all_shards nondeterministic_output",
        Summary = "Returns the name of a key drawn at random, each with the same probability.")]
    internal static void RandomKey(ref CommandContext c)
    {
        Database database = c.Database;
        KeyBlock block = database.Keys.Random(c.Engine.Random);

        // Each turn removes a key, so this ends; where none may be removed, a key that has expired may be what is found in the end.
        int triesLeft = MaxTries;
        while (!block.IsNull && block.HasExpiry && block.ExpiryMs <= c.NowMs)
        {
            if (!c.Keyspace.KeepsExpired)
            {
                c.Keyspace.Removals.Expire(database, block, database.Keys.Hash(block.Key));
            }
            else if (--triesLeft == 0)
            {
                break;
            }

            block = database.Keys.Random(c.Engine.Random);
        }

        if (block.IsNull)
        {
            c.Reply.NullBulk();
        }
        else
        {
            c.Reply.BulkString(block.Key);
        }
    }

    private static void ReplyKeys(ref CommandContext c, SegmentedList<KeyBlock> keys)
    {
        for (int i = 0; i < keys.SegmentCount; i++)
        {
            foreach (KeyBlock block in keys.Segment(i))
            {
                c.Reply.BulkString(block.Key);
            }
        }
    }

    /// <summary>Collects the keys that match and whose time has not come.</summary>
    private readonly ref struct MatchVisitor(SegmentedList<KeyBlock> found, ReadOnlySpan<byte> pattern, long nowMs) : IKeyVisitor
    {
        private readonly ReadOnlySpan<byte> _pattern = pattern;

        public bool TakesAll { get; } = pattern is [(byte)'*'];

        public void Visit(KeyBlock block)
        {
            if ((TakesAll || GlobPattern.Matches(_pattern, block.Key)) && !(block.HasExpiry && block.ExpiryMs <= nowMs))
            {
                found.Add(block);
            }
        }
    }
}
