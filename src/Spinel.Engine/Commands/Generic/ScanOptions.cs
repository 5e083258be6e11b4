using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Commands.Generic;

/// <summary>The cursor and the options of SCAN and of its relatives for one collection.</summary>
internal ref struct ScanOptions
{
    private const long DefaultCount = 10;

    /// <summary>A call looks at no more buckets than this for each element it was asked for, so a sparse table holds nobody up.</summary>
    private const long MaxBucketsPerElement = 10;

    /// <summary>Where the walk goes on; 0 at its beginning.</summary>
    public ulong Cursor { get; private set; }

    /// <summary>About how many elements a call should look at.</summary>
    public long Count { get; private set; } = DefaultCount;

    /// <summary>At how many buckets a call should look at most.</summary>
    public readonly long MaxBuckets => Count > long.MaxValue / MaxBucketsPerElement ? long.MaxValue : Count * MaxBucketsPerElement;

    /// <summary>The pattern to match; meaningless without <see cref="HasPattern"/>.</summary>
    public ReadOnlySpan<byte> Pattern { get; private set; }

    /// <summary>False when every element matches.</summary>
    public bool HasPattern { get; private set; }

    /// <summary>The type that SCAN asks for; meaningless without <see cref="HasType"/>.</summary>
    public ReadOnlySpan<byte> Type { get; private set; }

    public bool HasType { get; private set; }

    /// <summary>Whether a walk shows the fields of a hash without their values, or the members of a sorted set without their scores.</summary>
    public bool NamesOnly { get; private set; }

    public ScanOptions()
    {
    }

    /// <summary>
    /// Reads the cursor at argument <paramref name="cursorIndex"/>. It is apart from <see cref="TryReadOptions"/> because SSCAN, HSCAN and ZSCAN
    /// look up their key in between.
    /// </summary>
    public bool TryReadCursor(ref CommandContext c, int cursorIndex)
    {
        if (TryParseCursor(c[cursorIndex], out ulong cursor))
        {
            Cursor = cursor;
            return true;
        }

        c.Error(Errors.InvalidCursor);
        return false;
    }

    /// <summary>Replies as for a collection that does not exist. Redis does not look at the options then.</summary>
    public static void ReplyNothing(ref CommandContext c)
    {
        c.Reply.ArrayHeader(2);
        c.Reply.BulkString(0);
        c.Reply.ArrayHeader(0);
    }

    /// <summary>Reads the options from argument <paramref name="firstIndex"/> to the end; TYPE is one only for SCAN itself.</summary>
    /// <param name="c">The call.</param>
    /// <param name="firstIndex">Where they begin.</param>
    /// <param name="allowType">Whether TYPE is one.</param>
    /// <param name="namesOnlyWord">The word, if there is one, that asks for <see cref="NamesOnly"/>.</param>
    public bool TryReadOptions(ref CommandContext c, int firstIndex, bool allowType, ReadOnlySpan<byte> namesOnlyWord = default)
    {
        for (int i = firstIndex; i < c.Count; i += 2)
        {
            if (!namesOnlyWord.IsEmpty && c.Is(i, namesOnlyWord))
            {
                NamesOnly = true;
                i--;
                continue;
            }

            if (i + 1 == c.Count)
            {
                c.Error(Errors.Syntax);
                return false;
            }

            if (c.Is(i, "COUNT"u8))
            {
                if (!c.TryInteger(i + 1, out long count))
                {
                    return false;
                }

                if (count < 1)
                {
                    c.Error(Errors.Syntax);
                    return false;
                }

                Count = count;
            }
            else if (c.Is(i, "MATCH"u8))
            {
                Pattern = c[i + 1];
                HasPattern = Pattern is not [(byte)'*'];
            }
            else if (allowType && c.Is(i, "TYPE"u8))
            {
                Type = c[i + 1];
                HasType = true;
            }
            else
            {
                c.Error(Errors.Syntax);
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Reads a cursor as C's <c>strtoul</c> does, which clients have come to rely on: a sign is allowed and a minus counts down from 2^64, nothing
    /// at all is 0, and what follows a zero byte does not count.
    /// </summary>
    internal static bool TryParseCursor(ReadOnlySpan<byte> text, out ulong cursor)
    {
        cursor = 0;
        int end = text.IndexOf((byte)0);
        text = end < 0 ? text : text[..end];
        if (text.IsEmpty)
        {
            return true;
        }

        bool negative = text[0] == (byte)'-';
        if (negative || text[0] == (byte)'+')
        {
            text = text[1..];
        }

        foreach (byte digit in text)
        {
            uint value = (uint)(digit - '0');
            if (value > 9 || cursor > (ulong.MaxValue - value) / 10)
            {
                return false;
            }

            cursor = (cursor * 10) + value;
        }

        cursor = negative ? 0 - cursor : cursor;
        return !text.IsEmpty;
    }
}
