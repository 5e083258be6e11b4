namespace Spinel.Protocol;

/// <summary>
/// Redis's glob patterns: <c>*</c>, <c>?</c>, <c>[abc]</c>, <c>[a-z]</c>, <c>[^a]</c>, and a backslash that takes the next byte's
/// special meaning away.
/// </summary>
/// <remarks>
/// <para>
/// Every element but the star matches exactly one byte, whatever came before it. So when a match fails behind a star, only
/// the last star needs to take one byte more: an earlier one could only make the rest shorter. That bounds the work by
/// (pattern × text), where trying all stars would be exponential.
/// </para>
/// <para>
/// Its corners are kept, as clients see them: an empty text is matched by an empty pattern only, not even by a star (commands
/// that treat the pattern <c>*</c> as "everything" do so before they come here); a class that is not closed ends with the
/// pattern; a range takes the bracket too (<c>[a-]</c> goes on behind it); reversed ranges are turned around.
/// </para>
/// </remarks>
public static class GlobPattern
{
    /// <summary>Whether the whole of <paramref name="text"/> matches <paramref name="pattern"/>.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="text">The text.</param>
    /// <param name="ignoreCase">Whether ASCII letters match regardless of case.</param>
    public static bool Matches(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> text, bool ignoreCase = false)
    {
        if (text.IsEmpty)
        {
            return pattern.IsEmpty;
        }

        int patternAt = 0;
        int textAt = 0;
        int afterStar = -1;
        int starEnd = 0;
        while (textAt < text.Length)
        {
            int next = -1;
            if (patternAt < pattern.Length)
            {
                if (pattern[patternAt] == (byte)'*')
                {
                    patternAt++;
                    afterStar = patternAt;
                    starEnd = textAt;
                    if (patternAt == pattern.Length)
                    {
                        return true;
                    }

                    continue;
                }

                next = MatchOne(pattern, patternAt, text[textAt], ignoreCase);
            }

            if (next >= 0)
            {
                patternAt = next;
                textAt++;
            }
            else if (afterStar >= 0)
            {
                patternAt = afterStar;
                textAt = ++starEnd;
            }
            else
            {
                return false;
            }
        }

        return pattern[patternAt..].IndexOfAnyExcept((byte)'*') < 0;
    }

    /// <summary>Matches one element that is no star; the offset behind it, or -1 when it does not match.</summary>
    private static int MatchOne(ReadOnlySpan<byte> pattern, int at, byte value, bool ignoreCase)
    {
        switch (pattern[at])
        {
            case (byte)'?':
                return at + 1;
            case (byte)'[':
                return MatchClass(pattern, at + 1, value, ignoreCase);
            case (byte)'\\' when at + 1 < pattern.Length:
                at++;
                break;
        }

        return Fold(pattern[at], ignoreCase) == Fold(value, ignoreCase) ? at + 1 : -1;
    }

    private static int MatchClass(ReadOnlySpan<byte> pattern, int at, byte value, bool ignoreCase)
    {
        bool negated = at < pattern.Length && pattern[at] == (byte)'^';
        if (negated)
        {
            at++;
        }

        bool found = false;
        while (at < pattern.Length && pattern[at] != (byte)']')
        {
            int left = pattern.Length - at;
            if (pattern[at] == (byte)'\\' && left >= 2)
            {
                found |= pattern[at + 1] == value;
                at += 2;
            }
            else if (left >= 3 && pattern[at + 1] == (byte)'-')
            {
                found |= IsInRange(pattern[at], pattern[at + 2], value, ignoreCase);
                at += 3;
            }
            else
            {
                found |= Fold(pattern[at], ignoreCase) == Fold(value, ignoreCase);
                at++;
            }
        }

        return found != negated ? Math.Min(at + 1, pattern.Length) : -1;
    }

    private static bool IsInRange(byte first, byte last, byte value, bool ignoreCase)
    {
        // The ends are put in order before they are folded, so [Z-a] without regard to case is z to a, and empty.
        byte low = Fold(Math.Min(first, last), ignoreCase);
        byte high = Fold(Math.Max(first, last), ignoreCase);
        byte folded = Fold(value, ignoreCase);
        return folded >= low && folded <= high;
    }

    private static byte Fold(byte value, bool ignoreCase) =>
        ignoreCase && value is >= (byte)'A' and <= (byte)'Z' ? (byte)(value | 0x20) : value;
}
