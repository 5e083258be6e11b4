namespace Spinel.Engine.Tests.Commands.Generic;

public sealed class TransferCommandsTests
{
    [Theory]
    [InlineData("12345", "int")]
    [InlineData("short", "embstr")]
    [InlineData("a text of more than forty-four bytes, stored raw", "raw")]
    public void Copy_has_value_encoding_and_expiry_of_its_own(string value, string encoding)
    {
        using TestEngine engine = new();
        engine.Call("SET", "a", value, "PX", "5000");
        engine.TakeEffects();
        engine.TakeEvents();
        engine.Run("COPY a b").ShouldBe(":1");
        engine.TakeEffects().ShouldBe("0 COPY a b");
        engine.TakeEvents().ShouldBe("0 copy_to b");
        engine.Run("SET a other");
        engine.Run("GET b").ShouldBe($"${value.Length}", value);
        engine.Run("OBJECT ENCODING b").ShouldBe($"${encoding.Length}", encoding);
        engine.Run("PTTL b").ShouldBe(":5000");
    }

    [Fact]
    public void Copy_of_a_long_value_is_deep()
    {
        using TestEngine engine = new();
        string value = new('v', 100_000);
        engine.Call("SET", "a", value);
        engine.Run("COPY a b").ShouldBe(":1");
        engine.Run("DEL a");
        engine.Run("GET b").ShouldBe("$100000", value);
    }

    [Fact]
    public void Copy_overwrites_only_when_asked_to()
    {
        using TestEngine engine = new();
        engine.Run("MSET a 1 b 2");
        engine.Run("COPY a b").ShouldBe(":0");
        engine.Run("GET b").ShouldBe("$1", "2");
        engine.TakeEvents();
        engine.Run("COPY a b REPLACE").ShouldBe(":1");
        engine.TakeEvents().ShouldBe("0 copy_to b");
        engine.Run("GET b").ShouldBe("$1", "1");
    }

    [Fact]
    public void Copy_to_another_database()
    {
        using TestEngine engine = new();
        engine.Run("SET a 1");
        engine.TakeEvents();
        engine.Run("COPY a a DB 3").ShouldBe(":1");
        engine.TakeEvents().ShouldBe("3 copy_to a");
        engine.Run("COPY a a DB 3").ShouldBe(":0");
        engine.Run("COPY a a replace db 3").ShouldBe(":1");
        engine.Run("SELECT 3").ShouldBe("+OK");
        engine.Run("GET a").ShouldBe("$1", "1");
    }

    [Fact]
    public void Copy_is_a_newly_used_key()
    {
        using TestEngine engine = new();
        engine.Run("SET a 1");
        engine.Time.Advance(50_000);
        engine.Client.Session.LookupFlags = LookupFlags.NoTouch;
        engine.Run("COPY a b");
        engine.Run("OBJECT IDLETIME a").ShouldBe(":50");
        engine.Run("OBJECT IDLETIME b").ShouldBe(":0");
    }

    [Theory]
    [InlineData("COPY a a", "ERR source and destination objects are the same")]
    [InlineData("COPY nokey nokey", "ERR source and destination objects are the same")]
    [InlineData("COPY a a DB 0", "ERR source and destination objects are the same")]
    [InlineData("COPY a b DB", "ERR syntax error")]
    [InlineData("COPY a b foo", "ERR syntax error")]
    [InlineData("COPY a b DB x foo", "ERR value is not an integer or out of range")]
    [InlineData("COPY a b foo DB x", "ERR syntax error")]
    [InlineData("COPY a b DB 99", "ERR DB index is out of range")]
    [InlineData("COPY a b DB 3000000000", "ERR value is out of range, value must between -2147483648 and 2147483647")]
    [InlineData("MOVE a x", "ERR value is not an integer or out of range")]
    [InlineData("MOVE a -1", "ERR DB index is out of range")]
    [InlineData("MOVE nokey 0", "ERR source and destination objects are the same")]
    public void Wrong_calls(string call, string error)
    {
        using TestEngine engine = new();
        engine.Run("SET a 1");
        engine.Run(call).ShouldBe($"-{error}");
    }

    [Fact]
    public void Move_takes_the_expiry_along()
    {
        using TestEngine engine = new();
        engine.Run("SET a 1 PX 5000");
        engine.TakeEffects();
        engine.TakeEvents();
        engine.Run("MOVE a 1").ShouldBe(":1");
        engine.TakeEffects().ShouldBe("0 MOVE a 1");
        engine.TakeEvents().ShouldBe("0 move_from a", "1 move_to a");
        engine.Run("EXISTS a").ShouldBe(":0");
        Assert.Equal(0, engine.Engine.Keyspace[0].Expires.Count);
        engine.Run("SELECT 1");
        engine.Run("PTTL a").ShouldBe(":5000");
    }

    [Fact]
    public void Move_needs_a_key_here_and_none_there()
    {
        using TestEngine engine = new();
        engine.Run("MOVE a 1").ShouldBe(":0");
        engine.Run("SET a 1");
        engine.Run("COPY a a DB 1");
        engine.TakeEffects();
        engine.Run("MOVE a 1").ShouldBe(":0");
        engine.TakeEffects().ShouldBe();
    }
}
