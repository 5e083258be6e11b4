using System.Buffers.Binary;

namespace Spinel.Engine.Commands.Generic.Sorting;

/// <summary>
/// One of many things to be sorted: an unsigned key, and which one it is.
/// </summary>
/// <remarks>
/// Sorted by radix, eight bits at a time from the lowest (Knuth, volume 3, 5.2.5), which keeps the order of equal keys: O(N), with a pass for each byte of
/// the keys that is not the same in all. Numbers in real lists differ in three or four of the eight. A few are sorted by insertion instead.
/// </remarks>
internal struct SortItem
{
    public ulong Key;
    public int Index;

    private const int MostInserted = 48;
    private const int DigitCount = sizeof(ulong);
    private const int Radix = 256;
    private const int PrefixBytes = 7;

    /// <summary>A key whose order is that of the numbers, zeros being equal. Not for NaN.</summary>
    public static ulong KeyOf(double score)
    {
        long bits = BitConverter.DoubleToInt64Bits(score + 0.0);
        return (ulong)(bits ^ ((bits >> 63) | long.MinValue));
    }

    /// <summary>
    /// A key, above 0, whose order is that of the texts as far as it goes: the first seven bytes, then the length where that is not greater. Texts with the same key are
    /// equal or longer than seven bytes, which are the same then.
    /// </summary>
    public static ulong KeyOf(ReadOnlySpan<byte> text)
    {
        ulong prefix = 0;
        if (text.Length >= sizeof(ulong))
        {
            prefix = BinaryPrimitives.ReadUInt64BigEndian(text) & ~0xFFUL;
        }
        else
        {
            for (int i = 0; i < text.Length; i++)
            {
                prefix |= (ulong)text[i] << (56 - (i * 8));
            }
        }

        return prefix | (uint)(Math.Min(text.Length, PrefixBytes + 1) + 1);
    }

    /// <summary>Turns the order of the keys around.</summary>
    public static void InvertKeys(Span<SortItem> items)
    {
        foreach (ref SortItem item in items)
        {
            item.Key = ~item.Key;
        }
    }

    /// <summary>Sorts by the keys; equal ones stay as they are.</summary>
    /// <param name="items">What is sorted.</param>
    /// <param name="spare">Room for as many.</param>
    public static void Sort(Span<SortItem> items, Span<SortItem> spare)
    {
        if (items.Length <= MostInserted)
        {
            SortByInsertion(items);
            return;
        }

        Span<int> counts = stackalloc int[DigitCount * Radix];
        counts.Clear();
        foreach (ref SortItem item in items)
        {
            ulong key = item.Key;
            for (int digit = 0; digit < DigitCount; digit++)
            {
                counts[(digit * Radix) + (byte)key]++;
                key >>= 8;
            }
        }

        Span<SortItem> from = items;
        Span<SortItem> to = spare[..items.Length];
        for (int digit = 0; digit < DigitCount; digit++)
        {
            Span<int> places = counts.Slice(digit * Radix, Radix);
            int shift = digit * 8;
            if (places[(byte)(from[0].Key >> shift)] == from.Length)
            {
                continue;
            }

            int next = 0;
            foreach (ref int place in places)
            {
                (place, next) = (next, next + place);
            }

            foreach (ref SortItem item in from)
            {
                to[places[(byte)(item.Key >> shift)]++] = item;
            }

            Span<SortItem> sorted = to;
            to = from;
            from = sorted;
        }

        if (from != items)
        {
            from.CopyTo(items);
        }
    }

    private static void SortByInsertion(Span<SortItem> items)
    {
        for (int i = 1; i < items.Length; i++)
        {
            SortItem item = items[i];
            int at = i;
            while (at > 0 && items[at - 1].Key > item.Key)
            {
                items[at] = items[at - 1];
                at--;
            }

            items[at] = item;
        }
    }
}
