namespace Spinel.DataStructures.Tests;

/// <summary>What the table costs: memory per key over a doubling, and work per operation, counted and not timed.</summary>
public sealed class KeyTableGrowthTests
{
    [Fact]
    public void Table_costs_at_most_13_bytes_per_key_on_average()
    {
        using CheckedHeap heap = new();
        using Keys keys = new(heap);
        const int First = 30_000;
        keys.Add(0, First);
        double sum = 0;
        int samples = 0;
        for (int count = First; count < 2 * First; count += 500)
        {
            keys.Add(count, 500);
            sum += (double)keys.Table.MemoryBytes / keys.Table.Count;
            samples++;
        }

        Assert.InRange(sum / samples, 8, 13);
    }

    [Fact]
    public void No_insertion_or_removal_moves_more_than_a_few_buckets()
    {
        using CheckedHeap heap = new();
        using Keys keys = new(heap);
        const int Count = 50_000;
        long moved = 0;
        for (int i = 0; i < Count; i++)
        {
            keys.Add(i, 1);
            CheckMoved();
        }

        // Each split examines the entries of one bucket, up to twice the average; on the whole one and a half per insertion.
        Assert.InRange((double)moved / Count, 1, 2);
        for (int i = 0; i < Count; i++)
        {
            keys.Remove(i);
            CheckMoved();
        }

        Assert.Equal(1, keys.Table.BucketCount);
        Assert.Equal(0, keys.Table.ChildCount);

        void CheckMoved()
        {
            Assert.InRange(keys.Table.MovedEntries - moved, 0, 64);
            moved = keys.Table.MovedEntries;
        }
    }

    [Fact]
    public void Shrinking_in_idle_time_halves_the_waste_in_bounded_steps()
    {
        using CheckedHeap heap = new();
        using Keys keys = new(heap);
        keys.Add(0, 20_000);
        for (int i = 0; i < 14_000; i++)
        {
            keys.Remove(i);
        }

        long before = keys.Table.BucketCount;
        Assert.True(keys.Table.ShrinkStep(10));
        Assert.Equal(before - 10, keys.Table.BucketCount);
        while (keys.Table.ShrinkStep(100))
        {
        }

        Assert.True(keys.Table.BucketCount < before);
        Assert.False(keys.Table.ShrinkStep(1));
        Assert.Equal(keys.Table.BucketCount, keys.Table.ChainLengths().Sum());
        Assert.Equal(6000, keys.Table.ChainLengths().Select((buckets, length) => buckets * length).Sum());
    }

    [Fact]
    public void Adding_and_removing_at_a_threshold_does_not_move_buckets_to_and_fro()
    {
        using CheckedHeap heap = new();
        using Keys keys = new(heap);
        keys.Add(0, 10_000);
        long moved = keys.Table.MovedEntries;
        for (int i = 0; i < 1000; i++)
        {
            keys.Add(10_000 + i, 1);
            keys.Remove(10_000 + i);
        }

        Assert.InRange(keys.Table.MovedEntries - moved, 0, 100);
    }
}
