using System.Globalization;

namespace Spinel.Engine.Tests.Blocking;

public sealed class BlockedRequestTests : IDisposable
{
    private readonly TestEngine _engine = new(null, null, new TakeCommand());

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void IsServedByTheChangeOfItsKey()
    {
        TestClient waiting = _engine.Connect();
        waiting.Run("TAKE a b 0").ShouldBe();
        _engine.Run("SET b 1").ShouldBe("+OK");
        waiting.Receive().ShouldBe("$1", "1");
        _engine.Run("EXISTS b").ShouldBe(":0");
        Assert.Equal(0, _engine.Engine.Blocked.KeyCount);
    }

    [Fact]
    public void ThoseWhoCameFirstAreServedFirst()
    {
        TestClient first = _engine.Connect();
        TestClient second = _engine.Connect();
        first.Run("TAKE a 0").ShouldBe();
        second.Run("TAKE a 0").ShouldBe();
        _engine.Run("SET a 1");
        second.Receive().ShouldBe();
        first.Receive().ShouldBe("$1", "1");
        _engine.Run("SET a 2");
        second.Receive().ShouldBe("$1", "2");
    }

    [Fact]
    public void WhatWasPipelinedBehindTheWaitRunsAfterIt()
    {
        TestClient waiting = _engine.Connect();
        waiting.Send("TAKE a 0\r\nECHO behind\r\n"u8).ShouldBe();
        _engine.Run("SET a 1");
        _engine.Turn();
        waiting.Receive().ShouldBe("$1", "1", "$6", "behind");
    }

    [Fact]
    public void ReadinessByEveryWayIn()
    {
        foreach (string command in new[] { "RENAME x a", "COPY x a", "SWAPDB 0 1", "MOVE a 0" })
        {
            TestClient waiting = _engine.Connect();
            waiting.Run("TAKE a 0").ShouldBe();
            TestClient other = _engine.Connect();
            bool isFromOther = command is "MOVE a 0" or "SWAPDB 0 1";
            other.Run(isFromOther ? "SELECT 1" : "SELECT 0");
            other.Run(isFromOther ? "SET a 1" : "SET x 1").ShouldBe("+OK");
            other.Run(command);
            waiting.Receive().ShouldBe("$1", "1");
            _engine.Run("FLUSHALL");
        }
    }

    [Fact]
    public void AClientThatWasKilledIsNotServed()
    {
        TestClient waiting = _engine.Connect();
        waiting.Run("TAKE a 0").ShouldBe();
        _engine.Run($"CLIENT KILL ID {waiting.Session.Id}").ShouldBe(":1");

        // The transport closes the connection at the end of the turn; this is still the same turn.
        _engine.Run("SET a 1");
        _engine.Run("GET a").ShouldBe("$1", "1");
    }

    [Fact]
    public void NobodyIsServedWhileClientsArePaused()
    {
        TestClient waiting = _engine.Connect();
        waiting.Run("TAKE a 0").ShouldBe();
        TestClient writer = _engine.Connect();
        _engine.Run("CLIENT PAUSE 1000 WRITE").ShouldBe("+OK");
        writer.Run("SET a 1").ShouldBe();
        _engine.Run("PING");
        waiting.Receive().ShouldBe();
        Assert.Equal(1, _engine.Engine.Blocked.Count);
        _engine.Turn(1000);
        _engine.Turn();
        waiting.Receive().ShouldBe("$1", "1");
        Assert.Equal(0, _engine.Engine.Blocked.Count);
        Assert.Equal(0, _engine.Engine.Pause.WaitingCount);
    }

    [Fact]
    public void TimeoutAndUnblockEndTheWait()
    {
        TestClient waiting = _engine.Connect();
        waiting.Run("TAKE a 100").ShouldBe();
        Assert.Contains("blocked_clients:1\r\n", _engine.Run("INFO clients").Text, StringComparison.Ordinal);
        Assert.Contains("clients_in_timeout_table:1\r\n", _engine.Run("INFO clients").Text, StringComparison.Ordinal);
        _engine.Turn(99);
        waiting.Receive().ShouldBe();
        _engine.Turn(1);
        waiting.Receive().ShouldBe("*-1");

        string unblock = $"CLIENT UNBLOCK {waiting.Session.Id}";
        _engine.Run(unblock).ShouldBe(":0");
        waiting.Run("TAKE a 0").ShouldBe();
        _engine.Run(unblock).ShouldBe(":1");
        waiting.Receive().ShouldBe("*-1");
        waiting.Run("TAKE a 0").ShouldBe();
        _engine.Run(unblock + " ERROR").ShouldBe(":1");
        waiting.Receive().ShouldBe("-UNBLOCKED client unblocked via CLIENT UNBLOCK");
        waiting.Run("PING").ShouldBe("+PONG");
    }

    [Fact]
    public void WhoAsksForNoRepliesGetsNoneFromTheEndOfAWait()
    {
        TestClient waiting = _engine.Connect();
        waiting.Run("CLIENT REPLY OFF").ShouldBe();
        waiting.Run("TAKE a 100").ShouldBe();
        _engine.Turn(100);
        waiting.Receive().ShouldBe();
        waiting.Run("CLIENT REPLY ON").ShouldBe("+OK");

        waiting.Run("CLIENT REPLY SKIP").ShouldBe();
        waiting.Run("TAKE a 0").ShouldBe();
        _engine.Run("SET a 1");
        waiting.Receive().ShouldBe();
        waiting.Run("PING").ShouldBe("+PONG");
    }

    [Fact]
    public void DeadlinesOfThoseServedAreNotKept()
    {
        TestClient waiting = _engine.Connect();
        for (int i = 0; i < 1000; i++)
        {
            waiting.Run("TAKE a 1000000").ShouldBe();
            _engine.Run("SET a 1");
            waiting.Receive().ShouldBe("$1", "1");
        }

        Assert.Equal(0, _engine.Engine.Blocked.DeadlineCount);
    }

    [Fact]
    public void AHugeListOfKeysTakesLinearTime()
    {
        // With a search for duplicates this would be twenty thousand million comparisons.
        const int Keys = 200_000;
        TestClient waiting = _engine.Connect();
        waiting.Call(["TAKE", .. Enumerable.Range(0, Keys).Select(i => i.ToString(CultureInfo.InvariantCulture)), "7", "7", "0"]).ShouldBe();
        Assert.Equal(Keys, _engine.Engine.Blocked.KeyCount);
        _engine.Run("SET 7 x");
        waiting.Receive().ShouldBe("$1", "x");
        Assert.Equal(0, _engine.Engine.Blocked.KeyCount);
        Assert.Equal(0, waiting.Session.InputCapacityBytes);
    }

    [Fact]
    public void ADisconnectedClientLeavesNothingBehind()
    {
        TestClient waiting = _engine.Connect();
        waiting.Run("TAKE a b 1000").ShouldBe();
        waiting.Session.OnDisconnected();
        Assert.Equal(0, _engine.Engine.Blocked.Count);
        Assert.Equal(0, _engine.Engine.Blocked.KeyCount);
        _engine.Run("SET a 1");
        _engine.Turn(2000);
        _engine.Run("GET a").ShouldBe("$1", "1");
    }
}
