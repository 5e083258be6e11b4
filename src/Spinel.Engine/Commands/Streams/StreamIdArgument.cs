using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Streams;

/// <summary>Ids of stream entries as clients write them: <c>milliseconds-sequence</c>, or only milliseconds.</summary>
internal static class StreamIdArgument
{
    private const int MaxTextLength = 127;

    /// <summary>Reads an id; replies with an error and returns false when it is none.</summary>
    /// <param name="c">The call.</param>
    /// <param name="index">The argument.</param>
    /// <param name="id">The id, with sequence 0 when there is none.</param>
    public static bool TryRead(ref CommandContext c, int index, out StreamId id)
    {
        if (TryParse(c[index], 0, out id))
        {
            return true;
        }

        c.Error(Errors.InvalidStreamId);
        return false;
    }

    /// <summary>As <see cref="TryRead"/>, where <c>-</c> and <c>+</c> are the first and the last id of all.</summary>
    public static bool TryReadWithEnds(ref CommandContext c, int index, out StreamId id)
    {
        if (TryParseWithEnds(c[index], 0, out id))
        {
            return true;
        }

        c.Error(Errors.InvalidStreamId);
        return false;
    }

    /// <summary>Reads both ends of an interval; an open parenthesis in front excludes the id itself.</summary>
    public static bool TryReadInterval(ref CommandContext c, int startIndex, int endIndex, out StreamId start, out StreamId end)
    {
        end = default;
        return TryReadStart(ref c, startIndex, out start) && TryReadEnd(ref c, endIndex, out end);
    }

    /// <summary>Reads the start of an interval.</summary>
    public static bool TryReadStart(ref CommandContext c, int index, out StreamId start)
    {
        if (!TryReadBound(ref c, index, 0, out start, out bool isExcluded))
        {
            return false;
        }

        if (isExcluded && !start.TryIncrement(out start))
        {
            c.Error(Errors.InvalidIntervalStart);
            return false;
        }

        return true;
    }

    /// <summary>Reads ids from an argument to the last one; the caller's span has room for them.</summary>
    public static bool TryReadAll(ref CommandContext c, int first, scoped Span<StreamId> ids)
    {
        for (int i = 0; i < ids.Length; i++)
        {
            if (!TryRead(ref c, first + i, out ids[i]))
            {
                return false;
            }
        }

        return true;
    }

    public static bool TryParse(ReadOnlySpan<byte> text, ulong missingSequence, out StreamId id) =>
        TryParse(text, missingSequence, allowsAnySequence: false, out id, out _);

    /// <summary>Parses an id whose sequence may be left to the server by an asterisk.</summary>
    public static bool TryParseNew(ReadOnlySpan<byte> text, out StreamId id, out bool hasSequence) =>
        TryParse(text, 0, allowsAnySequence: true, out id, out hasSequence);

    private static bool TryReadEnd(ref CommandContext c, int index, out StreamId end)
    {
        if (!TryReadBound(ref c, index, ulong.MaxValue, out end, out bool isExcluded))
        {
            return false;
        }

        if (isExcluded && !end.TryDecrement(out end))
        {
            c.Error(Errors.InvalidIntervalEnd);
            return false;
        }

        return true;
    }

    private static bool TryReadBound(ref CommandContext c, int index, ulong missingSequence, out StreamId id, out bool isExcluded)
    {
        ReadOnlySpan<byte> text = c[index];
        isExcluded = text.Length > 1 && text[0] == (byte)'(';
        bool isValid = isExcluded ? TryParse(text[1..], missingSequence, out id) : TryParseWithEnds(text, missingSequence, out id);
        if (!isValid)
        {
            c.Error(Errors.InvalidStreamId);
        }

        return isValid;
    }

    private static bool TryParseWithEnds(ReadOnlySpan<byte> text, ulong missingSequence, out StreamId id)
    {
        ReadOnlySpan<byte> word = AsciiText.BeforeNul(text);
        if (word is [(byte)'-'] or [(byte)'+'] && text.Length <= MaxTextLength)
        {
            id = word[0] == (byte)'-' ? StreamId.Min : StreamId.Max;
            return true;
        }

        return TryParse(text, missingSequence, out id);
    }

    private static bool TryParse(ReadOnlySpan<byte> text, ulong missingSequence, bool allowsAnySequence, out StreamId id, out bool hasSequence)
    {
        id = default;
        hasSequence = true;
        if (text.Length > MaxTextLength)
        {
            return false;
        }

        text = AsciiText.BeforeNul(text);
        int dash = text.IndexOf((byte)'-');
        if (!TryParseNumber(dash < 0 ? text : text[..dash], out ulong ms))
        {
            return false;
        }

        ulong sequence = missingSequence;
        if (dash >= 0)
        {
            ReadOnlySpan<byte> rest = text[(dash + 1)..];
            if (allowsAnySequence && rest is [(byte)'*'])
            {
                sequence = 0;
                hasSequence = false;
            }
            else if (!TryParseNumber(rest, out sequence))
            {
                return false;
            }
        }

        id = new StreamId(ms, sequence);
        return true;
    }

    /// <summary>
    /// An unsigned number. What is no canonical integer is read as C's strtoull does, with blanks and a sign in front: clients may rely on it.
    /// </summary>
    private static bool TryParseNumber(ReadOnlySpan<byte> text, out ulong value)
    {
        if (Int64Text.TryParse(text, out long integer))
        {
            value = (ulong)integer;
            return integer >= 0;
        }

        value = 0;
        text = text.TrimStart(" \t\n\v\f\r"u8);
        bool isNegative = text is [(byte)'-', ..];
        if (isNegative || text is [(byte)'+', ..])
        {
            text = text[1..];
        }

        if (text.IsEmpty)
        {
            return false;
        }

        foreach (byte character in text)
        {
            uint digit = (uint)character - '0';
            if (digit > 9 || value > (ulong.MaxValue - digit) / 10)
            {
                return false;
            }

            value = (value * 10) + digit;
        }

        value = isNegative ? 0 - value : value;
        return true;
    }
}
