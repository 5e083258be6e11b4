using System.Globalization;

namespace Spinel.Engine.Tests.Eviction;

public sealed class EvictionTests
{
    private const string OutOfMemory = "-OOM command not allowed when used memory > 'maxmemory'.";

    [Theory]
    [InlineData("allkeys-lru")]
    [InlineData("allkeys-lfu")]
    [InlineData("allkeys-random")]
    [InlineData("volatile-lru")]
    [InlineData("volatile-lfu")]
    [InlineData("volatile-random")]
    [InlineData("volatile-ttl")]
    public void Every_policy_makes_room_for_what_comes(string policy)
    {
        using TestEngine engine = new();
        Limit(engine, policy, 200_000);
        for (int i = 0; i < 3000; i++)
        {
            engine.Run($"SET key:{i} {new string('x', 100)} EX 1000").ShouldBe("+OK");
        }

        Assert.InRange(engine.Engine.Keyspace[0].Count, 300, 2000);
        Assert.True(engine.Engine.Statistics.EvictedKeys > 1000);
        Assert.Equal(3000, engine.Engine.Statistics.EvictedKeys + engine.Engine.Keyspace[0].Count);
        Assert.Equal(engine.Engine.Keyspace[0].Count, engine.Engine.Keyspace[0].Expires.Count);
        engine.Run("PING").ShouldBe("+PONG");
        Assert.True(engine.Engine.MemoryLimit.CountedBytes <= engine.Engine.MemoryLimit.LimitBytes);
    }

    [Fact]
    public void Without_eviction_commands_that_need_memory_are_refused_and_no_others()
    {
        using TestEngine engine = new();
        engine.Run("SET a 1").ShouldBe("+OK");
        engine.Run("RPUSH list 1 2").ShouldBe(":2");
        Limit(engine, "noeviction", 0);
        engine.Run("SET b 1").ShouldBe(OutOfMemory);
        engine.Run("INCR a").ShouldBe(OutOfMemory);
        engine.Run("LPUSH list 0").ShouldBe(OutOfMemory);
        engine.Run("SETEX").ShouldBe("-ERR wrong number of arguments for 'setex' command");
        engine.Run("GET a").ShouldBe("$1", "1");
        engine.Run("LPOP list").ShouldBe("$1", "1");
        engine.Run("EXPIRE a 100").ShouldBe(":1");
        engine.Run("DEL a").ShouldBe(":1");
        Assert.Equal(0, engine.Engine.Statistics.EvictedKeys);
    }

    [Fact]
    public void Volatile_policies_refuse_when_no_key_expires()
    {
        foreach (string policy in (string[])["volatile-lru", "volatile-lfu", "volatile-random", "volatile-ttl"])
        {
            using TestEngine engine = new();
            engine.Run("SET keeps 1").ShouldBe("+OK");
            engine.Run("SET goes 1 EX 100").ShouldBe("+OK");
            Limit(engine, policy, -1);
            engine.Run("SET b 1").ShouldBe("+OK");
            engine.Run("EXISTS goes").ShouldBe(":0");
            Limit(engine, policy, -1);
            engine.Run("SET c 1").ShouldBe(OutOfMemory);
            engine.Run("EXISTS keeps b").ShouldBe(":2");
        }
    }

    [Fact]
    public void An_eviction_is_an_event_and_an_effect_before_those_of_the_command()
    {
        using TestEngine engine = new();
        engine.Run("SELECT 3").ShouldBe("+OK");
        engine.Run("SET old 1").ShouldBe("+OK");
        Limit(engine, "allkeys-lru", -1);
        engine.TakeEffects();
        engine.TakeEvents();
        engine.TakeEffectBatches();
        engine.Run("SET new 1").ShouldBe("+OK");
        engine.TakeEvents().ShouldBe("3 evicted old", "3 set new");
        engine.TakeEffects().ShouldBe("3 DEL old", "3 SET new 1");
        Assert.Equal(2, engine.TakeEffectBatches());
        Assert.Equal(1, engine.Engine.Statistics.EvictedKeys);
        Assert.Equal(2, engine.Engine.Keyspace.Dirty);
    }

