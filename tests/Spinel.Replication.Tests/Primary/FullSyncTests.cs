using System.Text;

namespace Spinel.Replication.Tests.Primary;

public sealed class FullSyncTests
{
    [Fact]
    public void A_replica_is_sent_a_snapshot_and_then_what_follows()
    {
        using var primary = new PrimaryEngine();
        primary.Run("SET before 1");
        ScriptedReplica replica = primary.Connect().Greet();
        string snapshot = replica.SyncFully();
        Assert.StartsWith("REDIS00", snapshot, StringComparison.Ordinal);
        Assert.Contains("before", snapshot, StringComparison.Ordinal);
        Assert.Contains("repl-id", snapshot, StringComparison.Ordinal);
        Assert.Contains(replica.Id, snapshot, StringComparison.Ordinal);
        Assert.Equal(40, replica.Id.Length);
        Assert.Equal(0, replica.Offset);

        // Until it has said that it recognized the end of the snapshot, nothing may follow it.
        primary.Run("SET after 2");
        Assert.Equal("", replica.Turn());
        replica.Send("REPLCONF ACK 0");
        string stream = replica.Turn();
        Assert.Equal(Request("SELECT", "0") + Request("SET", "after", "2"), stream);
        Assert.Equal(stream.Length, primary.Offset);
        Assert.Equal(1, primary.Engine.Engine.Statistics.FullSyncs);
        foreach (string line in (string[])[
            "Replica 127.0.0.1:7777 asks for synchronization", "Full resync requested by replica 127.0.0.1:7777",
            "Starting BGSAVE for SYNC with target: replicas sockets", "Synchronization with replica 127.0.0.1:7777 succeeded"])
        {
            Assert.Contains(line, primary.Log.Lines);
        }
    }

    [Fact]
    public void What_happens_while_the_snapshot_is_made_follows_it()
    {
        using var primary = new PrimaryEngine(("rdb-key-save-delay", "1000"));
        for (int i = 0; i < 20; i++)
        {
            primary.Run($"SET k{i} old");
        }

        ScriptedReplica replica = primary.Connect().Greet();
        replica.Send("PSYNC ? -1");
        replica.Turn();
        primary.Run("SET k7 new");
        primary.Run("DEL k8");
        string payload = "";
        replica.TurnUntil(() =>
        {
            payload += replica.Take();
            return primary.Log.Has("Streamed replication");
        });
        Assert.DoesNotContain("new", payload, StringComparison.Ordinal);
        replica.Send("REPLCONF ACK 0");
        Assert.Equal(Request("SELECT", "0") + Request("SET", "k7", "new") + Request("DEL", "k8"), replica.Turn());
    }

    [Theory]
    [InlineData("yes", false)]
    [InlineData("no", true)]
    public void A_replica_that_has_to_know_the_length_is_sent_a_file(string diskless, bool recognizesEnd)
    {
        using var primary = new PrimaryEngine(("repl-diskless-sync", diskless));
        primary.Run("SET key " + new string('v', 2_000_000));
        ScriptedReplica replica = primary.Connect().Greet(recognizesEnd);
        string snapshot = replica.SyncFully();
        Assert.StartsWith("REDIS", snapshot, StringComparison.Ordinal);
        primary.Run("SET after 2");

        // The length tells where it ends, so that nothing has to be waited for.
        Assert.Equal(Request("SELECT", "0") + Request("SET", "after", "2"), replica.Turn());
        Assert.Contains("Starting BGSAVE for SYNC with target: disk", primary.Log.Lines);
        Assert.Empty(Directory.GetFiles(primary.Engine.Engine.Options.WorkingDirectory));
    }

