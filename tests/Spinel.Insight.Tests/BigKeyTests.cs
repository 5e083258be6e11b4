using System.Globalization;
using CsCheck;

namespace Spinel.Insight.Tests;

public sealed class BigKeyTests
{
    [Fact]
    public void Large_strings_are_listed_as_they_come_grow_shrink_and_go() =>
        Gen.Select(Gen.Int[0, 30], Gen.Int[0, 40_000]).Array[0, 200].Sample(
            changes =>
            {
                using InsightEngine engine = new();
                var lengths = new Dictionary<string, int>();
                foreach ((int key, int length) in changes)
                {
                    string name = $"k{key}";
                    if (length < 5000)
                    {
                        engine.Test.Call("DEL", name);
                        lengths.Remove(name);
                    }
                    else
                    {
                        engine.Test.Call("SET", name, new string('v', length));
                        lengths[name] = length;
                    }
                }

                Dictionary<string, object?>[] listed = [.. ((List<object?>)engine.Read("INSIGHT", "BIGKEYS", "COUNT", "100")!).Select(RespText.Map)];
                Assert.Equal(lengths.Keys.Order(StringComparer.Ordinal), listed.Select(key => (string)key["key"]!).Order(StringComparer.Ordinal));
                Assert.Equal(listed.Select(key => (long)key["bytes"]!).OrderDescending(), listed.Select(key => (long)key["bytes"]!));
                Assert.All(listed, key => Assert.Equal(lengths[(string)key["key"]!], (long)key["elements"]!));
                Assert.All(listed, key => Assert.True((long)key["bytes"]! > (long)key["elements"]!));
            },
            iter: 40);

    [Fact]
    public void Collections_are_listed_by_type()
    {
        using InsightEngine engine = new();
        for (int key = 1; key <= 5; key++)
        {
            for (int i = 0; i < key * 400; i++)
            {
                engine.Run($"SADD s{key} member-{i}");
                engine.Run($"HSET h{key} field-{i} value");
                engine.Run($"RPUSH l{key} element-{i}-{new string('x', 30)}");
            }
        }

        foreach (string type in (string[])["set", "hash", "list"])
        {
            var keys = (List<object?>)engine.Read("INSIGHT", "BIGKEYS", "TYPE", type, "COUNT", "3")!;
            Assert.Equal([$"{type[0]}5", $"{type[0]}4", $"{type[0]}3"], keys.Select(entry => (string)RespText.Map(entry)["key"]!));
            Assert.Equal(2000L, RespText.Map(keys[0])["elements"]);
        }
    }

    [Fact]
    public void When_many_that_were_listed_are_gone_a_walk_finds_the_next()
    {
        const int Keys = 160;
        using InsightEngine engine = new();
        for (int i = 0; i < Keys; i++)
        {
            engine.Test.Call("SET", $"k{i}", new string('v', 5000 + (i * 5000)));
        }

        Assert.Equal("k159", Largest());
        for (int i = 80; i < Keys; i++)
        {
            engine.Run($"DEL k{i}");
        }

        engine.Test.Turn(60_000);
        Assert.Equal("k79", Largest());

        // A flushed keyspace has none, and small keys are listed where there are no others.
        engine.Run("FLUSHALL");
        Assert.Empty((List<object?>)engine.Read("INSIGHT", "BIGKEYS")!);
        engine.Run("SET small x");
        engine.Test.Turn(60_000);
        Assert.Equal("small", Largest());

        string Largest() => (string)RespText.Map(((List<object?>)engine.Read("INSIGHT", "BIGKEYS", "COUNT", 1.ToString(CultureInfo.InvariantCulture))!)[0])["key"]!;
    }
}
