using System.Globalization;
using System.Text;

namespace Spinel.Engine.Tests.Blocking;

/// <summary>Clients that wait for keys: who is served, by what, in which order, and how waits end otherwise.</summary>
public sealed class BlockedClientsTests
{
    private const string Nothing = "";

    [Fact]
    public void Waiting_client_gets_what_is_pushed()
    {
        using TestEngine engine = new();
        TestClient waiter = engine.Connect();
        Assert.Equal(Nothing, waiter.Run("BLPOP a 0").Text);
        engine.Run("RPUSH a x y").ShouldBe(":2");
        waiter.Receive().ShouldBe("*2", "$1", "a", "$1", "x");
        engine.Run("LRANGE a 0 -1").ShouldBe("*1", "$1", "y");
        engine.TakeEffects().ShouldBe("0 RPUSH a x y", "0 LPOP a");
        waiter.Run("PING").ShouldBe("+PONG");
        Assert.Equal(0, engine.Engine.Blocked.Count);
        Assert.Equal(0, engine.Engine.Blocked.KeyCount);
    }

    [Fact]
    public void Clients_are_served_in_the_order_of_their_coming()
    {
        using TestEngine engine = new();
        TestClient[] waiters = [.. Enumerable.Range(0, 4).Select(_ => engine.Connect())];
        foreach (TestClient waiter in waiters)
        {
            waiter.Run("BLPOP a 0");
        }

        engine.Run("RPUSH a 1 2").ShouldBe(":2");
        waiters[0].Receive().ShouldBe("*2", "$1", "a", "$1", "1");
        waiters[1].Receive().ShouldBe("*2", "$1", "a", "$1", "2");
        Assert.Equal(Nothing, waiters[2].Receive().Text);
        engine.Run("LPUSH a 3 4").ShouldBe(":2");
        waiters[2].Receive().ShouldBe("*2", "$1", "a", "$1", "4");
        waiters[3].Receive().ShouldBe("*2", "$1", "a", "$1", "3");
        engine.Run("EXISTS a").ShouldBe(":0");
    }

    [Fact]
    public void A_wait_in_vain_keeps_the_place_in_the_line()
    {
        using TestEngine engine = new();
        TestClient first = engine.Connect();
        TestClient second = engine.Connect();
        first.Run("BLPOP a b 0");
        second.Run("BLPOP b 0");

        // What was pushed is gone before anybody is served: BLMOVE's destination is filled and emptied within one command.
        engine.Run("RPUSH c x");
        engine.Run("RENAME c nowhere");
        engine.Run("SET b 1").ShouldBe("+OK");
        engine.Run("DEL b").ShouldBe(":1");
        Assert.Equal(2, engine.Engine.Blocked.Count);
        engine.Run("RPUSH b 1").ShouldBe(":1");
        first.Receive().ShouldBe("*2", "$1", "b", "$1", "1");
        Assert.Equal(Nothing, second.Receive().Text);
    }

    [Fact]
    public void Of_several_keys_that_which_came_first_counts()
    {
        using TestEngine engine = new();
        TestClient waiter = engine.Connect();
        waiter.Run("BLPOP a b c b 0");
        Assert.Equal(3, engine.Engine.Blocked.KeyCount);
        engine.Run("SET a text");
        engine.Run("RPUSH b 1");
        waiter.Receive().ShouldBe("*2", "$1", "b", "$1", "1");
        Assert.Equal(0, engine.Engine.Blocked.KeyCount);
        engine.Run("RPUSH c 1").ShouldBe(":1");
        Assert.Equal(Nothing, waiter.Receive().Text);
    }

    [Fact]
    public void Sorted_sets_that_came_first_count_too()
    {
        using TestEngine engine = new();
        TestClient waiter = engine.Connect();
        waiter.Run("BZPOPMIN a b 0");
        engine.Run("SET a text");
        engine.Run("ZADD b 1 one");
        waiter.Receive().ShouldBe("*3", "$1", "b", "$3", "one", "$1", "1");
        waiter.Session.MustNotBlock = true;
        waiter.Run("BZMPOP 0 1 c MIN").ShouldBe("*-1");
    }

