namespace Spinel.DataStructures.Tests;

public sealed class KeyTableRandomTests
{
    [Fact]
    public void An_empty_table_has_no_random_key()
    {
        using CheckedHeap heap = new();
        using Keys keys = new(heap);
        Assert.True(keys.Table.Random(new Random(1)).IsNull);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(100)]
    [InlineData(1500)]
    public void Each_key_is_drawn_equally_often(int count)
    {
        using CheckedHeap heap = new();
        using Keys keys = new(heap);
        keys.Add(0, count);
        const int DrawsPerKey = 200;
        int[] drawn = new int[count];
        Random random = new(42);
        for (int i = 0; i < count * DrawsPerKey; i++)
        {
            drawn[keys.Table.Random(random).Integer]++;
        }

        // Chi-square has mean n-1 and variance 2(n-1); six deviations never happen by chance, and the seed is fixed.
        double chiSquare = drawn.Sum(times => Math.Pow(times - DrawsPerKey, 2) / DrawsPerKey);
        double degrees = count - 1;
        Assert.InRange(chiSquare, degrees - (6 * Math.Sqrt(2 * degrees)), degrees + (6 * Math.Sqrt(2 * degrees)));
    }

    [Fact]
    public void Every_key_can_be_drawn_after_deep_chains_have_gone()
    {
        using CheckedHeap heap = new();
        using Keys keys = new(heap);
        keys.Add(0, 5000);
        for (int i = 20; i < 5000; i++)
        {
            keys.Remove(i);
        }

        HashSet<long> drawn = [];
        Random random = new(42);
        for (int i = 0; i < 2000; i++)
        {
            drawn.Add(keys.Table.Random(random).Integer);
        }

        Assert.Equal(20, drawn.Count);
    }
}
