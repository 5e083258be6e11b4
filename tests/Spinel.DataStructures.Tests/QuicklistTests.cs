using System.Globalization;
using System.Text;
using CsCheck;
using Spinel.Memory;

namespace Spinel.DataStructures.Tests;

/// <summary>Lists against a model, and what their nodes look like.</summary>
public sealed class QuicklistTests
{
    private enum Change
    {
        PushFirst,
        PushLast,
        InsertBefore,
        InsertAfter,
        Replace,
        Remove,
        RemoveRange,
        RemoveMatching,
        Clone,
    }

    // Small nodes, so that short lists have many of them.
    private static readonly Gen<int> Limits = Gen.Int[0, 4].Select(i => new[] { 1, 2, 3, 7, -1 }[i]);

    // Few texts, so that searches find; long ones, so that nodes of 4 KiB are full after a few.
    private static readonly Gen<string> Texts = Gen.Frequency(
        (6, Gen.Int[0, 8].Select(i => i.ToString(CultureInfo.InvariantCulture))),
        (3, Gen.Int[0, 3].Select(i => new string((char)('a' + i), 1 + (i * 3)))),
        (3, Gen.Int[0, 3].Select(i => new string((char)('k' + i), 300 + (i * 500)))),
        (1, Gen.Int[0, 2].Select(i => new string((char)('x' + i), 4070 + (i * 20)))));

    [Fact]
    public void List_holds_what_was_put_into_it() => Gen.Select(
        Limits, Gen.Int[0, 2],
        Gen.Select(Gen.Enum<Change>(), Gen.Int[-3, 40], Gen.Int[0, 12], Texts).Array[0, 80]).Sample(Run, iter: 1500);

    [Theory]
    [InlineData(-6, 65536, 32767)]
    [InlineData(-5, 65536, 32767)]
    [InlineData(-2, 8192, 32767)]
    [InlineData(-1, 4096, 32767)]
    [InlineData(0, 8192, 1)]
    [InlineData(1, 8192, 1)]
    [InlineData(128, 8192, 128)]
    [InlineData(100_000, 8192, 32767)]
    [InlineData(int.MinValue, 65536, 32767)]
    public void Node_limits_follow_the_option(int option, int maxBytes, int maxCount)
    {
        QuicklistNodeLimit limit = QuicklistNodeLimit.FromOption(option);
        Assert.Equal((maxBytes, maxCount), (limit.MaxBytes, limit.MaxCount));
    }

    [Fact]
    public void Elements_of_32_bytes_cost_under_35_bytes()
    {
        const int Count = 100_000;
        using NativeHeap plain = new();
        Quicklist list = Quicklist.Create(plain);
        QuicklistNodeLimit limit = QuicklistNodeLimit.FromOption(-2);
        byte[] element = new byte[32];
        for (int i = 0; i < Count; i++)
        {
            list.PushLast(plain, element, limit);
        }

        Assert.InRange((double)plain.BytesInUse / Count, 34, 35);
        Assert.InRange(list.MemoryBytes, plain.BytesInUse * 0.98, plain.BytesInUse * 1.02);
        list.Free(plain);
        Assert.Equal(0, plain.BytesInUse);
    }

