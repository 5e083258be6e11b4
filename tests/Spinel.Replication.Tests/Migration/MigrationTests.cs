using System.Globalization;
using Spinel.Engine.Sessions;
using Spinel.Replication.Tests.Primary;
using static Spinel.Replication.Tests.Primary.FullSyncTests;

namespace Spinel.Replication.Tests.Migration;

/// <summary>Keys move while clients are served.</summary>
public sealed class MigrationTests : IDisposable
{
    private readonly PrimaryEngine _source = new();
    private readonly ScriptedTarget _target;
    private readonly TestClient _client;

    public MigrationTests()
    {
        _target = new ScriptedTarget(_source);
        _client = _source.Engine.Connect();
    }

    [Fact]
    public void The_client_waits_and_others_do_not()
    {
        ScriptedReplica replica = _source.Connect().Join();
        _source.Run("SET a 1");
        replica.Turn();
        Begin("a");
        _source.Run("SET b 1").ShouldBe("+OK");
        _source.Run("GET a").ShouldBe("$1", "1");
        replica.Turn();
        _target.Say("+OK\r\n");
        Await("+OK");
        _source.Run("EXISTS a").ShouldBe(":0");
        Assert.Equal(Request("DEL", "a"), replica.Turn());
    }

    [Fact]
    public void What_changes_meanwhile_is_sent_again()
    {
        _source.Run("SET a 1");
        Begin("a");
        _source.Run("SET a 2").ShouldBe("+OK");
        _target.Say("+OK\r\n");
        _target.Expect("REPLACE\r\n");
        _source.Run("GET a").ShouldBe("$1", "2");
        _source.Run("DEL a").ShouldBe(":1");
        _target.Say("+OK\r\n");
        _target.Expect(Request("DEL", "a"));
        _target.Say(":1\r\n");
        Await("+OK");
        _source.Run("EXISTS a").ShouldBe(":0");
    }

    [Fact]
    public void What_changes_all_the_time_goes_too()
    {
        _source.Run("SET a 0");
        Begin("a");
        int writes = 0;
        for (; writes < 100; writes++)
        {
            TestClient writer = _source.Engine.Connect();
            if (writer.Run("INCR a").Text.Length == 0)
            {
                // It waits for the key to be gone.
                _target.Say("+OK\r\n");
                Await("+OK");
                _source.Engine.Turn();
                writer.Receive().ShouldBe(":1");
                return;
            }

            _target.Say("+OK\r\n");
            _target.Expect("REPLACE\r\n");
        }

        Assert.Fail("it never goes");
    }

    [Fact]
    public void A_copy_is_of_the_moment_of_the_request()
    {
        _source.Run("SET a 1");
        Begin("a", "COPY");
        _source.Run("SET a 2").ShouldBe("+OK");
        _target.Say("+OK\r\n");
        Await("+OK");
        _source.Run("GET a").ShouldBe("$1", "2");
    }

    [Fact]
    public void What_the_target_refuses_stays_here_and_the_rest_goes()
    {
        _source.Run("MSET a 1 b 2 c 3");
        _client.Run($"MIGRATE 127.0.0.1 {_target.Port} \"\" 0 5000 KEYS a b c nokey");
        AnswerSelect();
        _target.Expect("$1\r\nc\r\n");
        _target.Say("+OK\r\n-BUSYKEY Target key name already exists.\r\n+OK\r\n");
        Await("-ERR Target instance replied with error: BUSYKEY Target key name already exists.");
        _source.Run("EXISTS a b c").ShouldBe(":1");
        _source.Run("GET b").ShouldBe("$1", "2");
    }

    [Fact]
    public void A_connection_that_ends_leaves_what_was_not_acknowledged()
    {
        _source.Run("MSET a 1 b 2");
        _client.Run($"MIGRATE 127.0.0.1 {_target.Port} \"\" 0 5000 KEYS a b");
        AnswerSelect();
        _target.Expect("$1\r\nb\r\n");
        _target.Say("+OK\r\n");
        _target.Dispose();
        Await("-IOERR error or timeout reading to target instance");
        _source.Run("EXISTS a").ShouldBe(":0");
        _source.Run("GET b").ShouldBe("$1", "2");
    }

    [Fact]
    public void What_is_no_reply_does_not_acknowledge()
    {
        _source.Run("MSET a 1 b 2 c 3");
        _client.Run($"MIGRATE 127.0.0.1 {_target.Port} \"\" 0 5000 KEYS a b c");
        AnswerSelect();
        _target.Expect("$1\r\nc\r\n");
        _target.Say("+OK\r\nHTTP/1.1 400 Bad Request\r\n\r\n");
        Await("-IOERR error or timeout reading to target instance");
        _source.Run("EXISTS a b c").ShouldBe(":2");
    }

