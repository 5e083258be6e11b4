namespace Spinel.Replication.Tests.Replica;

/// <summary>What is different for the clients of a replica.</summary>
public sealed class ReplicaRoleTests : IDisposable
{
    private const string ReadOnly = "-READONLY You can't write against a read only replica.";

    private readonly ReplicaEngine _replica = new();
    private readonly ScriptedPrimary _primary;

    public ReplicaRoleTests() => _primary = new ScriptedPrimary(_replica);

    [Fact]
    public void A_replica_takes_no_writes_of_clients()
    {
        Synchronize();
        _replica.Run("SET a 1").ShouldBe(ReadOnly);
        _replica.Run("MULTI").ShouldBe("+OK");
        _replica.Run("SET a 1").ShouldBe(ReadOnly);
        _replica.Run("EXEC").ShouldBe("-EXECABORT Transaction discarded because of previous errors.");
        _replica.Run("CONFIG SET replica-read-only no").ShouldBe("+OK");
        _replica.Run("SET a 1").ShouldBe("+OK");
        _replica.Run("CONFIG SET replica-read-only yes").ShouldBe("+OK");
        _replica.Run("DEL a").ShouldBe(ReadOnly);
        _replica.Run("REPLICAOF NO ONE").ShouldBe("+OK");
        _replica.Run("DEL a").ShouldBe(":1");
    }

    [Fact]
    public void A_replica_without_its_primary_may_be_told_to_show_nothing()
    {
        Synchronize();
        _replica.Run("CONFIG SET replica-serve-stale-data no").ShouldBe("+OK");
        _replica.Run("GET a").ShouldBe("$-1");
        _primary.Hang();
        _replica.TurnUntil(() => _replica.Info("master_link_status") == "down");
        _replica.Run("GET a").ShouldBe("-MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.");
        Assert.Contains("role:slave", _replica.Run("INFO replication").Text, StringComparison.Ordinal);
        _replica.Run("CONFIG SET replica-serve-stale-data yes").ShouldBe("+OK");
        _replica.Run("GET a").ShouldBe("$-1");
    }

    [Fact]
    public void Keys_whose_time_has_come_are_hidden_until_the_primary_removes_them()
    {
        Synchronize();
        string set = ScriptedPrimary.Request("SET", "k", "v", "PXAT", $"{_replica.Engine.NowMs + 10_000}") + ScriptedPrimary.Request("SET", "stays", "1");
        _primary.Say(set);
        _replica.TurnUntil(() => _replica.Replication.State.Offset == set.Length);
        _replica.Run("GET k").ShouldBe("$1", "v");
        for (int i = 0; i < 5; i++)
        {
            _replica.Engine.Turn(5000);
        }

        _replica.Engine.TakeEffects();
        _replica.Run("GET k").ShouldBe("$-1");
        _replica.Run("EXISTS k").ShouldBe(":0");
        _replica.Run("TTL k").ShouldBe(":-2");
        _replica.Run("TYPE k").ShouldBe("+none");
        _replica.Run("KEYS *").ShouldBe("*1", "$5", "stays");
        Assert.DoesNotContain("$1\r\nk\r\n", _replica.Run("SCAN 0").Text, StringComparison.Ordinal);
        for (int i = 0; i < 20; i++)
        {
            Assert.DoesNotContain("$1\r\nk\r\n", _replica.Run("RANDOMKEY").Text.Replace("stays", "", StringComparison.Ordinal), StringComparison.Ordinal);
        }

        // It is there, and counted.
        _replica.Run("DBSIZE").ShouldBe(":2");
        _replica.Engine.TakeEffects().ShouldBe();

        // For the primary it is not over yet: what it does to the key counts.
        string append = ScriptedPrimary.Request("APPEND", "k", "w") + ScriptedPrimary.Request("PERSIST", "k");
        _primary.Say(append);
        _replica.TurnUntil(() => _replica.Replication.State.Offset == set.Length + append.Length);
        _replica.Run("GET k").ShouldBe("$2", "vw");
    }

    [Fact]
    public void Keys_expire_again_once_the_replica_is_a_primary()
    {
        Synchronize();
        string set = ScriptedPrimary.Request("SET", "k", "v", "PXAT", $"{_replica.Engine.NowMs + 1000}");
        _primary.Say(set);
        _replica.TurnUntil(() => _replica.Replication.State.Offset == set.Length);
        _replica.Engine.Turn(2000);
        _replica.Run("DBSIZE").ShouldBe(":1");
        _replica.Run("REPLICAOF NO ONE").ShouldBe("+OK");
        _replica.TurnUntil(() => _replica.Run("DBSIZE").Text == ":0\r\n");
    }

