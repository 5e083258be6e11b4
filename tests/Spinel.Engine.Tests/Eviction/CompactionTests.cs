using System.Globalization;
using Spinel.Engine.Configuration;

namespace Spinel.Engine.Tests.Eviction;

public sealed class CompactionTests
{
    /// <summary>On the checked heap every block that is offered moves, and an old address that is still in use is found out.</summary>
    [Fact]
    public void Keys_of_every_kind_survive_a_move()
    {
        using TestEngine engine = new();
        Dictionary<string, string> expected = [];
        for (int i = 0; i < 50; i++)
        {
            foreach (string line in (string[])
                [
                    $"SET text:{i} value{i}", $"SET number:{i} {i}", $"SET expiring:{i} {i} EX 1000", $"SET long:{i} {new string('x', 5000 + i)}", $"RPUSH list:{i} a b {i}",
                    $"RPUSH longlist:{i} {string.Join(' ', Enumerable.Repeat(new string('l', 300), 100))}", $"HSET hash:{i} f {i} g h",
                    $"HSET bighash:{i} {string.Join(' ', Enumerable.Range(0, 200).Select(n => $"f{n} {n}"))}", $"SADD set:{i} a b {i}", $"SADD ints:{i} 1 2 3 {i}",
                    $"SADD bigset:{i} {string.Join(' ', Enumerable.Range(0, 200).Select(n => $"m{n}"))}", $"ZADD zset:{i} 1 a 2 b", $"XADD stream:{i} 1-1 f v",
                    $"ZADD bigzset:{i} {string.Join(' ', Enumerable.Range(0, 200).Select(n => $"{n} m{n}"))}",
                ])
            {
                engine.Run(line);
            }

            engine.Run($"HEXPIRE bighash:{i} 1000 FIELDS 1 f1").ShouldBe("*1", ":1");
        }

        engine.Run("SELECT 5");
        engine.Run("SET other 1 EX 100");
        engine.Run("SELECT 0");
        string digest = engine.Run("DEBUG DIGEST").Text;
        engine.TakeEffects();
        engine.TakeEvents();
        long dirty = engine.Engine.Keyspace.Dirty;
        int moved = 0;
        for (int database = 0; database < engine.Engine.Keyspace.DatabaseCount; database++)
        {
            moved += CompactAll(engine, database);
        }

        Assert.Equal((50 * 14) + 1, moved);
        Assert.Equal(digest, engine.Run("DEBUG DIGEST").Text);
        Assert.Equal(dirty, engine.Engine.Keyspace.Dirty);
        engine.TakeEffects().ShouldBe();
        engine.TakeEvents().ShouldBe();
        Assert.Equal(50, engine.Engine.Keyspace[0].Expires.Count);
        Assert.Equal(50, engine.Engine.Keyspace[0].FieldExpires.Count);
        engine.Engine.Heap.CheckIntegrity();

        // All indexes know the new addresses.
        engine.Turn(1_000_001);
        for (int i = 0; i < 200; i++)
        {
            engine.Turn(100);
        }

        Assert.Equal(0, engine.Engine.Keyspace[0].Expires.Count);
        Assert.Equal(0, engine.Engine.Keyspace[0].FieldExpires.Count);
        engine.Run("EXISTS expiring:1").ShouldBe(":0");
        engine.Run("HLEN bighash:1").ShouldBe(":199");
        engine.Run("FLUSHALL").ShouldBe("+OK");
    }