    [Fact]
    public void Evictions_that_take_long_are_latency_events()
    {
        using TestEngine engine = new();
        engine.Run("SET old 1").ShouldBe("+OK");
        engine.Run("CONFIG SET latency-monitor-threshold 1").ShouldBe("+OK");
        Limit(engine, "allkeys-lru", -1);
        Assert.Empty(engine.Engine.Latency.Events);
        engine.Time.TicksPerReading = 2 * TimeSpan.TicksPerMillisecond;
        engine.Run("SET new 1").ShouldBe("+OK");
        Assert.Superset(new HashSet<string> { "eviction-cycle", "eviction-del" }, engine.Engine.Latency.Events.Keys.ToHashSet());
    }

    [Fact]
    public void A_lazy_eviction_is_an_unlink()
    {
        using TestEngine engine = new();
        engine.Run("SET old 1").ShouldBe("+OK");
        engine.Run("CONFIG SET lazyfree-lazy-eviction yes").ShouldBe("+OK");
        engine.TakeEffects();
        Limit(engine, "allkeys-lru", -1);
        engine.Run("PING").ShouldBe("+PONG");
        engine.TakeEffects().ShouldBe("0 UNLINK old");
    }

    [Fact]
    public void The_least_recently_used_key_goes()
    {
        using TestEngine engine = new();
        Fill(engine, 10);
        engine.Time.Advance(1000);
        for (int i = 0; i < 10; i++)
        {
            if (i != 4)
            {
                engine.Run($"GET key:{i}");
            }
        }

        engine.Time.Advance(1000);
        Limit(engine, "allkeys-lru", -1);
        engine.Run("EXISTS key:4").ShouldBe(":0");
        engine.Run("DBSIZE").ShouldBe(":9");
    }

    [Fact]
    public void A_key_that_was_used_after_it_became_a_candidate_stays()
    {
        using TestEngine engine = new();
        Fill(engine, 3);
        engine.Time.Advance(1000);
        engine.Run("GET key:2");
        engine.Time.Advance(1000);
        Limit(engine, "allkeys-lru", -1);
        engine.Run("PING").ShouldBe("+PONG");
        engine.Run("DBSIZE").ShouldBe(":2");

        // The one left of the two oldest waits among the candidates now.
        for (int i = 0; i < 2; i++)
        {
            engine.Run($"GET key:{i}");
        }

        engine.Time.Advance(1000);
        Limit(engine, "allkeys-lru", -1);
        engine.Run("EXISTS key:2").ShouldBe(":0");
        engine.Run("DBSIZE").ShouldBe(":1");
    }

    [Fact]
    public void The_least_frequently_used_key_goes()
    {
        using TestEngine engine = new();
        engine.Run("CONFIG SET maxmemory-policy allkeys-lfu lfu-log-factor 0").ShouldBe("+OK");
        Fill(engine, 10);
        for (int i = 0; i < 10; i++)
        {
            for (int times = 0; times < (i == 7 ? 1 : 5); times++)
            {
                engine.Run($"GET key:{i}");
            }
        }

        engine.Run("OBJECT FREQ key:7").ShouldBe(":6");
        engine.Run("OBJECT FREQ key:8").ShouldBe(":10");
        Limit(engine, "allkeys-lfu", -1);
        engine.Run("EXISTS key:7").ShouldBe(":0");
        engine.Run("DBSIZE").ShouldBe(":9");
    }

