using Spinel.DataStructures;
using Spinel.Engine.Commands.Generic;
using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Hashes;

/// <summary>HSCAN: a hash in small portions.</summary>
internal static class HashScanCommand
{
    [Command("HSCAN", "key cursor [MATCH pattern] [COUNT count] [NOVALUES]", Arity = -3, Flags = CommandFlags.ReadOnly, Keys = "1 RO access",
        Group = CommandGroup.Hash, Since = "2.8.0", Complexity = "O(COUNT) for a call, O(N) for a walk over N fields", Tips = "nondeterministic_output",
        Summary = "Lists the fields of a hash in portions. Go on with the cursor that a call returns, until it is 0.",
        History = "7.4.0 Option NOVALUES.")]
    internal static void HScan(ref CommandContext c)
    {
        var options = new ScanOptions();
        if (!options.TryReadCursor(ref c, 2) || !HashAccess.TryFind(ref c, 1, out HashValue hash))
        {
            return;
        }

        if (hash.IsNull)
        {
            ScanOptions.ReplyNothing(ref c);
            return;
        }

        if (!options.TryReadOptions(ref c, 3, allowType: false, "NOVALUES"u8))
        {
            return;
        }

        // The reply says how many fields follow before the first, so the portion is walked twice: nothing is collected.
        long matches = Walk(ref c, in hash, options, options.Cursor, reply: false, out ulong next);
        c.Reply.ArrayHeader(2);
        Span<byte> digits = stackalloc byte[Int64Text.MaxLength];
        c.Reply.BulkString(digits[..Int64Text.Format(next, digits)]);
        c.Reply.ArrayHeader(options.NamesOnly ? matches : matches * 2);
        Walk(ref c, in hash, options, options.Cursor, reply: true, out _);
    }

    private static long Walk(ref CommandContext c, in HashValue hash, ScanOptions options, ulong cursor, bool reply, out ulong next)
    {
        Span<byte> digits = stackalloc byte[ListpackNumber.MaxLength];
        long bucketsLeft = options.MaxBuckets;
        long seen = 0;
        long matches = 0;
        do
        {
            cursor = hash.ScanStep(cursor, out HashFields fields);
            while (fields.MoveNext())
            {
                seen++;
                if (options.HasPattern && !GlobPattern.Matches(options.Pattern, fields.Field.GetBytes(digits)))
                {
                    continue;
                }

                matches++;
                if (reply)
                {
                    HashAccess.Reply(ref c, fields.Field);
                }

                if (reply && !options.NamesOnly)
                {
                    HashAccess.Reply(ref c, fields.Value);
                }
            }
        }
        while (cursor != 0 && bucketsLeft-- > 0 && seen < options.Count);
        next = cursor;
        return matches;
    }
}
