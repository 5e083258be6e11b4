namespace Spinel.Protocol;

/// <summary>
/// The parameters of a binary floating-point format, and rounding to it (to nearest, ties to even).
/// </summary>
/// <param name="Precision">Bits of the significand, the leading one included.</param>
/// <param name="MinExponent">The exponent of the last bit of a subnormal number: all numbers are multiples of two to this.</param>
/// <param name="MaxExponent">Two to this is the smallest power of two that is too large.</param>
/// <param name="MaxDigits">No number halfway between two neighbours has more significant decimal digits.</param>
/// <param name="DecimalRange">Ten to this is too large, and ten to minus this rounds to zero.</param>
internal readonly record struct BinaryFormat(int Precision, int MinExponent, int MaxExponent, int MaxDigits, int DecimalRange)
{
    /// <summary>IEEE 754 binary64.</summary>
    public static BinaryFormat Double => new(53, -1074, 1024, 800, 330);

    /// <summary>The x87 double-extended format, C's <c>long double</c> on x86-64.</summary>
    public static BinaryFormat Extended => new(64, -16445, 16384, 12_000, 5_000);

    /// <summary>
    /// Rounds <paramref name="value"/> × 2^<paramref name="exponent"/>, plus something positive below one unit of
    /// <paramref name="value"/> when <paramref name="sticky"/>. A sticky value must be longer than the precision, or below
    /// the subnormal range. False when the result is too large.
    /// </summary>
    /// <param name="value">The integer to round.</param>
    /// <param name="sticky">Whether something was cut off below its last bit.</param>
    /// <param name="exponent">The exponent of its last bit.</param>
    /// <param name="significand">Zero, or normalized to <see cref="Precision"/> bits unless subnormal.</param>
    /// <param name="resultExponent">The exponent of the significand's last bit.</param>
    public bool TryRound(UInt128 value, bool sticky, long exponent, out ulong significand, out int resultExponent)
    {
        significand = 0;
        resultExponent = MinExponent;
        if (value == UInt128.Zero)
        {
            return true;
        }

        int bits = 128 - (int)UInt128.LeadingZeroCount(value);
        long target = Math.Max(exponent + bits - Precision, MinExponent);
        long drop = target - exponent;
        if (drop > 128)
        {
            return true;
        }

        if (drop <= 0)
        {
            significand = (ulong)(value << (int)-drop);
        }
        else
        {
            UInt128 half = UInt128.One << (int)(drop - 1);
            UInt128 kept = drop == 128 ? UInt128.Zero : value >> (int)drop;
            UInt128 cut = drop == 128 ? value : value & ((half << 1) - UInt128.One);
            bool up = cut > half || (cut == half && (sticky || (kept & UInt128.One) != UInt128.Zero));
            if (up)
            {
                kept += UInt128.One;
            }

            // Rounding up may have carried into one more bit; the bit that is shifted out then is zero.
            if (kept >> Precision != UInt128.Zero)
            {
                kept >>= 1;
                target++;
            }

            significand = (ulong)kept;
        }

        resultExponent = (int)Math.Min(target, MaxExponent);
        return target + Precision <= MaxExponent;
    }
}
