namespace Spinel.Engine.Tests.Transactions;

/// <summary>A transaction is one thing: one unit of effects, and nobody is served in its middle.</summary>
public sealed class TransactionTests : IDisposable
{
    private readonly TestEngine _engine = new();

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void ItsEffectsAreOneUnit()
    {
        _engine.Run("MULTI").ShouldBe("+OK");
        _engine.Run("SET a 1").ShouldBe("+QUEUED");
        _engine.Run("GET a").ShouldBe("+QUEUED");
        _engine.Run("SET b 2 EX 10").ShouldBe("+QUEUED");
        _engine.Run("INCR b").ShouldBe("+QUEUED");
        _engine.TakeEffectBatches();
        _engine.Run("EXEC").ShouldBe("*4", "+OK", "$1", "1", "+OK", ":3");
        Assert.Equal(1, _engine.TakeEffectBatches());
        _engine.TakeEffects().ShouldBe("0 SET a 1", $"0 SET b 2 PXAT {_engine.NowMs + 10_000}", "0 INCR b");
    }

    [Fact]
    public void WaitingClientsAreServedBehindIt()
    {
        TestClient waiting = _engine.Connect();
        waiting.Run("BLPOP list 0").ShouldBe();
        _engine.Run("MULTI");
        _engine.Run("RPUSH list a b");
        _engine.Run("LLEN list");
        _engine.Run("EXEC").ShouldBe("*2", ":2", ":2");
        waiting.Receive().ShouldBe("*2", "$4", "list", "$1", "a");
        Assert.Equal(2, _engine.TakeEffectBatches());
        _engine.TakeEffects().ShouldBe("0 RPUSH list a b", "0 LPOP list");
    }

    [Fact]
    public void WhatIsGoneAgainServesNobody()
    {
        TestClient waiting = _engine.Connect();
        waiting.Run("BLPOP list 0");
        _engine.Run("MULTI");
        _engine.Run("RPUSH list a");
        _engine.Run("DEL list");
        _engine.Run("EXEC").ShouldBe("*2", ":1", ":1");
        waiting.Receive().ShouldBe();
    }

    [Fact]
    public void ATransactionWithoutChangesHasNoEffects()
    {
        _engine.Run("MULTI");
        _engine.Run("GET a");
        _engine.Run("EXEC").ShouldBe("*1", "$-1");
        Assert.Equal(0, _engine.TakeEffectBatches());
    }

    [Fact]
    public void MessagesPublishedWithinAreDeliveredOnce()
    {
        TestClient subscriber = _engine.Connect();
        subscriber.Run("SUBSCRIBE a");
        _engine.Run("MULTI");
        _engine.Run("PUBLISH a 1");
        _engine.Run("PUBLISH a 2");
        subscriber.Receive().ShouldBe();
        _engine.Run("EXEC").ShouldBe("*2", ":1", ":1");
        subscriber.Receive().ShouldBe("*3", "$7", "message", "$1", "a", "$1", "1", "*3", "$7", "message", "$1", "a", "$1", "2");
    }

    [Fact]
    public void AClientThatLeavesWithinLeavesNothingBehind()
    {
        TestClient client = _engine.Connect();
        client.Run("WATCH a b");
        client.Run("MULTI");
        client.Call("SET", "a", new string('x', 100_000));
        client.Session.OnDisconnected();
        _engine.Run("EXISTS a").ShouldBe(":0");
        Assert.Equal(0, _engine.Engine.Watches.KeyCount);
    }
}
