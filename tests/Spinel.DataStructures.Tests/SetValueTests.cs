using System.Globalization;
using System.Text;
using CsCheck;
using Spinel.Memory;

namespace Spinel.DataStructures.Tests;

/// <summary>Sets against <see cref="HashSet{T}"/>, with limits so small that random sequences pass through all three forms.</summary>
public sealed class SetValueTests
{
    private static readonly Gen<string> Integers = Gen.Frequency(
        (6, Gen.Int[-20, 20].Select(Text)),
        (1, OneOf("32767", "32768", "-32769", "2147483648", "-2147483649", "9223372036854775807", "-9223372036854775808")));

    private static readonly Gen<string> Members = Gen.Frequency(
        (6, Integers),
        (4, Gen.Char['a', 'z'].Select(c => c.ToString())),
        (1, OneOf("", "01", "-0", "+1", "9223372036854775808", "\0", "eight888", "nine99999", new string('x', 254), new string('y', 255), new string('z', 1000))));

    private enum Kind
    {
        Add,
        Remove,
        RemoveRandom,
        Clone,
    }

    [Fact]
    public void Behaves_as_a_set_in_every_form() =>
        Gen.Select(Gen.Frequency((5, Gen.Const(Kind.Add)), (2, Gen.Const(Kind.Remove)), (1, Gen.Const(Kind.RemoveRandom)), (1, Gen.Const(Kind.Clone))), Members)
            .Array[1, 120].Sample(Run, iter: 300);

    [Fact]
    public void Integers_alone_stay_an_intset_up_to_the_limit() =>
        Gen.Select(Gen.Const(Kind.Add), Integers).Array[1, 40].Sample(Run, iter: 100);

    [Theory]
    [InlineData("1 2 3", ValueEncoding.IntSet)]
    [InlineData("1 2 3 4 5 6 7 8", ValueEncoding.IntSet)]
    [InlineData("1 2 3 4 5 6 7 8 9", ValueEncoding.HashTable)]
    [InlineData("1 2 a", ValueEncoding.ListPack)]
    [InlineData("a 1 2 3 4", ValueEncoding.ListPack)]
    [InlineData("a 1 2 3 4 5", ValueEncoding.HashTable)]
    [InlineData("1 2 3 4 5 a", ValueEncoding.HashTable)]
    [InlineData("eight888", ValueEncoding.ListPack)]
    [InlineData("nine99999", ValueEncoding.HashTable)]
    [InlineData("a nine99999", ValueEncoding.HashTable)]
    [InlineData("123456789", ValueEncoding.IntSet)]
    [InlineData("123456789 a", ValueEncoding.HashTable)]
    [InlineData("01", ValueEncoding.ListPack)]
    public void The_form_follows_from_the_members(string members, ValueEncoding expected)
    {
        using CheckedHeap heap = new();
        SetValue set = Create(SettingsOf(heap), members.Split(' '));
        Assert.Equal(expected, set.Encoding);
        set.Free(heap);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(20)]
    [InlineData(200)]
    public void Draws_are_distinct_and_reach_every_member(int size)
    {
        using CheckedHeap heap = new();
        SetSettings settings = SettingsOf(heap);
        Random random = new(1);
        foreach (string prefix in (string[])["", "m"])
        {
            settings.ListpackEntries = size == 20 ? 20 : 5;
            string[] members = [.. Enumerable.Range(0, size).Select(i => prefix + Text(i))];
            SetValue set = Create(settings, members);
            using SegmentedList<long> places = new(heap);
            for (int count = 0; count <= size; count += Math.Max(1, size / 7))
            {
                HashSet<string> seen = [];
                for (int draw = 0; draw < 400; draw++)
                {
                    set.DrawDistinct(heap, random, count, places);
                    string[] drawn = [.. TextsAt(set, places)];
                    Assert.Equal(count, drawn.Distinct().Count());
                    Assert.Subset(members.ToHashSet(), drawn.ToHashSet());
                    seen.UnionWith(drawn);
                    places.Clear();
                }

                if (count >= size / 7 && count > 0 && size <= 20)
                {
                    Assert.Equal(size, seen.Count);
                }
            }

            set.Free(heap);
        }
    }

