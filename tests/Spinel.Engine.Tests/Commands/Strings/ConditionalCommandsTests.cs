namespace Spinel.Engine.Tests.Commands.Strings;

/// <summary>Conditions on values: SET with IF…, DELEX, DELIFEQ, DIGEST; and MSETEX.</summary>
public sealed class ConditionalCommandsTests
{
    private const string HelloDigest = "9555e8555c62dcfd";

    [Fact]
    public void Digest_is_hexadecimal()
    {
        using TestEngine engine = new();
        engine.Run("DIGEST a").ShouldBe("$-1");
        engine.Run("SET a hello");
        engine.Run("DIGEST a").ShouldBe("$16", HelloDigest);
        engine.Run("SET a v8");
        engine.Run("DIGEST a").ShouldBe("$16", "0cc76dbb41381419");
        engine.Run("SET a 123");
        engine.Run("DIGEST a").ShouldBe("$16", "404a763b3f4c8c9a");
    }

    [Theory]
    [InlineData("IFEQ hello", true)]
    [InlineData("IFEQ other", false)]
    [InlineData("IFNE hello", false)]
    [InlineData("IFNE other", true)]
    [InlineData("IFDEQ 9555E8555c62dcfd", true)]
    [InlineData("IFDEQ 0000000000000000", false)]
    [InlineData("IFDNE 9555e8555c62dcfd", false)]
    [InlineData("IFDNE zzzzzzzzzzzzzzzz", true)]
    public void Deletes_and_stores_under_a_condition(string condition, bool holds)
    {
        using TestEngine engine = new();
        engine.Run("SET a hello");
        engine.Run("SET b hello");
        engine.TakeEffects();
        engine.TakeEvents();
        engine.Run($"DELEX a {condition}").ShouldBe(holds ? ":1" : ":0");
        engine.Run($"SET b new {condition}").ShouldBe(holds ? "+OK" : "$-1");
        engine.Run("GET b").ShouldBe(holds ? ["$3", "new"] : ["$5", "hello"]);
        engine.TakeEffects().ShouldBe(holds ? ["0 DEL a", "0 SET b new"] : []);
        engine.TakeEvents().ShouldBe(holds ? ["0 del a", "0 set b"] : []);
    }

    [Theory]
    [InlineData("IFEQ x", false)]
    [InlineData("IFNE x", true)]
    [InlineData("IFDEQ x", false)]
    [InlineData("IFDNE x", true)]
    public void A_missing_key_differs_from_every_value(string condition, bool stores)
    {
        using TestEngine engine = new();
        engine.Run($"DELEX a {condition}").ShouldBe(":0");
        engine.Run($"SET a 1 {condition}").ShouldBe(stores ? "+OK" : "$-1");
        engine.Run("EXISTS a").ShouldBe(stores ? ":1" : ":0");
    }

    [Fact]
    public void Set_returns_the_old_value_whether_or_not_the_condition_holds()
    {
        using TestEngine engine = new();
        engine.Run("SET a 1");
        engine.Run("SET a 2 IFEQ 1 GET").ShouldBe("$1", "1");
        engine.Run("SET a 3 GET IFEQ 1 PX 100").ShouldBe("$1", "2");
        engine.Run("GET a").ShouldBe("$1", "2");
        engine.Run("PTTL a").ShouldBe(":-1");
    }

    [Theory]
    [InlineData("DELEX a IFDEQ abc", "-ERR must be exactly 16 hexadecimal characters")]
    [InlineData("SET a 1 IFDNE abc", "-ERR must be exactly 16 hexadecimal characters")]
    [InlineData("DELEX a WHAT abc", "-ERR Invalid condition. Use IFEQ, IFNE, IFDEQ, or IFDNE")]
    [InlineData("DELEX a IFEQ", "-ERR wrong number of arguments for 'delex' command")]
    [InlineData("DELEX a IFEQ 1 2", "-ERR wrong number of arguments for 'delex' command")]
    [InlineData("SET a 1 IFEQ", "-ERR syntax error")]
    [InlineData("SET a 1 IFEQ 1 NX", "-ERR syntax error")]
    [InlineData("SET a 1 IFEQ 1 IFNE 2", "-ERR syntax error")]
    public void Refuses_wrong_conditions(string command, string error)
    {
        using TestEngine engine = new();
        engine.Run("SET a hello");
        engine.Run(command).ShouldBe(error);
        engine.Run("GET a").ShouldBe("$5", "hello");
    }

    [Fact]
    public void Deletes_only_the_value_expected()
    {
        using TestEngine engine = new();
        engine.Run("DELIFEQ a 1").ShouldBe(":0");
        engine.Run("SET a 1");
        engine.Run("DELIFEQ a 2").ShouldBe(":0");
        engine.TakeEffects();
        engine.Run("DELIFEQ a 1").ShouldBe(":1");
        engine.TakeEffects().ShouldBe("0 DEL a");
    }

    [Fact]
    public void Stores_several_with_one_expiry_or_none_of_them()
    {
        using TestEngine engine = new();
        engine.Run("MSETEX 2 a 1 b 2 EX 10 NX").ShouldBe(":1");
        long atMs = engine.NowMs + 10_000;
        engine.TakeEffects().ShouldBe($"0 SET a 1 PXAT {atMs}", $"0 SET b 2 PXAT {atMs}");
        engine.TakeEvents().ShouldBe("0 set a", "0 expire a", "0 set b", "0 expire b");
        engine.Run("MSETEX 2 b 3 c 3 NX").ShouldBe(":0");
        engine.Run("MSETEX 2 b 3 c 3 XX").ShouldBe(":0");
        engine.TakeEffects().ShouldBe();
        engine.Run("MSETEX 2 a 3 b 3 XX KEEPTTL").ShouldBe(":1");
        engine.Run("PTTL a").ShouldBe(":10000");
        engine.Run("MSETEX 1 a 4").ShouldBe(":1");
        engine.Run("PTTL a").ShouldBe(":-1");
        engine.TakeEffects().ShouldBe("0 SET a 3 KEEPTTL", "0 SET b 3 KEEPTTL", "0 SET a 4");
    }

    [Theory]
    [InlineData("MSETEX 0 a 1", "-ERR invalid numkeys value")]
    [InlineData("MSETEX a 1 b", "-ERR invalid numkeys value")]
    [InlineData("MSETEX 2147483648 a 1", "-ERR invalid numkeys value")]
    [InlineData("MSETEX 2147483647 a 1", "-ERR wrong number of key-value pairs")]
    [InlineData("MSETEX 2 a 1 b", "-ERR wrong number of key-value pairs")]
    [InlineData("MSETEX 1 a 1 WHAT", "-ERR syntax error")]
    [InlineData("MSETEX 1 a 1 NX XX", "-ERR syntax error")]
    [InlineData("MSETEX 1 a 1 KEEPTTL EX 10", "-ERR syntax error")]
    [InlineData("MSETEX 1 a 1 EX 0", "-ERR invalid expire time in 'msetex' command")]
    [InlineData("MSETEX 1 a", "-ERR wrong number of arguments for 'msetex' command")]
    public void Refuses_wrong_lists(string command, string error)
    {
        using TestEngine engine = new();
        engine.Run(command).ShouldBe(error);
        engine.Run("EXISTS a").ShouldBe(":0");
    }
}
