using System.Globalization;

namespace Spinel.Engine.Tests.Blocking;

/// <summary>Ten thousand clients that wait are no burden to those that do not.</summary>
public sealed class BlockedCrowdTests
{
    private const int Crowd = 10_000;
    private const int Turns = 1000;

    [Fact]
    public void Turns_and_other_commands_allocate_nothing_however_many_wait()
    {
        using var engine = new TestEngine();
        TestClient[] waiters = Block(engine, i => i % 2 == 0 ? "BLPOP queue 0" : string.Create(CultureInfo.InvariantCulture, $"BLPOP queue:{i} 1000"));
        Assert.Equal(Crowd, engine.Engine.Blocked.Count);
        Assert.Equal(Crowd / 2, engine.Engine.Blocked.DeadlineCount);
        Assert.Equal((Crowd / 2) + 1, engine.Engine.Blocked.KeyCount);
        engine.Run("SET a 1");
        engine.Turn();

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Turns; i++)
        {
            // The clock stands, so nothing periodic is due: this is what every turn does.
            engine.Engine.BeginTurn();
            engine.Engine.EndTurn();
            engine.Engine.RunBackground();
            engine.Engine.ClearPendingWrites();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(Crowd, engine.Engine.Blocked.Count);
        Assert.All(waiters, waiter => Assert.True(waiter.Session.Output.IsEmpty));
    }

    [Fact]
    public void An_element_wakes_one_and_no_other_is_tried()
    {
        using var engine = new TestEngine();
        TestClient[] waiters = Block(engine, _ => "BLPOP queue 0");
        long tried = engine.Engine.Statistics.KeyspaceHits + engine.Engine.Statistics.KeyspaceMisses;
        for (int i = 0; i < 10; i++)
        {
            engine.Run("RPUSH queue x").ShouldBe(":1");
            waiters[i].Receive().ShouldBe("*2", "$5", "queue", "$1", "x");
        }

        // A request that is tried looks its key up; ten pushes must not mean ten thousand look-ups.
        Assert.InRange(engine.Engine.Statistics.KeyspaceHits + engine.Engine.Statistics.KeyspaceMisses - tried, 0, 100);
        Assert.Equal(Crowd - 10, engine.Engine.Blocked.Count);
        Assert.All(waiters.Skip(10), waiter => Assert.True(waiter.Session.Output.IsEmpty));
    }

    [Fact]
    public void Deadlines_are_met_by_those_whose_time_has_come_only()
    {
        using var engine = new TestEngine();
        TestClient[] waiters = Block(engine, i => string.Create(CultureInfo.InvariantCulture, $"BLPOP queue {100 + i}"));
        engine.Turn(100_500);
        Assert.Equal(Crowd - 1, engine.Engine.Blocked.Count);
        waiters[0].Receive().ShouldBe("*-1");
        engine.Turn(1000 * Crowd);
        Assert.Equal(0, engine.Engine.Blocked.Count);
        waiters[^1].Receive().ShouldBe("*-1");
    }

    private static TestClient[] Block(TestEngine engine, Func<int, string> command)
    {
        engine.Run("CONFIG SET maxclients 20000").ShouldBe("+OK");
        var waiters = new TestClient[Crowd];
        for (int i = 0; i < Crowd; i++)
        {
            waiters[i] = engine.Connect();
            Assert.Equal("", waiters[i].Run(command(i)).Text);
        }

        return waiters;
    }
}
