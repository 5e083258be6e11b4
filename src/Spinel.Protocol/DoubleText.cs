using System.Globalization;

namespace Spinel.Protocol;

/// <summary>Doubles as text.</summary>
public static class DoubleText
{
    /// <summary>The longest text in bytes that <see cref="Format"/> writes, with a margin.</summary>
    public const int MaxLength = 32;

    private const int SignificantDigits = 17;
    private const double LargestPlainInteger = 1e17;
    private const double SmallestFast = 1e-5;
    private const int FractionBits = 52;
    private const int ExponentBias = 1075;
    private const ulong FractionMask = (1UL << FractionBits) - 1;
    private const ulong LargestExactInteger = 1UL << 53;
    private const int MaxExactPower = 22;

    private static ReadOnlySpan<double> ExactPowersOfTen =>
    [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
        1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ];

    /// <summary>
    /// Writes <paramref name="value"/> as C's <c>%.17g</c> does (17 significant digits, trailing zeros cut, an exponent of at
    /// least two digits when it is below -4 or above 16), or <c>inf</c>, <c>-inf</c>, <c>nan</c>.
    /// Returns the number of bytes written, at most <see cref="MaxLength"/>.
    /// </summary>
    public static int Format(double value, Span<byte> destination)
    {
        if (!double.IsFinite(value))
        {
            ReadOnlySpan<byte> name = double.IsNaN(value) ? "nan"u8 : value > 0 ? "inf"u8 : "-inf"u8;
            name.CopyTo(destination);
            return name.Length;
        }

        int length = 0;
        if (double.IsNegative(value))
        {
            destination[length++] = (byte)'-';
            value = -value;
        }

        if (value < LargestPlainInteger && value == Math.Truncate(value))
        {
            return length + Int64Text.Format((ulong)value, destination[length..]);
        }

        Span<byte> digits = stackalloc byte[MaxLength];
        if (!TryGetDigits(value, digits, out int exponent))
        {
            exponent = GetDigitsSlowly(value, digits);
        }

        digits = digits[..SignificantDigits].TrimEnd((byte)'0');
        return length + (exponent is < -4 or >= SignificantDigits
            ? FormatScientific(digits, exponent, destination[length..])
            : FormatPlain(digits, exponent, destination[length..]));
    }

    /// <summary>
    /// Parses the whole of <paramref name="text"/> as C's <c>strtod</c> would. False when it is no number, not-a-number, too
    /// large, rounds to zero without being zero, or has blanks around it. Infinities are numbers here.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        if (!FloatLiteral.TryScan(text, out FloatLiteral literal))
        {
            return false;
        }

        if (literal.IsInfinity)
        {
            value = double.PositiveInfinity;
        }
        else if (literal.TryGetShortDecimal(out ulong digits, out long power)
            && digits <= LargestExactInteger
            && power is >= -MaxExactPower and <= MaxExactPower)
        {
            // Both operands are exact in binary64, so the one rounding of the operation is the right one.
            value = power < 0 ? digits / ExactPowersOfTen[(int)-power] : digits * ExactPowersOfTen[(int)power];
        }
        else if (literal.TryRound(BinaryFormat.Double, out ulong significand, out int exponent)
            && (significand != 0 || literal.IsZero))
        {
            bool normal = significand > FractionMask;
            value = BitConverter.UInt64BitsToDouble(
                (significand & FractionMask) | (normal ? (ulong)(exponent + ExponentBias) << FractionBits : 0));
        }
        else
        {
            return false;
        }

        value = literal.IsNegative ? -value : value;
        return true;
    }

    /// <summary>
    /// Gives the 17 digits and the decimal exponent of a number from 1e-5 to 1e17: the number times a power of ten is there
    /// an integer of at most 123 bits with a binary point, which is cut to nearest, ties to even.
    /// </summary>
    private static bool TryGetDigits(double value, Span<byte> digits, out int exponent)
    {
        exponent = 0;
        if (value is < SmallestFast or >= LargestPlainInteger)
        {
            return false;
        }

        ulong bits = BitConverter.DoubleToUInt64Bits(value);
        ulong significand = (bits & FractionMask) | (1UL << FractionBits);
        int point = ExponentBias - (int)(bits >> FractionBits);

        // The logarithm can be one off next to a power of ten; the count of digits then shows it.
        exponent = (int)Math.Floor(Math.Log10(value));
        while (true)
        {
            ulong rounded = ScaleAndRound(significand, point, SignificantDigits - 1 - exponent);
            if (rounded >= 100_000_000_000_000_000)
            {
                exponent++;
            }
            else if (rounded < 10_000_000_000_000_000)
            {
                exponent--;
            }
            else
            {
                Int64Text.Format(rounded, digits);
                return true;
            }
        }
    }

    /// <summary>Rounds significand × 10^power / 2^point; the power is from 0 to 22, the point from 0 to 69.</summary>
    private static ulong ScaleAndRound(ulong significand, int point, int power)
    {
        UInt128 scaled = power <= 19
            ? Math.BigMul(significand, Int64Text.PowersOfTen[power])
            : Math.BigMul(significand * Int64Text.PowersOfTen[power - 19], Int64Text.PowersOfTen[19]);
        if (point == 0)
        {
            return (ulong)scaled;
        }

        UInt128 half = UInt128.One << (point - 1);
        UInt128 cut = scaled & ((half << 1) - UInt128.One);
        UInt128 kept = scaled >> point;
        bool up = cut > half || (cut == half && (kept & UInt128.One) != UInt128.Zero);
        return (ulong)kept + (up ? 1u : 0u);
    }

    private static int GetDigitsSlowly(double value, Span<byte> digits)
    {
        // d.dddddddddddddddde+xxx, from which the digits and the exponent are taken.
        Span<byte> scientific = stackalloc byte[MaxLength];
        value.TryFormat(scientific, out int length, "e16", CultureInfo.InvariantCulture);
        digits[0] = scientific[0];
        scientific.Slice(2, SignificantDigits - 1).CopyTo(digits[1..]);
        return int.Parse(
            scientific[(SignificantDigits + 2)..length], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
    }

    private static int FormatScientific(ReadOnlySpan<byte> digits, int exponent, Span<byte> destination)
    {
        int length = 0;
        destination[length++] = digits[0];
        if (digits.Length > 1)
        {
            destination[length++] = (byte)'.';
            digits[1..].CopyTo(destination[length..]);
            length += digits.Length - 1;
        }

        destination[length++] = (byte)'e';
        destination[length++] = exponent < 0 ? (byte)'-' : (byte)'+';
        int magnitude = Math.Abs(exponent);
        if (magnitude < 10)
        {
            destination[length++] = (byte)'0';
        }

        return length + Int64Text.Format((ulong)magnitude, destination[length..]);
    }

    private static int FormatPlain(ReadOnlySpan<byte> digits, int exponent, Span<byte> destination)
    {
        if (exponent < 0)
        {
            int zeros = -exponent - 1;
            "0.0000"u8[..(zeros + 2)].CopyTo(destination);
            digits.CopyTo(destination[(zeros + 2)..]);
            return zeros + 2 + digits.Length;
        }

        int integerDigits = exponent + 1;
        if (digits.Length <= integerDigits)
        {
            digits.CopyTo(destination);
            destination[digits.Length..integerDigits].Fill((byte)'0');
            return integerDigits;
        }

        digits[..integerDigits].CopyTo(destination);
        destination[integerDigits] = (byte)'.';
        digits[integerDigits..].CopyTo(destination[(integerDigits + 1)..]);
        return digits.Length + 1;
    }
}