    [Fact]
    public void Waiting_for_replicas_is_for_the_deletion_too()
    {
        ScriptedReplica replica = _source.Connect().Join();
        _client.Run("SET a 1").ShouldBe("+OK");
        replica.Turn();
        replica.Send(string.Create(CultureInfo.InvariantCulture, $"REPLCONF ACK {_source.Offset}"));
        _source.Engine.Turn();
        _client.Run("WAIT 1 0").ShouldBe(":1");
        Begin("a");
        _target.Say("+OK\r\n");
        Await("+OK");
        Assert.Equal("", _client.Run("WAIT 1 0").Text);
        replica.Turn();
        replica.Send(string.Create(CultureInfo.InvariantCulture, $"REPLCONF ACK {_source.Offset}"));
        _source.Engine.Turn();
        _client.Receive().ShouldBe(":1");
    }

    [Fact]
    public void Who_is_not_let_in_sends_no_keys()
    {
        _source.Run("SET a 1");
        _client.Run($"MIGRATE 127.0.0.1 {_target.Port} a 7 5000 AUTH2 user secret");
        _target.Expect(Request("AUTH", "user", "secret") + Request("SELECT", "7"));
        _target.Say("-WRONGPASS no\r\n+OK\r\n");
        Await("-ERR Target instance replied with error: WRONGPASS no");
        _source.Run("GET a").ShouldBe("$1", "1");
    }

    [Fact]
    public void Nothing_is_deleted_while_a_client_has_paused_writes()
    {
        ScriptedReplica replica = _source.Connect().Join();
        _source.Run("SET a 1");
        replica.Turn();
        Begin("a");
        _source.Run("CLIENT PAUSE 1000000000 WRITE").ShouldBe("+OK");
        Pauses(replica, () => _source.Run("CLIENT UNPAUSE").ShouldBe("+OK"));
    }

    [Theory]
    [InlineData(WriteHold.Failover)]
    [InlineData(WriteHold.Shutdown)]
    public void Nothing_is_deleted_while_the_server_holds_writes_up(WriteHold reason)
    {
        ScriptedReplica replica = _source.Connect().Join();
        _source.Run("SET a 1");
        replica.Turn();
        Begin("a");
        _source.Engine.Engine.Pause.Hold(reason);
        Pauses(replica, () => _source.Engine.Engine.Pause.Release(reason));
    }

    [Fact]
    public void The_last_of_several_pauses_counts()
    {
        _source.Run("SET a 1");
        Begin("a");
        _source.Run("CLIENT PAUSE 1000000000 WRITE").ShouldBe("+OK");
        _source.Engine.Engine.Pause.Hold(WriteHold.Failover);
        _target.Say("+OK\r\n");
        _source.TurnUntil(() => _source.Replication.Migrations.Postponed == 1);
        _source.Engine.Engine.Pause.Release(WriteHold.Failover);
        _source.Engine.Turn();
        _source.Run("EXISTS a").ShouldBe(":1");
        Assert.Equal(1, _source.Replication.Migrations.Postponed);
        _source.Run("CLIENT UNPAUSE").ShouldBe("+OK");
        Await("+OK");
        _source.Run("EXISTS a").ShouldBe(":0");
    }

    [Fact]
    public void A_key_that_is_named_twice_is_sent_twice()
    {
        _source.Run("MSET a 1 b 2");
        _client.Run($"MIGRATE 127.0.0.1 {_target.Port} \"\" 0 5000 KEYS a a b");
        AnswerSelect();
        _target.Expect("RESTORE\r\n$1\r\na\r\n");
        _target.Expect("RESTORE\r\n$1\r\na\r\n");
        _target.Expect("$1\r\nb\r\n");
        _target.Say("+OK\r\n-BUSYKEY Target key name already exists.\r\n+OK\r\n");
        Await("-ERR Target instance replied with error: BUSYKEY Target key name already exists.");
        _source.Run("EXISTS a b").ShouldBe(":0");
    }

    [Fact]
    public void A_key_that_is_named_twice_is_not_taken_back()
    {
        _source.Run("SET a 1");
        _client.Run($"MIGRATE 127.0.0.1 {_target.Port} \"\" 0 5000 KEYS a a a");
        AnswerSelect();
        _target.Expect("RESTORE\r\n$1\r\na\r\n");
        _target.Expect("RESTORE\r\n$1\r\na\r\n");
        _target.Expect("RESTORE\r\n$1\r\na\r\n");

        // It expires there between the requests, for instance: each of them has made it.
        _target.Say("+OK\r\n+OK\r\n+OK\r\n");
        Await("+OK");
        _source.Run("EXISTS a").ShouldBe(":0");
    }

