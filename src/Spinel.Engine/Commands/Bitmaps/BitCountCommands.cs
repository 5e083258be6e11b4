using Spinel.DataStructures;
using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Commands.Bitmaps;

/// <summary>Commands that look through the bits of a string.</summary>
internal static class BitCountCommands
{
    [Command("BITCOUNT", "key [start end [BYTE | BIT]]", Arity = -2, Flags = CommandFlags.ReadOnly, Keys = "1 RO access",
        Group = CommandGroup.Bitmap, Since = "2.6.0", Complexity = "O(N)",
        Summary = "Counts the bits that are set in a string or a part of it.")]
    internal static void BitCount(ref CommandContext c)
    {
        // Redis 7.0 looks at the range only when there is a string.
        if (!c.TryFindString(1, out KeyBlock block))
        {
            return;
        }

        if (block.IsNull)
        {
            c.Reply.Integer(0);
            return;
        }

        Span<byte> scratch = stackalloc byte[KeyBlock.IntegerScratchBytes];
        ReadOnlySpan<byte> bytes = block.GetString(scratch);
        if (c.Count == 2)
        {
            c.Reply.Integer(BitCounting.Count(bytes));
            return;
        }

        if (c.Count is not (4 or 5))
        {
            c.Error(Errors.Syntax);
            return;
        }

        if (!c.TryInteger(2, out long start) || !c.TryInteger(3, out long end))
        {
            return;
        }

        // Two offsets from the end in the wrong order stay so, even where both lie before the beginning; the unit is not looked at.
        if (start < 0 && end < 0 && start > end)
        {
            c.Reply.Integer(0);
            return;
        }

        bool inBits = false;
        if (c.Count == 5 && !BitRange.TryReadUnit(ref c, 4, out inBits))
        {
            return;
        }

        BitRange range = BitRange.Between(start, end, inBits, bytes.Length);
        c.Reply.Integer(range.IsEmpty ? 0 : BitCounting.Count(bytes, range.First, range.Last));
    }

    [Command("BITPOS", "key bit [start [end [BYTE | BIT]]]", Arity = -3, Flags = CommandFlags.ReadOnly, Keys = "1 RO access",
        Group = CommandGroup.Bitmap, Since = "2.8.7", Complexity = "O(N)",
        Summary = "Returns the position of the first bit that is set, or clear, in a string or a part of it.")]
    internal static void BitPos(ref CommandContext c)
    {
        if (!c.TryInteger(2, out long bit))
        {
            return;
        }

        if (bit is not (0 or 1))
        {
            c.Error(Errors.BitNeitherOneNorZero);
            return;
        }

        if (!c.TryFindString(1, out KeyBlock block))
        {
            return;
        }

        // A missing key is endless zeros.
        if (block.IsNull)
        {
            c.Reply.Integer(bit == 1 ? BitSearch.NotFound : 0);
            return;
        }

        Span<byte> scratch = stackalloc byte[KeyBlock.IntegerScratchBytes];
        ReadOnlySpan<byte> bytes = block.GetString(scratch);
        if (!TryReadRange(ref c, bytes.Length, out BitRange range))
        {
            return;
        }

        long position = BitSearch.NotFound;
        if (!range.IsEmpty)
        {
            position = c.Count == 3 ? BitSearch.First(bytes, bit == 1) : BitSearch.First(bytes, bit == 1, range.First, range.Last);
            if (position == BitSearch.NotFound && bit == 0 && c.Count < 5)
            {
                // Without an end, the string goes on with zeros.
                position = range.Last + 1;
            }
        }

        c.Reply.Integer(position);
    }

    private static bool TryReadRange(ref CommandContext c, int length, out BitRange range)
    {
        range = BitRange.Whole(length);
        if (c.Count == 3)
        {
            return true;
        }

        if (c.Count > 6)
        {
            c.Error(Errors.Syntax);
            return false;
        }

        long end = length - 1L;
        bool inBits = false;
        if (!c.TryInteger(3, out long start)
            || (c.Count == 6 && !BitRange.TryReadUnit(ref c, 5, out inBits))
            || (c.Count > 4 && !c.TryInteger(4, out end)))
        {
            return false;
        }

        range = BitRange.Between(start, end, inBits, length);
        return true;
    }
}
