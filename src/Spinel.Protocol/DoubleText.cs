using System.Globalization;

namespace Spinel.Protocol;

/// <summary>Doubles as text.</summary>
public static class DoubleText
{
    /// <summary>The longest text in bytes that <see cref="Format"/> writes, with a margin.</summary>
    public const int MaxLength = 32;

    private const int SignificantDigits = 17;
    private const double LargestPlainInteger = 1e17;

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

        // d.dddddddddddddddde+xxx, from which the digits and the exponent are taken.
        Span<byte> scientific = stackalloc byte[MaxLength];
        value.TryFormat(scientific, out int scientificLength, "e16", CultureInfo.InvariantCulture);
        Span<byte> digits = stackalloc byte[SignificantDigits];
        digits[0] = scientific[0];
        scientific.Slice(2, SignificantDigits - 1).CopyTo(digits[1..]);
        int exponent = int.Parse(
            scientific[(SignificantDigits + 2)..scientificLength], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        digits = digits.TrimEnd((byte)'0');
        return length + (exponent is < -4 or >= SignificantDigits
            ? FormatScientific(digits, exponent, destination[length..])
            : FormatPlain(digits, exponent, destination[length..]));
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
