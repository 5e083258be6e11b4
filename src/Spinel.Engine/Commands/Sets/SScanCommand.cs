using Spinel.DataStructures;
using Spinel.Engine.Commands.Generic;
using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Sets;

/// <summary>SSCAN: a set in small portions.</summary>
internal static class SScanCommand
{
    [Command("SSCAN", "key cursor [MATCH pattern] [COUNT count]",
        Arity = -3, Flags = CommandFlags.ReadOnly, Keys = "1 RO access", Group = CommandGroup.Set, Since = "2.8.0",
        Complexity = "O(COUNT) for a call, O(N) for a walk over N members", Tips = "nondeterministic_output",
        Summary = "Lists members in portions. Go on with the cursor that a call returns, until it is 0.")]
    internal static void SScan(ref CommandContext c)
    {
        var options = new ScanOptions();
        if (!options.TryReadCursor(ref c, 2) || !c.TryFind(1, ValueKind.Set, out KeyBlock block))
        {
            return;
        }

        if (block.IsNull)
        {
            ScanOptions.ReplyNothing(ref c);
            return;
        }

        if (!options.TryReadOptions(ref c, 3, allowType: false))
        {
            return;
        }

        SetValue set = SetValue.Of(block);
        SegmentedList<long> places = c.Engine.Scratch.Places;
        ulong cursor = options.Cursor;
        long bucketsLeft = options.MaxBuckets;
        do
        {
            cursor = set.ScanStep(cursor, places);
        }
        while (cursor != 0 && bucketsLeft-- > 0 && places.Count < options.Count);

        c.Reply.ArrayHeader(2);
        c.Reply.BulkString((long)cursor);
        if (options.HasPattern)
        {
            ReplyMatching(ref c, set, places, options.Pattern);
        }
        else
        {
            c.Reply.ArrayHeader(places.Count);
            MembershipCommands.ReplyPlaces(ref c, set, places);
        }

        places.Clear();
    }

    /// <summary>Matches twice, once to count: a portion is small, and a second list would not be cheaper.</summary>
    private static void ReplyMatching(ref CommandContext c, SetValue set, SegmentedList<long> places, ReadOnlySpan<byte> pattern)
    {
        Span<byte> scratch = stackalloc byte[ListpackNumber.MaxLength];
        long matching = 0;
        for (int pass = 0; pass < 2; pass++)
        {
            if (pass == 1)
            {
                c.Reply.ArrayHeader(matching);
            }

            for (int i = 0; i < places.SegmentCount; i++)
            {
                foreach (long place in places.Segment(i))
                {
                    ReadOnlySpan<byte> text = set.MemberAt(place).GetText(scratch);
                    if (!GlobPattern.Matches(pattern, text))
                    {
                        continue;
                    }

                    matching++;
                    if (pass == 1)
                    {
                        c.Reply.BulkString(text);
                    }
                }
            }
        }
    }
}
