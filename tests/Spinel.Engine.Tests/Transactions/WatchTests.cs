namespace Spinel.Engine.Tests.Transactions;

/// <summary>Who hears of a change of a watched key, and what is left of a watch when it is over.</summary>
public sealed class WatchTests : IDisposable
{
    private readonly TestEngine _engine = new();

    [Fact]
    public void AChangeCallsOffTheTransactionsOfAllWhoWatch()
    {
        TestClient[] watchers = [.. Enumerable.Range(0, 5).Select(_ => _engine.Connect())];
        TestClient bystander = _engine.Connect();
        bystander.Run("WATCH b");
        foreach (TestClient watcher in watchers)
        {
            watcher.Run("WATCH a b a").ShouldBe("+OK");
        }

        Assert.Equal(2, _engine.Engine.Watches.KeyCount);
        Assert.Equal(6, _engine.Engine.Watches.ClientCount);
        watchers[3].Run("UNWATCH");
        _engine.Run("SET a 1");
        _engine.Run("SET a 2");
        for (int i = 0; i < watchers.Length; i++)
        {
            watchers[i].Run("MULTI");
            watchers[i].Run("PING");
            watchers[i].Run("EXEC").ShouldBe(i == 3 ? ["*1", "+PONG"] : ["*-1"]);
        }

        bystander.Run("MULTI");
        bystander.Run("EXEC").ShouldBe("*0");
        Assert.Equal(0, _engine.Engine.Watches.KeyCount);
        Assert.Equal(0, _engine.Engine.Watches.ClientCount);
    }

    [Fact]
    public void AKeyThatWasChangedCanBeWatchedAgainWhileOthersStillHoldTheirs()
    {
        TestClient first = _engine.Connect();
        TestClient second = _engine.Connect();
        first.Run("WATCH a");
        _engine.Run("SET a 1");
        second.Run("WATCH a");
        first.Run("UNWATCH");
        Assert.Equal(1, _engine.Engine.Watches.KeyCount);
        _engine.Run("SET a 2");
        second.Run("MULTI");
        second.Run("EXEC").ShouldBe("*-1");
        first.Run("WATCH a");
        first.Run("MULTI");
        first.Run("EXEC").ShouldBe("*0");
        Assert.Equal(0, _engine.Engine.Watches.KeyCount);
    }

    [Fact]
    public void AFlushAndASwapAreChangesOfTheKeysThatAreThere()
    {
        _engine.Run("SET a 1");
        foreach ((string change, string key, bool isChange) in new[]
        {
            ("SWAPDB 0 1", "a", true), ("SWAPDB 0 1", "missing", false), ("SWAPDB 0 1", "a", true), ("FLUSHDB", "missing", false), ("FLUSHALL", "a", true),
        })
        {
            _engine.Run("SET a 1");
            TestClient client = _engine.Connect();
            client.Run("WATCH " + key);
            _engine.Run(change);
            client.Run("MULTI");
            client.Run("EXEC").ShouldBe(isChange ? "*-1" : "*0");
        }
    }

    public void Dispose() => _engine.Dispose();
}
