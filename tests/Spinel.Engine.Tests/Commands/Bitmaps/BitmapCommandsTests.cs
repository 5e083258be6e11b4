namespace Spinel.Engine.Tests.Commands.Bitmaps;

public sealed class BitmapCommandsTests
{
    [Fact]
    public void Only_bits_that_change_are_changes()
    {
        using TestEngine engine = new();
        engine.Run("SET a 1");
        engine.TakeEffects();
        engine.TakeEvents();
        engine.Run("SETBIT a 7 1").ShouldBe(":1");
        engine.Run("OBJECT ENCODING a").ShouldBe("$3", "raw");
        engine.TakeEffects().ShouldBe();
        engine.Run("SETBIT a 6 1").ShouldBe(":0");
        engine.Run("GET a").ShouldBe("$1", "3");
        engine.Run("SETBIT a 100 0").ShouldBe(":0");
        engine.Run("STRLEN a").ShouldBe(":13");
        engine.TakeEffects().ShouldBe("0 SETBIT a 6 1", "0 SETBIT a 100 0");
        engine.TakeEvents().ShouldBe("0 setbit a", "0 setbit a");
    }

    [Fact]
    public void Offsets_have_a_limit()
    {
        using TestEngine engine = new();
        engine.Run("SETBIT a 4294967296 1").ShouldBe("-ERR bit offset is not an integer or out of range");
        engine.Run("BITFIELD a SET u8 4294967296 1").ShouldBe("-ERR bit offset is not an integer or out of range");
        engine.Run("EXISTS a").ShouldBe(":0");
    }

    [Theory]
    [InlineData("DIFF", "\u0030")]
    [InlineData("DIFF1", "\u0003")]
    [InlineData("ANDOR", "\u000c")]
    [InlineData("ONE", "\u0033")]
    public void Combines_with_the_newer_operations(string operation, string result)
    {
        using TestEngine engine = new();
        engine.Call("SET", "x", "\u003c");
        engine.Call("SET", "y", "\u000f");
        engine.Run($"BITOP {operation} d x y").ShouldBe(":1");
        engine.Run("GET d").ShouldBe("$1", result);
        if (operation != "ONE")
        {
            engine.Run($"BITOP {operation} d x").ShouldBe($"-ERR BITOP {operation} must be called with at least two source keys.");
        }
    }

    [Fact]
    public void A_combination_may_overwrite_its_source()
    {
        using TestEngine engine = new();
        engine.Run("SET a 12 EX 100");
        engine.Call("SET", "b", new string('x', 9000));
        engine.TakeEffects();
        engine.TakeEvents();
        engine.Run("BITOP XOR a a b b").ShouldBe(":9000");
        engine.Run("GET a").ShouldBe("$9000", "12" + new string('\0', 8998));
        engine.Run("TTL a").ShouldBe(":-1");
        engine.Run("BITOP AND a missing").ShouldBe(":0");
        engine.TakeEffects().ShouldBe("0 BITOP XOR a a b b", "0 BITOP AND a missing");
        engine.TakeEvents().ShouldBe("0 set a", "0 del a");
    }

    [Fact]
    public void Fields_overflow_as_told()
    {
        using TestEngine engine = new();
        engine.Run("BITFIELD a SET u8 0 250 OVERFLOW SAT INCRBY u8 0 10 OVERFLOW FAIL INCRBY u8 0 1 OVERFLOW WRAP INCRBY u8 0 1 GET u8 0")
            .ShouldBe("*5", ":0", ":255", "$-1", ":0", ":0");
        engine.Run("BITFIELD_RO a SET u8 0 1").ShouldBe("-ERR BITFIELD_RO only supports the GET subcommand");
        engine.Run("BITFIELD a GET i8 0").ShouldBe("*1", ":0");
        Assert.Single(engine.TakeEffects().All);
        engine.TakeEvents().ShouldBe("0 setbit a");
    }
}
