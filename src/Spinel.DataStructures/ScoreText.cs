using System.Globalization;

namespace Spinel.DataStructures;

/// <summary>
/// Scores as listpacks hold them: whole numbers up to 2^62 as integers, others as text of 17 significant digits, so that every score reads back as it was.
/// </summary>
internal static class ScoreText
{
    /// <summary>More than the longest text: sign, 17 digits, point, exponent.</summary>
    public const int MaxLength = 32;

    private const double LargestInteger = 1L << 62;

    /// <summary>The score as an element; its text, where it is one, is written to <paramref name="scratch"/>.</summary>
    public static ListpackElement ToElement(double score, Span<byte> scratch)
    {
        if (score is >= -LargestInteger and <= LargestInteger && score == Math.Truncate(score))
        {
            return (long)score;
        }

        if (double.IsInfinity(score))
        {
            return score > 0 ? "inf"u8 : "-inf"u8;
        }

        score.TryFormat(scratch, out int length, "g17", CultureInfo.InvariantCulture);
        return scratch[..length];
    }

    public static double Parse(ListpackValue value)
    {
        if (value.IsInteger)
        {
            return value.Integer;
        }

        ReadOnlySpan<byte> text = value.Bytes;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double score) && !double.IsNaN(score))
        {
            return score;
        }

        // .NET spells infinity out; C, and with it every file, does not.
        return text.SequenceEqual("inf"u8) ? double.PositiveInfinity
            : text.SequenceEqual("-inf"u8) ? double.NegativeInfinity
            : throw new InvalidOperationException("Damaged sorted set: a score is not a number.");
    }
}
