namespace Spinel.Engine.Tests.Commands.Strings;

public sealed class GetCommandsTests
{
    [Fact]
    public void A_missing_key_is_null_in_either_protocol()
    {
        using TestEngine engine = new();
        engine.Run("GET a").ShouldBe("$-1");
        engine.Client.Session.Protocol = Protocol.RespVersion.Resp3;
        engine.Run("GET a").ShouldBe("_");
        engine.Run("MGET a a").ShouldBe("*2", "_", "_");
    }

    [Fact]
    public void Returns_and_deletes()
    {
        using TestEngine engine = new();
        engine.Run("GETDEL a").ShouldBe("$-1");
        engine.Run("SET a 1");
        engine.TakeEffects();
        engine.TakeEvents();
        engine.Run("GETDEL a").ShouldBe("$1", "1");
        engine.Run("EXISTS a").ShouldBe(":0");
        engine.TakeEffects().ShouldBe("0 DEL a");
        engine.TakeEvents().ShouldBe("0 del a");
    }

    [Fact]
    public void Returns_and_changes_the_expiry()
    {
        using TestEngine engine = new();
        engine.Run("SET a 1");
        engine.TakeEffects();
        engine.TakeEvents();
        engine.Run("GETEX a").ShouldBe("$1", "1");
        engine.Run("GETEX a PERSIST").ShouldBe("$1", "1");
        engine.TakeEffects().ShouldBe();
        engine.Run("GETEX a EX 10").ShouldBe("$1", "1");
        engine.Run("PTTL a").ShouldBe(":10000");
        engine.Run("GETEX a PERSIST").ShouldBe("$1", "1");
        engine.Run("PTTL a").ShouldBe(":-1");
        engine.Run("GETEX a PXAT 1").ShouldBe("$1", "1");
        engine.Run("EXISTS a").ShouldBe(":0");
        engine.TakeEffects().ShouldBe($"0 PEXPIREAT a {engine.NowMs + 10_000}", "0 PERSIST a", "0 DEL a");
        engine.TakeEvents().ShouldBe("0 expire a", "0 persist a", "0 del a");
    }

    [Theory]
    [InlineData("GETEX a KEEPTTL", "-ERR syntax error")]
    [InlineData("GETEX a EX", "-ERR syntax error")]
    [InlineData("GETEX a EX 10 PERSIST", "-ERR syntax error")]
    [InlineData("GETEX a EX 0", "-ERR invalid expire time in 'getex' command")]
    [InlineData("GETEX a EX x", "-ERR value is not an integer or out of range")]
    public void Refuses_wrong_expiries(string command, string error)
    {
        using TestEngine engine = new();
        engine.Run("SET a 1");
        engine.Run(command).ShouldBe(error);
        engine.Run("PTTL a").ShouldBe(":-1");
    }

    [Fact]
    public void Reading_beside_a_change_counts_as_a_lookup()
    {
        using TestEngine engine = new();
        engine.Run("SET a 1");
        engine.Run("SET a 1 GET");
        engine.Run("GETEX a");
        engine.Run("GETSET a 1");
        engine.Run("GETDEL a");
        engine.Run("GETDEL a");
        engine.Run("INCR a");
        Assert.Equal(4, engine.Engine.Statistics.KeyspaceHits);
        Assert.Equal(1, engine.Engine.Statistics.KeyspaceMisses);
    }
}
