using System.Text;
using Spinel.Insight.Accesses;

namespace Spinel.Insight.Tests;

public sealed class AccessFeedTests
{
    [Fact]
    public void A_subscription_gets_what_it_wants_and_nothing_more()
    {
        using InsightEngine engine = new();
        int told = 0;
        AccessSubscription all = engine.Insight.Accesses.Subscribe(new AccessFilter(), 100, () => told++);
        AccessSubscription some = engine.Insight.Accesses.Subscribe(new AccessFilter { Commands = ["get"], KeyPrefix = "user:"u8.ToArray() }, 100);
        AccessSubscription other = engine.Insight.Accesses.Subscribe(new AccessFilter { Client = "worker" }, 100);
        engine.Run("SET user:1 v");
        engine.Run("GET user:1");
        engine.Run("GET order:1");
        engine.Run("CONFIG GET port");
        engine.Run("CLIENT SETNAME worker");
        engine.Run("AUTH secret");
        Assert.Equal(["SET user:1 v", "GET user:1", "GET order:1", "CLIENT SETNAME worker"], Take(all)[..4]);
        Assert.DoesNotContain("secret", string.Join(' ', Take(all)), StringComparison.Ordinal);
        Assert.Equal(1, told);
        Assert.Equal(["GET user:1"], Take(some));
        Assert.Equal("CLIENT SETNAME worker", Take(other)[0]);
        all.End();
        some.End();
        other.End();
        engine.Run("GET user:1");
        Assert.Empty(Take(all));
    }

    [Fact]
    public void Who_does_not_read_loses_and_is_told_how_much()
    {
        using InsightEngine engine = new();
        AccessSubscription subscription = engine.Insight.Accesses.Subscribe(new AccessFilter { Sample = 2 }, 10);
        for (int i = 0; i < 100; i++)
        {
            engine.Run("PING");
        }

        List<AccessRecord> records = [];
        Assert.Equal(40, subscription.Take(records));
        Assert.Equal(10, records.Count);
        Assert.Equal(0, subscription.Take(records));
        subscription.End();
    }

    private static string[] Take(AccessSubscription subscription)
    {
        List<AccessRecord> records = [];
        subscription.Take(records);
        return [.. records.Select(record => string.Join(' ', record.Arguments.Select(Encoding.Latin1.GetString)))];
    }
}