    [Fact]
    public void Replicas_that_come_within_the_delay_share_a_snapshot()
    {
        using var primary = new PrimaryEngine(("repl-diskless-sync-delay", "5"));
        primary.Run("SET a 1");
        ScriptedReplica first = primary.Connect().Greet();
        ScriptedReplica second = primary.Connect().Greet();
        first.Send("PSYNC ? -1");
        Assert.Contains("Delay next BGSAVE for diskless SYNC", primary.Log.Lines);
        Assert.DoesNotContain("FULLRESYNC", first.Turn(3000), StringComparison.Ordinal);
        second.Send("PSYNC ? -1");
        Assert.Equal("wait_bgsave", State(primary, 0));
        Assert.Contains("FULLRESYNC", first.Turn(3000), StringComparison.Ordinal);
        second.TakeSnapshot();
        Assert.Equal(1, primary.Log.Lines.Count(line => line.StartsWith("Starting BGSAVE", StringComparison.Ordinal)));
    }

    [Fact]
    public void So_many_replicas_end_the_delay()
    {
        using var primary = new PrimaryEngine(("repl-diskless-sync-delay", "5"), ("repl-diskless-sync-max-replicas", "2"));
        ScriptedReplica first = primary.Connect().Greet();
        ScriptedReplica second = primary.Connect().Greet();
        first.Send("PSYNC ? -1");
        Assert.Equal("", first.Turn());
        second.Send("PSYNC ? -1");
        first.TakeSnapshot();
        second.TakeSnapshot();
    }

    [Fact]
    public void Who_comes_late_joins_a_file_and_waits_for_the_next_stream()
    {
        using var primary = new PrimaryEngine(("rdb-key-save-delay", "1000"), ("repl-diskless-sync", "no"));
        for (int i = 0; i < 20; i++)
        {
            primary.Run($"SET k{i} v");
        }

        ScriptedReplica first = primary.Connect().Greet();
        first.Send("PSYNC ? -1");
        first.Turn();
        primary.Run("SET k1 w");
        ScriptedReplica second = primary.Connect().Greet();
        second.Send("PSYNC ? -1");
        Assert.Contains("Waiting for end of BGSAVE for SYNC", primary.Log.Lines);
        string firstSnapshot = first.TakePayload();
        string secondSnapshot = second.TakeSnapshot();
        Assert.Equal(firstSnapshot, secondSnapshot);
        Assert.Equal(0, second.Offset);
        first.Turn();
        second.Turn();
        Assert.Equal("online", State(primary, 1));

        primary.Run("CONFIG SET repl-diskless-sync yes");
        ScriptedReplica third = primary.Connect().Greet();
        third.Send("PSYNC ? -1");
        third.Turn();
        ScriptedReplica fourth = primary.Connect().Greet();
        fourth.Send("PSYNC ? -1");
        Assert.Contains("Current BGSAVE has socket target. Waiting for next BGSAVE for SYNC", primary.Log.Lines);
        third.TurnUntil(() => primary.Log.Has("Streamed replication"));
        fourth.TakeSnapshot();
    }

    [Fact]
    public void Sync_gets_the_data_without_a_word()
    {
        using var primary = new PrimaryEngine();
        primary.Run("SET a 1");
        ScriptedReplica replica = primary.Connect();
        replica.Send("SYNC");
        Assert.StartsWith("REDIS", replica.TakePayload(), StringComparison.Ordinal);
        replica.Turn();
        primary.Run("SET b 2");
        Assert.Equal(Request("SELECT", "0") + Request("SET", "b", "2"), replica.Turn());
    }