    [Fact]
    public void Free_bytes_at_the_ends_cost_little()
    {
        using NativeHeap plain = new();
        Quicklist list = Quicklist.Create(plain);
        QuicklistNodeLimit limit = QuicklistNodeLimit.FromOption(-2);
        byte[] element = new byte[32];
        for (int i = 0; i < 20_000; i++)
        {
            list.PushFirst(plain, element, limit);
        }

        Assert.InRange((double)plain.BytesInUse / list.Count, 34, 35.5);

        // A queue: what goes in at one end and out at the other leaves nothing behind.
        for (int i = 0; i < 100_000; i++)
        {
            list.PushFirst(plain, element, limit);
            list.Remove(plain, i % 2 == 0 ? list.Last : list.First);
            list.Remove(plain, i % 2 == 0 ? list.Last : list.First);
            list.PushLast(plain, element, limit);
        }

        Assert.Equal(20_000, list.Count);
        Assert.InRange((double)plain.BytesInUse / list.Count, 34, 35.5);
        list.RemoveRange(plain, 10, list.Count - 10, limit);
        Assert.InRange(plain.BytesInUse, 350, 700);
        list.Free(plain);
        Assert.Equal(0, plain.BytesInUse);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Nodes_between_the_ends_are_compressed(int depth)
    {
        const int Count = 20_000;
        using NativeHeap plain = new();
        Quicklist list = Quicklist.Create(plain);
        QuicklistNodeLimit limit = QuicklistNodeLimit.FromOption(-2, depth);
        for (int i = 0; i < Count; i++)
        {
            list.PushLast(plain, Encoding.ASCII.GetBytes($"a text that repeats itself, number {i:d6}"), limit);
        }

        long expected = (long)((2 * depth * 8192) + ((double)(list.NodeCount - (2 * depth)) * 8192 / 2));
        Assert.InRange(plain.BytesInUse, 1, expected);
        Assert.InRange(list.MemoryBytes, plain.BytesInUse * 0.7, plain.BytesInUse * 1.5);

        // Reading leaves things as they are, and two nodes may be read in turn.
        long before = plain.BytesInUse;
        QuicklistCursor middle = list.Seek(Count / 2);
        Quicklist twin = list.Clone(plain);
        long both = plain.BytesInUse;
        Assert.InRange(both, before * 1.9, before * 2);
        int seen = 0;
        for (QuicklistCursor place = list.First; !place.IsNone; place = place.Next())
        {
            Assert.Equal($"a text that repeats itself, number {seen++:d6}", Encoding.ASCII.GetString(place.Value.Bytes));
        }

        for (QuicklistCursor place = list.Last; !place.IsNone; place = place.Previous())
        {
            Assert.Equal($"a text that repeats itself, number {--seen:d6}", Encoding.ASCII.GetString(place.Value.Bytes));
        }

        list.CloseCopies();
        Assert.Equal(both, plain.BytesInUse);
        Assert.True(middle.Holds(Encoding.ASCII.GetBytes($"a text that repeats itself, number {Count / 2:d6}")));

        // What a change has opened is compressed again.
        list.Insert(plain, list.Seek(Count / 2), after: true, "inserted"u8, limit);
        list.Replace(plain, list.Seek(Count / 3), "replaced"u8, limit);
        Assert.Equal(1, list.RemoveMatching(plain, "a text that repeats itself, number 015000"u8, 5, fromEnd: true, limit));
        Assert.Equal(2, list.RemoveRange(plain, 4000, 2, limit));
        Assert.InRange(plain.BytesInUse, before, both + 8192);
        list.FreeFromOtherThread(plain);
        twin.Free(plain);
    }

    [Fact]
    public void Removing_most_elements_leaves_few_nodes()
    {
        using CheckedHeap heap = new();
        Quicklist list = Quicklist.Create(heap);
        QuicklistNodeLimit limit = QuicklistNodeLimit.FromOption(-1);
        for (int i = 0; i < 20_000; i++)
        {
            list.PushLast(heap, Encoding.ASCII.GetBytes(i % 50 == 0 ? "rare" : "common-element"), limit);
        }

        long nodes = list.NodeCount;
        Assert.Equal(19_600, list.RemoveMatching(heap, "common-element"u8, long.MaxValue, fromEnd: false, limit));
        Assert.Equal(400, list.Count);
        Assert.InRange(list.NodeCount, 1, 3);
        Assert.True(nodes > 50);
        list.Free(heap);
    }

    [Fact]
    public void Lists_can_be_freed_by_another_thread()
    {
        using CheckedHeap heap = new();
        Quicklist list = Make(heap, Enumerable.Range(0, 5000).Select(i => i.ToString(CultureInfo.InvariantCulture)));
        var thread = new Thread(() => list.FreeFromOtherThread(heap));
        thread.Start();
        thread.Join();
    }

    [Fact]
    public void Nodes_can_be_taken_over()
    {
        using CheckedHeap heap = new();
        Quicklist source = Make(heap, ["a", "b", "17", new string('x', 9000), "c"]);
        Quicklist copy = Quicklist.Create(heap);
        foreach (Listpack node in source)
        {
            copy.AppendNode(heap, Listpack.FromBytes(heap, node.Bytes));
        }

        copy.AppendNode(heap, Listpack.Create(heap));
        Assert.Equal(Read(source), Read(copy));
        Assert.Equal(3, copy.NodeCount);
        source.Free(heap);
        copy.Free(heap);
    }

    private static Quicklist Make(NativeHeap heap, IEnumerable<string> texts)
    {
        Quicklist list = Quicklist.Create(heap);
        foreach (string text in texts)
        {
            list.PushLast(heap, Encoding.ASCII.GetBytes(text), QuicklistNodeLimit.FromOption(-2));
        }

        return list;
    }

    private static void Run(int option, int depth, (Change Change, int Index, int Count, string Text)[] changes)
    {
        using CheckedHeap heap = new();
        Quicklist list = Quicklist.Create(heap);
        QuicklistNodeLimit limit = QuicklistNodeLimit.FromOption(option, depth);
        List<string> model = [];
        foreach ((Change change, int index, int count, string text) in changes)
        {
            byte[] bytes = Encoding.ASCII.GetBytes(text);
            int at = index < 0 ? model.Count + index : index;
            QuicklistCursor place = list.Seek(index);
            Assert.Equal(at >= 0 && at < model.Count, !place.IsNone);
            switch (change)
            {
                case Change.PushFirst:
                    list.PushFirst(heap, bytes, limit);
                    model.Insert(0, text);
                    break;
                case Change.PushLast:
                    list.PushLast(heap, bytes, limit);
                    model.Add(text);
                    break;
                case Change.InsertBefore or Change.InsertAfter when !place.IsNone:
                    list.Insert(heap, place, change == Change.InsertAfter, bytes, limit);
                    model.Insert(at + (change == Change.InsertAfter ? 1 : 0), text);
                    break;
                case Change.Replace when !place.IsNone:
                    list.Replace(heap, place, bytes, limit);
                    model[at] = text;
                    break;
                case Change.Remove when !place.IsNone:
                    list.Remove(heap, place);
                    model.RemoveAt(at);
                    break;
                case Change.RemoveRange when at >= 0:
                    int there = Math.Clamp(model.Count - at, 0, count);
                    Assert.Equal(there, list.RemoveRange(heap, at, count, limit));
                    if (there > 0)
                    {
                        model.RemoveRange(at, there);
                    }

                    break;
                case Change.RemoveMatching:
                    bool fromEnd = index < 10;
                    Assert.Equal(RemoveMatching(model, text, count, fromEnd), list.RemoveMatching(heap, bytes, count, fromEnd, limit));
                    break;
                case Change.Clone:
                    Quicklist clone = list.Clone(heap);
                    list.Free(heap);
                    list = clone;
                    break;
                default:
                    break;
            }

            Check(list, model, limit, bytes);
        }

        list.Free(heap);
    }

    private static int RemoveMatching(List<string> model, string text, int most, bool fromEnd)
    {
        int removed = 0;
        for (; removed < most; removed++)
        {
            int at = fromEnd ? model.LastIndexOf(text) : model.IndexOf(text);
            if (at < 0)
            {
                break;
            }

            model.RemoveAt(at);
        }

        return removed;
    }

    private static void Check(Quicklist list, List<string> model, QuicklistNodeLimit limit, byte[] text)
    {
        Assert.Equal(model.Count, list.Count);
        Assert.Equal(model, Read(list));
        List<string> backward = [];
        Span<byte> scratch = stackalloc byte[ListpackNumber.MaxLength];
        for (QuicklistCursor place = list.Last; !place.IsNone; place = place.Previous())
        {
            backward.Add(Encoding.ASCII.GetString(place.Value.GetBytes(scratch)));
        }

        backward.Reverse();
        Assert.Equal(model, backward);
        int nodes = 0;
        int elements = 0;
        foreach (Listpack node in list)
        {
            int count = node.Count;
            Assert.True(count == 1 || (count > 0 && count <= limit.MaxCount && node.TotalBytes <= limit.MaxBytes));
            nodes++;
            elements += count;
        }

        Assert.Equal((list.NodeCount, list.Count), (nodes, elements));
        Assert.Equal(model.Contains(Encoding.ASCII.GetString(text)), !list.Find(text).IsNone);
    }

    private static List<string> Read(Quicklist list)
    {
        List<string> texts = [];
        Span<byte> scratch = stackalloc byte[ListpackNumber.MaxLength];
        for (QuicklistCursor place = list.First; !place.IsNone; place = place.Next())
        {
            texts.Add(Encoding.ASCII.GetString(place.Value.GetBytes(scratch)));
        }

        return texts;
    }
}
