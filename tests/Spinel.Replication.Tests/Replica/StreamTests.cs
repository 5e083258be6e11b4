using System.Globalization;
using Spinel.Engine;
using Spinel.Persistence;

namespace Spinel.Replication.Tests.Replica;

/// <summary>The stream of a primary is applied once, in order, and to the byte.</summary>
public sealed class StreamTests : IDisposable
{
    private readonly ReplicaEngine _replica = new();
    private readonly ScriptedPrimary _primary;

    public StreamTests()
    {
        _primary = new ScriptedPrimary(_replica);
        _primary.Attract();
        _primary.Synchronize(0, ScriptedPrimary.File(("n", "10")));
    }

    [Fact]
    public void Offsets_count_bytes_and_are_acknowledged_each_second_and_on_request()
    {
        string increment = ScriptedPrimary.Request("INCR", "n");
        _primary.Say(increment);
        _replica.TurnUntil(() => _replica.Replication.State.Offset == increment.Length);
        _replica.Engine.Turn(1000);
        _replica.Engine.Turn(1000);
        _primary.Expect("REPLCONF", "ACK", $"{increment.Length}");
    }

    [Fact]
    public void What_is_cut_anywhere_is_gone_on_with()
    {
        string increment = ScriptedPrimary.Request("INCR", "n");
        _primary.Say(increment + increment[..9]);
        _replica.TurnUntil(() => _replica.Info("slave_read_repl_offset") == $"{increment.Length + 9}");
        Assert.Equal($"{increment.Length}", _replica.Info("slave_repl_offset"));
        _primary.Hang();
        _primary.Greet();
        _primary.Expect("PSYNC", ScriptedPrimary.Id, $"{increment.Length + 1}");
        _primary.Say("+CONTINUE\r\n" + increment);
        _replica.TurnUntil(() => _replica.Replication.State.Offset == 2 * increment.Length);
        _replica.Run("GET n").ShouldBe("$2", "12");
    }

    [Fact]
    public void A_transaction_is_applied_whole_or_not_at_all_and_what_precedes_it_only_once()
    {
        string increment = ScriptedPrimary.Request("INCR", "n");
        string begin = increment + ScriptedPrimary.Request("MULTI") + increment;
        string end = increment + ScriptedPrimary.Request("EXEC");

        // In one piece with the command before it, so that both are run together.
        _primary.Say(begin);
        _replica.TurnUntil(() => _replica.Info("slave_read_repl_offset") == $"{begin.Length}");
        _replica.Run("GET n").ShouldBe("$2", "11");
        Assert.Equal($"{increment.Length}", _replica.Info("slave_repl_offset"));
        _primary.Hang();
        _primary.Greet();
        _primary.Expect("PSYNC", ScriptedPrimary.Id, $"{increment.Length + 1}");
        _primary.Say("+CONTINUE\r\n" + begin[increment.Length..]);
        _replica.TurnUntil(() => _replica.Info("slave_read_repl_offset") == $"{begin.Length}");
        _replica.Run("GET n").ShouldBe("$2", "11");
        _primary.Say(end[..20]);
        _primary.Say(end[20..] + increment);
        _replica.TurnUntil(() => _replica.Replication.State.Offset == begin.Length + end.Length + increment.Length);
        _replica.Run("GET n").ShouldBe("$2", "14");
    }

    [Fact]
    public void The_selected_database_outlives_a_break()
    {
        string select = ScriptedPrimary.Request("SELECT", "3");
        _primary.Say(select);
        _replica.TurnUntil(() => _replica.Replication.State.Offset == select.Length);
        _primary.Hang();
        _primary.Greet();
        _primary.Expect("PSYNC", ScriptedPrimary.Id, $"{select.Length + 1}");
        _primary.Say("+CONTINUE " + new string('b', 40) + "\r\n" + ScriptedPrimary.Request("SET", "k", "v"));
        _replica.TurnUntil(() => _replica.Replication.State.Offset > select.Length);
        _replica.Run("SELECT 3").ShouldBe("+OK");
        _replica.Run("GET k").ShouldBe("$1", "v");

        // The primary had become one in between: this history goes on from the one before.
        Assert.Equal(new string('b', 40), _replica.Replication.State.Id);
        Assert.Equal(ScriptedPrimary.Id, _replica.Replication.State.SecondId);
        Assert.Equal(select.Length + 1, _replica.Replication.State.SecondOffset);
    }

    [Fact]
    public void What_cannot_be_done_is_logged_and_passed_over()
    {
        string stream = ScriptedPrimary.Request("NOSUCHCOMMAND", "x") + ScriptedPrimary.Request("LPUSH", "n", "x") + ScriptedPrimary.Request("INCR", "n");
        _primary.Say(stream);
        _replica.TurnUntil(() => _replica.Replication.State.Offset == stream.Length);
        _replica.Run("GET n").ShouldBe("$2", "11");
        Assert.Equal(2, _replica.Log.Count("== CRITICAL =="));
        Assert.True(_replica.Log.Contains("'WRONGTYPE Operation against a key holding the wrong kind of value' after processing the command 'LPUSH'"));
        Assert.Equal("2", _replica.Info("unexpected_error_replies"));
    }

