using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Commands.Bitmaps;

/// <summary>A range of bits of a string, both ends included.</summary>
/// <param name="First">Position of the first bit.</param>
/// <param name="Last">Position of the last; before the first when the range is empty.</param>
internal readonly record struct BitRange(long First, long Last)
{
    public bool IsEmpty => First > Last;

    /// <summary>All bits of a string.</summary>
    public static BitRange Whole(int lengthBytes) => new(0, ((long)lengthBytes << 3) - 1);

    /// <summary>The range between two offsets, in bytes or bits, negative ones from the end; what lies outside the string is cut off.</summary>
    public static BitRange Between(long start, long end, bool inBits, int lengthBytes)
    {
        long length = inBits ? (long)lengthBytes << 3 : lengthBytes;
        start = Math.Max(start < 0 ? start + length : start, 0);
        end = Math.Min(Math.Max(end < 0 ? end + length : end, 0), length - 1);

        // An offset far behind the end must not overflow as a position in bits.
        start = Math.Min(start, length);
        return inBits ? new BitRange(start, end) : new BitRange(start << 3, (end << 3) + 7);
    }

    /// <summary>Reads the unit, BYTE or BIT; replies with an error and returns false when it is neither.</summary>
    public static bool TryReadUnit(ref CommandContext c, int index, out bool inBits)
    {
        inBits = c.Is(index, "BIT"u8);
        if (inBits || c.Is(index, "BYTE"u8))
        {
            return true;
        }

        c.Error(Errors.Syntax);
        return false;
    }
}
