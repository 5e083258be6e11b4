using System.Globalization;
using Spinel.Engine;
using static Spinel.Replication.Tests.Primary.FullSyncTests;

namespace Spinel.Replication.Tests.Primary;

/// <summary>Stopping waits for replicas that lag behind.</summary>
public sealed class ShutdownTests
{
    [Fact]
    public void Nobody_lags_so_it_stops_at_once()
    {
        using var primary = new PrimaryEngine();
        ScriptedReplica replica = primary.Connect().Join();
        primary.Run("SET a 1");
        Acknowledge(replica, primary.Offset);
        TestClient client = primary.Engine.Connect();
        client.Run("SHUTDOWN");
        Assert.True(primary.Engine.Engine.StopRequested);
        Assert.True(primary.Log.Has("1 of 1 replicas are in sync when shutting down."));
    }

    [Fact]
    public void It_waits_for_the_answer_of_a_replica_and_clients_do_not_write_meanwhile()
    {
        using var primary = new PrimaryEngine();
        ScriptedReplica replica = primary.Connect().Join();
        primary.Run("SET a 1");
        replica.Turn();
        long wanted = primary.Offset;
        TestClient client = primary.Engine.Connect();
        TestClient writer = primary.Engine.Connect();
        Assert.Equal("", client.Run("SHUTDOWN").Text);
        Assert.Equal("", writer.Run("SET b 1").Text);
        primary.Run("GET a").ShouldBe("$1", "1");
        Assert.Equal(Request("REPLCONF", "GETACK", "*"), replica.Turn());
        Assert.Equal("10000", primary.Info("shutdown_in_milliseconds"));
        Assert.False(primary.Engine.Engine.StopRequested);

        // No signs of life either: the stream is to come to an end.
        Assert.Equal("", replica.Turn(9000));
        Acknowledge(replica, wanted - 1);
        primary.Engine.Turn(10);
        Assert.False(primary.Engine.Engine.StopRequested);
        Acknowledge(replica, wanted);
        primary.Engine.Turn(10);
        Assert.True(primary.Engine.Engine.StopRequested);
        Assert.True(primary.Log.Has("1 of 1 replicas are in sync when shutting down."));
        Assert.Equal("", writer.Receive().Text);
    }

    [Fact]
    public void It_waits_for_a_time_and_says_who_was_left_behind()
    {
        using var primary = new PrimaryEngine(("shutdown-timeout", "3"));
        ScriptedReplica replica = primary.Connect().Join();
        Acknowledge(replica, primary.Offset);
        primary.Run("SET a 1");
        primary.Engine.Engine.RequestStop();
        primary.Engine.Turn();
        Assert.True(primary.Log.Has("Waiting for replicas before shutting down."));
        primary.Engine.Turn(2900);
        Assert.False(primary.Engine.Engine.StopRequested);
        primary.Engine.Turn(200);
        Assert.True(primary.Engine.Engine.StopRequested);
        Assert.Contains(primary.Log.Lines, line => line.StartsWith("Lagging replica 127.0.0.1:7777 reported offset 50 behind master, lag=", StringComparison.Ordinal));
        Assert.True(primary.Log.Has("0 of 1 replicas are in sync when shutting down."));
    }

    [Theory]
    [InlineData("SHUTDOWN NOW", "10")]
    [InlineData("SHUTDOWN", "0")]
    public void It_need_not_wait(string request, string timeout)
    {
        using var primary = new PrimaryEngine(("shutdown-timeout", timeout));
        primary.Connect().Join();
        primary.Run("SET a 1");
        primary.Run(request);
        Assert.True(primary.Engine.Engine.StopRequested);
    }

    [Theory]
    [InlineData(StopCause.Terminate, "shutdown-on-sigterm")]
    [InlineData(StopCause.Interrupt, "shutdown-on-sigint")]
    public void A_signal_does_as_its_option_says(StopCause cause, string option)
    {
        using var primary = new PrimaryEngine((option, "now"));
        primary.Connect().Join();
        primary.Run("SET a 1");
        primary.Engine.Engine.RequestStop(cause);
        primary.Engine.Turn();
        Assert.True(primary.Engine.Engine.StopRequested);
    }

    [Theory]
    [InlineData(StopCause.Owner, StopCause.Terminate)]
    [InlineData(StopCause.Interrupt, StopCause.Owner)]
    public void An_owner_does_not_wait_whatever_signals_come(StopCause first, StopCause second)
    {
        using var primary = new PrimaryEngine();
        primary.Connect().Join();
        primary.Run("SET a 1");
        primary.Engine.Engine.RequestStop(first);
        primary.Engine.Engine.RequestStop(second);
        primary.Engine.Turn();
        Assert.True(primary.Engine.Engine.StopRequested);
    }

    [Fact]
    public void It_can_be_taken_back()
    {
        using var primary = new PrimaryEngine();
        primary.Connect().Join();
        primary.Run("SHUTDOWN ABORT").ShouldBe("-ERR No shutdown in progress.");
        primary.Run("SET a 1");
        TestClient client = primary.Engine.Connect();
        TestClient other = primary.Engine.Connect();
        TestClient writer = primary.Engine.Connect();
        Assert.Equal("", client.Run("SHUTDOWN").Text);
        Assert.Equal("", other.Run("SHUTDOWN NOW").Text);
        Assert.Equal("", writer.Run("SET b 1").Text);
        primary.Run("SHUTDOWN ABORT").ShouldBe("+OK");
        client.Receive().ShouldBe("-ERR Errors trying to SHUTDOWN. Check logs.");
        other.Receive().ShouldBe("-ERR Errors trying to SHUTDOWN. Check logs.");
        primary.Engine.Turn();
        writer.Receive().ShouldBe("+OK");
        Assert.Equal("", primary.Info("shutdown_in_milliseconds"));
        primary.Engine.Turn(20_000);
        Assert.False(primary.Engine.Engine.StopRequested);
    }

    [Fact]
    public void A_failover_and_a_stop_hold_writes_each_for_itself()
    {
        using var primary = new PrimaryEngine();
        primary.Connect().Join();
        primary.Run("SET a 1");
        TestClient client = primary.Engine.Connect();
        TestClient writer = primary.Engine.Connect();
        primary.Run("FAILOVER").ShouldBe("+OK");
        Assert.Equal("", client.Run("SHUTDOWN").Text);
        Assert.Equal("", writer.Run("SET b 1").Text);
        primary.Run("FAILOVER ABORT").ShouldBe("+OK");
        primary.Engine.Turn();
        Assert.Equal("", writer.Receive().Text);
        primary.Run("SHUTDOWN ABORT").ShouldBe("+OK");
        primary.Engine.Turn();
        writer.Receive().ShouldBe("+OK");
    }

    private static void Acknowledge(ScriptedReplica replica, long offset) =>
        replica.Send(string.Create(CultureInfo.InvariantCulture, $"REPLCONF ACK {offset}"));
}
