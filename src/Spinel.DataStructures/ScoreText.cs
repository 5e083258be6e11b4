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

    public static double Parse(ListpackValue value) =>
        TryParse(value, out double score) ? score : throw new InvalidOperationException("Damaged sorted set: a score is not a number.");

    /// <summary>Whether a value of foreign origin is a score.</summary>
    public static bool TryParse(ListpackValue value, out double score)
    {
        if (value.IsInteger)
        {
            score = value.Integer;
            return true;
        }

        // .NET spells infinity out; C, and with it every file, does not.
        ReadOnlySpan<byte> text = value.Bytes;
        score = text.SequenceEqual("inf"u8) ? double.PositiveInfinity : double.NegativeInfinity;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            ? !double.IsNaN(score = number)
            : double.IsPositiveInfinity(score) || text.SequenceEqual("-inf"u8);
    }
}
