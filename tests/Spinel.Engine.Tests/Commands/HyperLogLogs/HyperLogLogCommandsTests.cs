namespace Spinel.Engine.Tests.Commands.HyperLogLogs;

public sealed class HyperLogLogCommandsTests
{
    [Fact]
    public void Adds_and_counts()
    {
        using TestEngine engine = new();
        engine.Run("PFADD a x y z").ShouldBe(":1");
        engine.Run("PFADD a x y z").ShouldBe(":0");
        engine.Run("PFCOUNT a").ShouldBe(":3");
        engine.Run("PFCOUNT a").ShouldBe(":3");
        engine.Run("PFADD b y w").ShouldBe(":1");
        engine.Run("PFCOUNT a b missing").ShouldBe(":4");
        engine.Run("PFMERGE c a b").ShouldBe("+OK");
        engine.Run("PFCOUNT c").ShouldBe(":4");
        engine.TakeEffects().ShouldBe("0 PFADD a x y z", "0 PFCOUNT a", "0 PFADD b y w", "0 PFMERGE c a b", "0 PFCOUNT c");
        engine.TakeEvents().ShouldBe("0 pfadd a", "0 untold a", "0 pfadd b", "0 pfadd c", "0 untold c");
    }

    [Fact]
    public void Grows_into_the_dense_form()
    {
        using TestEngine engine = new();
        for (int i = 0; i < 3000; i++)
        {
            engine.Call("PFADD", "a", $"element {i}", $"other {i}");
        }

        engine.Run("STRLEN a").ShouldBe(":12304");
        engine.Run("PFDEBUG ENCODING a").ShouldBe("+dense");
        engine.Run("PFADD b one");
        engine.Run("PFDEBUG ENCODING b").ShouldBe("+sparse");
        engine.Run("PFMERGE b a").ShouldBe("+OK");
        engine.Run("PFDEBUG ENCODING b").ShouldBe("+dense");
    }

    [Fact]
    public void Other_strings_are_refused()
    {
        using TestEngine engine = new();
        engine.Run("SET a text");
        engine.Run("PFADD a x").ShouldBe("-WRONGTYPE Key is not a valid HyperLogLog string value.");
        engine.Run("PFCOUNT a").ShouldBe("-WRONGTYPE Key is not a valid HyperLogLog string value.");
        engine.Run("PFMERGE b a").ShouldBe("-WRONGTYPE Key is not a valid HyperLogLog string value.");
        engine.Call("SET", "a", "HYLL\u0001" + new string('\0', 11));
        engine.Run("PFADD a x").ShouldBe("-INVALIDOBJ Corrupted HLL object detected");
        engine.Run("EXISTS b").ShouldBe(":0");
        engine.Run("PFSELFTEST").ShouldBe("+OK");
    }
}
