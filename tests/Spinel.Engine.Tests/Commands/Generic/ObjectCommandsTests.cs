namespace Spinel.Engine.Tests.Commands.Generic;

public sealed class ObjectCommandsTests
{
    [Theory]
    [InlineData("ENCODING")]
    [InlineData("FREQ")]
    [InlineData("IDLETIME")]
    [InlineData("REFCOUNT")]
    public void Nothing_is_known_about_a_key_that_is_not_there(string subcommand)
    {
        using TestEngine engine = new();
        engine.Run($"OBJECT {subcommand} nokey").ShouldBe("$-1");
        engine.Client.Session.Protocol = Spinel.Protocol.RespVersion.Resp3;
        engine.Run($"OBJECT {subcommand} nokey").ShouldBe("_");
    }

    [Fact]
    public void Unknown_subcommands_and_wrong_counts()
    {
        using TestEngine engine = new();
        engine.Run("OBJECT").ShouldBe("-ERR wrong number of arguments for 'object' command");
        engine.Run("OBJECT foo bar").ShouldBe("-ERR unknown subcommand 'foo'. Try OBJECT HELP.");
        engine.Run("OBJECT ENCODING").ShouldBe("-ERR wrong number of arguments for 'object|encoding' command");
    }

    [Fact]
    public void Reference_counts_are_those_of_shared_integers()
    {
        using TestEngine engine = new();
        engine.Run("MSET a 9999 b 10000 c text d -1");
        engine.Run("OBJECT REFCOUNT a").ShouldBe(":2147483647");
        engine.Run("OBJECT REFCOUNT b").ShouldBe(":1");
        engine.Run("OBJECT REFCOUNT c").ShouldBe(":1");
        engine.Run("OBJECT REFCOUNT d").ShouldBe(":1");
        engine.Run("CONFIG SET maxmemory 1gb maxmemory-policy allkeys-lru").ShouldBe("+OK");
        engine.Run("OBJECT REFCOUNT a").ShouldBe(":1");
        engine.Run("CONFIG SET maxmemory-policy volatile-ttl").ShouldBe("+OK");
        engine.Run("OBJECT REFCOUNT a").ShouldBe(":2147483647");
    }

    [Fact]
    public void Idle_time_and_frequency_exclude_each_other()
    {
        using TestEngine engine = new();
        engine.Run("SET a 1");
        engine.Time.Advance(5000);
        engine.Run("OBJECT IDLETIME a").ShouldBe(":5");
        engine.Run("OBJECT FREQ a").ShouldBe("-ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.");
        engine.Run("CONFIG SET maxmemory-policy allkeys-lfu").ShouldBe("+OK");
        engine.Run("SET b 1");
        engine.Run("OBJECT FREQ b").ShouldBe(":5");
        engine.Run("OBJECT IDLETIME b").ShouldBe("-ERR An LFU maxmemory policy is selected, idle time not tracked. Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.");
    }

    [Fact]
    public void Help_is_framed_as_for_every_container()
    {
        using TestEngine engine = new();
        string[] lines = engine.Run("OBJECT HELP").Text.Split("\r\n");
        Assert.Equal($"*{lines.Length - 2}", lines[0]);
        Assert.Equal("+OBJECT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:", lines[1]);
        Assert.Contains("+ENCODING key", lines);
        Assert.Equal(["+HELP", "+    Prints this help.", ""], lines[^3..]);
    }
}