    [Theory]
    [InlineData("RENAME source a", "+OK", "0 RENAME source a")]
    [InlineData("RENAMENX source a", ":1", "0 RENAMENX source a")]
    [InlineData("COPY source a", ":1", "0 COPY source a")]
    [InlineData("LMOVE source a LEFT LEFT", "$1", "0 LMOVE source a LEFT LEFT")]
    [InlineData("RPOPLPUSH source a", "$1", "0 RPOPLPUSH source a")]
    public void Keys_may_come_to_be_in_other_ways(string command, string firstLine, string effect)
    {
        using TestEngine engine = new();
        TestClient waiter = engine.Connect();
        engine.Run("RPUSH source v");
        engine.TakeEffects();
        waiter.Run("BRPOP a 0");
        Assert.StartsWith(firstLine, engine.Run(command).Text, StringComparison.Ordinal);
        waiter.Receive().ShouldBe("*2", "$1", "a", "$1", "v");
        engine.TakeEffects().ShouldBe(effect, "0 RPOP a");
    }

    [Fact]
    public void Moved_keys_and_swapped_databases_count()
    {
        using TestEngine engine = new();
        TestClient inOne = engine.Connect();
        inOne.Run("SELECT 1");
        inOne.Run("BLPOP a 0");
        engine.Run("RPUSH a 1 2").ShouldBe(":2");
        Assert.Equal(Nothing, inOne.Receive().Text);
        engine.Run("MOVE a 1").ShouldBe(":1");
        inOne.Receive().ShouldBe("*2", "$1", "a", "$1", "1");

        TestClient inZero = engine.Connect();
        inZero.Run("BLPOP a 0");
        engine.Run("SWAPDB 0 1").ShouldBe("+OK");
        inZero.Receive().ShouldBe("*2", "$1", "a", "$1", "2");
    }

    [Fact]
    public void Strings_and_deletions_serve_nobody()
    {
        using TestEngine engine = new();
        TestClient waiter = engine.Connect();
        waiter.Run("BLPOP a 0");
        engine.Run("SET a 1");
        engine.Run("APPEND a 2");
        engine.Run("EXPIRE a 10");
        engine.Turn(20_000);
        engine.Run("FLUSHALL");
        engine.Run("SADD a 1");
        engine.Run("DEL a");
        Assert.Equal(Nothing, waiter.Receive().Text);
        Assert.Equal(1, engine.Engine.Blocked.Count);
        engine.Run("RPUSH a 1");
        waiter.Receive().ShouldBe("*2", "$1", "a", "$1", "1");
    }

    [Fact]
    public void Waits_end_at_their_time()
    {
        using TestEngine engine = new();
        TestClient pop = engine.Connect();
        TestClient move = engine.Connect();
        TestClient patient = engine.Connect();
        pop.Run("BLPOP a 0.5");
        move.Run("BLMOVE a b LEFT LEFT 1.0001");
        patient.Run("BLPOP a 0");
        Assert.Equal(engine.NowMs + 500, engine.Engine.Blocked.NextDeadlineMs);
        Assert.Equal(2, engine.Engine.Blocked.DeadlineCount);
        engine.Turn(499);
        Assert.Equal(Nothing, pop.Receive().Text);
        engine.Turn(1);
        pop.Receive().ShouldBe("*-1");
        engine.Turn(500);
        Assert.Equal(Nothing, move.Receive().Text);
        engine.Turn(1);
        move.Receive().ShouldBe("*-1");
        engine.Turn(1_000_000);
        Assert.Equal(Nothing, patient.Receive().Text);
        Assert.Equal((1, 0), (engine.Engine.Blocked.Count, engine.Engine.Blocked.DeadlineCount));
        Assert.Equal(long.MaxValue, engine.Engine.Blocked.NextDeadlineMs);
        engine.Run("RPUSH a 1");
        patient.Receive().ShouldBe("*2", "$1", "a", "$1", "1");
        Assert.Equal(Nothing, pop.Receive().Text);
    }

