using System.Buffers.Text;
using System.Diagnostics;

namespace Spinel.DataStructures;

/// <summary>
/// Which texts are integers to compact collections: 64-bit signed numbers in their one canonical decimal form, without plus
/// sign, leading zeros, minus zero or blanks. Only those read back byte for byte when they are kept as numbers.
/// </summary>
public static class ListpackNumber
{
    /// <summary>The longest canonical text in bytes, that of <see cref="long.MinValue"/>.</summary>
    public const int MaxLength = 20;

    private const int DigitsThatCannotOverflow = 18;

    /// <summary>Parses the whole of <paramref name="text"/>; false when it is not a canonical integer in range.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        if (text.IsEmpty || text.Length > MaxLength)
        {
            return false;
        }

        bool negative = text[0] == (byte)'-';
        int i = negative ? 1 : 0;
        if (i == text.Length)
        {
            return false;
        }

        uint first = (uint)text[i] - '0';
        if (first is 0 or > 9)
        {
            // A number may begin with zero only by being zero.
            return first == 0 && text.Length == 1;
        }

        ulong magnitude = first;
        int digits = 1;
        for (i++; i < text.Length; i++, digits++)
        {
            uint digit = (uint)text[i] - '0';
            if (digit > 9 || (digits >= DigitsThatCannotOverflow && magnitude > (ulong.MaxValue - digit) / 10))
            {
                return false;
            }

            magnitude = (magnitude * 10) + digit;
        }

        if (magnitude > (ulong)long.MaxValue + (negative ? 1u : 0u))
        {
            return false;
        }

        value = negative ? (long)(0 - magnitude) : (long)magnitude;
        return true;
    }

    /// <summary>Writes the digits of <paramref name="value"/> to <paramref name="scratch"/> and returns what was written.</summary>
    /// <param name="value">The number.</param>
    /// <param name="scratch">At least <see cref="MaxLength"/> bytes.</param>
    public static ReadOnlySpan<byte> Format(long value, Span<byte> scratch)
    {
        bool written = Utf8Formatter.TryFormat(value, scratch, out int length);
        Debug.Assert(written);
        return scratch[..length];
    }

    /// <summary>The length of the canonical text in bytes.</summary>
    public static int LengthOf(long value)
    {
        int length = value < 0 ? 2 : 1;
        ulong magnitude = value < 0 ? 0 - (ulong)value : (ulong)value;
        while (magnitude >= 10)
        {
            magnitude /= 10;
            length++;
        }

        return length;
    }
}
