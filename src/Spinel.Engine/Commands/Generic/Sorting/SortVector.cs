using System.Buffers;
using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Generic.Sorting;

/// <summary>
/// The elements that SORT sorts, the weights they are sorted by, and the order that results.
/// </summary>
/// <remarks>
/// Elements are copied, because looking up the weights may expire keys and so change the very value that is sorted: numbers as they are, texts one after
/// the other in a buffer. What is sorted is one word and an index for each (<see cref="SortItem"/>), so elements and weights stay where they are.
/// A word is the number in a form whose unsigned order is that of numbers, or the next seven bytes of the text; those that are equal in it are told apart
/// by what follows. All buffers are rented, so a call leaves nothing to the garbage collector.
/// </remarks>
internal sealed class SortVector
{
    private const int IntegerLength = -1;
    private const int NoWeight = -2;

    /// <summary>Texts that share so many words with others are few, or made to; what is left is sorted by comparing.</summary>
    private const int MostTextLevels = 8;

    private byte[] _bytes = [];
    private int _used;
    private Text[] _elements = [];
    private Text[] _weights = [];
    private SortItem[] _items = [];

    public int Count { get; private set; }

    /// <summary>The element that is <paramref name="index"/>th in the order: bytes of this object, or digits written to <paramref name="scratch"/>.</summary>
    public ReadOnlySpan<byte> GetText(int index, Span<byte> scratch) => TextOf(_elements[_items[index].Index], scratch);

    /// <summary>The element as a number, if it is kept as one.</summary>
    public bool TryGetInteger(int index, out long integer)
    {
        Text element = _elements[_items[index].Index];
        integer = element.Word;
        return element.Length == IntegerLength;
    }

    /// <summary>Copies all elements of a list, set or sorted set, in the order they have there.</summary>
    public void Load(KeyBlock block)
    {
        Span<byte> scratch = stackalloc byte[SortedSet.ScratchBytes];
        switch (block.Kind)
        {
            case ValueKind.List:
                var list = new Quicklist(block.Payload);
                Reserve(list.Count);
                foreach (Listpack node in list)
                {
                    ListpackReader reader = node.Read();
                    while (reader.MoveNext())
                    {
                        Add(reader.IsInteger ? new Text(reader.Integer, IntegerLength) : Store(reader.Bytes));
                    }
                }

                list.CloseCopies();
                break;
            case ValueKind.Set:
                SetValue members = SetValue.Of(block);
                Reserve(members.Count);
                foreach (SetMember member in members)
                {
                    Add(member.IsInteger ? new Text(member.Integer, IntegerLength) : Store(member.Bytes));
                }

                break;
            default:
                var set = new SortedSet(block.Payload, block.Encoding);
                Reserve(set.Count);
                SortedSetCursor cursor = set.At(0);
                while (cursor.IsValid)
                {
                    Add(Store(cursor.GetName(scratch)));
                    cursor.MoveNext();
                }

                break;
        }
    }

    /// <summary>Gives an element, in the order of loading, the number by which it is sorted.</summary>
    public void SetScore(int index, double score) => _items[index].Key = SortItem.KeyOf(score);

    /// <summary>Says that weights follow: until they come, no element has one.</summary>
    public void BeginWeights()
    {
        _weights = ArrayPool<Text>.Shared.Rent(Count);
        _weights.AsSpan(0, Count).Fill(new Text(0, NoWeight));
    }

    /// <summary>Gives an element, in the order of loading, the text by which it is sorted. One without a weight comes before all others.</summary>
    public void SetWeight(int index, ReadOnlySpan<byte> weight) => _weights[index] = Store(weight);

    /// <summary>Brings the elements into an order. What compares as equal keeps the order of loading, whichever way the order goes.</summary>
    public void Sort(SortOrder order, bool descending)
    {
        if (Count < 2)
        {
            return;
        }

        SortItem[] spare = ArrayPool<SortItem>.Shared.Rent(Count);
        Span<SortItem> items = _items.AsSpan(0, Count);
        if (order == SortOrder.Numeric)
        {
            // Equal numbers are told apart by their text, so that the order never depends on the algorithm.
            SortByKey(items, spare, descending);
            SortGroups(items, spare, new TextSource(this, _elements, UpToNul: false), descending);
        }
        else
        {
            bool byWeight = order is SortOrder.WeightBytes or SortOrder.WeightText;
            SortTexts(items, spare, new TextSource(this, byWeight ? _weights : _elements, UpToNul: order is SortOrder.Text or SortOrder.WeightText), descending, 0);
        }

        ArrayPool<SortItem>.Shared.Return(spare);
    }

    public void Reverse() => _items.AsSpan(0, Count).Reverse();