    [Fact]
    public void The_key_that_expires_first_goes()
    {
        using TestEngine engine = new();
        Fill(engine, 10);
        for (int i = 1; i < 10; i++)
        {
            engine.Run($"EXPIRE key:{i} {(i == 5 ? 10 : 100 + i)}").ShouldBe(":1");
        }

        Limit(engine, "volatile-ttl", -1);
        engine.Run("EXISTS key:5").ShouldBe(":0");
        engine.Run("DBSIZE").ShouldBe(":9");
    }

    [Fact]
    public void Candidates_that_were_deleted_renamed_or_made_permanent_are_passed_over()
    {
        using TestEngine engine = new();
        Fill(engine, 8);
        for (int i = 0; i < 8; i++)
        {
            engine.Run($"EXPIRE key:{i} 100").ShouldBe(":1");
        }

        Limit(engine, "volatile-lru", -1);
        engine.Run("PING").ShouldBe("+PONG");
        engine.Run("CONFIG SET maxmemory 0").ShouldBe("+OK");
        string[] left = engine.Run("KEYS *").Elements();
        Assert.Equal(7, left.Length);
        engine.Run($"DEL {left[0]} {left[1]}").ShouldBe(":2");
        engine.Run($"PERSIST {left[2]}").ShouldBe(":1");
        engine.Run($"RENAME {left[3]} renamed").ShouldBe("+OK");
        engine.Run($"PERSIST renamed").ShouldBe(":1");
        engine.Run($"SET {left[4]} {new string('y', 300)}").ShouldBe("+OK");
        engine.Run($"FLUSHALL").ShouldBe("+OK");
        engine.Run("SET last 1 EX 100").ShouldBe("+OK");
        Limit(engine, "volatile-lru", -1);
        engine.Run("DBSIZE").ShouldBe(":0");
    }

    [Fact]
    public void All_databases_give_up_keys()
    {
        using TestEngine engine = new();
        for (int database = 0; database < 4; database++)
        {
            engine.Run($"SELECT {database}");
            Fill(engine, 300);
        }

        Limit(engine, "allkeys-lru", -40_000);
        engine.Run("PING").ShouldBe("+PONG");
        for (int database = 0; database < 4; database++)
        {
            Assert.InRange(engine.Engine.Keyspace[database].Count, 100, 295);
        }
    }

    [Fact]
    public void A_lowered_limit_is_reached_in_slices_while_commands_are_served()
    {
        using TestEngine engine = new();
        Fill(engine, 4000);
        long half = engine.Engine.MemoryLimit.CountedBytes / 2;
        engine.Time.TicksPerReading = TimeSpan.TicksPerMillisecond / 4;
        engine.Run($"CONFIG SET maxmemory-policy allkeys-lru maxmemory {half}").ShouldBe("+OK");
        int turns = 0;
        for (; engine.Engine.MemoryLimit.IsExceeded; turns++)
        {
            Assert.True(engine.Engine.NextTimeoutMs == 0);
            long before = engine.Engine.Statistics.EvictedKeys;
            engine.Engine.BeginTurn();
            engine.Run("PING").ShouldBe("+PONG");
            Assert.InRange(engine.Engine.Statistics.EvictedKeys - before, 1, 100);

            // The turn's time is used up: no command has to wait any more, and what one adds is made up for by the next.
            before = engine.Engine.Statistics.EvictedKeys;
            long used = engine.Engine.MemoryLimit.CountedBytes;
            engine.Run($"SET new:{turns} {new string('x', 20)}").ShouldBe("+OK");
            engine.Run("PING").ShouldBe("+PONG");
            Assert.InRange(engine.Engine.Statistics.EvictedKeys - before, 0, 10);
            Assert.True(engine.Engine.MemoryLimit.CountedBytes <= used);
            engine.Engine.EndTurn();
            engine.Engine.RunBackground();
        }

        Assert.InRange(turns, 10, 300);
        engine.Run("PING").ShouldBe("+PONG");
        Assert.NotEqual(0, engine.Engine.NextTimeoutMs);
        Assert.True(engine.Engine.MemoryLimit.TotalExceededMs > 0);
        Assert.Equal(0, engine.Engine.MemoryLimit.CurrentExceededMs);
    }

