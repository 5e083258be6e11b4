using static Spinel.Replication.Tests.Primary.FullSyncTests;

namespace Spinel.Replication.Tests.Primary;

public sealed class StreamTests
{
    [Fact]
    public void Effects_are_framed_as_the_log_has_them()
    {
        using var primary = new PrimaryEngine();
        ScriptedReplica replica = primary.Connect().Join();
        primary.Run("SET a 1");
        primary.Run("GET a");
        primary.Run("SELECT 3");
        primary.Run("SADD s x");
        primary.Run("SPOP s");
        Assert.Equal(
            Request("SELECT", "0") + Request("SET", "a", "1") + Request("SELECT", "3") + Request("SADD", "s", "x") + Request("SREM", "s", "x"), Normalized(replica.Turn()));
        primary.Run("MULTI");
        primary.Run("INCR n");
        primary.Run("INCR n");
        primary.Run("EXEC");
        Assert.Equal(Request("MULTI") + Request("INCR", "n") + Request("INCR", "n") + Request("EXEC"), replica.Turn());
        primary.Run("SET e 1 PX 50");
        Assert.Contains("PXAT", replica.Turn(), StringComparison.OrdinalIgnoreCase);
        primary.Engine.Time.Advance(100);
        primary.Run("GET e");
        string gone = replica.Turn();
        Assert.True(gone == Request("DEL", "e") || gone == Request("UNLINK", "e"), gone);
    }

    [Fact]
    public void Messages_reach_replicas_and_not_the_log()
    {
        using var primary = new PrimaryEngine();
        ScriptedReplica replica = primary.Connect().Join();
        primary.Run("PUBLISH ch hello");
        Assert.Equal(Request("SELECT", "0") + Request("PUBLISH", "ch", "hello"), replica.Turn());
        primary.Run("MULTI");
        primary.Run("SET a 1");
        primary.Run("SPUBLISH ch again");
        primary.Run("EXEC");
        Assert.Equal(Request("MULTI") + Request("SET", "a", "1") + Request("SPUBLISH", "ch", "again") + Request("EXEC"), replica.Turn());
    }

    [Fact]
    public void Evicted_keys_reach_replicas()
    {
        using var primary = new PrimaryEngine(("maxmemory-policy", "allkeys-random"), ("repl-backlog-size", "50000"));
        ScriptedReplica replica = primary.Connect().Join();
        for (int i = 0; i < 200; i++)
        {
            primary.Run($"SET k{i} {new string('x', 10_000)}");
            replica.Turn();
        }

        primary.Run("CONFIG SET maxmemory 1mb");
        string stream = "";
        for (int i = 0; i < 100; i++)
        {
            stream += replica.Turn(10);
        }

        Assert.Contains("DEL", stream, StringComparison.Ordinal);
        Assert.True(primary.Engine.Engine.Statistics.EvictedKeys > 0);
    }

    [Fact]
    public void A_ping_comes_every_period()
    {
        using var primary = new PrimaryEngine(("repl-ping-replica-period", "3"));
        ScriptedReplica replica = primary.Connect().Join();
        string stream = "";
        for (int i = 0; i < 7; i++)
        {
            stream += replica.Turn(1000);
        }

        Assert.Equal(Request("PING") + Request("PING"), stream);
    }

    [Fact]
    public void Every_replica_gets_every_byte_of_a_long_random_stream()
    {
        using var primary = new PrimaryEngine(("repl-backlog-size", "50000"));
        ScriptedReplica first = primary.Connect().Join();
        ScriptedReplica second = primary.Connect().Join();
        first.Turn();
        first.Take();
        second.Turn();
        second.Take();
        var random = new Random(3);
        var all = new System.Text.StringBuilder();
        var other = new System.Text.StringBuilder();
        long start = primary.Offset;
        for (int i = 0; i < 600; i++)
        {
            primary.Run($"SET k{random.Next(20)} {new string((char)('a' + random.Next(26)), random.Next(i % 50 == 0 ? 70_000 : 400))}");
            if (random.Next(3) == 0)
            {
                primary.Engine.Turn();
            }

            if (random.Next(4) == 0)
            {
                first.Receive();
            }

            if (random.Next(40) == 0)
            {
                second.Receive();
            }
        }

        primary.Engine.Turn();
        first.Receive();
        second.Receive();
        all.Append(first.Take());
        other.Append(second.Take());
        Assert.Equal(primary.Offset - start, all.Length);
        Assert.Equal(all.ToString(), other.ToString());
        first.Turn();
        Assert.InRange(primary.Replication.Backlog.Length, 50_000, 50_000 + 140_000);
    }