    [Theory]
    [InlineData("panic")]
    [InlineData("panic-on-replicas")]
    public void What_cannot_be_done_is_the_end_where_it_is_to_be(string behavior)
    {
        _replica.Run($"CONFIG SET propagation-error-behavior {behavior}").ShouldBe("+OK");
        _primary.Say(ScriptedPrimary.Request("LPUSH", "n", "x"));
        var failure = Assert.Throws<PersistenceException>(() => _replica.TurnUntil(() => false));
        Assert.Contains("WRONGTYPE", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_cannot_write_to_disk_stops_rather_than_pretend()
    {
        _replica.Engine.Engine.RefuseWrites(WriteRefusal.DiskError, "MISCONF broken"u8.ToArray());
        string ping = ScriptedPrimary.Request("PING");
        _primary.Say(ping);
        _replica.TurnUntil(() => _replica.Replication.State.Offset == ping.Length);
        _primary.Say(ScriptedPrimary.Request("INCR", "n"));
        Assert.Throws<PersistenceException>(() => _replica.TurnUntil(() => false));
    }

    [Fact]
    public void Who_cannot_write_to_disk_goes_on_where_that_is_allowed()
    {
        _replica.Run("CONFIG SET replica-ignore-disk-write-errors yes").ShouldBe("+OK");
        _replica.Engine.Engine.RefuseWrites(WriteRefusal.DiskError, "MISCONF broken"u8.ToArray());
        string stream = ScriptedPrimary.Request("INCR", "n") + ScriptedPrimary.Request("INCR", "n");
        _primary.Say(stream);
        _replica.TurnUntil(() => _replica.Replication.State.Offset == stream.Length);
        _replica.Run("GET n").ShouldBe("$2", "12");
        Assert.Equal(1, _replica.Log.Count("Replica is applying a command even though it is unable to write to disk."));
    }

    [Fact]
    public void A_pause_of_clients_holds_the_stream_back()
    {
        string increment = ScriptedPrimary.Request("INCR", "n");
        _replica.Run("CLIENT PAUSE 1000000 WRITE").ShouldBe("+OK");
        _primary.Say(increment + increment[..9]);
        _replica.TurnUntil(() => _replica.Info("slave_read_repl_offset") == $"{increment.Length + 9}");
        _replica.Run("GET n").ShouldBe("$2", "10");
        Assert.Equal("0", _replica.Info("slave_repl_offset"));
        _replica.Run("CLIENT UNPAUSE").ShouldBe("+OK");
        _replica.TurnUntil(() => _replica.Replication.State.Offset == increment.Length);
        _replica.Run("GET n").ShouldBe("$2", "11");
        _primary.Say(increment[9..]);
        _replica.TurnUntil(() => _replica.Replication.State.Offset == 2 * increment.Length);
    }

    [Fact]
    public void A_long_pause_is_no_silence_of_the_primary_and_takes_no_memory_without_bound()
    {
        string set = ScriptedPrimary.Request("SET", "k", new string('x', 500_000));
        _replica.Run("CLIENT PAUSE 1000000 WRITE").ShouldBe("+OK");
        for (int i = 0; i < 10; i++)
        {
            _primary.Say(set);
        }

        _replica.TurnUntil(() => long.Parse(_replica.Info("slave_read_repl_offset"), CultureInfo.InvariantCulture) > 1_000_000);
        for (int i = 0; i < 200; i++)
        {
            _replica.Engine.Turn(1000);
        }

        Assert.Equal("up", _replica.Info("master_link_status"));
        Assert.True(long.Parse(_replica.Info("slave_read_repl_offset"), CultureInfo.InvariantCulture) < 2_000_000);
        _replica.Run("CLIENT UNPAUSE").ShouldBe("+OK");
        _replica.TurnUntil(() => _replica.Replication.State.Offset == 10 * set.Length);
    }

    [Fact]
    public void Another_history_at_the_bidding_of_debug_has_nothing_in_common_with_any()
    {
        string id = _replica.Replication.State.Id;
        _replica.Replication.State.SetSecond(new string('b', 40), 10);
        _replica.Run("DEBUG CHANGE-REPL-ID").ShouldBe("+OK");
        Assert.NotEqual(id, _replica.Info("master_replid"));
        Assert.Equal(new string('0', 40), _replica.Info("master_replid2"));
    }

    [Fact]
    public void A_stream_that_is_no_protocol_ends_the_link_where_it_was_last_good()
    {
        string increment = ScriptedPrimary.Request("INCR", "n");
        _primary.Say(increment + "*1\r\nrubbish\r\n" + increment);
        _replica.TurnUntilLogged("The stream of the master cannot be followed");
        _replica.Run("GET n").ShouldBe("$2", "11");
        Assert.Equal("connect", _replica.Run("ROLE").Text.Split("\r\n")[7]);
        _primary.Greet();
        _primary.Expect("PSYNC", ScriptedPrimary.Id, $"{increment.Length + 1}");
    }

    [Fact]
    public void Messages_reach_the_subscribers_of_a_replica()
    {
        TestClient subscriber = _replica.Engine.Connect();
        subscriber.Run("SUBSCRIBE news");
        _primary.Say(ScriptedPrimary.Request("PUBLISH", "news", "hello"));
        _replica.TurnUntil(() => _replica.Replication.State.Offset > 0);
        subscriber.Receive().ShouldBe("*3", "$7", "message", "$4", "news", "$5", "hello");
    }

    [Fact]
    public void A_client_that_reads_is_served_by_what_the_primary_writes()
    {
        TestClient reader = _replica.Engine.Connect();
        reader.Run("XREAD BLOCK 0 STREAMS s $");
        _primary.Say(ScriptedPrimary.Request("XADD", "s", "1-1", "f", "v"));
        _replica.TurnUntil(() => _replica.Replication.State.Offset > 0);
        Assert.Contains("1-1", reader.Receive().Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_killed_link_is_made_again()
    {
        _replica.Run("CLIENT KILL TYPE MASTER").ShouldBe(":1");
        _replica.TurnUntilLogged("Caching the disconnected master state.");
        _primary.Greet();
        _primary.Expect("PSYNC", ScriptedPrimary.Id, "1");
    }

    public void Dispose()
    {
        _primary.Dispose();
        _replica.Dispose();
    }
}