    [Fact]
    public void A_connection_is_used_again_for_the_same_place()
    {
        MoveOne();
        _source.Run("SET a 1");
        _client.Run($"MIGRATE 127.0.0.1 {_target.Port} a 0 5000");
        _target.Expect("*4\r\n$7\r\nRESTORE\r\n");
        _target.Expect("\r\n");
        _target.Say("+OK\r\n");
        Await("+OK");
        Assert.Equal(1, _target.Connections);

        // Another user, another database: another connection.
        _source.Run("SET a 1");
        _target.Forget();
        _client.Run($"MIGRATE 127.0.0.1 {_target.Port} a 1 5000 AUTH secret");
        _target.Expect(Request("AUTH", "secret") + Request("SELECT", "1"));
        _target.Say("+OK\r\n+OK\r\n");
        _target.Expect("RESTORE\r\n");
        _target.Say("+OK\r\n");
        Await("+OK");
        Assert.Equal(2, _target.Connections);
    }

    [Fact]
    public void A_connection_that_the_target_has_closed_meanwhile_is_made_again()
    {
        MoveOne();
        _target.HangUp();
        _source.Run("SET a 1");
        Begin("a");
        _target.Say("+OK\r\n");
        Await("+OK");
        Assert.Equal(2, _target.Connections);
        _source.Run("EXISTS a").ShouldBe(":0");
    }

    [Fact]
    public void What_the_target_says_unasked_is_no_answer()
    {
        MoveOne();
        _target.Say("+OK\r\n");
        _source.Run("SET a 1");
        Begin("a");
        Assert.Equal(2, _target.Connections);
        _target.Say("-ERR no\r\n");
        Await("-ERR Target instance replied with error: ERR no");
        _source.Run("GET a").ShouldBe("$1", "1");
    }

    [Fact]
    public void A_connection_is_made_again_once_only()
    {
        MoveOne();
        _target.HangUp();
        _source.Run("SET a 1");
        Begin("a");
        _target.HangUp();
        Await("-IOERR error or timeout reading to target instance");
        Assert.Equal(2, _target.Connections);
        _source.Run("GET a").ShouldBe("$1", "1");
    }

    [Fact]
    public void A_connection_that_nobody_wants_is_closed()
    {
        MoveOne();
        _source.Engine.Turn(5000);
        Assert.False(_target.IsClosed);
        _source.Engine.Turn(6000);
        _source.TurnUntil(() => _target.IsClosed);
    }

    [Fact]
    public void A_server_may_stop_in_the_middle_of_it()
    {
        _source.Run("SET a 1");
        Begin("a");
        _source.Engine.Engine.Stop();
    }

    public void Dispose()
    {
        _target.Dispose();
        _source.Dispose();
    }

    /// <summary>The target has a key, and nothing follows from that here before the pause is over.</summary>
    private void Pauses(ScriptedReplica replica, Action end)
    {
        _target.Say("+OK\r\n");
        _source.TurnUntil(() => _source.Replication.Migrations.Postponed == 1);
        _source.Run("GET a").ShouldBe("$1", "1");
        Assert.Equal("", _client.Receive().Text);
        Assert.DoesNotContain("DEL", replica.Turn(), StringComparison.Ordinal);
        TestClient writer = _source.Engine.Connect();
        Assert.Equal("", writer.Run("INCR a").Text);
        end();
        Await("+OK");
        _source.Engine.Turn();
        writer.Receive().ShouldBe(":1");
        Assert.Contains(Request("DEL", "a"), replica.Turn(), StringComparison.Ordinal);
    }

    private void MoveOne()
    {
        _source.Run("SET a 1");
        Begin("a");
        _target.Say("+OK\r\n");
        Await("+OK");
        _target.Forget();
    }

    /// <summary>Has a key sent as far as that the target has it, and has not answered.</summary>
    private void Begin(string key, string option = "REPLACE")
    {
        Assert.Equal("", _client.Run($"MIGRATE 127.0.0.1 {_target.Port} {key} 0 5000 {option}").Text);
        AnswerSelect();
        _target.Expect("RESTORE\r\n");
        _target.Expect("\r\n");
    }

    private void AnswerSelect()
    {
        _target.Expect("SELECT\r\n$1\r\n0\r\n");
        _target.Say("+OK\r\n");
    }

    private void Await(string reply)
    {
        string text = "";
        _source.TurnUntil(() => (text += _client.Receive().Text).Length > 0);
        Assert.Equal(reply + "\r\n", text);
    }
}