    [Fact]
    public void A_deadline_counts_from_the_beginning_of_the_wait()
    {
        using TestEngine engine = new();
        TestClient first = engine.Connect();
        TestClient second = engine.Connect();
        first.Run("BLPOP a 0");
        second.Run("BLPOP a 10");
        engine.Turn(6000);
        engine.Run("RPUSH a 1");
        engine.Turn(3999);
        Assert.Equal(Nothing, second.Receive().Text);
        engine.Turn(1);
        second.Receive().ShouldBe("*-1");
    }

    [Fact]
    public void The_engine_wakes_for_the_next_deadline()
    {
        using TestEngine engine = new();
        TestClient waiter = engine.Connect();
        engine.Turn();
        waiter.Run("BLPOP a 0.007");
        Assert.InRange(engine.Engine.NextTimeoutMs, 0, 7);
    }

    [Fact]
    public void Served_waits_leave_no_deadlines_behind()
    {
        using TestEngine engine = new();
        TestClient waiter = engine.Connect();
        for (int i = 0; i < 1000; i++)
        {
            waiter.Run("BLPOP a 1000");
            engine.Run("RPUSH a 1");
            waiter.Receive().ShouldBe("*2", "$1", "a", "$1", "1");
        }

        Assert.Equal(0, engine.Engine.Blocked.DeadlineCount);
        Assert.Equal(long.MaxValue, engine.Engine.Blocked.NextDeadlineMs);
    }

    [Fact]
    public void Requests_behind_a_waiting_one_run_after_it()
    {
        using TestEngine engine = new();
        TestClient waiter = engine.Connect();
        Assert.Equal(Nothing, waiter.Send("BLPOP a 0\r\nRPUSH b 1 2\r\n*2\r\n$4\r\nLLEN\r\n$1\r\nb\r\nBLPOP b 0\r\nBLPOP a 0\r\nPING\r\n"u8).Text);
        Assert.Equal(Nothing, waiter.Send("ECHO x\r\n"u8).Text);
        engine.Run("RPUSH a first").ShouldBe(":1");
        waiter.Receive().ShouldBe("*2", "$1", "a", "$5", "first");
        engine.Turn();
        waiter.Receive().ShouldBe(":2", ":2", "*2", "$1", "b", "$1", "1");
        engine.Run("RPUSH a second").ShouldBe(":1");
        engine.Turn();
        waiter.Receive().ShouldBe("*2", "$1", "a", "$6", "second", "+PONG", "$1", "x");
    }

    [Fact]
    public void Requests_behind_a_wait_that_timed_out_run_too()
    {
        using TestEngine engine = new();
        TestClient waiter = engine.Connect();
        waiter.Send("BLPOP a 1\r\nPING\r\nBLPOP a 1\r\nPING\r\n"u8);
        engine.Turn(1000);
        engine.Turn();
        waiter.Receive().ShouldBe("*-1", "+PONG");
        engine.Turn(1000);
        engine.Turn();
        waiter.Receive().ShouldBe("*-1", "+PONG");
    }

    [Fact]
    public void Requests_split_at_every_byte_wait_alike()
    {
        byte[] bytes = Encoding.ASCII.GetBytes("*3\r\n$5\r\nBLPOP\r\n$3\r\nkey\r\n$1\r\n0\r\nBLPOP \"key\" 0\r\n*1\r\n$4\r\nPING\r\n");
        for (int split = 1; split < bytes.Length; split++)
        {
            using TestEngine engine = new();
            TestClient waiter = engine.Connect();
            waiter.Send(bytes.AsSpan(0, split));
            waiter.Send(bytes.AsSpan(split));
            engine.Run("RPUSH key 1 2");
            engine.Turn();
            waiter.Receive().ShouldBe("*2", "$3", "key", "$1", "1", "*2", "$3", "key", "$1", "2", "+PONG");
        }
    }