    /// <summary>Gives the buffers back.</summary>
    public void Release()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        ArrayPool<Text>.Shared.Return(_elements);
        ArrayPool<Text>.Shared.Return(_weights);
        ArrayPool<SortItem>.Shared.Return(_items);
        _bytes = [];
        _elements = [];
        _weights = [];
        _items = [];
        _used = 0;
        Count = 0;
    }

    private static void SortByKey(Span<SortItem> items, SortItem[] spare, bool descending)
    {
        if (descending)
        {
            SortItem.InvertKeys(items);
        }

        SortItem.Sort(items, spare);
    }

    /// <summary>Sorts what has the same key by text.</summary>
    private static void SortGroups(Span<SortItem> items, SortItem[] spare, TextSource texts, bool descending, int level = 0)
    {
        for (int begin = 0; begin < items.Length;)
        {
            int end = begin + 1;
            while (end < items.Length && items[end].Key == items[begin].Key)
            {
                end++;
            }

            if (end - begin > 1)
            {
                SortTexts(items[begin..end], spare, texts, descending, level);
            }

            begin = end;
        }
    }

    private static void SortTexts(Span<SortItem> items, SortItem[] spare, TextSource texts, bool descending, int level)
    {
        if (level == MostTextLevels)
        {
            items.Sort(new TextComparer(texts, descending));
            return;
        }

        // What all begin with is passed over first; it may be all there is of each.
        Span<byte> firstScratch = stackalloc byte[ListpackNumber.MaxLength];
        Span<byte> scratch = stackalloc byte[ListpackNumber.MaxLength];
        ReadOnlySpan<byte> first = texts.Get(items[0].Index, firstScratch);
        int common = first.Length;
        int longest = 0;
        bool anyMissing = false;
        foreach (ref SortItem item in items)
        {
            ReadOnlySpan<byte> text = texts.Get(item.Index, scratch);
            common = text.CommonPrefixLength(first[..common]);
            longest = Math.Max(longest, text.Length);
            anyMissing |= texts.IsMissing(item.Index);
        }

        // Texts that are missing are told from empty ones at the first level.
        if (longest == common && (level > 0 || !anyMissing))
        {
            return;
        }

        foreach (ref SortItem item in items)
        {
            item.Key = texts.IsMissing(item.Index) ? 0 : SortItem.KeyOf(texts.Get(item.Index, scratch)[common..]);
        }

        SortByKey(items, spare, descending);
        SortGroups(items, spare, texts, descending, level + 1);
    }

    private void Reserve(long count)
    {
        int length = checked((int)count);
        _elements = ArrayPool<Text>.Shared.Rent(length);
        _items = ArrayPool<SortItem>.Shared.Rent(length);
    }

    private void Add(Text element)
    {
        _elements[Count] = element;
        _items[Count] = new SortItem { Index = Count };
        Count++;
    }

    private Text Store(ReadOnlySpan<byte> text)
    {
        if (text.Length > _bytes.Length - _used)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(checked(Math.Max(4096, Math.Max(_bytes.Length * 2, _used + text.Length))));
            _bytes.AsSpan(0, _used).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }

        text.CopyTo(_bytes.AsSpan(_used));
        var stored = new Text(_used, text.Length);
        _used += text.Length;
        return stored;
    }

    private ReadOnlySpan<byte> TextOf(Text text, Span<byte> scratch) => text.Length switch
    {
        IntegerLength => scratch[..Int64Text.Format(text.Word, scratch)],
        NoWeight => default,
        _ => _bytes.AsSpan((int)text.Word, text.Length),
    };

    /// <summary>A text: where it is in the buffer; or a number, with a length that says so; or that there is none.</summary>
    private readonly record struct Text(long Word, int Length);

    /// <summary>The texts that are compared.</summary>
    private readonly record struct TextSource(SortVector Vector, Text[] Texts, bool UpToNul)
    {
        public bool IsMissing(int index) => Texts[index].Length == NoWeight;

        public ReadOnlySpan<byte> Get(int index, Span<byte> scratch)
        {
            ReadOnlySpan<byte> text = Vector.TextOf(Texts[index], scratch);
            return UpToNul ? AsciiText.BeforeNul(text) : text;
        }
    }

    /// <summary>Compares whole texts; what is equal goes by its place, so that the order is a total one.</summary>
    private readonly struct TextComparer(TextSource texts, bool descending) : IComparer<SortItem>
    {
        public int Compare(SortItem x, SortItem y)
        {
            Span<byte> left = stackalloc byte[ListpackNumber.MaxLength];
            Span<byte> right = stackalloc byte[ListpackNumber.MaxLength];
            int comparison = texts.Get(x.Index, left).SequenceCompareTo(texts.Get(y.Index, right));
            return comparison == 0 ? x.Index.CompareTo(y.Index) : descending ? -comparison : comparison;
        }
    }
}

/// <summary>What SORT compares. Results that are stored are compared byte by byte, those that are sent as texts up to a zero byte, as in Redis.</summary>
internal enum SortOrder : byte
{
    Numeric,
    Bytes,
    Text,
    WeightBytes,
    WeightText,
}