    [Fact]
    public void A_replica_that_lags_too_far_is_cut_off()
    {
        using var primary = new PrimaryEngine(("repl-backlog-size", "20000"), ("client-output-buffer-limit", "replica 200000 0 0"));
        ScriptedReplica replica = primary.Connect().Join();
        for (int i = 0; i < 30 && !replica.IsClosed; i++)
        {
            primary.Run($"SET k {new string('x', 10_000)}");
            primary.Engine.Turn();
        }

        Assert.True(replica.IsClosed);
        Assert.True(primary.Replication.Backlog.MemoryBytes > 150_000);
        replica.Disconnect();
        primary.Engine.Turn();
        Assert.InRange(primary.Replication.Backlog.MemoryBytes, 1, 100_000);
    }

    [Fact]
    public void What_waits_for_a_snapshot_to_end_is_limited_too()
    {
        using var primary = new PrimaryEngine(("repl-backlog-size", "20000"), ("client-output-buffer-limit", "replica 200000 0 0"), ("rdb-key-save-delay", "100000000"));
        primary.Run("SET a 1");
        primary.Run("SET b 1");
        ScriptedReplica replica = primary.Connect().Greet();
        replica.Send("PSYNC ? -1");
        for (int i = 0; i < 30 && !replica.IsClosed; i++)
        {
            primary.Run($"SET k {new string('x', 10_000)}");
            primary.Engine.Turn();
            replica.Receive();
        }

        Assert.True(replica.IsClosed);
        replica.Disconnect();
        primary.TurnUntil(() => !primary.Persistence.Snapshots.IsActive);
        primary.Engine.Turn();
        Assert.InRange(primary.Replication.Backlog.MemoryBytes, 1, 150_000);
    }

    [Fact]
    public void Replies_do_not_get_into_the_stream()
    {
        using var primary = new PrimaryEngine();
        ScriptedReplica replica = primary.Connect().Join();
        replica.Take();
        replica.Send("GET a");
        replica.Send("PING");
        replica.Send("NOSUCH");
        Assert.Equal("", replica.Turn());
        Assert.Contains("flags=S", primary.Run("CLIENT LIST TYPE replica").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_steady_stream_allocates_nothing()
    {
        using var primary = new PrimaryEngine(("repl-backlog-size", "100000"));
        ScriptedReplica replica = primary.Connect().Join();
        TestClient client = primary.Engine.Connect();
        byte[] request = System.Text.Encoding.ASCII.GetBytes(Request("SET", "key", new string('x', 100)));
        byte[] shared = new byte[64 * 1024];
        void Turns(int count)
        {
            for (int i = 0; i < count; i++)
            {
                primary.Engine.Engine.BeginTurn();
                for (int j = 0; j < 10; j++)
                {
                    request.CopyTo(client.Session.BeginReceive(shared));
                    client.Session.EndReceive(request.Length, shared);
                }

                primary.Engine.Engine.EndTurn();
                primary.Engine.Engine.RunBackground();
                client.Session.Output.Consume(client.Session.Output.Length);
                replica.Client.Session.Output.Consume(replica.Client.Session.Output.Length);
                primary.Engine.Engine.ClearPendingWrites();
                primary.Engine.TakeEffects();
                primary.Engine.TakeEvents();
            }
        }

        // The harness itself keeps notes of effects and events, so it has to be left out of the count.
        primary.Engine.StopRecording();
        Turns(2000);

        // What commands allocate recurs; what other threads hand over once, late on a busy machine, does not.
        long perCommand = long.MaxValue;
        for (int attempt = 0; attempt < 4 && perCommand > 0; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Turns(2000);
            perCommand = Math.Min(perCommand, (GC.GetAllocatedBytesForCurrentThread() - before) / 20_000);
        }

        Assert.Equal(0, perCommand);
        Assert.True(primary.Offset > 2_000_000);
    }

    private static string Normalized(string stream) => stream.Replace("$4\r\nSPOP", "$4\r\nSPOP", StringComparison.Ordinal);
}
