using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Spinel.Protocol;

/// <summary>
/// 64-bit signed integers as text, in their one canonical decimal form: no plus sign, no leading zeros, no minus zero,
/// no blanks. That an integer has one text only is what lets a string value be kept as an integer and still read back
/// byte for byte.
/// </summary>
public static class Int64Text
{
    /// <summary>The longest text in bytes, that of <see cref="long.MinValue"/>.</summary>
    public const int MaxLength = 20;

    private const int DigitsThatCannotOverflow = 18;

    /// <summary>10^0 to 10^19.</summary>
    internal static ReadOnlySpan<ulong> PowersOfTen =>
    [
        1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000, 100000000000,
        1000000000000, 10000000000000, 100000000000000, 1000000000000000, 10000000000000000, 100000000000000000,
        1000000000000000000, 10000000000000000000,
    ];

    private static ReadOnlySpan<byte> DigitPairs =>
        "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849"u8
        + "5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899"u8;

    /// <summary>Parses the whole of <paramref name="text"/>; false when it is not a canonical integer in range.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        if (text.IsEmpty || text.Length > MaxLength)
        {
            return false;
        }

        bool negative = text[0] == (byte)'-';
        ReadOnlySpan<byte> digits = negative ? text[1..] : text;
        if (digits.IsEmpty)
        {
            return false;
        }

        uint first = (uint)digits[0] - '0';
        if (first is 0 or > 9)
        {
            // A number may begin with zero only by being zero.
            return first == 0 && text.Length == 1;
        }

        ulong magnitude = first;
        for (int i = 1; i < digits.Length; i++)
        {
            uint digit = (uint)digits[i] - '0';
            if (digit > 9)
            {
                return false;
            }

            if (i >= DigitsThatCannotOverflow && magnitude > (ulong.MaxValue - digit) / 10)
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

    /// <summary>How many bytes <see cref="Format(long, Span{byte})"/> writes.</summary>
    public static int Length(long value) =>
        value < 0 ? 1 + CountDigits(0 - (ulong)value) : CountDigits((ulong)value);

    /// <summary>
    /// Writes <paramref name="value"/> at the start of <paramref name="destination"/>, which must have room for it
    /// (<see cref="MaxLength"/> always is); returns the number of bytes written.
    /// </summary>
    public static int Format(long value, Span<byte> destination)
    {
        if (value >= 0)
        {
            return Format((ulong)value, destination);
        }

        destination[0] = (byte)'-';
        return 1 + Format(0 - (ulong)value, destination[1..]);
    }

    /// <summary>As <see cref="Format(long, Span{byte})"/>, for the unsigned range.</summary>
    public static int Format(ulong value, Span<byte> destination)
    {
        if (value < 10)
        {
            destination[0] = (byte)('0' + value);
            return 1;
        }

        int length = CountDigits(value);
        destination = destination[..length];
        int position = length;
        while (value >= 100)
        {
            ulong quotient = value / 100;
            position -= 2;
            CopyPair((int)(value - (quotient * 100)), destination[position..]);
            value = quotient;
        }

        if (value >= 10)
        {
            CopyPair((int)value, destination);
        }
        else
        {
            destination[0] = (byte)('0' + value);
        }

        return length;
    }

    /// <summary>The number of decimal digits, 1 for zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int CountDigits(ulong value)
    {
        // 1233/4096 is just above log10(2), so this is the count of digits or one too many.
        int digits = ((64 - BitOperations.LeadingZeroCount(value | 1)) * 1233) >> 12;
        return digits + (value >= PowersOfTen[digits] || digits == 0 ? 1 : 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyPair(int pair, Span<byte> destination)
    {
        ushort digits = MemoryMarshal.Read<ushort>(DigitPairs[(pair * 2)..]);
        MemoryMarshal.Write(destination, digits);
    }
}
