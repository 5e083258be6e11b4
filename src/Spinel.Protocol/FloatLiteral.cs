using System.Globalization;
using System.Numerics;
using System.Text;

namespace Spinel.Protocol;

/// <summary>
/// The text of a floating-point number, taken apart by the grammar of C's <c>strtod</c>: an optional sign, then decimal digits
/// with an optional point and exponent (<c>1.5e-3</c>), or hexadecimal ones with a power of two (<c>0x1.8p3</c>), or
/// <c>inf</c> or <c>infinity</c> in any case. Not-a-number is refused, as every command does, and so are blanks.
/// </summary>
/// <remarks>
/// Rounding a decimal literal is exact: up to 19 digits and a power of ten up to 27 fit in 128-bit integers; the rest goes
/// through big integers. Digits beyond those that a halfway point can have (768 in binary64, 11,515 in the x87 format) only
/// matter by being zero or not, so work on them is bounded however long the text is.
/// </remarks>
internal readonly ref struct FloatLiteral
{
    private const int MaxShortDigits = 19;
    private const int MaxShortPower = 27;

    // No exponent is clamped that any text in memory could bring back into range.
    private const long ExponentClamp = 1L << 40;

    private readonly ReadOnlySpan<byte> _integer;
    private readonly ReadOnlySpan<byte> _fraction;
    private readonly long _exponent;

    private FloatLiteral(bool negative, bool hexadecimal, ReadOnlySpan<byte> integer, ReadOnlySpan<byte> fraction, long exponent)
    {
        IsNegative = negative;
        IsHexadecimal = hexadecimal;
        _integer = integer;
        _fraction = fraction;
        _exponent = exponent;
    }

    private FloatLiteral(bool negative)
    {
        IsNegative = negative;
        IsInfinity = true;
    }

    public bool IsNegative { get; }

    public bool IsInfinity { get; }

    public bool IsHexadecimal { get; }

    /// <summary>Whether all digits are zero.</summary>
    public bool IsZero => !IsInfinity && _integer.IndexOfAnyExcept((byte)'0') < 0 && _fraction.IndexOfAnyExcept((byte)'0') < 0;

    /// <summary>Takes the whole of <paramref name="text"/> apart; false when it is not a number.</summary>
    public static bool TryScan(ReadOnlySpan<byte> text, out FloatLiteral literal)
    {
        literal = default;
        bool negative = !text.IsEmpty && text[0] == (byte)'-';
        if (!text.IsEmpty && text[0] is (byte)'-' or (byte)'+')
        {
            text = text[1..];
        }

        if (Ascii.EqualsIgnoreCase(text, "inf"u8) || Ascii.EqualsIgnoreCase(text, "infinity"u8))
        {
            literal = new FloatLiteral(negative);
            return true;
        }

        bool hexadecimal = text.Length > 2 && text[0] == (byte)'0' && (text[1] | 0x20) == 'x';
        if (hexadecimal)
        {
            text = text[2..];
        }

        ReadOnlySpan<byte> integer = TakeDigits(ref text, hexadecimal);
        ReadOnlySpan<byte> fraction = default;
        if (!text.IsEmpty && text[0] == (byte)'.')
        {
            text = text[1..];
            fraction = TakeDigits(ref text, hexadecimal);
        }

        if (integer.IsEmpty && fraction.IsEmpty)
        {
            return false;
        }

        long exponent = 0;
        if (!text.IsEmpty && ((text[0] | 0x20) != (hexadecimal ? 'p' : 'e') || !TryParseExponent(text[1..], out exponent)))
        {
            return false;
        }

        literal = new FloatLiteral(negative, hexadecimal, integer, fraction, exponent);
        return true;
    }

    /// <summary>
    /// The magnitude as digits × 10^power, for decimal literals of at most 19 digits; what is below the point counts.
    /// </summary>
    public bool TryGetShortDecimal(out ulong digits, out long power)
    {
        bool isShort = !IsHexadecimal && !IsInfinity && _integer.Length + _fraction.Length <= MaxShortDigits;
        digits = isShort ? ReadDigits(_integer, _fraction) : 0;
        power = _exponent - _fraction.Length;
        return isShort;
    }

    /// <summary>Rounds the magnitude of a finite literal; false when it is too large for the format.</summary>
    public bool TryRound(BinaryFormat format, out ulong significand, out int exponent) =>
        IsHexadecimal ? TryRoundHexadecimal(format, out significand, out exponent) : TryRoundDecimal(format, out significand, out exponent);

    private static ReadOnlySpan<byte> TakeDigits(scoped ref ReadOnlySpan<byte> text, bool hexadecimal)
    {
        int length = 0;
        while (length < text.Length && (hexadecimal ? char.IsAsciiHexDigit((char)text[length]) : char.IsAsciiDigit((char)text[length])))
        {
            length++;
        }

        ReadOnlySpan<byte> digits = text[..length];
        text = text[length..];
        return digits;
    }

    private static ulong ReadDigits(ReadOnlySpan<byte> integer, ReadOnlySpan<byte> fraction)
    {
        ulong digits = 0;
        foreach (byte digit in integer)
        {
            digits = (digits * 10) + digit - '0';
        }

        foreach (byte digit in fraction)
        {
            digits = (digits * 10) + digit - '0';
        }

        return digits;
    }

    private static bool TryParseExponent(ReadOnlySpan<byte> text, out long exponent)
    {
        exponent = 0;
        bool negative = !text.IsEmpty && text[0] == (byte)'-';
        if (!text.IsEmpty && text[0] is (byte)'-' or (byte)'+')
        {
            text = text[1..];
        }

        if (text.IsEmpty)
        {
            return false;
        }

        foreach (byte digit in text)
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                return false;
            }

            exponent = Math.Min((exponent * 10) + digit - '0', ExponentClamp);
        }

        exponent = negative ? -exponent : exponent;
        return true;
    }

    private bool TryRoundHexadecimal(BinaryFormat format, out ulong significand, out int exponent)
    {
        UInt128 value = UInt128.Zero;
        bool sticky = false;
        long lastBit = _exponent + (4L * _integer.Length);
        for (int i = 0; i < _integer.Length + _fraction.Length; i++)
        {
            byte digit = i < _integer.Length ? _integer[i] : _fraction[i - _integer.Length];
            uint nibble = char.IsAsciiDigit((char)digit) ? (uint)digit - '0' : ((uint)digit | 0x20) - 'a' + 10;
            if (value >> 120 == UInt128.Zero)
            {
                value = (value << 4) | nibble;
                lastBit -= 4;
            }
            else
            {
                sticky |= nibble != 0;
            }
        }

        return format.TryRound(value, sticky, lastBit, out significand, out exponent);
    }

    private bool TryRoundDecimal(BinaryFormat format, out ulong significand, out int exponent)
    {
        ReadOnlySpan<byte> integer = _integer.TrimStart((byte)'0');
        ReadOnlySpan<byte> fraction = _fraction.TrimEnd((byte)'0');
        long power = _exponent - fraction.Length;
        if (integer.IsEmpty)
        {
            fraction = fraction.TrimStart((byte)'0');
        }

        int digitCount = integer.Length + fraction.Length;
        if (digitCount == 0)
        {
            return format.TryRound(UInt128.Zero, false, 0, out significand, out exponent);
        }

        if (digitCount <= MaxShortDigits && Math.Abs(power) <= MaxShortPower)
        {
            return TryRoundShort(format, ReadDigits(integer, fraction), (int)power, out significand, out exponent);
        }

        long magnitude = digitCount + power;
        if (magnitude > format.DecimalRange || magnitude < -format.DecimalRange)
        {
            significand = 0;
            exponent = 0;
            return magnitude < 0;
        }

        return TryRoundLong(format, integer, fraction, power, out significand, out exponent);
    }

    /// <summary>digits × 10^power, where 5^|power| fits in 63 bits.</summary>
    private static bool TryRoundShort(BinaryFormat format, ulong digits, int power, out ulong significand, out int exponent)
    {
        ulong powerOfFive = 1;
        for (int i = Math.Abs(power); i > 0; i--)
        {
            powerOfFive *= 5;
        }

        if (power >= 0)
        {
            return format.TryRound((UInt128)digits * powerOfFive, false, power, out significand, out exponent);
        }

        // With the dividend filling 128 bits and the divisor below 63, the quotient has more bits than either format keeps.
        UInt128 dividend = digits;
        int shift = (int)UInt128.LeadingZeroCount(dividend);
        (UInt128 quotient, UInt128 remainder) = UInt128.DivRem(dividend << shift, powerOfFive);
        return format.TryRound(quotient, remainder != UInt128.Zero, power - shift, out significand, out exponent);
    }

    private static bool TryRoundLong(
        BinaryFormat format, ReadOnlySpan<byte> integer, ReadOnlySpan<byte> fraction, long power, out ulong significand, out int exponent)
    {
        int digitCount = integer.Length + fraction.Length;
        Span<char> digits = new char[Math.Min(digitCount, format.MaxDigits)];
        bool sticky = false;
        for (int i = 0; i < digitCount; i++)
        {
            byte digit = i < integer.Length ? integer[i] : fraction[i - integer.Length];
            if (i < digits.Length)
            {
                digits[i] = (char)digit;
            }
            else
            {
                sticky |= digit != (byte)'0';
            }
        }

        power += digitCount - digits.Length;
        BigInteger numerator = BigInteger.Parse(digits, CultureInfo.InvariantCulture);
        BigInteger denominator = BigInteger.One;
        BigInteger powerOfTen = BigInteger.Pow(10, (int)Math.Abs(power));
        if (power >= 0)
        {
            numerator *= powerOfTen;
        }
        else
        {
            denominator = powerOfTen;
        }

        int shift = format.Precision + 2 - (int)(numerator.GetBitLength() - denominator.GetBitLength());
        if (shift >= 0)
        {
            numerator <<= shift;
        }
        else
        {
            denominator <<= -shift;
        }

        BigInteger quotient = BigInteger.DivRem(numerator, denominator, out BigInteger remainder);
        return format.TryRound((UInt128)quotient, sticky || !remainder.IsZero, -shift, out significand, out exponent);
    }
}
