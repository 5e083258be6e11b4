using System.Buffers;
using Spinel.DataStructures;

namespace Spinel.Engine.Commands.Generic.Sorting;

/// <summary>
/// The elements that SORT sorts: their bytes one after the other in a rented buffer, and a small record each with the weight. Copies, because looking up
/// the weights may expire keys and so change the very value that is sorted. Everything is rented, so a call leaves nothing to the garbage collector.
/// </summary>
internal sealed class SortVector
{
    private byte[] _bytes = [];
    private int _used;
    private Element[] _items = [];

    public int Count { get; private set; }

    public ReadOnlySpan<byte> this[int index] => Text(_items[index].Text);

    /// <summary>Copies all elements of a list, set or sorted set, in the order they have there.</summary>
    public void Load(KeyBlock block)
    {
        Span<byte> scratch = stackalloc byte[SortedSet.ScratchBytes];
        switch (block.Kind)
        {
            case ValueKind.List:
                foreach (Listpack node in new Quicklist(block.Payload))
                {
                    for (int position = node.First; position >= 0; position = node.OrNone(node.Next(position)))
                    {
                        Add(node.GetBytes(position, scratch));
                    }
                }

                break;
            case ValueKind.Set:
                foreach (SetMember member in SetValue.Of(block))
                {
                    Add(member.GetText(scratch));
                }

                break;
            default:
                var set = new SortedSet(block.Payload, block.Encoding);
                SortedSetCursor cursor = set.At(0);
                while (cursor.IsValid)
                {
                    Add(cursor.GetName(scratch));
                    cursor.MoveNext();
                }

                break;
        }
    }

    /// <summary>Gives an element the number by which it is sorted.</summary>
    public void SetScore(int index, double score) => _items[index].Score = score;

    /// <summary>Gives an element the text by which it is sorted. One without a weight comes before all others.</summary>
    public void SetWeight(int index, ReadOnlySpan<byte> weight)
    {
        Range range = Store(weight);
        _items[index].Weight = range;
        _items[index].HasWeight = true;
    }

    public void Sort(SortOrder order, bool descending)
    {
        var comparer = new ElementComparer(this, order, descending);
        _items.AsSpan(0, Count).Sort(comparer);
    }

    public void Reverse() => _items.AsSpan(0, Count).Reverse();

    /// <summary>Gives the buffers back.</summary>
    public void Release()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        ArrayPool<Element>.Shared.Return(_items);
        _bytes = [];
        _items = [];
        _used = 0;
        Count = 0;
    }

    private void Add(ReadOnlySpan<byte> element)
    {
        if (Count == _items.Length)
        {
            Element[] larger = ArrayPool<Element>.Shared.Rent(Math.Max(64, Count * 2));
            _items.AsSpan(0, Count).CopyTo(larger);
            ArrayPool<Element>.Shared.Return(_items);
            _items = larger;
        }

        _items[Count++] = new Element { Text = Store(element) };
    }

    private Range Store(ReadOnlySpan<byte> text)
    {
        if (text.Length > _bytes.Length - _used)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(checked(Math.Max(4096, Math.Max(_bytes.Length * 2, _used + text.Length))));
            _bytes.AsSpan(0, _used).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }

        text.CopyTo(_bytes.AsSpan(_used));
        var range = new Range(_used, text.Length);
        _used += text.Length;
        return range;
    }

    private ReadOnlySpan<byte> Text(Range range) => _bytes.AsSpan(range.Offset, range.Length);

    private readonly record struct Range(int Offset, int Length);

    private struct Element
    {
        public Range Text;
        public Range Weight;
        public double Score;
        public bool HasWeight;
    }

    private readonly struct ElementComparer(SortVector vector, SortOrder order, bool descending) : IComparer<Element>
    {
        public int Compare(Element x, Element y)
        {
            int comparison = order switch
            {
                SortOrder.Numeric => CompareScores(x, y),
                SortOrder.Bytes => vector.Text(x.Text).SequenceCompareTo(vector.Text(y.Text)),
                SortOrder.Text => CompareTexts(vector.Text(x.Text), vector.Text(y.Text)),
                _ => CompareWeights(x, y),
            };
            return descending ? -comparison : comparison;
        }

        private int CompareScores(in Element x, in Element y)
        {
            // Equal numbers are told apart by their text, so that the order never depends on the algorithm.
            int comparison = x.Score.CompareTo(y.Score);
            return comparison != 0 ? comparison : vector.Text(x.Text).SequenceCompareTo(vector.Text(y.Text));
        }

        private int CompareWeights(in Element x, in Element y)
        {
            if (!x.HasWeight || !y.HasWeight)
            {
                return x.HasWeight.CompareTo(y.HasWeight);
            }

            ReadOnlySpan<byte> left = vector.Text(x.Weight);
            ReadOnlySpan<byte> right = vector.Text(y.Weight);
            return order == SortOrder.WeightBytes ? left.SequenceCompareTo(right) : CompareTexts(left, right);
        }

        /// <summary>As C compares strings: up to the first zero byte.</summary>
        private static int CompareTexts(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
            Dispatch.AsciiText.BeforeNul(left).SequenceCompareTo(Dispatch.AsciiText.BeforeNul(right));
    }
}

/// <summary>What SORT compares. Results that are stored are compared byte by byte, those that are sent as texts, as in Redis.</summary>
internal enum SortOrder : byte
{
    Numeric,
    Bytes,
    Text,
    WeightBytes,
    WeightText,
}
