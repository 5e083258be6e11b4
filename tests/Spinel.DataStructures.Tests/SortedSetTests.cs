using System.Text;
using CsCheck;
using Spinel.Memory;

namespace Spinel.DataStructures.Tests;

/// <summary>Both forms of a sorted set against a naive model, on the checked heap.</summary>
public sealed class SortedSetTests
{
    private static readonly HashKey Key = HashKey.FromSeed(7);

    [Theory]
    [InlineData(0, 3000)]
    [InlineData(1, 24_000)]
    [InlineData(20, 3000)]
    [InlineData(100_000, 400)]
    public void Behaves_as_the_model(int maxPacked, int steps)
    {
        Gen.Int.Sample(
            seed =>
            {
                using CheckedHeap heap = new();
                Run(heap, new Random(seed), new SortedSetLimits(Key, maxPacked, 64), steps);
            },
            iter: 6);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Grows_in_order_and_shrinks_to_nothing(bool descending)
    {
        const int Members = 30_000;
        using CheckedHeap heap = new();
        var limits = new SortedSetLimits(Key, 0, 0);
        SortedSet set = SortedSet.CreateLarge(heap, Key);
        for (int i = 0; i < Members; i++)
        {
            int score = descending ? Members - 1 - i : i;
            byte[] name = Name(score);
            set.Add(heap, in limits, set.Find(name), name, score);
        }

        // What comes in order fills its nodes: 32 bytes for the member, 10 for the table, 11 for the tree.
        Assert.InRange(set.MemoryBytes / Members, 40, descending ? 70 : 58);
        for (int rank = 0; rank < Members; rank += 997)
        {
            Assert.Equal(rank, set.At(rank).Score);
            Assert.Equal(rank, set.RankOf(set.Find(Name(rank))));
        }

        set.Remove(heap, new RankRange(100, Members - 200));
        Assert.Equal(200, set.Count);
        Assert.Equal(Members - 100, set.At(100).Score);
        set.Remove(heap, new RankRange(0, 200));
        Assert.Equal(0, set.Count);
        Assert.False(set.At(0).IsValid);
        set.Free(heap);
    }

    [Fact]
    public void What_is_added_without_order_is_ordered_at_the_end() => Gen.Select(Gen.Int[0, 400], Gen.Int[0, 60]).Array[0, 1500].Sample(
        pairs =>
        {
            using CheckedHeap heap = new();
            SortedSet set = SortedSet.CreateLarge(heap, Key);
            Dictionary<string, double> scores = [];
            foreach ((int name, int score) in pairs)
            {
                byte[] bytes = Encoding.ASCII.GetBytes($"m{name}");
                SortedSetEntry entry = set.Find(bytes);
                if (entry.IsFound)
                {
                    set.SetScoreUnordered(in entry, score - 30);
                }
                else
                {
                    set.AddUnordered(heap, in entry, bytes, score - 30);
                }

                scores[$"m{name}"] = score - 30;
            }

            set.Order(heap);
            Compare(set, scores, new Random(1));
            set.Free(heap);
        },
        iter: 50);

    [Fact]
    public void Drawn_ranks_are_different_and_all_are_drawn_at_times()
    {
        using CheckedHeap heap = new();
        using SegmentedList<long> ranks = new(heap);
        SortedSet set = SortedSet.CreatePacked(heap);
        SortedSetLimits limits = new(Key, 128, 64);
        for (int i = 0; i < 9; i++)
        {
            byte[] name = [(byte)('a' + i)];
            set.Add(heap, in limits, set.Find(name), name, i);
        }

        HashSet<long> seen = [];
        Random random = new(5);
        for (int i = 0; i < 100; i++)
        {
            set.DrawRanks(heap, random, 3, ranks);
            long[] drawn = ranks.Segment(0).ToArray();
            Assert.Equal(3, drawn.Distinct().Count());
            Assert.All(drawn, rank => Assert.InRange(rank, 0, 8));
            seen.UnionWith(drawn);
            ranks.Clear();
        }

        Assert.Equal(9, seen.Count);
        set.Free(heap);
    }

    [Fact]
    public void A_copy_shares_nothing()
    {
        using CheckedHeap heap = new();
        foreach (int members in (int[])[5, 5000])
        {
            var limits = new SortedSetLimits(Key, 128, 64);
            SortedSet set = SortedSet.CreatePacked(heap);
            for (int i = 0; i < members; i++)
            {
                set.Add(heap, in limits, set.Find(Name(i)), Name(i), i * 0.1);
            }

            SortedSet copy = set.Clone(heap);
            set.Free(heap, ownerThread: false);
            heap.Heap.ReclaimRemoteFrees();
            Assert.Equal(members, copy.Count);
            Assert.Equal(4 * 0.1, copy.Find(Name(4)).Score);
            Assert.Equal(copy.Count > 128 ? ValueEncoding.SkipList : ValueEncoding.ListPack, copy.Encoding);
            copy.Free(heap);
        }
    }

    [Fact]
    public void Long_names_and_every_kind_of_score_survive_both_forms()
    {
        double[] scores = [0, -1, 0.1, 1e17, 1e300, 5e-324, double.MaxValue, double.PositiveInfinity, double.NegativeInfinity, 4611686018427387904.0, -2.5e-7];
        using CheckedHeap heap = new();
        var packedLimits = new SortedSetLimits(Key, 1000, 1000);
        var largeLimits = new SortedSetLimits(Key, 0, 0);
        SortedSet set = SortedSet.CreatePacked(heap);
        for (int i = 0; i < scores.Length; i++)
        {
            byte[] name = new byte[i * 60];
            set.Add(heap, in packedLimits, set.Find(name), name, scores[i]);
        }

        Assert.True(set.IsPacked);
        Check();
        set.Add(heap, in largeLimits, set.Find("x"u8), "x"u8, 1);
        Assert.False(set.IsPacked);
        Check();
        Assert.True(set.TryPack(heap, in packedLimits));
        Check();
        set.Free(heap);

        void Check()
        {
            for (int i = 0; i < scores.Length; i++)
            {
                Assert.Equal(scores[i], set.Find(new byte[i * 60]).Score);
            }
        }
    }

    private static void Run(NativeHeap heap, Random random, SortedSetLimits limits, int steps)
    {
        SortedSet set = SortedSet.CreatePacked(heap);
        var scores = new Dictionary<string, double>(StringComparer.Ordinal);
        int growth = 8;
        for (int step = 0; step < steps; step++)
        {
            // Phases of growing and shrinking, so that nodes split and join.
            if (step % (steps / 4) == 0)
            {
                growth = growth == 8 ? 2 : 8;
            }

            byte[] name = Name(random.Next(steps / 2));
            string text = Encoding.ASCII.GetString(name);
            SortedSetEntry entry = set.Find(name);
            Assert.Equal(scores.ContainsKey(text), entry.IsFound);
            if (random.Next(10) < growth)
            {
                double score = random.Next(4) == 0 ? random.NextDouble() * 1e-3 : random.Next(-40, 40);
                if (!entry.IsFound)
                {
                    set.Add(heap, in limits, in entry, name, score);
                }
                else
                {
                    set.SetScore(heap, in entry, name, score);
                }

                scores[text] = score;
            }
            else if (entry.IsFound)
            {
                set.Remove(heap, in entry);
                scores.Remove(text);
            }
            else if (set.Count > 0 && random.Next(8) == 0)
            {
                long first = random.NextInt64(set.Count);
                var range = new RankRange(first, random.NextInt64(Math.Min(60, set.Count - first) + 1));
                foreach (string gone in Ordered(scores).Skip((int)range.First).Take((int)range.Count).Select(pair => pair.Key).ToArray())
                {
                    scores.Remove(gone);
                }

                set.Remove(heap, range);
            }

            if (step % (steps / 23) == 0)
            {
                Compare(set, scores, random);
            }
        }

        Compare(set, scores, random);
        set.Free(heap);
    }

    private static void Compare(SortedSet set, Dictionary<string, double> scores, Random random)
    {
        KeyValuePair<string, double>[] expected = [.. Ordered(scores)];
        Assert.Equal(expected.Length, set.Count);
        Span<byte> scratch = stackalloc byte[SortedSet.ScratchBytes];
        SortedSetCursor cursor = set.At(0);
        for (int i = 0; i < expected.Length; i++, cursor.MoveNext())
        {
            string name = Encoding.ASCII.GetString(cursor.GetName(scratch));
            Assert.Equal(expected[i], KeyValuePair.Create(name, cursor.Score));
            SortedSetEntry entry = set.Find(Encoding.ASCII.GetBytes(name));
            Assert.Equal(cursor.Score, entry.Score);
            if (i % 7 == 0)
            {
                Assert.Equal(i, set.RankOf(in entry));
            }
        }

        Assert.False(cursor.IsValid);
        cursor = set.At(expected.Length - 1);
        for (int i = expected.Length - 1; i >= 0; i--, cursor.MovePrevious())
        {
            Assert.Equal(expected[i].Value, cursor.Score);
        }

        Assert.False(cursor.IsValid);
        double min = random.Next(-42, 42);
        double max = random.Next(-42, 42);
        foreach (ScoreRange range in (ScoreRange[])[new(min, max), new(min, max, true), new(min, max, false, true), new(min, max, true, true)])
        {
            bool IsInside(double score) => (range.MinIsOpen ? score > min : score >= min) && (range.MaxIsOpen ? score < max : score <= max);
            RankRange found = set.RangeOf(in range);
            Assert.Equal(expected.Count(pair => IsInside(pair.Value)), found.Count);
            Assert.True(found.IsEmpty || found.First == Array.FindIndex(expected, pair => IsInside(pair.Value)));
        }

        var seen = new Dictionary<string, double>(StringComparer.Ordinal);
        ulong position = 0;
        do
        {
            position = set.Scan(position, out SortedSetPortion portion);
            while (portion.MoveNext())
            {
                seen.Add(Encoding.ASCII.GetString(portion.GetName(scratch)), portion.Score);
            }
        }
        while (position != 0);
        Assert.Equal(scores.OrderBy(pair => pair.Key, StringComparer.Ordinal), seen.OrderBy(pair => pair.Key, StringComparer.Ordinal));
    }

    private static IOrderedEnumerable<KeyValuePair<string, double>> Ordered(Dictionary<string, double> scores) =>
        scores.OrderBy(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal);

    private static byte[] Name(int number) => Encoding.ASCII.GetBytes(number % 3 == 0 ? $"{number}" : $"member:{number:D8}");
}
