using System.Text;
using CsCheck;
using Spinel.DataStructures;
using Spinel.Memory;

namespace Spinel.Insight.Tests;

/// <summary>The index of names against a sorted dictionary, on the checked heap.</summary>
public sealed class NameIndexTests
{
    private const uint Now = 1_800_000_000;

    /// <summary>Names that share much, little and all of their bytes, with the extremes among them.</summary>
    private static readonly Gen<byte[]> GenName = Gen.OneOf(
        Gen.Int[0, 400].Select(i => Encoding.ASCII.GetBytes($"user:{i % 20}:item:{i}")),
        Gen.Int[0, 300].Select(i => Encoding.ASCII.GetBytes($"k{i}")),
        Gen.Byte.Array[0, 6],
        Gen.Int[0, 6].Select(i => Enumerable.Repeat((byte)0xFF, i).ToArray()),
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 30]).Select((kind, i) => Encoding.ASCII.GetBytes(new string((char)('a' + kind), 200 + (i * 25)))));

    private static readonly Gen<NameFacts> GenFacts = Gen.Select(Gen.Int[0, 6], Gen.Long[0, 1L << 40], Gen.OneOf(Gen.Const(0u), Gen.UInt[Now, Now + 10_000_000]))
        .Select((kind, bytes, expiry) => new NameFacts((ValueKind)kind, bytes, expiry));

    [Fact]
    public void It_holds_what_a_sorted_dictionary_holds() =>
        Gen.Select(GenName, GenFacts, Gen.Int[0, 9]).Array[0, 1500].Sample(
            changes =>
            {
                using var heap = new NativeHeap(new HeapOptions(Checked: true));
                using var index = new NameIndex(heap);
                var model = new SortedDictionary<byte[], NameFacts>(Comparer<byte[]>.Create(static (a, b) => a.AsSpan().SequenceCompareTo(b)));
                foreach ((byte[] name, NameFacts facts, int action) in changes)
                {
                    if (action < 3)
                    {
                        Assert.Equal(model.Remove(name), index.Remove(name));
                    }
                    else
                    {
                        model[name] = facts;
                        index.Set(name, facts, Now);
                    }
                }

                Compare(index, model, Now);
                byte[][] prefixes = [[], "user:"u8.ToArray(), "user:1"u8.ToArray(), "a"u8.ToArray(), "k2"u8.ToArray(), [0xFF], [0xFF, 0xFF], "nothing"u8.ToArray()];
                foreach (byte[] prefix in prefixes)
                {
                    Assert.Equal(TallyOf(model.Where(pair => pair.Key.AsSpan().StartsWith(prefix)), Now), index.TallyOf(prefix));
                }

                // All buckets are right again some time later, however the walk is divided.
                const uint Later = Now + 4_000_000;
                byte[] at = [];
                byte[] next = new byte[NameIndex.NameRoomBytes];
                do
                {
                    at = next[..index.RefreshBuckets(at, 2, Later, next)];
                }
                while (at.Length > 0);
                Assert.Equal(TallyOf(model, Later), index.Total);

                foreach (byte[] name in model.Keys)
                {
                    Assert.True(index.Remove(name));
                }

                Assert.Equal(default, index.Total);
            },
            iter: 60);

    [Fact]
    public void Changes_made_at_once_are_the_same_as_changes_made_one_by_one() =>
        Gen.Select(GenName, GenFacts, Gen.Int[0, 99]).Array[0, 3000].Sample(
            changes =>
            {
                using var heap = new NativeHeap(new HeapOptions(Checked: true));
                using var index = new NameIndex(heap);
                var batch = new NameChanges();
                var model = new SortedDictionary<byte[], NameFacts>(Comparer<byte[]>.Create(static (a, b) => a.AsSpan().SequenceCompareTo(b)));
                foreach ((byte[] name, NameFacts facts, int action) in changes)
                {
                    if (action < 30)
                    {
                        model.Remove(name);
                        batch.AddRemoval(name);
                    }
                    else
                    {
                        model[name] = facts;
                        batch.Add(name, facts);
                    }

                    if (batch.IsFull || action == 99)
                    {
                        index.Apply(batch, Now);
                        batch.Clear();
                    }
                }

                index.Apply(batch, Now);
                Compare(index, model, Now);
            },
            iter: 60);

    [Fact]
    public void Many_names_make_a_high_tree_and_an_empty_one_again()
    {
        const int Names = 60_000;
        using var heap = new NativeHeap(new HeapOptions(Checked: false));
        using var index = new NameIndex(heap);
        for (int i = 0; i < Names; i++)
        {
            index.Set(Name(i), new NameFacts(ValueKind.String, 48, 0), Now);
        }

        Assert.Equal(Names, index.Total.Keys);
        Assert.Equal(Names * 48L, index.Total.Bytes);
        Assert.Equal(Names / 100, index.TallyOf("user:7:"u8).Keys);
        byte[] room = new byte[NameIndex.NameRoomBytes];
        NameIndex.Cursor cursor = index.Seek("user:7:"u8, room);
        int seen = 0;
        for (; !cursor.IsEnd && cursor.Name.StartsWith("user:7:"u8); cursor.MoveNext())
        {
            seen++;
        }

        Assert.Equal(Names / 100, seen);
        for (int i = 0; i < Names; i++)
        {
            Assert.True(index.Remove(Name(i)));
        }

        Assert.Equal(0, index.Total.Keys);

        // The values 7 and 60,007 are not of the same residue, so no name is met twice.
        static byte[] Name(int i) => Encoding.ASCII.GetBytes($"user:{i % 100}:{(long)i * 7_919 % 1_000_003}");
    }

    [Fact]
    public void A_long_name_is_kept_by_its_beginning_and_a_hash()
    {
        using var heap = new NativeHeap(new HeapOptions(Checked: true));
        using var index = new NameIndex(heap);
        byte[] room = new byte[NameIndex.NameRoomBytes];
        byte[] name = new byte[5000];
        for (ulong i = 0; i < 20; i++)
        {
            index.Set(NameIndex.Fold(name, room, i), new NameFacts(ValueKind.Set, 10, 0), Now);
        }

        Assert.Equal(20, index.Total.Keys);
        Assert.True(index.Remove(NameIndex.Fold(name, room, 3)));
        Assert.False(index.Remove(NameIndex.Fold(name, room, 3)));
        Assert.Equal(19, index.TallyOf(new byte[1024]).Keys);
    }

    private static void Compare(NameIndex index, SortedDictionary<byte[], NameFacts> model, uint now)
    {
        Assert.Equal(TallyOf(model, now), index.Total);
        byte[] room = new byte[NameIndex.NameRoomBytes];
        NameIndex.Cursor cursor = index.Seek(default, room);
        foreach ((byte[] name, NameFacts facts) in model)
        {
            Assert.False(cursor.IsEnd);
            Assert.Equal(name, cursor.Name.ToArray());
            Assert.Equal(facts, cursor.Facts);
            cursor.MoveNext();
        }

        Assert.True(cursor.IsEnd);
        foreach (byte[] name in model.Keys.Take(20))
        {
            cursor.Seek(name);
            Assert.Equal(name, cursor.Name.ToArray());
        }
    }

    private static KeyTally TallyOf(IEnumerable<KeyValuePair<byte[], NameFacts>> keys, uint now)
    {
        KeyTally tally = default;
        foreach ((_, NameFacts facts) in keys)
        {
            tally.AddKey(facts.Kind, facts.Bytes, facts.HasExpiry ? KeyTally.BucketOf(facts.ExpirySeconds, now) : TtlBucket.None);
        }

        return tally;
    }
}