    [Fact]
    public void A_snapshot_without_data_has_no_keys()
    {
        using var primary = new PrimaryEngine();
        primary.Run("SET secret 1");
        ScriptedReplica replica = primary.Connect();
        replica.Client.Run("REPLCONF rdb-filter-only functions").ShouldBe("+OK");
        replica.Client.Run("PSYNC ? -1").ShouldBe("-ERR Filtered replica requires EOF capability");
        replica.Greet();
        replica.Client.Run("REPLCONF rdb-only 1").ShouldBe("+OK");
        string snapshot = replica.SyncFully();
        Assert.StartsWith("REDIS", snapshot, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", snapshot, StringComparison.Ordinal);
        Assert.Equal("rdb_transmitted", State(primary, 0));
        primary.Run("SET b 2");
        Assert.Equal("", replica.Turn());
    }

    [Fact]
    public void Replicas_that_wait_are_shown_that_the_primary_lives()
    {
        using var primary = new PrimaryEngine(("repl-diskless-sync-delay", "100"));
        ScriptedReplica replica = primary.Connect().Greet();
        replica.Send("PSYNC ? -1");
        Assert.Equal("\n", replica.Turn(1100));
        Assert.Equal("\n", replica.Turn(1100));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_link_that_dies_leaves_nothing_behind(int stage)
    {
        using var primary = new PrimaryEngine(("repl-diskless-sync", stage == 4 ? "no" : "yes"), ("repl-diskless-sync-delay", stage == 0 ? "10" : "0"));
        for (int i = 0; i < 100; i++)
        {
            primary.Run($"SET k{i} {Guid.NewGuid()}{new string('x', 40_000)}");
        }

        primary.Run("CONFIG SET rdbcompression no");
        ScriptedReplica replica = primary.Connect().Greet();
        replica.Send("PSYNC ? -1");
        if (stage > 0)
        {
            Assert.StartsWith("+FULLRESYNC", replica.TakeLine(), StringComparison.Ordinal);
        }

        switch (stage)
        {
            case 2:
                // The snapshot has been read, but not been taken.
                primary.TurnUntil(() => primary.Replication.Primary.FullSyncs.IsToSockets && primary.Persistence.Snapshots.MaxTimeoutMs > 0);
                break;
            case 3:
                replica.TurnUntil(() => primary.Log.Has("Streamed replication"));
                break;
            case 4:
                replica.TurnUntil(() => primary.Log.Has("Background saving terminated"));
                primary.Engine.Turn();
                break;
        }

        replica.Disconnect();
        primary.TurnUntil(() => !primary.Persistence.Snapshots.IsActive);
        Assert.Equal("0", primary.Info("connected_slaves"));
        Assert.Equal(0, primary.Engine.Engine.Chunks.SharedBytes - primary.Replication.Backlog.MemoryBytes);
        primary.Connect().Join();
        Assert.Equal("online", State(primary, 0));
    }

    [Fact]
    public void A_replica_that_reads_nothing_is_given_up()
    {
        using var primary = new PrimaryEngine(("repl-timeout", "10"));
        primary.Run("CONFIG SET rdbcompression no");
        for (int i = 0; i < 100; i++)
        {
            primary.Run($"SET k{i} {new string('x', 40_000)}");
        }

        ScriptedReplica replica = primary.Connect().Greet();
        replica.Send("PSYNC ? -1");
        for (int i = 0; i < 15 && !replica.IsClosed; i++)
        {
            primary.Engine.Turn(1000);
        }

        Assert.True(replica.IsClosed);
        Assert.Contains("Disconnecting timedout replica (full sync): 127.0.0.1:7777", primary.Log.Lines);
        replica.Disconnect();
        primary.TurnUntil(() => !primary.Persistence.Snapshots.IsActive);
    }

    [Fact]
    public void A_stop_does_not_wait_for_a_replica()
    {
        using var primary = new PrimaryEngine();
        primary.Run("CONFIG SET rdbcompression no");
        for (int i = 0; i < 100; i++)
        {
            primary.Run($"SET k{i} {new string('x', 40_000)}");
        }

        ScriptedReplica replica = primary.Connect().Greet();
        replica.Send("PSYNC ? -1");
        primary.Engine.Turn();
        primary.Engine.Turn();
        Assert.True(primary.Replication.Primary.FullSyncs.IsToSockets);
        primary.Run("SAVE").ShouldBe("-ERR Background save already in progress");
    }

    internal static string Request(params string[] arguments)
    {
        var text = new StringBuilder().Append(System.Globalization.CultureInfo.InvariantCulture, $"*{arguments.Length}\r\n");
        foreach (string argument in arguments)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"${argument.Length}\r\n{argument}\r\n");
        }

        return text.ToString();
    }

    internal static string State(PrimaryEngine primary, int index) =>
        primary.Info($"slave{index}").Split(',').First(field => field.StartsWith("state=", StringComparison.Ordinal))[6..];
}
