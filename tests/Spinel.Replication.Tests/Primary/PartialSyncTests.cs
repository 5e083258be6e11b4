using System.Globalization;
using static Spinel.Replication.Tests.Primary.FullSyncTests;

namespace Spinel.Replication.Tests.Primary;

public sealed class PartialSyncTests
{
    [Fact]
    public void A_replica_goes_on_where_it_was()
    {
        using var primary = new PrimaryEngine();
        ScriptedReplica replica = primary.Connect().Join();
        primary.Run("SET a 1");
        replica.Turn();
        long offset = primary.Offset;
        replica.Disconnect();
        primary.Run("SET b 2");
        ScriptedReplica again = primary.Connect().Greet();
        again.Send(string.Create(CultureInfo.InvariantCulture, $"PSYNC {replica.Id} {offset + 1}"));
        Assert.Equal($"+CONTINUE {replica.Id}", again.TakeLine());
        Assert.Equal(Request("SET", "b", "2"), again.Turn());
        primary.Run("SET c 3");
        Assert.Equal(Request("SET", "c", "3"), again.Turn());
        Assert.Equal(1, primary.Engine.Engine.Statistics.PartialSyncs);
        Assert.True(primary.Log.Has("Partial resynchronization request from 127.0.0.1:7777 accepted. Sending 27 bytes of backlog starting from offset"));
    }

    [Fact]
    public void An_old_replica_is_told_no_id()
    {
        using var primary = new PrimaryEngine();
        ScriptedReplica replica = primary.Connect().Join();
        ScriptedReplica old = primary.Connect();
        old.Send($"PSYNC {replica.Id} 1");
        Assert.Equal("+CONTINUE", old.TakeLine());
    }

    [Theory]
    [InlineData("0123456789012345678901234567890123456789", 1, "Replication ID mismatch")]
    [InlineData("*", 1000000, "tried to PSYNC with an offset that is greater")]
    [InlineData("*", 0, "for lack of backlog (Replica request was: 0)")]
    [InlineData("*", -5, "for lack of backlog")]
    public void Otherwise_it_gets_everything(string id, long offset, string reason)
    {
        using var primary = new PrimaryEngine();
        ScriptedReplica replica = primary.Connect().Join();
        ScriptedReplica again = primary.Connect().Greet();
        again.Send(string.Create(CultureInfo.InvariantCulture, $"PSYNC {(id == "*" ? replica.Id : id)} {offset}"));
        again.TakeSnapshot();
        Assert.True(primary.Log.Has(reason), string.Join('\n', primary.Log.Lines));
        Assert.Equal(1, primary.Engine.Engine.Statistics.RefusedPartialSyncs);
    }

    [Fact]
    public void What_the_backlog_has_lost_cannot_be_gone_on_with()
    {
        using var primary = new PrimaryEngine(("repl-backlog-size", "20000"));
        ScriptedReplica replica = primary.Connect().Join();
        replica.Turn();
        long offset = primary.Offset;
        replica.Disconnect();
        for (int i = 0; i < 20; i++)
        {
            primary.Run($"SET a {new string('x', 4000)}");
            primary.Engine.Turn();
        }

        Assert.Equal(primary.Info("repl_backlog_first_byte_offset"), (primary.Replication.Backlog.StartOffset + 1).ToString(CultureInfo.InvariantCulture));
        ScriptedReplica again = primary.Connect().Greet();
        again.Send(string.Create(CultureInfo.InvariantCulture, $"PSYNC {replica.Id} {offset + 1}"));
        again.TakeSnapshot();
        again.Disconnect();

        // The first byte that is there is enough.
        ScriptedReplica last = primary.Connect().Greet();
        last.Send(string.Create(CultureInfo.InvariantCulture, $"PSYNC {replica.Id} {primary.Replication.Backlog.StartOffset + 1}"));
        Assert.Equal($"+CONTINUE {replica.Id}", last.TakeLine());
    }

    [Fact]
    public void The_second_history_counts_up_to_its_end()
    {
        using var primary = new PrimaryEngine();
        ScriptedReplica replica = primary.Connect().Join();
        primary.Run("SET a 1");
        replica.Turn();
        string old = replica.Id;
        long offset = primary.Offset;
        primary.Replication.State.ShiftId();
        primary.Replication.DisconnectReplicas();
        Assert.True(replica.IsClosed);
        replica.Disconnect();
        ScriptedReplica sibling = primary.Connect().Greet();
        sibling.Send(string.Create(CultureInfo.InvariantCulture, $"PSYNC {old} {offset + 1}"));
        Assert.Equal($"+CONTINUE {primary.Replication.State.Id}", sibling.TakeLine());
        primary.Run("SET b 1");
        sibling.Turn();
        ScriptedReplica late = primary.Connect().Greet();
        late.Send(string.Create(CultureInfo.InvariantCulture, $"PSYNC {old} {offset + 2}"));
        late.TakeSnapshot();
        Assert.True(primary.Log.Has($"Requested offset for second ID was {offset + 2}, but I can reply up to {offset + 1}"));
    }

    [Fact]
    public void A_clean_restart_keeps_the_history()
    {
        string directory = Directory.CreateTempSubdirectory("spinel-replication-").FullName;
        string id;
        long offset;
        using (var primary = new PrimaryEngine(directory))
        {
            ScriptedReplica replica = primary.Connect().Join();
            primary.Run("SELECT 2");
            primary.Run("SET a 1");
            replica.Turn();
            id = replica.Id;
            offset = primary.Offset;
            primary.Run("SAVE").ShouldBe("+OK");
        }

        using (var primary = new PrimaryEngine(directory))
        {
            Assert.Equal(id, primary.Info("master_replid2"));
            Assert.Equal(offset, primary.Offset);
            ScriptedReplica replica = primary.Connect().Greet();
            primary.Run("SET b 1");
            replica.Send(string.Create(CultureInfo.InvariantCulture, $"PSYNC {id} {offset + 1}"));
            Assert.Equal($"+CONTINUE {primary.Replication.State.Id}", replica.TakeLine());
            Assert.Equal(Request("SELECT", "0") + Request("SET", "b", "1"), replica.Turn());
        }

        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public void A_history_that_nobody_follows_is_given_up()
    {
        using var primary = new PrimaryEngine(("repl-backlog-ttl", "10"));
        ScriptedReplica replica = primary.Connect().Join();
        replica.Disconnect();
        for (int i = 0; i < 8; i++)
        {
            primary.Engine.Turn(1000);
        }

        Assert.Equal("1", primary.Info("repl_backlog_active"));
        for (int i = 0; i < 6; i++)
        {
            primary.Engine.Turn(1000);
        }

        Assert.Equal("0", primary.Info("repl_backlog_active"));
        Assert.NotEqual(replica.Id, primary.Info("master_replid"));
        Assert.Contains("Replication backlog freed after 10 seconds without connected replicas.", primary.Log.Lines);
    }
}
