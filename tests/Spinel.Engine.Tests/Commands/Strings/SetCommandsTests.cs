namespace Spinel.Engine.Tests.Commands.Strings;

public sealed class SetCommandsTests
{
    [Fact]
    public void Stores_whatever_the_key_held()
    {
        using TestEngine engine = new();
        engine.Run("SET a 1 PX 100").ShouldBe("+OK");
        engine.Run("SET a text").ShouldBe("+OK");
        engine.Run("PTTL a").ShouldBe(":-1");
        engine.Run("OBJECT ENCODING a").ShouldBe("$6", "embstr");
        engine.Call("SET", "a", new string('x', 5000)).ShouldBe("+OK");
        engine.Run("OBJECT ENCODING a").ShouldBe("$3", "raw");
        engine.Run("SET a 12").ShouldBe("+OK");
        engine.Run("OBJECT ENCODING a").ShouldBe("$3", "int");
        engine.Run("GET a").ShouldBe("$2", "12");
    }

    [Theory]
    [InlineData("EX 10", 10_000)]
    [InlineData("PX 15", 15)]
    [InlineData("EXAT 1800000020", 20_000)]
    [InlineData("PXAT 1800000000025", 25)]
    public void An_expiry_leaves_as_a_point_in_time(string option, long ttlMs)
    {
        using TestEngine engine = new();
        engine.Run($"SET a 1 {option}").ShouldBe("+OK");
        engine.Run("PTTL a").ShouldBe($":{ttlMs}");
        engine.TakeEffects().ShouldBe($"0 SET a 1 PXAT {engine.NowMs + ttlMs}");
        engine.TakeEvents().ShouldBe("0 set a", "0 expire a");
        engine.Time.Advance(ttlMs);
        engine.Run("GET a").ShouldBe("$-1");
    }

    [Fact]
    public void Conditions_decide_and_do_not_leave()
    {
        using TestEngine engine = new();
        engine.Run("SET a 1 XX").ShouldBe("$-1");
        engine.Run("SET a 1 NX").ShouldBe("+OK");
        engine.Run("SET a 2 NX").ShouldBe("$-1");
        engine.Run("SET a 2 NX GET").ShouldBe("$1", "1");
        engine.Run("SET a 3 XX KEEPTTL GET").ShouldBe("$1", "1");
        engine.Run("SETNX a 4").ShouldBe(":0");
        engine.Run("SETNX b 4").ShouldBe(":1");
        engine.TakeEffects().ShouldBe("0 SET a 1", "0 SET a 3 KEEPTTL", "0 SETNX b 4");
    }

    [Theory]
    [InlineData("SET a 1 NX XX", "-ERR syntax error")]
    [InlineData("SET a 1 EX", "-ERR syntax error")]
    [InlineData("SET a 1 EX 10 PX 10", "-ERR syntax error")]
    [InlineData("SET a 1 KEEPTTL EX 10", "-ERR syntax error")]
    [InlineData("SET a 1 EX x", "-ERR value is not an integer or out of range")]
    [InlineData("SET a 1 EX 0", "-ERR invalid expire time in 'set' command")]
    [InlineData("SET a 1 EX 9223372036854775807", "-ERR invalid expire time in 'set' command")]
    [InlineData("SET a 1 PX 9223372036854775807", "-ERR invalid expire time in 'set' command")]
    [InlineData("SETEX a -1 1", "-ERR invalid expire time in 'setex' command")]
    [InlineData("PSETEX a x 1", "-ERR value is not an integer or out of range")]
    [InlineData("MSET a 1 b", "-ERR wrong number of arguments for 'mset' command")]
    [InlineData("MSETNX a 1 b", "-ERR wrong number of arguments for 'msetnx' command")]
    public void Refuses_wrong_arguments(string command, string error)
    {
        using TestEngine engine = new();
        engine.Run(command).ShouldBe(error);
        engine.Run("EXISTS a").ShouldBe(":0");
        engine.TakeEffects().ShouldBe();
    }

    [Fact]
    public void Stores_several_at_once_or_none()
    {
        using TestEngine engine = new();
        engine.Run("MSET a 1 b 2 a 3").ShouldBe("+OK");
        engine.Run("MGET a b c").ShouldBe("*3", "$1", "3", "$1", "2", "$-1");
        engine.Run("MSETNX c 1 b 9").ShouldBe(":0");
        engine.Run("MSETNX c 1 d 9").ShouldBe(":1");
        engine.TakeEffects().ShouldBe("0 MSET a 1 b 2 a 3", "0 MSETNX c 1 d 9");
        engine.TakeEvents().ShouldBe("0 set a", "0 set b", "0 set a", "0 set c", "0 set d");
    }

    [Fact]
    public void Older_forms_leave_as_set()
    {
        using TestEngine engine = new();
        engine.Run("SETEX a 10 1").ShouldBe("+OK");
        engine.Run("PSETEX b 10 1").ShouldBe("+OK");
        engine.Run("GETSET a 2").ShouldBe("$1", "1");
        engine.Run("PTTL a").ShouldBe(":-1");
        engine.TakeEffects().ShouldBe($"0 SET a 1 PXAT {engine.NowMs + 10_000}", $"0 SET b 1 PXAT {engine.NowMs + 10}", "0 SET a 2");
    }
}