    [Fact]
    public void A_lowered_limit_is_reached_without_any_command()
    {
        using TestEngine engine = new();
        Fill(engine, 1000);
        engine.Time.TicksPerReading = TimeSpan.TicksPerMillisecond / 4;
        engine.Run($"CONFIG SET maxmemory-policy allkeys-random maxmemory {engine.Engine.MemoryLimit.CountedBytes / 2}").ShouldBe("+OK");
        for (int turn = 0; turn < 200 && engine.Engine.MemoryLimit.IsEvicting; turn++)
        {
            engine.Turn();
        }

        Assert.False(engine.Engine.MemoryLimit.IsExceeded);
    }

    [Fact]
    public void Eviction_rests_while_clients_are_paused()
    {
        using TestEngine engine = new();
        Fill(engine, 10);
        engine.Run("CLIENT PAUSE 1000 WRITE").ShouldBe("+OK");
        Limit(engine, "allkeys-lru", -1);
        engine.Run("GET none").ShouldBe("$-1");
        engine.Turn();
        Assert.NotEqual(0, engine.Engine.NextTimeoutMs);
        Assert.Equal(0, engine.Engine.Statistics.EvictedKeys);
        engine.Turn(1001);
        engine.Turn();
        Assert.Equal(1, engine.Engine.Statistics.EvictedKeys);
    }

    [Fact]
    public void A_value_too_big_for_the_limit_is_refused_and_costs_no_key()
    {
        using TestEngine engine = new();
        Fill(engine, 100);
        Limit(engine, "allkeys-lru", 1_000_000);
        engine.Run($"SET big {new string('x', 2_000_000)}").ShouldBe(OutOfMemory);
        engine.Run("DBSIZE").ShouldBe(":100");
        engine.Run("SET small 1").ShouldBe("+OK");
        engine.Run($"SET half {new string('x', 400_000)}").ShouldBe("+OK");
        Assert.Equal(0, engine.Engine.Statistics.EvictedKeys);
    }

    [Fact]
    public void What_is_freed_elsewhere_is_waited_for()
    {
        using TestEngine engine = new();
        Fill(engine, 500);
        for (int i = 0; i < 200; i++)
        {
            engine.Run($"RPUSH list {string.Join(' ', Enumerable.Range(0, 50).Select(j => new string('x', 100)))}");
        }

        engine.Time.Advance(1000);
        for (int i = 0; i < 500; i++)
        {
            engine.Run($"GET key:{i}");
        }

        engine.Run("CONFIG SET lazyfree-lazy-eviction yes maxmemory-samples 501").ShouldBe("+OK");
        Limit(engine, "allkeys-lru", -100);
        engine.Run("EXISTS list").ShouldBe(":0");
        Assert.Equal(1, engine.Engine.Statistics.EvictedKeys);
        while (engine.Engine.Freer.PendingObjects > 0)
        {
            engine.Turn();
        }

        engine.Turn();
        engine.Run("DBSIZE").ShouldBe(":500");
    }

    /// <summary>Sets the limit so far above what is used, or so far below.</summary>
    private static void Limit(TestEngine engine, string policy, long bytesAboveUse)
    {
        engine.Run($"CONFIG SET maxmemory 0 maxmemory-policy {policy}").ShouldBe("+OK");
        long limit = bytesAboveUse == 0 ? 1 : engine.Engine.MemoryLimit.CountedBytes + bytesAboveUse;
        engine.Run(string.Create(CultureInfo.InvariantCulture, $"CONFIG SET maxmemory {limit}")).ShouldBe("+OK");
    }

    private static void Fill(TestEngine engine, int count)
    {
        for (int i = 0; i < count; i++)
        {
            engine.Run($"SET key:{i} {new string('x', 50)}").ShouldBe("+OK");
        }
    }
}
