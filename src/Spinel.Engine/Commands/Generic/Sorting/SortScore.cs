using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Generic.Sorting;

/// <summary>The number that SORT reads from a text: what C's <c>strtod</c> takes whole, an empty text as zero.</summary>
internal static class SortScore
{
    public static bool TryParse(ReadOnlySpan<byte> text, out double score)
    {
        score = 0;
        ReadOnlySpan<byte> whole = AsciiText.BeforeNul(text);
        ReadOnlySpan<byte> number = whole.TrimStart(" \t\n\v\f\r"u8);
        if (whole.IsEmpty)
        {
            return true;
        }

        // A number too large for a double is an error; infinity by name is a number.
        return DoubleText.TryParse(number, out score) && !double.IsNaN(score) && !(double.IsInfinity(score) && number.IndexOfAnyInRange((byte)'0', (byte)'9') >= 0);
    }
}
