namespace Spinel.Engine.Tests.Commands.Sets;

public sealed class SetOperationCommandsTests
{
    [Fact]
    public void Replies_are_sets()
    {
        using TestEngine engine = new();
        engine.Run("SADD a 1 2 3 x");
        engine.Run("SADD b 2 x y");
        Assert.Equal(["2", "x"], engine.Run("SINTER a b").Elements().Order());
        Assert.Equal(["1", "2", "3", "x", "y"], engine.Run("SUNION a b none").Elements().Order());
        Assert.Equal(["1", "3"], engine.Run("SDIFF a b none").Elements().Order());
        engine.Run("SINTER a none b").ShouldBe("*0");
        engine.Run("SDIFF none a").ShouldBe("*0");
        engine.Run("SDIFF a a").ShouldBe("*0");
        engine.Run("HELLO 3");
        engine.Run("SINTER a none").ShouldBe("~0");
        engine.Run("SDIFF b a").ShouldBe("~1", "$1", "y");
    }

    [Fact]
    public void Storing_replaces_the_destination_whatever_it_was()
    {
        using TestEngine engine = new();
        engine.Run("SADD a 1 2 3");
        engine.Run("SADD b 2 3 4");
        engine.Run("SET d value EX 100");
        engine.TakeEffects();
        engine.TakeEvents();
        engine.Run("SINTERSTORE d a b").ShouldBe(":2");
        engine.TakeEffects().ShouldBe("0 SINTERSTORE d a b");
        engine.TakeEvents().ShouldBe("0 sinterstore d");
        engine.Run("TTL d").ShouldBe(":-1");
        engine.Run("OBJECT ENCODING d").ShouldBe("$6", "intset");
        engine.Run("SUNIONSTORE d a b").ShouldBe(":4");
        engine.Run("SDIFFSTORE d a b").ShouldBe(":1");
        engine.Run("SMEMBERS d").ShouldBe("*1", "$1", "1");
        engine.TakeEvents().ShouldBe("0 sunionstore d", "0 sdiffstore d");
    }

    [Fact]
    public void Storing_nothing_deletes_the_destination()
    {
        using TestEngine engine = new();
        engine.Run("SADD a 1");
        engine.Run("SET d value");
        engine.TakeEffects();
        engine.TakeEvents();
        engine.Run("SINTERSTORE d a none").ShouldBe(":0");
        engine.TakeEvents().ShouldBe("0 del d");
        engine.TakeEffects().ShouldBe("0 SINTERSTORE d a none");
        engine.Run("SUNIONSTORE d none").ShouldBe(":0");
        engine.TakeEvents().ShouldBe();
        engine.TakeEffects().ShouldBe();
    }

    [Fact]
    public void The_destination_may_be_a_source()
    {
        using TestEngine engine = new();
        engine.Run("SADD a 1 2 3 x");
        engine.Run("SADD b 2 3 4 y");
        engine.Run("SINTERSTORE a a b").ShouldBe(":2");
        engine.Run("SUNIONSTORE b a b").ShouldBe(":4");
        engine.Run("SDIFFSTORE b b a").ShouldBe(":2");
        Assert.Equal(["4", "y"], engine.Run("SMEMBERS b").Elements().Order());
        engine.Run("SDIFFSTORE b b b").ShouldBe(":0");
        engine.Run("EXISTS b").ShouldBe(":0");
    }

    [Theory]
    [InlineData("SINTERCARD 2 a b", ":3")]
    [InlineData("SINTERCARD 2 a b LIMIT 2", ":2")]
    [InlineData("SINTERCARD 2 a b limit 0", ":3")]
    [InlineData("SINTERCARD 2 a none", ":0")]
    [InlineData("SINTERCARD 0 a", "-ERR numkeys should be greater than 0")]
    [InlineData("SINTERCARD x a", "-ERR numkeys should be greater than 0")]
    [InlineData("SINTERCARD 3 a b", "-ERR Number of keys can't be greater than number of args")]
    [InlineData("SINTERCARD 1 a LIMIT -1", "-ERR LIMIT can't be negative")]
    [InlineData("SINTERCARD 1 a LIMIT", "-ERR syntax error")]
    [InlineData("SINTERCARD 1 a LIMIT 1 x", "-ERR syntax error")]
    public void SInterCard(string command, string reply)
    {
        using TestEngine engine = new();
        engine.Run("SADD a 1 2 3 4");
        engine.Run("SADD b 2 3 4 5");
        engine.Run(command).ShouldBe(reply);
    }

    [Fact]
    public void More_keys_than_fit_the_stack()
    {
        using TestEngine engine = new();
        string[] keys = [.. Enumerable.Range(0, 40).Select(i => $"k{i}")];
        foreach (string key in keys)
        {
            engine.Run($"SADD {key} all {key}");
        }

        Assert.Equal(41, engine.Call(["SUNION", .. keys]).Elements().Length);
        engine.Call(["SINTER", .. keys]).ShouldBe("*1", "$3", "all");
        engine.Call(["SDIFF", .. keys]).ShouldBe("*1", "$2", "k0");
        engine.Call(["SINTERCARD", "40", .. keys]).ShouldBe(":1");
    }
}