    [Fact]
    public void A_client_that_is_gone_takes_nothing()
    {
        using TestEngine engine = new();
        TestClient gone = engine.Connect();
        TestClient killed = engine.Connect();
        TestClient stays = engine.Connect();
        gone.Run("BLPOP a b 10");
        killed.Run("BLPOP a 10");
        stays.Run("BLPOP a 10");
        gone.Session.OnDisconnected();
        engine.Run(string.Create(CultureInfo.InvariantCulture, $"CLIENT KILL ID {killed.Session.Id}")).ShouldBe(":1");
        Assert.Equal(1, engine.Engine.Blocked.Count);
        engine.Run("RPUSH a 1 2").ShouldBe(":2");
        stays.Receive().ShouldBe("*2", "$1", "a", "$1", "1");
        engine.Run("LLEN a").ShouldBe(":1");
        killed.Session.OnDisconnected();
        engine.Turn(20_000);
        Assert.Equal((0, 0), (engine.Engine.Blocked.Count, engine.Engine.Blocked.KeyCount));
    }

    [Fact]
    public void Chains_of_moves_run_to_their_end()
    {
        using TestEngine engine = new();
        TestClient[] links = [.. Enumerable.Range(0, 5).Select(_ => engine.Connect())];
        for (int i = links.Length - 1; i >= 0; i--)
        {
            links[i].Run(string.Create(CultureInfo.InvariantCulture, $"BLMOVE k{i} k{i + 1} LEFT RIGHT 0"));
        }

        engine.Run("RPUSH k0 x").ShouldBe(":1");
        foreach (TestClient link in links)
        {
            link.Receive().ShouldBe("$1", "x");
        }

        engine.Run("LRANGE k5 0 -1").ShouldBe("*1", "$1", "x");
        engine.Run("DBSIZE").ShouldBe(":1");
        engine.TakeEffects().ShouldBe(
            "0 RPUSH k0 x", "0 LMOVE k0 k1 LEFT RIGHT", "0 LMOVE k1 k2 LEFT RIGHT", "0 LMOVE k2 k3 LEFT RIGHT", "0 LMOVE k3 k4 LEFT RIGHT", "0 LMOVE k4 k5 LEFT RIGHT");
    }

    [Fact]
    public void Circles_of_moves_end()
    {
        using TestEngine engine = new();
        TestClient there = engine.Connect();
        TestClient back = engine.Connect();
        TestClient onto = engine.Connect();
        there.Run("BLMOVE a b LEFT RIGHT 0");
        back.Run("BRPOPLPUSH b a 0");
        onto.Run("BLMOVE a a LEFT RIGHT 0");
        engine.Run("RPUSH a x");
        there.Receive().ShouldBe("$1", "x");
        back.Receive().ShouldBe("$1", "x");
        onto.Receive().ShouldBe("$1", "x");
        engine.Run("LRANGE a 0 -1").ShouldBe("*1", "$1", "x");
        Assert.Equal(0, engine.Engine.Blocked.Count);
    }

    [Fact]
    public void A_destination_of_another_type_ends_the_wait_with_an_error()
    {
        using TestEngine engine = new();
        TestClient mover = engine.Connect();
        TestClient popper = engine.Connect();
        mover.Run("BLMOVE a b LEFT RIGHT 0");
        popper.Run("BLPOP a 0");
        engine.Run("SET b text");
        engine.TakeEffects();
        engine.Run("RPUSH a x");
        mover.Receive().ShouldBe("-WRONGTYPE Operation against a key holding the wrong kind of value");
        popper.Receive().ShouldBe("*2", "$1", "a", "$1", "x");
        engine.TakeEffects().ShouldBe("0 RPUSH a x", "0 LPOP a");
    }