    [Fact]
    public void Random_members_are_equally_likely()
    {
        const int Size = 50;
        const int Draws = 50_000;
        using CheckedHeap heap = new();
        SetSettings settings = SettingsOf(heap);
        SetValue set = Create(settings, [.. Enumerable.Range(0, Size).Select(i => "m" + Text(i))]);
        Dictionary<string, int> counts = [];
        Random random = new(5);
        for (int i = 0; i < Draws; i++)
        {
            string text = TextOf(set.MemberAt(set.RandomPlace(random)));
            counts[text] = counts.GetValueOrDefault(text) + 1;
        }

        // Expected 1000 each with a deviation of 31: 8 deviations never happen by chance.
        Assert.Equal(Size, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 750, 1250));
        set.Free(heap);
    }

    [Fact]
    public void A_scan_shows_what_stays_while_the_table_grows_and_shrinks()
    {
        using CheckedHeap heap = new();
        SetSettings settings = SettingsOf(heap);
        SetValue set = Create(settings, [.. Enumerable.Range(0, 500).Select(i => "stay" + Text(i))]);
        HashSet<string> seen = [];
        ulong cursor = 0;
        int step = 0;
        using SegmentedList<long> places = new(heap);
        do
        {
            cursor = set.ScanStep(cursor, places);
            seen.UnionWith(TextsAt(set, places));
            places.Clear();
            for (int i = 0; i < 40; i++)
            {
                byte[] name = Encoding.ASCII.GetBytes("come" + Text((step < 40 ? step : 79 - step) * 40 + i));
                set = step < 40 ? set.Add(settings, name, out _) : set.Remove(settings, name, out _);
            }

            step++;
        }
        while (cursor != 0);
        Assert.Equal(500, seen.Count(member => member.StartsWith("stay", StringComparison.Ordinal)));
        set.Free(heap);
    }

    [Fact]
    public void Can_be_freed_by_another_thread()
    {
        using CheckedHeap heap = new();
        SetSettings settings = SettingsOf(heap);
        SetValue[] sets =
        [
            Create(settings, ["1", "2"]),
            Create(settings, ["a", "2"]),
            Create(settings, [.. Enumerable.Range(0, 3000).Select(i => "m" + Text(i))]),
        ];
        Thread thread = new(() => Array.ForEach(sets, set => set.FreeFromOtherThread(heap)));
        thread.Start();
        thread.Join();
    }

    [Fact]
    public void Memory_is_what_the_heap_counts()
    {
        using CheckedHeap heap = new();
        SetSettings settings = SettingsOf(heap);
        foreach (int count in (int[])[3, 10, 1000])
        {
            SetValue set = Create(settings, [.. Enumerable.Range(0, count).Select(i => "m" + Text(i))]);
            Assert.Equal(heap.Heap.BytesInUse, set.MemoryBytes);
            set.Free(heap);
        }
    }

    internal static SetSettings SettingsOf(NativeHeap heap) =>
        new(heap, HashKey.FromSeed(3)) { IntsetEntries = 8, ListpackEntries = 5, ListpackValueBytes = 8 };

    internal static SetValue Create(SetSettings settings, params string[] members)
    {
        SetValue set = SetValue.CreateFor(settings, Encoding.Latin1.GetBytes(members[0]));
        foreach (string member in members)
        {
            set = set.Add(settings, Encoding.Latin1.GetBytes(member), out _);
        }

        return set;
    }

    internal static string TextOf(SetMember member) => Encoding.Latin1.GetString(member.GetText(new byte[ListpackNumber.MaxLength]));

    private static Gen<string> OneOf(params string[] choices) => Gen.Int[0, choices.Length - 1].Select(i => choices[i]);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static List<string> TextsOf(SetValue set)
    {
        List<string> texts = [];
        foreach (SetMember member in set)
        {
            texts.Add(TextOf(member));
        }

        return texts;
    }

    private static List<string> TextsAt(SetValue set, SegmentedList<long> places)
    {
        List<string> texts = [];
        for (int i = 0; i < places.SegmentCount; i++)
        {
            foreach (long place in places.Segment(i))
            {
                texts.Add(TextOf(set.MemberAt(place)));
            }
        }

        return texts;
    }

    private static void Run((Kind Kind, string Member)[] operations)
    {
        using CheckedHeap heap = new();
        SetSettings settings = SettingsOf(heap);
        HashSet<string> model = [];
        SetValue set = SetValue.CreateFor(settings, Encoding.Latin1.GetBytes(operations[0].Member));
        Random random = new(operations.Length);
        foreach ((Kind kind, string member) in operations)
        {
            byte[] bytes = Encoding.Latin1.GetBytes(member);
            switch (kind)
            {
                case Kind.Add:
                    set = set.Add(settings, bytes, out bool added);
                    Assert.Equal(model.Add(member), added);
                    break;
                case Kind.Remove:
                    set = set.Remove(settings, bytes, out bool removed);
                    Assert.Equal(model.Remove(member), removed);
                    break;
                case Kind.RemoveRandom when model.Count > 0:
                    long place = set.RandomPlace(random);
                    Assert.True(model.Remove(TextOf(set.MemberAt(place))));
                    set = set.RemoveAt(settings, place);
                    break;
                case Kind.Clone:
                    SetValue copy = set.Clone(heap);
                    Assert.Equal(set.Encoding, copy.Encoding);
                    set.Free(heap);
                    set = copy;
                    break;
            }

            Assert.Equal(model.Contains(member), set.Contains(bytes));
            Assert.Equal(model.Count, set.Count);
        }

        Assert.Equal(model.Order(StringComparer.Ordinal), TextsOf(set).Order(StringComparer.Ordinal));
        set.Free(heap);
    }
}
