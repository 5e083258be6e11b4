namespace Spinel.Engine.Tests.Commands.Generic;

public sealed class DatabaseCommandsTests
{
    [Theory]
    [InlineData("SELECT x", "ERR value is not an integer or out of range")]
    [InlineData("SELECT 16", "ERR DB index is out of range")]
    [InlineData("SELECT -1", "ERR DB index is out of range")]
    [InlineData("SELECT 3000000000", "ERR value is out of range, value must between -2147483648 and 2147483647")]
    [InlineData("SWAPDB a b", "ERR invalid first DB index")]
    [InlineData("SWAPDB 0 b", "ERR invalid second DB index")]
    [InlineData("SWAPDB 0 3000000000", "ERR invalid second DB index")]
    [InlineData("SWAPDB 0 99", "ERR DB index is out of range")]
    [InlineData("FLUSHDB foo", "ERR syntax error")]
    [InlineData("FLUSHDB SYNC ASYNC", "ERR syntax error")]
    [InlineData("FLUSHALL foo", "ERR syntax error")]
    public void Wrong_calls(string call, string error)
    {
        using TestEngine engine = new();
        engine.Run("SET a 1");
        engine.TakeEffects();
        engine.Run(call).ShouldBe($"-{error}");
        engine.TakeEffects().ShouldBe();
        engine.Run("DBSIZE").ShouldBe(":1");
    }

    [Fact]
    public void Each_client_selects_for_itself()
    {
        using TestEngine engine = new();
        TestClient other = engine.Connect();
        engine.Run("SELECT 5").ShouldBe("+OK");
        engine.Run("SET a 1");
        engine.TakeEffects().ShouldBe("5 SET a 1");
        other.Run("EXISTS a").ShouldBe(":0");
        other.Run("SELECT 5").ShouldBe("+OK");
        other.Run("EXISTS a").ShouldBe(":1");
    }

    [Fact]
    public void Commands_behind_select_in_a_pipeline_work_on_the_new_database()
    {
        using TestEngine engine = new();
        engine.Client.Send("SET a 0\r\n"u8);
        engine.Client.Send("*2\r\n$6\r\nSELECT\r\n$1\r\n1\r\n*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n*2\r\n$3\r\nGET\r\n$1\r\na\r\n"u8).ShouldBe("+OK", "+OK", "$1", "1");
        engine.Run("SELECT 0");
        engine.Run("GET a").ShouldBe("$1", "0");
    }

    [Fact]
    public void Swapped_databases_show_each_others_keys_at_once()
    {
        using TestEngine engine = new();
        TestClient other = engine.Connect();
        other.Run("SELECT 1");
        engine.Run("SET a zero PX 1000");
        other.Run("SET a one");
        engine.TakeEffects();
        engine.TakeEvents();
        engine.Run("SWAPDB 0 1").ShouldBe("+OK");
        engine.TakeEffects().ShouldBe("0 SWAPDB 0 1");
        engine.TakeEvents().ShouldBe("swap 1 0");
        engine.Run("GET a").ShouldBe("$3", "one");
        other.Run("GET a").ShouldBe("$4", "zero");
        engine.Time.Advance(1000);
        engine.TakeEffects();
        other.Run("GET a").ShouldBe("$-1");
        engine.TakeEffects().ShouldBe("1 DEL a");
    }

    [Fact]
    public void A_swap_with_itself_is_an_effect_without_an_event()
    {
        using TestEngine engine = new();
        engine.Run("SWAPDB 3 3").ShouldBe("+OK");
        engine.TakeEffects().ShouldBe("0 SWAPDB 3 3");
        engine.TakeEvents().ShouldBe();
        Assert.Equal(1, engine.Engine.Keyspace.Dirty);
    }

    [Theory]
    [InlineData("FLUSHDB")]
    [InlineData("FLUSHDB sync")]
    [InlineData("FLUSHDB ASYNC")]
    public void FlushDb_empties_one_database(string call)
    {
        using TestEngine engine = new();
        Fill(engine, 200);
        engine.Run("SELECT 1");
        Fill(engine, 200);
        engine.TakeEffects();
        engine.TakeEvents();
        engine.Run(call).ShouldBe("+OK");
        engine.TakeEffects().ShouldBe($"1 {call}");
        engine.TakeEvents().ShouldBe("1 flush");
        engine.Run("DBSIZE").ShouldBe(":0");
        engine.Run("SET a 1 PX 10");
        engine.Run("SELECT 0");
        engine.Run("DBSIZE").ShouldBe(":200");
    }

    [Theory]
    [InlineData("DEL big")]
    [InlineData("UNLINK big")]
    [InlineData("SET big small")]
    [InlineData("FLUSHALL SYNC")]
    [InlineData("FLUSHALL ASYNC")]
    [InlineData("FLUSHDB")]
    public void A_big_value_is_never_freed_on_the_engine_thread(string call)
    {
        using TestEngine engine = new();
        for (int i = 0; i < 20_000; i += 100)
        {
            engine.Call(["SADD", "big", .. Enumerable.Range(i, 100).Select(member => $"member {member}")]);
        }

        engine.Engine.Freer.CollectStatistics();
        long before = engine.Engine.Statistics.LazyFreedObjects;
        engine.Run("SET other value");
        engine.Run(call);
        Assert.True(SpinWait.SpinUntil(() => engine.Engine.Freer.PendingObjects == 0, TimeSpan.FromSeconds(30)));
        engine.Engine.Freer.CollectStatistics();
        Assert.Equal(before + 1, engine.Engine.Statistics.LazyFreedObjects);
    }

    [Theory]
    [InlineData("FLUSHALL")]
    [InlineData("FLUSHALL ASYNC")]
    public void FlushAll_empties_all_databases(string call)
    {
        using TestEngine engine = new();
        Fill(engine, 200);
        engine.Run("SELECT 15");
        Fill(engine, 200);
        engine.TakeEffects();
        engine.Run(call).ShouldBe("+OK");
        engine.TakeEffects().ShouldBe($"15 {call}");
        engine.Run("DBSIZE").ShouldBe(":0");
        engine.Run("SELECT 0");
        engine.Run("DBSIZE").ShouldBe(":0");
    }

    [Fact]
    public void A_flush_of_nothing_is_an_effect()
    {
        using TestEngine engine = new();
        engine.Run("FLUSHDB");
        engine.Run("FLUSHALL");
        engine.TakeEffects().ShouldBe("0 FLUSHDB", "0 FLUSHALL");
    }

    [Fact]
    public void A_flush_counts_the_keys_that_went()
    {
        using TestEngine engine = new();
        Fill(engine, 10);
        long before = engine.Engine.Keyspace.Dirty;
        engine.Run("FLUSHDB");
        Assert.Equal(before + 10, engine.Engine.Keyspace.Dirty);
        engine.Run("FLUSHALL");
        Assert.Equal(before + 10, engine.Engine.Keyspace.Dirty);
    }

    private static void Fill(TestEngine engine, int count)
    {
        for (int i = 0; i < count; i++)
        {
            engine.Run(i % 2 == 0 ? $"SET k{i} v" : $"SET k{i} v PX 100000");
        }
    }
}
