using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Commands.Generic.Sorting;

/// <summary>The options of SORT. Patterns stay where they are in the request; these are their argument indexes.</summary>
internal struct SortOptions
{
    /// <summary>The argument that BY names, or 0.</summary>
    public int ByArgument { get; private set; }

    /// <summary>Some BY has no asterisk: the elements stay in the order they have.</summary>
    public bool KeepsOrder { get; private set; }

    public bool Descending { get; private set; }

    /// <summary>Compare as text, not as numbers.</summary>
    public bool Alphabetic { get; private set; }

    public long Offset { get; private set; }

    /// <summary>At most so many elements; negative for all.</summary>
    public long Count { get; private set; }

    /// <summary>The argument that names the destination, or 0.</summary>
    public int StoreArgument { get; private set; }

    public int GetCount { get; private set; }

    /// <summary>Reads the options behind the key; replies with an error and returns false when they make no sense.</summary>
    public static bool TryRead(ref CommandContext c, bool readOnly, out SortOptions options)
    {
        options = new SortOptions { Count = -1 };
        for (int i = 2; i < c.Count; i++)
        {
            int left = c.Count - i - 1;
            if (c.Is(i, "ASC"u8))
            {
                options.Descending = false;
            }
            else if (c.Is(i, "DESC"u8))
            {
                options.Descending = true;
            }
            else if (c.Is(i, "ALPHA"u8))
            {
                options.Alphabetic = true;
            }
            else if (left >= 2 && c.Is(i, "LIMIT"u8))
            {
                if (!c.TryInteger(i + 1, out long offset) || !c.TryInteger(i + 2, out long count))
                {
                    return false;
                }

                options.Offset = offset;
                options.Count = count;
                i += 2;
            }
            else if (left >= 1 && !readOnly && c.Is(i, "STORE"u8))
            {
                options.StoreArgument = ++i;
            }
            else if (left >= 1 && c.Is(i, "BY"u8))
            {
                options.ByArgument = ++i;
                bool isPattern = c[i].Contains((byte)'*');
                options.KeepsOrder |= !isPattern;
                if (isPattern && !c.Session.User.MayReadAnyKey(c.Command, c.Arguments))
                {
                    c.Error(Errors.SortByDenied);
                    return false;
                }
            }
            else if (left >= 1 && c.Is(i, "GET"u8))
            {
                if (!c.Session.User.MayReadAnyKey(c.Command, c.Arguments))
                {
                    c.Error(Errors.SortGetDenied);
                    return false;
                }

                options.GetCount++;
                i++;
            }
            else
            {
                c.Error(Errors.Syntax);
                return false;
            }
        }

        return true;
    }

    /// <summary>Gives up the order that the elements have, for that of their texts.</summary>
    public void SortByText()
    {
        KeepsOrder = false;
        Alphabetic = true;
        ByArgument = 0;
    }

    /// <summary>The argument of the next GET pattern after argument <paramref name="index"/>, which starts at 1.</summary>
    public static int NextGet(ref readonly CommandContext c, int index)
    {
        for (int i = index + 1; i < c.Count; i++)
        {
            if (c.Is(i, "GET"u8))
            {
                return i + 1;
            }

            i += c.Is(i, "LIMIT"u8) ? 2 : c.Is(i, "BY"u8) || c.Is(i, "STORE"u8) ? 1 : 0;
        }

        return 0;
    }

    /// <summary>The part of <paramref name="length"/> sorted elements that LIMIT asks for.</summary>
    public readonly (int Start, int Count) Window(int length)
    {
        long start = Math.Clamp(Offset, 0, length);
        long count = Count < 0 ? length : Count;
        return ((int)start, (int)Math.Min(count, length - start));
    }
}
