using System.Globalization;

namespace Spinel.Engine.Tests.Blocking;

/// <summary>Waits that meet a kill, a pause, a client that wants no replies, or an absurd request.</summary>
public sealed class BlockedClientsInTroubleTests : IDisposable
{
    private readonly TestEngine _engine = new();

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void A_client_that_was_killed_is_not_served()
    {
        TestClient waiting = _engine.Connect();
        waiting.Run("BLPOP a 0").ShouldBe();
        _engine.Run($"CLIENT KILL ID {waiting.Session.Id}").ShouldBe(":1");

        // The transport closes the connection at the end of the turn; this is still the same turn.
        _engine.Run("RPUSH a 1");
        _engine.Run("LLEN a").ShouldBe(":1");
    }

    [Fact]
    public void Nobody_is_served_while_clients_are_paused()
    {
        TestClient waiting = _engine.Connect();
        waiting.Run("BLPOP a 0").ShouldBe();
        TestClient writer = _engine.Connect();
        _engine.Run("CLIENT PAUSE 1000 WRITE").ShouldBe("+OK");
        writer.Run("RPUSH a 1").ShouldBe();
        _engine.Run("PING").ShouldBe("+PONG");
        waiting.Receive().ShouldBe();
        Assert.Equal((1, 1), (_engine.Engine.Blocked.Count, _engine.Engine.Pause.WaitingCount));
        _engine.Turn(1000);
        _engine.Turn();
        waiting.Receive().ShouldBe("*2", "$1", "a", "$1", "1");
        Assert.Equal((0, 0), (_engine.Engine.Blocked.Count, _engine.Engine.Pause.WaitingCount));
    }

    [Fact]
    public void Keys_that_become_ready_outside_of_commands_are_served_when_the_pause_ends()
    {
        TestClient waiting = _engine.Connect();
        waiting.Run("BLPOP a 0").ShouldBe();
        _engine.Run("CLIENT PAUSE 1000 WRITE").ShouldBe("+OK");
        Database database = _engine.Engine.Keyspace[0];
        _engine.Engine.Keyspace.NotifyAfterChange(database, "a"u8, KeyEvent.Expired);
        _engine.Run("PING").ShouldBe("+PONG");
        _engine.Turn(1000);
        _engine.Run("RPUSH a 1").ShouldBe(":1");
        waiting.Receive().ShouldBe("*2", "$1", "a", "$1", "1");
    }

    [Fact]
    public void A_huge_list_of_keys_leaves_no_memory_behind()
    {
        const int Keys = 100_000;
        TestClient waiting = _engine.Connect();
        waiting.Call(["BLPOP", .. Enumerable.Range(0, Keys).Select(i => i.ToString(CultureInfo.InvariantCulture)), "7", "7", "0"]).ShouldBe();
        Assert.Equal(Keys, _engine.Engine.Blocked.KeyCount);
        _engine.Run("RPUSH 7 x");
        waiting.Receive().ShouldBe("*2", "$1", "7", "$1", "x");
        Assert.Equal(0, _engine.Engine.Blocked.KeyCount);
        Assert.Equal(0, waiting.Session.Input.CapacityBytes);
    }

    [Fact]
    public void Who_is_disconnected_by_what_the_one_before_was_served_takes_nothing()
    {
        TestClient first = _engine.Connect();
        TestClient second = _engine.Connect();
        second.Run("HELLO 3");
        second.Run("PSUBSCRIBE *");
        first.Run("BLPOP a 0").ShouldBe();
        second.Run("BLPOP a 0").ShouldBe();
        _engine.Run("CONFIG SET client-output-buffer-limit \"pubsub 1000 0 0\"").ShouldBe("+OK");
        _engine.Call("PUBLISH", "a", new string('x', 16 * 1024 + 800));
        _engine.Run("CONFIG SET notify-keyspace-events Kl").ShouldBe("+OK");
        Assert.False(second.Session.IsClosed);

        // The push still fits; what the first client takes is told as well, and that does not.
        int left = (int)(second.Session.Output.Limits.HardBytes - second.Session.Output.Length);
        _engine.Call("PUBLISH", "a", new string('x', left - 120));
        Assert.False(second.Session.IsClosed);
        _engine.Run("RPUSH a 1 2");
        first.Receive().ShouldBe("*2", "$1", "a", "$1", "1");
        Assert.True(second.Session.IsClosed);
        _engine.Run("LRANGE a 0 -1").ShouldBe("*1", "$1", "2");
        Assert.Equal(0, _engine.Engine.Blocked.Count);
    }

    [Fact]
    public void Serving_between_turns_is_not_taken_off_the_time_of_the_next_command()
    {
        _engine.Time.TicksPerReading = TimeSpan.TicksPerMicrosecond * 50;
        TestClient waiting = _engine.Connect();
        waiting.Run("BLPOP a 0").ShouldBe();
        _engine.Client.Send("*1\r\n$5\r\nMULTI\r\n*3\r\n$5\r\nRPUSH\r\n$1\r\na\r\n$1\r\n1\r\n*4\r\n$6\r\nCLIENT\r\n$5\r\nPAUSE\r\n$4\r\n1000\r\n$5\r\nWRITE\r\n*1\r\n$4\r\nEXEC\r\n"u8);
        _engine.Turn(2000);
        waiting.Receive().ShouldBe("*2", "$1", "a", "$1", "1");
        _engine.Run("GET b").ShouldBe("$-1");
        Assert.True(_engine.Engine.Statistics.Commands[_engine.Engine.Commands.All.Single(command => command.Name == "get").Id].Ticks > 0);
    }
}