    [Fact]
    public void What_clients_of_a_writable_replica_let_expire_expires()
    {
        Synchronize();
        _replica.Run("CONFIG SET replica-read-only no").ShouldBe("+OK");
        string set = ScriptedPrimary.Request("SET", "k", "v", "PXAT", $"{_replica.Engine.NowMs + 1000}");
        _primary.Say(set);
        _replica.TurnUntil(() => _replica.Replication.State.Offset == set.Length);
        _replica.Run("SET own v PX 1000").ShouldBe("+OK");
        _replica.Run("DBSIZE").ShouldBe(":2");
        Assert.Equal("1", _replica.Info("slave_expires_tracked_keys"));
        for (int i = 0; i < 20; i++)
        {
            _replica.Engine.Turn(100);
        }

        _replica.Run("DBSIZE").ShouldBe(":1");
        Assert.Equal("0", _replica.Info("slave_expires_tracked_keys"));
        _replica.Run("REPLICAOF NO ONE");
        _replica.TurnUntil(() => _replica.Run("DBSIZE").Text == ":0\r\n");
    }

    [Fact]
    public void The_siblings_of_a_new_primary_find_its_history_however_long_it_has_been_a_replica_without_replicas()
    {
        _replica.Run("CONFIG SET repl-backlog-ttl 10").ShouldBe("+OK");
        Synchronize();
        for (int i = 0; i < 20; i++)
        {
            _replica.Engine.Turn(1000);
            _primary.Say(ScriptedPrimary.Request("PING"));
        }

        string id = _replica.Info("master_replid");
        _replica.Run("REPLICAOF NO ONE").ShouldBe("+OK");
        _replica.Engine.Turn(2000);
        _replica.Engine.Turn(2000);
        Assert.Equal("1", _replica.Info("repl_backlog_active"));
        Assert.Equal(id, _replica.Info("master_replid2"));
    }

    [Fact]
    public void A_replica_leaves_eviction_to_its_primary()
    {
        Synchronize();
        _replica.Run("CONFIG SET maxmemory-policy allkeys-lru maxmemory 1").ShouldBe("+OK");
        string set = ScriptedPrimary.Request("SET", "k", "v");
        _primary.Say(set);
        _replica.TurnUntil(() => _replica.Replication.State.Offset == set.Length);
        _replica.Run("GET k").ShouldBe("$1", "v");
        _replica.Run("CONFIG SET replica-ignore-maxmemory no").ShouldBe("+OK");
        _replica.TurnUntil(() => _replica.Run("DBSIZE").Text == ":0\r\n");
    }

    [Fact]
    public void Clients_that_wait_are_sent_away_when_the_role_changes()
    {
        TestClient waiting = _replica.Engine.Connect();
        waiting.Run("BLPOP list 0");
        _primary.Attract();
        waiting.Receive().ShouldBe("-UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)");
        Assert.True(waiting.Session.CloseAfterReply);
    }

    [Fact]
    public void The_address_of_the_primary_shows_in_the_options()
    {
        _primary.Attract();
        _replica.Run("CONFIG GET replicaof").ShouldBe("*2", "$9", "replicaof", $"${$"127.0.0.1 {_primary.Port}".Length}", $"127.0.0.1 {_primary.Port}");
        _replica.Run($"REPLICAOF 127.0.0.1 {_primary.Port}").ShouldBe("+OK Already connected to specified master");
        _replica.Run("SLAVEOF NO ONE").ShouldBe("+OK");
        _replica.Run("CONFIG GET replicaof").ShouldBe("*2", "$9", "replicaof", "$0", "");
    }

    [Theory]
    [InlineData("REPLICAOF 127.0.0.1 70000", "-ERR Invalid master port")]
    [InlineData("REPLICAOF 127.0.0.1 x", "-ERR Invalid master port")]
    [InlineData("FAILOVER", "-ERR FAILOVER requires connected replicas.")]
    [InlineData("FAILOVER ABORT", "-ERR No failover in progress.")]
    [InlineData("FAILOVER TIMEOUT 0", "-ERR FAILOVER timeout must be greater than 0")]
    [InlineData("FAILOVER NOW", "-ERR syntax error")]
    public void Mistakes_are_answered(string command, string reply) => _replica.Run(command).ShouldBe(reply);

    [Fact]
    public void A_promoted_replica_begins_a_history_that_its_siblings_can_follow()
    {
        Synchronize();
        string set = ScriptedPrimary.Request("SET", "k", "v");
        _primary.Say(set);
        _replica.TurnUntil(() => _replica.Replication.State.Offset == set.Length);
        _replica.Run("REPLICAOF NO ONE").ShouldBe("+OK");
        ReplicationState state = _replica.Replication.State;
        Assert.Equal(ScriptedPrimary.Id, state.SecondId);
        Assert.Equal(set.Length + 1, state.SecondOffset);
        Assert.NotEqual(ScriptedPrimary.Id, state.Id);
        Assert.Equal(set.Length, state.Offset);
        string id = state.Id;

        // And when it goes back, it asks to go on from there.
        _primary.Attract();
        _primary.Greet();
        _primary.Expect("PSYNC", id, $"{set.Length + 1}");
    }

    public void Dispose()
    {
        _primary.Dispose();
        _replica.Dispose();
    }

    private void Synchronize()
    {
        _primary.Attract();
        _primary.Synchronize(0, ScriptedPrimary.File());
    }
}