    [Fact]
    public void Holes_that_shifting_sizes_leave_are_given_back()
    {
        FakeTime time = new() { TicksPerReading = TimeSpan.TicksPerMicrosecond * 5 };
        using SpinelEngine engine = new(new EngineSettings { Time = time, Seed = 1 });
        Database database = engine.Keyspace[0];
        for (int i = 0; i < 40_000; i++)
        {
            Set(engine, database, i, 100);
        }

        // Nine keys in ten go, all over the slabs.
        long full = engine.Heap.BytesFromSystem;
        for (int i = 0; i < 40_000; i++)
        {
            if (i % 10 != 3)
            {
                byte[] key = Key(i);
                KeyWriter writer = engine.Keyspace.OpenForWrite(database, key, database.Keys.Hash(key));
                writer.Remove(lazily: false);
                writer.Commit(KeyEvent.Del);
            }
        }

        Assert.True(engine.Heap.CompactableBytes > full / 2, $"{engine.Heap.CompactableBytes} of {full} bytes can be won");
        for (int turn = 0; turn < 100; turn++)
        {
            time.Advance(1);
            engine.BeginTurn();
            engine.EndTurn();
            engine.RunBackground();
        }

        Assert.False(engine.Compaction.IsRunning);
        Assert.True(engine.Heap.CompactableBytes > full / 2, "Nobody asked for it");
        Assert.Null(new OptionTransaction(engine.Options).Run([[.. "activedefrag"u8], [.. "yes"u8]], mayChangeProtected: false));
        for (int turn = 0; turn < 100_000 && engine.Heap.CompactableBytes > full / 20; turn++)
        {
            time.Advance(1);
            engine.BeginTurn();
            engine.EndTurn();
            engine.RunBackground();
        }

        Assert.InRange(engine.Heap.CompactableBytes, 0, full / 20);
        for (int i = 3; i < 40_000; i += 10)
        {
            byte[] key = Key(i);
            Assert.False(engine.Keyspace.Find(database, key, database.Keys.Hash(key)).IsNull);
        }
    }

    [Fact]
    public void It_stands_still_from_the_moment_at_which_a_snapshot_begins()
    {
        FakeTime time = new() { TicksPerReading = TimeSpan.TicksPerMicrosecond };
        using SpinelEngine engine = new(new EngineSettings { Time = time, Seed = 1 });
        Database database = engine.Keyspace[0];
        for (int i = 0; i < 40_000; i++)
        {
            Set(engine, database, i, 100);
        }

        for (int i = 0; i < 40_000; i++)
        {
            if (i % 10 != 3)
            {
                byte[] key = Key(i);
                KeyWriter writer = engine.Keyspace.OpenForWrite(database, key, database.Keys.Hash(key));
                writer.Remove(lazily: false);
                writer.Commit(KeyEvent.Del);
            }
        }

        Assert.Null(new OptionTransaction(engine.Options).Run([[.. "activedefrag"u8], [.. "yes"u8]], mayChangeProtected: false));
        for (int turn = 0; engine.Compaction.MovedKeys == 0; turn++)
        {
            time.Advance(1);
            engine.BeginTurn();
            engine.EndTurn();
            engine.RunBackground();
            Assert.True(turn < 1000);
        }

        Assert.True(engine.Compaction.IsRunning);
        long moved = engine.Compaction.MovedKeys;
        var snapshot = new OldImages();
        engine.Keyspace.Subscribe(snapshot);
        for (int turn = 0; turn < 20; turn++)
        {
            time.Advance(1);
            engine.BeginTurn();
            engine.EndTurn();
            engine.RunBackground();
            Assert.Equal(moved, engine.Compaction.MovedKeys);
        }

        engine.Keyspace.Unsubscribe(snapshot);
    }

    private static int CompactAll(TestEngine engine, int index)
    {
        Database database = engine.Engine.Keyspace[index];
        List<DataStructures.KeyBlock> blocks = [];
        var visitor = new Collector(blocks);
        ulong cursor = 0;
        do
        {
            cursor = database.Keys.Scan(cursor, ref visitor);
        }
        while (cursor != 0);
        return blocks.Count(block => engine.Engine.Keyspace.Compact(database, block));
    }

    private static void Set(SpinelEngine engine, Database database, int number, int bytes)
    {
        byte[] key = Key(number);
        KeyWriter writer = engine.Keyspace.OpenForWrite(database, key, database.Keys.Hash(key));
        writer.SetString(new byte[bytes], ExpiryChange.None);
        writer.Commit(KeyEvent.Set);
    }

    private static byte[] Key(int number) => System.Text.Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"key:{number}"));

    private readonly struct Collector(List<DataStructures.KeyBlock> blocks) : DataStructures.IKeyVisitor
    {
        public void Visit(DataStructures.KeyBlock block) => blocks.Add(block);
    }

    private sealed class OldImages : IOldImageObserver
    {
        public void BeforeChange(Database database, DataStructures.KeyBlock current)
        {
        }

        public void BeforeSwap(Database first, Database second)
        {
        }
    }
}
