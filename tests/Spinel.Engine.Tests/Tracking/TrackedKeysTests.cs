using System.Text;
using CsCheck;
using Spinel.DataStructures;
using Spinel.Engine.Background;
using Spinel.Engine.Statistics;
using Spinel.Engine.Tracking;
using Spinel.Memory;

namespace Spinel.Engine.Tests.Tracking;

/// <summary>The table of who has read what, against a dictionary of sets.</summary>
public sealed class TrackedKeysTests
{
    private static readonly Gen<(int Key, long Id, int Action)[]> Steps =
        Gen.Select(Gen.Int[0, 40], Gen.Long[1, 700], Gen.Int[0, 60]).Array[0, 1500];

    [Fact]
    public void It_behaves_like_a_dictionary_of_sets() => Steps.Sample(Check, iter: 60);

    [Fact]
    public void Many_readers_of_one_key_are_kept_in_order()
    {
        using var heap = new NativeHeap(new HeapOptions(true));
        using var freer = new BackgroundFreer(heap, new ServerStatistics());
        using var table = new TrackedKeys(heap, HashKey.FromSeed(1), freer);
        for (int i = 0; i < 10_000; i++)
        {
            table.Add("k"u8, 1 + (i * 7919 % 10_007));
            table.Add("k"u8, 1 + (i * 7919 % 10_007));
        }

        Assert.Equal(10_000, table.ItemCount);
        KeyBlock block = table.Take("k"u8);
        long single = 0;
        long last = 0;
        foreach (long id in TrackedKeys.IdsOf(block, ref single))
        {
            Assert.True(id > last);
            last = id;
        }

        Assert.Equal(0, table.ItemCount);
        block.Free(heap);
    }

    private static void Check((int Key, long Id, int Action)[] steps)
    {
        using var heap = new NativeHeap(new HeapOptions(true));
        using var freer = new BackgroundFreer(heap, new ServerStatistics());
        using var table = new TrackedKeys(heap, HashKey.FromSeed(1), freer);
        var model = new Dictionary<string, SortedSet<long>>();
        foreach ((int number, long id, int action) in steps)
        {
            // Few hot keys with many readers, and some that come and go.
            string key = number < 35 ? $"hot{number % 3}" : $"key{number}";
            byte[] bytes = Encoding.ASCII.GetBytes(key);
            switch (action)
            {
                case 0:
                    KeyBlock taken = table.Take(bytes);
                    Assert.Equal(model.ContainsKey(key), !taken.IsNull);
                    if (!taken.IsNull)
                    {
                        long single = 0;
                        Assert.Equal([.. model[key]], TrackedKeys.IdsOf(taken, ref single).ToArray());
                        model.Remove(key);
                        taken.Free(heap);
                    }

                    break;
                case 1 when id < 50:
                    table.Clear();
                    model.Clear();
                    break;
                default:
                    table.Add(bytes, id);
                    model.TryAdd(key, []);
                    model[key].Add(id);
                    break;
            }

            Assert.Equal(model.Count, table.Count);
            Assert.Equal(model.Values.Sum(ids => ids.Count), table.ItemCount);
        }
    }
}
