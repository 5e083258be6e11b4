using Spinel.DataStructures;
using Spinel.Engine.Commands.Generic;
using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.SortedSets;

/// <summary>ZSCAN: a sorted set in small portions, in no order.</summary>
internal static class ZScanCommand
{
    /// <summary>Whole scores up to this are integers in a small set, and are shown as such.</summary>
    private const double LargestPackedInteger = 1L << 62;

    [Command("ZSCAN", "key cursor [MATCH pattern] [COUNT count] [NOSCORES]",
        Arity = -3, Flags = CommandFlags.ReadOnly, Keys = "1 RO access", Group = CommandGroup.SortedSet, Since = "2.8.0",
        Complexity = "O(COUNT) for a call, O(N) for a walk over N members", Tips = "nondeterministic_output",
        Summary = "Lists members and their scores in portions. Go on with the cursor that a call returns, until it is 0.",
        History = "8.0.0 Option NOSCORES, as in Valkey.")]
    internal static void ZScan(ref CommandContext c)
    {
        var options = new ScanOptions();
        if (!options.TryReadCursor(ref c, 2) || !c.TryFind(1, ValueKind.SortedSet, out KeyBlock block))
        {
            return;
        }

        if (block.IsNull)
        {
            ScanOptions.ReplyNothing(ref c);
            return;
        }

        if (!options.TryReadOptions(ref c, 3, allowType: false, "NOSCORES"u8))
        {
            return;
        }

        // The first walk counts and finds out where to stop, the second one replies: a portion is small, and a list of it would not be cheaper.
        SortedSet set = SortedSetKeys.Of(block);
        Span<byte> scratch = stackalloc byte[SortedSet.ScratchBytes];
        long bucketsLeft = options.MaxBuckets;
        long seen = 0;
        long matching = 0;
        ulong end = options.Cursor;
        do
        {
            end = set.Scan(end, out SortedSetPortion portion);
            while (portion.MoveNext())
            {
                seen++;
                matching += Matches(in options, portion.GetName(scratch)) ? 1 : 0;
            }
        }
        while (end != 0 && bucketsLeft-- > 0 && seen < options.Count);

        c.Reply.ArrayHeader(2);
        c.Reply.BulkString((long)end);
        c.Reply.ArrayHeader(options.NamesOnly ? matching : matching * 2);
        ulong cursor = options.Cursor;
        do
        {
            cursor = set.Scan(cursor, out SortedSetPortion portion);
            while (portion.MoveNext())
            {
                ReadOnlySpan<byte> name = portion.GetName(scratch);
                if (Matches(in options, name))
                {
                    c.Reply.BulkString(name);
                    if (!options.NamesOnly)
                    {
                        ReplyScore(ref c, portion.Score, set.IsPacked);
                    }
                }
            }
        }
        while (cursor != end);
    }

    private static bool Matches(in ScanOptions options, ReadOnlySpan<byte> name) => !options.HasPattern || GlobPattern.Matches(options.Pattern, name);

    /// <summary>A score as text in both protocols.</summary>
    private static void ReplyScore(ref CommandContext c, double score, bool isPacked)
    {
        if (isPacked && score is >= -LargestPackedInteger and <= LargestPackedInteger && score == Math.Truncate(score))
        {
            c.Reply.BulkString((long)score);
            return;
        }

        Span<byte> text = stackalloc byte[DoubleText.MaxLength];
        c.Reply.BulkString(text[..DoubleText.Format(score, text)]);
    }
}
