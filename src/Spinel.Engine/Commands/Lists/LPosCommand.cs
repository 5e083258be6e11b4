using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Memory;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Lists;

/// <summary>LPOS: where in a list an element stands.</summary>
internal static class LPosCommand
{
    [Command("LPOS", "key element [RANK rank:integer] [COUNT num-matches:integer] [MAXLEN len:integer]", Arity = -3, Flags = CommandFlags.ReadOnly,
        Keys = "1 RO access", Group = CommandGroup.List, Since = "6.0.6", Complexity = "O(N) with N the number of elements looked at",
        Summary = "Returns the index of an element, or of several equal ones.")]
    internal static void LPos(ref CommandContext c)
    {
        long rank = 1;
        long count = -1;
        long maxLength = 0;
        for (int i = 3; i < c.Count; i += 2)
        {
            bool hasValue = i + 1 < c.Count;
            if (hasValue && c.Is(i, "RANK"u8))
            {
                if (!c.TryInteger(i + 1, out rank))
                {
                    return;
                }

                if (rank == 0)
                {
                    c.Error(Errors.RankZero);
                    return;
                }
            }
            else if (hasValue && c.Is(i, "COUNT"u8))
            {
                if (!Int64Text.TryParse(c[i + 1], out count) || count < 0)
                {
                    c.Error(Errors.CountNegative);
                    return;
                }
            }
            else if (hasValue && c.Is(i, "MAXLEN"u8))
            {
                if (!Int64Text.TryParse(c[i + 1], out maxLength) || maxLength < 0)
                {
                    c.Error(Errors.MaxLenNegative);
                    return;
                }
            }
            else
            {
                c.Error(Errors.Syntax);
                return;
            }
        }

        if (c.TryFind(1, ValueKind.List, out KeyBlock block))
        {
            Search(ref c, block, rank, count, maxLength);
        }
    }

    /// <summary>
    /// Replies with the indexes of matches: from the one of the rank on, at most <paramref name="count"/> (0 for all, -1 for one that is not
    /// in an array), among the first <paramref name="maxLength"/> elements in the direction of the search (0 for all).
    /// </summary>
    private static void Search(ref CommandContext c, KeyBlock block, long rank, long count, long maxLength)
    {
        bool asArray = count >= 0;
        bool backward = rank < 0;
        long skipped = backward ? (rank == long.MinValue ? 0 : -rank - 1) : rank - 1;
        long wanted = count switch
        {
            -1 => 1,
            0 => long.MaxValue,
            _ => count,
        };

        // The number of matches comes before the matches.
        NativeBuffer? found = null;
        long matches = 0;
        if (!block.IsNull)
        {
            Quicklist list = ListValue.Of(block);
            ReadOnlySpan<byte> element = c[2];
            long left = maxLength == 0 ? list.Count : Math.Min(maxLength, list.Count);
            long index = backward ? list.Count - 1 : 0;
            QuicklistCursor place = backward ? list.Last : list.First;
            for (; left > 0 && matches < wanted; left--)
            {
                if (place.Holds(element) && --skipped < 0)
                {
                    matches++;
                    if (!asArray)
                    {
                        c.Reply.Integer(index);
                        list.CloseCopies();
                        return;
                    }

                    found ??= new NativeBuffer(c.Keyspace.Heap, 64);
                    BitConverter.TryWriteBytes(found.GetSpan(sizeof(long)), index);
                    found.Advance(sizeof(long));
                }

                index += backward ? -1 : 1;
                if (left > 1)
                {
                    place = backward ? place.Previous() : place.Next();
                }
            }

            list.CloseCopies();
        }

        if (!asArray)
        {
            c.Reply.NullBulk();
            return;
        }

        c.Reply.ArrayHeader(matches);
        for (int i = 0; i < matches; i++)
        {
            c.Reply.Integer(BitConverter.ToInt64(found!.Span[(i * sizeof(long))..]));
        }

        found?.Dispose();
    }
}
