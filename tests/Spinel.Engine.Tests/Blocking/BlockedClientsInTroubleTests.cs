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
        Assert.Equal(0, waiting.Session.InputCapacityBytes);
    }
}
