namespace Spinel.DataStructures;

public readonly unsafe partial struct Listpack
{
    /// <summary>
    /// The position of the first value that equals <paramref name="text"/>, or -1. Numbers are compared as numbers, without being formatted.
    /// </summary>
    /// <param name="text">The text sought.</param>
    /// <param name="from">Position to begin at; -1 finds nothing.</param>
    /// <param name="skip">How many values to pass over after each that was compared: 1 looks at the fields of field-value pairs.</param>
    public int Find(ReadOnlySpan<byte> text, int from, int skip = 0)
    {
        if (from < 0)
        {
            return -1;
        }

        bool isInteger = ListpackNumber.TryParse(text, out long integer);
        byte* p = _bytes + from;
        while (*p != ListpackEntry.End)
        {
            if (Matches(p, text, isInteger, integer))
            {
                return (int)(p - _bytes);
            }

            p += ListpackEntry.FullSize(p);
            for (int i = 0; i < skip && *p != ListpackEntry.End; i++)
            {
                p += ListpackEntry.FullSize(p);
            }
        }

        return -1;
    }

    /// <summary>As <see cref="Find(ReadOnlySpan{byte}, int, int)"/>, among all values.</summary>
    public int Find(ReadOnlySpan<byte> text) => Find(text, First);

    /// <summary>Whether the value at <paramref name="position"/> is <paramref name="text"/>.</summary>
    public bool Equals(int position, ReadOnlySpan<byte> text)
    {
        AssertEntry(position);
        bool isInteger = ListpackNumber.TryParse(text, out long integer);
        return Matches(_bytes + position, text, isInteger, integer);
    }

    /// <summary>Whether the value at <paramref name="position"/> is stored as this number.</summary>
    internal bool Equals(int position, long integer) =>
        ListpackEntry.IsInteger(_bytes[position]) && ListpackEntry.ReadInteger(_bytes + position) == integer;

    /// <summary>As <see cref="Equals(int, ReadOnlySpan{byte})"/>, with the text already parsed.</summary>
    internal bool Matches(int position, ReadOnlySpan<byte> text, bool isInteger, long integer) => Matches(_bytes + position, text, isInteger, integer);

    private static bool Matches(byte* p, ReadOnlySpan<byte> text, bool isInteger, long integer)
    {
        int head = *p;
        if (head is >= ListpackEntry.String6 and < ListpackEntry.Integer13)
        {
            int length = head & 0x3F;
            return length == text.Length && new ReadOnlySpan<byte>(p + 1, length).SequenceEqual(text);
        }

        if (ListpackEntry.IsInteger(head))
        {
            return isInteger && ListpackEntry.ReadInteger(p) == integer;
        }

        return TextAt(p, head).SequenceEqual(text);
    }

    private static ReadOnlySpan<byte> TextAt(byte* p, int head) => head switch
    {
        < ListpackEntry.String32 => new(p + 2, (head & 0x0F) << 8 | p[1]),
        ListpackEntry.String32 => new(p + 5, *(int*)(p + 1)),
        _ => throw ListpackEntry.Damaged(head),
    };
}