    [Fact]
    public void Clients_can_be_unblocked()
    {
        using TestEngine engine = new();
        TestClient waiter = engine.Connect();
        string id = waiter.Session.Id.ToString(CultureInfo.InvariantCulture);
        engine.Call("CLIENT", "UNBLOCK", id).ShouldBe(":0");
        waiter.Run("BLPOP a 0");
        Assert.Contains(" flags=b ", waiter.Session.IsPostponed ? engine.Call("CLIENT", "LIST", "ID", id).Text : "", StringComparison.Ordinal);
        Assert.Contains("blocked_clients:1\r\n", engine.Run("INFO clients").Text, StringComparison.Ordinal);
        engine.Call("CLIENT", "UNBLOCK", id).ShouldBe(":1");
        waiter.Receive().ShouldBe("*-1");
        waiter.Send("BLPOP a 0\r\nPING\r\n"u8);
        engine.Call("CLIENT", "UNBLOCK", id, "ERROR").ShouldBe(":1");
        waiter.Receive().ShouldBe("-UNBLOCKED client unblocked via CLIENT UNBLOCK");
        engine.Turn();
        waiter.Receive().ShouldBe("+PONG");
        waiter.Run("BLMOVE a b LEFT LEFT 0");
        engine.Call("CLIENT", "UNBLOCK", id, "TIMEOUT").ShouldBe(":1");
        waiter.Receive().ShouldBe("*-1");
        Assert.Contains("blocked_clients:0\r\n", engine.Run("INFO clients").Text, StringComparison.Ordinal);
        Assert.Contains("cmdstat_blpop:calls=2,", engine.Run("INFO commandstats").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_command_that_waited_counts_once()
    {
        using TestEngine engine = new();
        TestClient waiter = engine.Connect();
        waiter.Run("BLPOP a b 0");
        engine.Run("SET a 1");
        engine.Run("RPUSH b 1");
        waiter.Receive().ShouldBe("*2", "$1", "b", "$1", "1");
        Assert.Contains("cmdstat_blpop:calls=1,", engine.Run("INFO commandstats").Text, StringComparison.Ordinal);
        Assert.Equal(1, waiter.Session.CommandCount);
    }

    [Fact]
    public void Discarded_replies_stay_discarded()
    {
        using TestEngine engine = new();
        TestClient waiter = engine.Connect();
        waiter.Send("CLIENT REPLY SKIP\r\nBLPOP a 0\r\nPING\r\n"u8);
        engine.Run("RPUSH a 1");
        engine.Turn();
        waiter.Receive().ShouldBe("+PONG");
        waiter.Send("CLIENT REPLY OFF\r\nBLPOP a 1\r\nCLIENT REPLY ON\r\n"u8);
        engine.Turn(1000);
        engine.Turn();
        waiter.Receive().ShouldBe("+OK");
    }

    [Fact]
    public void Memory_limits_do_not_refuse_what_has_waited()
    {
        using TestEngine engine = new();
        TestClient waiter = engine.Connect();
        engine.Run("RPUSH source x");
        waiter.Run("BLMOVE a b LEFT RIGHT 0");
        engine.Run("CONFIG SET maxmemory 1");
        engine.Run("RENAME source a").ShouldBe("+OK");
        waiter.Receive().ShouldBe("$1", "x");
    }

    [Fact]
    public void A_request_with_several_waiters_on_one_key_serves_in_rounds()
    {
        using TestEngine engine = new();
        TestClient many = engine.Connect();
        TestClient one = engine.Connect();
        many.Run("BLMPOP 0 2 a b LEFT COUNT 2");
        one.Run("BLPOP a 0");
        engine.Run("RPUSH a 1 2 3").ShouldBe(":3");
        many.Receive().ShouldBe("*2", "$1", "a", "*2", "$1", "1", "$1", "2");
        one.Receive().ShouldBe("*2", "$1", "a", "$1", "3");
        engine.TakeEffects().ShouldBe("0 RPUSH a 1 2 3", "0 LPOP a 2", "0 LPOP a");
    }

    [Fact]
    public void Each_served_client_is_a_unit_of_effects()
    {
        using TestEngine engine = new();
        TestClient waiter = engine.Connect();
        waiter.Run("BLPOP a 0");
        engine.TakeEffectBatches();
        engine.Run("RPUSH a 1");
        Assert.Equal(2, engine.TakeEffectBatches());
        engine.TakeEvents().ShouldBe("0 rpush a", "0 lpop a", "0 del a");
    }

    [Fact]
    public void Changes_of_other_keys_allocate_nothing()
    {
        using TestEngine engine = new();
        TestClient waiter = engine.Connect();
        waiter.Run("BLPOP a 0");
        Database database = engine.Engine.Keyspace[0];
        engine.Engine.Blocked.AfterChange(database, "other"u8, KeyEvent.Set);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            engine.Engine.Blocked.AfterChange(database, "other"u8, KeyEvent.Set);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
