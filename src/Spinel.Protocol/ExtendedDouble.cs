using System.Globalization;
using System.Numerics;
using System.Text;

namespace Spinel.Protocol;

/// <summary>
/// A number of the x87 double-extended format (64-bit significand, 15-bit exponent), in software.
/// </summary>
/// <remarks>
/// Redis computes INCRBYFLOAT and HINCRBYFLOAT in C's <c>long double</c>, which on x86-64 is this format, and the digits that
/// clients see depend on it: in binary64, 10.1 + 0.2 would show other digits. Parsing, addition and formatting round as the
/// processor and the C library do: to nearest, ties to even. Ordinary numbers stay within 128-bit integers; only huge ones
/// need big integers.
/// </remarks>
public readonly struct ExtendedDouble
{
    /// <summary>The most bytes that <see cref="Format"/> writes.</summary>
    public const int MaxLength = 4960;

    /// <summary>The longest text that <see cref="TryParse"/> takes, in bytes; Redis's limit.</summary>
    public const int MaxParsedLength = (5 * 1024) - 1;

    private const int SpecialExponent = int.MaxValue;
    private const int FractionDigits = 17;
    private const ulong FractionScale = 100_000_000_000_000_000;

    // While adding, significands stand this many bits higher, which leaves one bit for the carry.
    private const int GuardBits = 62;

    // The value is _significand × 2^_exponent. A special exponent means infinity (significand 0) or not-a-number (1).
    private readonly ulong _significand;
    private readonly int _exponent;
    private readonly bool _negative;

    private ExtendedDouble(bool negative, ulong significand, int exponent)
    {
        _negative = negative;
        _significand = significand;
        _exponent = exponent;
    }

    /// <summary>Not-a-number.</summary>
    public static ExtendedDouble NaN => new(false, 1, SpecialExponent);

    /// <summary>Whether the value is not a number.</summary>
    public bool IsNaN => _exponent == SpecialExponent && _significand != 0;

    /// <summary>Whether the value is positive or negative infinity.</summary>
    public bool IsInfinity => _exponent == SpecialExponent && _significand == 0;

    /// <summary>Whether the sign bit is set.</summary>
    public bool IsNegative => _negative;

    /// <summary>The sum, rounded to the format.</summary>
    public static ExtendedDouble operator +(ExtendedDouble left, ExtendedDouble right) => Add(left, right);

    /// <summary>The sum, rounded to the format.</summary>
    public static ExtendedDouble Add(ExtendedDouble left, ExtendedDouble right)
    {
        if (left._exponent == SpecialExponent || right._exponent == SpecialExponent)
        {
            return AddSpecial(left, right);
        }

        if (left._significand == 0 || right._significand == 0)
        {
            return left._significand != 0 ? left
                : right._significand != 0 ? right
                : new ExtendedDouble(left._negative && right._negative, 0, BinaryFormat.Extended.MinExponent);
        }

        ExtendedDouble large = left;
        ExtendedDouble small = right;
        if (left._exponent < right._exponent || (left._exponent == right._exponent && left._significand < right._significand))
        {
            large = right;
            small = left;
        }

        UInt128 sum = (UInt128)large._significand << GuardBits;
        UInt128 addend = (UInt128)small._significand << GuardBits;
        int distance = large._exponent - small._exponent;
        UInt128 aligned = distance >= 128 ? UInt128.Zero : addend >> distance;
        bool sticky = distance >= 128 || aligned << distance != addend;
        if (large._negative == small._negative)
        {
            sum += aligned;
        }
        else
        {
            // What was cut off the subtrahend is taken from the difference too: one unit less, plus a positive rest.
            sum -= aligned;
            sum -= sticky ? UInt128.One : UInt128.Zero;
        }

        if (sum == UInt128.Zero)
        {
            return new ExtendedDouble(false, 0, BinaryFormat.Extended.MinExponent);
        }

        return BinaryFormat.Extended.TryRound(sum, sticky, large._exponent - GuardBits, out ulong significand, out int exponent)
            ? new ExtendedDouble(large._negative, significand, exponent)
            : new ExtendedDouble(large._negative, 0, SpecialExponent);
    }

    /// <summary>The number with the other sign.</summary>
    public static ExtendedDouble operator -(ExtendedDouble value) => Negate(value);

    /// <summary>The number with the other sign.</summary>
    public static ExtendedDouble Negate(ExtendedDouble value) => new(!value._negative, value._significand, value._exponent);

    /// <summary>The product, rounded to the format. Precondition: <paramref name="factor"/> is not negative.</summary>
    public static ExtendedDouble Multiply(ExtendedDouble value, int factor)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(factor);
        if (value._exponent == SpecialExponent || value._significand == 0)
        {
            return factor == 0 && value.IsInfinity ? NaN : value;
        }

        return BinaryFormat.Extended.TryRound((UInt128)value._significand * (uint)factor, false, value._exponent, out ulong significand, out int exponent)
            ? new ExtendedDouble(value._negative, significand, exponent)
            : new ExtendedDouble(value._negative, 0, SpecialExponent);
    }

    /// <summary>Converts a double; exact.</summary>
    public static ExtendedDouble FromDouble(double value)
    {
        bool negative = double.IsNegative(value);
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? NaN : new ExtendedDouble(negative, 0, SpecialExponent);
        }

        ulong bits = BitConverter.DoubleToUInt64Bits(value);
        int biased = (int)(bits >> 52) & 0x7FF;
        ulong fraction = bits & ((1UL << 52) - 1);
        ulong significand = biased == 0 ? fraction : fraction | (1UL << 52);
        BinaryFormat.Extended.TryRound(significand, false, Math.Max(biased, 1) - 1075, out ulong normalized, out int exponent);
        return new ExtendedDouble(negative, normalized, exponent);
    }

    /// <summary>Converts a 64-bit integer; exact.</summary>
    public static ExtendedDouble FromInt64(long value)
    {
        ulong magnitude = value < 0 ? 0 - (ulong)value : (ulong)value;
        BinaryFormat.Extended.TryRound(magnitude, false, 0, out ulong significand, out int exponent);
        return new ExtendedDouble(value < 0, significand, exponent);
    }

    /// <summary>
    /// Parses the whole of <paramref name="text"/> as C's <c>strtold</c> would. False when it is no number, not-a-number, too
    /// large for the format, rounds to zero without being zero, or is longer than <see cref="MaxParsedLength"/>.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out ExtendedDouble value)
    {
        value = default;
        if (text.Length > MaxParsedLength || !FloatLiteral.TryScan(text, out FloatLiteral literal))
        {
            return false;
        }

        if (literal.IsInfinity)
        {
            value = new ExtendedDouble(literal.IsNegative, 0, SpecialExponent);
            return true;
        }

        if (!literal.TryRound(BinaryFormat.Extended, out ulong significand, out int exponent)
            || (significand == 0 && !literal.IsZero))
        {
            return false;
        }

        value = new ExtendedDouble(literal.IsNegative, significand, exponent);
        return true;
    }

    /// <summary>Rounds up to a whole number; false when it is not within 64 bits, or no number.</summary>
    public bool TryCeiling(out long value)
    {
        value = 0;
        if (_exponent == SpecialExponent || _exponent > 0)
        {
            // A positive exponent stands with a full significand: beyond 64 bits, but for zero.
            return _exponent != SpecialExponent && _significand == 0;
        }

        int fractionBits = Math.Min(-_exponent, 64);
        ulong magnitude = fractionBits == 64 ? 0 : _significand >> fractionBits;
        bool hasFraction = fractionBits == 64 ? _significand != 0 : magnitude << fractionBits != _significand;
        if (hasFraction && !_negative)
        {
            magnitude++;
        }

        if (magnitude > (_negative ? 1UL << 63 : long.MaxValue))
        {
            return false;
        }

        value = unchecked(_negative ? (long)(0 - magnitude) : (long)magnitude);
        return true;
    }

    /// <summary>
    /// Writes the value as Redis shows results of INCRBYFLOAT: at most 17 digits after the point (<c>%.17Lf</c>), trailing
    /// zeros and a trailing point cut, no minus zero; or <c>inf</c>, <c>-inf</c>, <c>nan</c>.
    /// <paramref name="destination"/> must have room for it (<see cref="MaxLength"/> always is). Returns the bytes written.
    /// </summary>
    public int Format(Span<byte> destination)
    {
        if (_exponent == SpecialExponent)
        {
            ReadOnlySpan<byte> name = IsNaN ? "nan"u8 : _negative ? "-inf"u8 : "inf"u8;
            name.CopyTo(destination);
            return name.Length;
        }

        int sign = _negative ? 1 : 0;
        if (_negative)
        {
            destination[0] = (byte)'-';
        }

        if (_exponent >= 0)
        {
            return sign + FormatInteger(destination[sign..]);
        }

        // The value in units of the last digit shown; at most 121 bits before the shift, so beyond it nothing is left.
        UInt128 scaled = (UInt128)_significand * FractionScale;
        UInt128 units = UInt128.Zero;
        if (_exponent > -128)
        {
            UInt128 half = UInt128.One << (-_exponent - 1);
            UInt128 cut = scaled & ((half << 1) - UInt128.One);
            units = scaled >> -_exponent;
            if (cut > half || (cut == half && (units & UInt128.One) != UInt128.Zero))
            {
                units += UInt128.One;
            }
        }

        if (units == UInt128.Zero)
        {
            destination[0] = (byte)'0';
            return 1;
        }

        (UInt128 integer, UInt128 fraction) = UInt128.DivRem(units, FractionScale);
        int length = sign + Int64Text.Format((ulong)integer, destination[sign..]);
        return fraction == UInt128.Zero ? length : length + FormatFraction((ulong)fraction, destination[length..]);
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        byte[] text = new byte[MaxLength];
        return Encoding.ASCII.GetString(text, 0, Format(text));
    }

    private static ExtendedDouble AddSpecial(ExtendedDouble left, ExtendedDouble right)
    {
        if (left.IsNaN || right.IsNaN)
        {
            return NaN;
        }

        if (left.IsInfinity && right.IsInfinity && left._negative != right._negative)
        {
            return NaN;
        }

        return left.IsInfinity ? left : right;
    }

    private static int FormatFraction(ulong fraction, Span<byte> destination)
    {
        destination[0] = (byte)'.';
        int zeros = FractionDigits - Int64Text.CountDigits(fraction);
        destination.Slice(1, zeros).Fill((byte)'0');
        Int64Text.Format(fraction, destination[(1 + zeros)..]);
        return 1 + destination.Slice(1, FractionDigits).TrimEnd((byte)'0').Length;
    }

    private int FormatInteger(Span<byte> destination)
    {
        if (_exponent == 0)
        {
            return Int64Text.Format(_significand, destination);
        }

        string digits = ((BigInteger)_significand << _exponent).ToString(CultureInfo.InvariantCulture);
        return Encoding.ASCII.GetBytes(digits, destination);
    }
}
