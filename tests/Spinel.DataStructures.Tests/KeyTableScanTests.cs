using CsCheck;

namespace Spinel.DataStructures.Tests;

/// <summary>What a walk promises, whatever happens to the table between its steps.</summary>
public sealed class KeyTableScanTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(1000)]
    [InlineData(7169)]
    [InlineData(20_000)]
    public void An_undisturbed_walk_shows_each_key_once(int keys)
    {
        using CheckedHeap heap = new();
        using Keys table = new(heap);
        table.Add(0, keys);
        CollectingVisitor visitor = new(table);
        ulong cursor = 0;
        do
        {
            cursor = table.Table.Scan(cursor, ref visitor);
        }
        while (cursor != 0);

        Assert.Equal(keys, visitor.Seen.Count);
        Assert.All(visitor.Seen.Values, times => Assert.Equal(1, times));
    }

    [Fact]
    public void Keys_that_stay_are_shown_though_the_table_grows_and_shrinks() => Gen.Select(
        Gen.Int[0, 3000],
        Gen.Int[0, 6000],
        Gen.Select(Gen.Int[0, 20], Gen.Int[-900, 900], Gen.Int[0, 300]).Array[1, 60]).Sample(
            (staying, passing, steps) => Disturbed(staying, passing, steps), iter: 200);

    [Fact]
    public void Any_number_is_a_cursor_from_which_a_walk_ends() => Gen.Select(Gen.ULong, Gen.Int[0, 2000]).Sample(
        (cursor, keys) =>
        {
            using CheckedHeap heap = new();
            using Keys table = new(heap);
            table.Add(0, keys);
            CollectingVisitor visitor = new(table);
            long steps = 0;
            do
            {
                cursor = table.Table.Scan(cursor, ref visitor);
                Assert.True(++steps <= table.Table.BucketCount + 1);
            }
            while (cursor != 0);
        },
        iter: 200);

    private static void Disturbed(int staying, int passing, (int Walk, int Change, int Shrink)[] steps)
    {
        using CheckedHeap heap = new();
        using Keys table = new(heap);
        table.Add(0, staying + passing);
        int first = staying;
        int end = staying + passing;
        CollectingVisitor visitor = new(table);
        ulong cursor = 0;
        int step = 0;
        do
        {
            // The steps given come first; then the walk goes on to its end over a table that no longer changes.
            (int walk, int change, int shrink) = step < steps.Length ? steps[step++] : (1, 0, 0);
            for (int i = 0; i < Math.Max(walk, 1); i++)
            {
                visitor.Cursor = cursor;
                cursor = table.Table.Scan(cursor, ref visitor);
                if (cursor == 0)
                {
                    break;
                }
            }

            if (cursor == 0)
            {
                break;
            }

            if (change > 0)
            {
                table.Add(end, change);
                end += change;
            }
            else
            {
                for (int i = change; i < 0 && first < end; i++)
                {
                    table.Remove(first++);
                }
            }

            table.Table.ShrinkStep(shrink);
        }
        while (true);

        for (int i = 0; i < staying; i++)
        {
            Assert.True(visitor.Seen.ContainsKey(i), $"Key {i} was there all the time and not shown.");
        }

        Assert.Empty(visitor.Repeated);
    }

    /// <summary>
    /// Counts the keys shown. A key shown again counts as repeated unless the cursor says that its place has been passed,
    /// which is how a snapshot tells.
    /// </summary>
    private struct CollectingVisitor(Keys table) : IKeyVisitor
    {
        public ulong Cursor;

        public Dictionary<int, int> Seen { get; } = [];

        public List<int> Repeated { get; } = [];

        public readonly void Visit(KeyBlock block)
        {
            int key = (int)block.Integer;
            bool passed = KeyTable.HasPassed(Cursor, table.Table.Hash(block.Key));
            if (Seen.TryGetValue(key, out int times) && !passed)
            {
                Repeated.Add(key);
            }

            Seen[key] = times + 1;
        }
    }
}

/// <summary>A table whose keys are numbers.</summary>
internal sealed class Keys(CheckedHeap heap) : IDisposable
{
    private readonly Dictionary<int, KeyBlock> _blocks = [];

    public KeyTable Table { get; } = new(heap, HashKey.FromSeed(11));

    public void Add(int first, int count)
    {
        for (int i = first; i < first + count; i++)
        {
            KeyBlock block = KeyBlock.CreateInteger(heap, KeyTableModelTests.Name(i), i);
            _blocks.Add(i, block);
            Table.Insert(block, Table.Hash(block.Key));
        }
    }

    public void Remove(int key)
    {
        _blocks.Remove(key, out KeyBlock block);
        Assert.True(Table.Remove(block, Table.Hash(block.Key)));
        block.Free(heap);
    }

    public void Dispose()
    {
        Table.Dispose();
        foreach (KeyBlock block in _blocks.Values)
        {
            block.Free(heap);
        }
    }
}
