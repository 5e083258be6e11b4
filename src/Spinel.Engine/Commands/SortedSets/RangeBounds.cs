using System.Globalization;
using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.SortedSets;

/// <summary>Ranges of scores and of names as clients write them.</summary>
internal static class RangeBounds
{
    /// <summary>Reads <c>1.5</c>, <c>(1.5</c>, <c>-inf</c> …; replies with an error and returns false when an argument is none.</summary>
    public static bool TryReadScores(ref CommandContext c, int minArgument, int maxArgument, out ScoreRange range)
    {
        if (TryParse(c[minArgument], out double min, out bool minIsOpen) && TryParse(c[maxArgument], out double max, out bool maxIsOpen))
        {
            range = new ScoreRange(min, max, minIsOpen, maxIsOpen);
            return true;
        }

        range = default;
        c.Error(Errors.ScoreRange);
        return false;
    }

    /// <summary>Reads <c>[name</c>, <c>(name</c>, <c>-</c> or <c>+</c>; replies with an error and returns false when an argument is none.</summary>
    public static bool TryReadNames(scoped ref CommandContext c, int minArgument, int maxArgument, out LexRange range)
    {
        if (TryParse(c[minArgument], out LexBound min) && TryParse(c[maxArgument], out LexBound max))
        {
            range = new LexRange(min, max);
            return true;
        }

        range = default;
        c.Error(Errors.LexRange);
        return false;
    }

    private static bool TryParse(ReadOnlySpan<byte> text, out double score, out bool isOpen)
    {
        text = AsciiText.BeforeNul(text);
        isOpen = text is [(byte)'(', ..];
        return TryParseLeniently(isOpen ? text[1..] : text, out score);
    }

    /// <summary>
    /// As C's <c>strtod</c> reads the whole of a text, which here is more than elsewhere: nothing at all is 0, blanks in front are passed over, and what is too
    /// large or too small becomes infinite or 0.
    /// </summary>
    private static bool TryParseLeniently(ReadOnlySpan<byte> text, out double score)
    {
        score = 0;
        if (text.IsEmpty)
        {
            return true;
        }

        text = text.TrimStart(" \t\n\v\f\r"u8);
        if (DoubleText.TryParse(text, out score))
        {
            return true;
        }

        ReadOnlySpan<byte> digits = text is [(byte)'+' or (byte)'-', ..] ? text[1..] : text;
        return digits is [>= (byte)'0' and <= (byte)'9' or (byte)'.', ..]
            && double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out score);
    }

    private static bool TryParse(ReadOnlySpan<byte> text, out LexBound bound)
    {
        // The bare signs are compared as C strings are: a zero byte ends them.
        switch (text)
        {
            case [(byte)'-'] or [(byte)'-', 0, ..]:
                bound = LexBound.Lowest;
                return true;
            case [(byte)'+'] or [(byte)'+', 0, ..]:
                bound = LexBound.Highest;
                return true;
            case [(byte)'[' or (byte)'(', ..]:
                bound = new LexBound(text[1..], isOpen: text[0] == (byte)'(');
                return true;
            default:
                bound = default;
                return false;
        }
    }
}
