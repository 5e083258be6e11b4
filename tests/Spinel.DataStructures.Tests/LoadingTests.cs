using System.Globalization;
using System.Text;
using CsCheck;

namespace Spinel.DataStructures.Tests;

/// <summary>What loading adds to the structures: tables of a size known beforehand, and values taken over whole.</summary>
public sealed class LoadingTests
{
    private static readonly HashKey Key = HashKey.FromSeed(5);

    [Theory]
    [InlineData(1, 10)]
    [InlineData(100, 100)]
    [InlineData(6_999, 7_000)]
    [InlineData(7_168, 7_168)]
    [InlineData(20_000, 60_000)]
    [InlineData(100_000, 10)]
    public void A_table_made_large_at_once_behaves_as_one_that_grew(int reserved, int count)
    {
        using CheckedHeap heap = new();
        using var table = new KeyTable(heap, Key);
        table.Reserve(reserved);
        long moved = table.MovedEntries;
        for (int i = 0; i < count; i++)
        {
            byte[] name = Name(i);
            table.Insert(KeyBlock.CreateInteger(heap, name, i), table.Hash(name));
        }

        Assert.True(count > reserved || table.MovedEntries == moved, "what was expected is not moved");
        for (int i = 0; i < count; i++)
        {
            byte[] name = Name(i);
            Assert.Equal(i, table.Find(name, table.Hash(name)).Integer);
        }

        for (int i = 0; i < count; i++)
        {
            byte[] name = Name(i);
            table.Remove(name, table.Hash(name)).Free(heap);
        }

        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void A_table_with_keys_is_left_as_it_is()
    {
        using CheckedHeap heap = new();
        using var table = new KeyTable(heap, Key);
        byte[] name = Name(1);
        table.Insert(KeyBlock.CreateInteger(heap, name, 1), table.Hash(name));
        table.Reserve(1000);
        Assert.Equal(1, table.BucketCount);
        table.Remove(name, table.Hash(name)).Free(heap);
    }

    [Fact]
    public void Values_that_stand_twice_are_found_in_any_number_of_values() =>
        Gen.Select(Gen.Int[0, 1500], Gen.Int[0, 1], Gen.Int[0, 2000], Gen.Int[0, 2000], Gen.Bool).Sample((count, skip, from, to, asText) =>
        {
            using CheckedHeap heap = new();
            using var builder = new ListpackBuilder(heap);
            int groups = count / (skip + 1);
            bool isTwice = from != to && from < groups && to < groups;
            for (int i = 0; i < groups; i++)
            {
                int value = isTwice && i == to ? from : i;
                builder.Append(asText ? Name(value) : (ListpackElement)value);
                for (int j = 0; j < skip; j++)
                {
                    builder.Append(1);
                }
            }

            Listpack pack = builder.Build();
            bool found = pack.HasDuplicates(heap, Key, skip);
            pack.Free(heap);
            return found == isTwice;
        });

    private static byte[] Name(int i) => Encoding.ASCII.GetBytes("key:" + i.ToString(CultureInfo.InvariantCulture));
}
