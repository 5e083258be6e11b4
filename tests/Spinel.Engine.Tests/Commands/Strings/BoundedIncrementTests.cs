namespace Spinel.Engine.Tests.Commands.Strings;

/// <summary>INCREX, after https://redis.io/docs/latest/commands/increx/.</summary>
public sealed class BoundedIncrementTests
{
    private const long Now = 1_800_000_000_000;

    [Fact]
    public void The_number_and_what_was_added_are_returned()
    {
        using TestEngine engine = new();
        engine.Run("INCREX k").ShouldBe("*2", ":1", ":1");
        engine.Run("INCREX k BYINT 5").ShouldBe("*2", ":6", ":5");
        engine.Run("INCREX k BYINT -10").ShouldBe("*2", ":-4", ":-10");
        engine.TakeEffects().ShouldBe("0 SET k 1 KEEPTTL", "0 SET k 6 KEEPTTL", "0 SET k -4 KEEPTTL");
        engine.TakeEvents().ShouldBe("0 incrby k", "0 incrby k", "0 incrby k");
        engine.Run("OBJECT ENCODING k").ShouldBe("$3", "int");
        engine.Run("INCREX k BYFLOAT 0.5").ShouldBe("*2", "$4", "-3.5", "$3", "0.5");
        engine.Run("INCREX k").ShouldBe("-ERR value is not an integer or out of range");
        engine.Run("HELLO 3");
        engine.Run("INCREX k BYFLOAT 1.25").ShouldBe("*2", ",-2.25", ",1.25");
    }

    [Fact]
    public void A_sum_out_of_bounds_changes_nothing_or_is_cut()
    {
        using TestEngine engine = new();
        engine.Run("SET k 99 EX 100");
        engine.TakeEffects();
        engine.Run("INCREX k BYINT 5 UBOUND 100 PERSIST").ShouldBe("*2", ":99", ":0");
        engine.TakeEffects().ShouldBe();
        engine.Run("TTL k").ShouldBe(":100");
        engine.Run("INCREX k BYINT 5 UBOUND 100 SATURATE").ShouldBe("*2", ":100", ":1");
        engine.Run("INCREX k BYINT -500 LBOUND -7 UBOUND 100 SATURATE").ShouldBe("*2", ":-7", ":-107");
        engine.Run("INCREX none BYINT 5 UBOUND 4").ShouldBe("*2", ":0", ":0");
        engine.Run("EXISTS none").ShouldBe(":0");
        engine.Run($"SET k {long.MaxValue}");
        engine.Run("INCREX k").ShouldBe("*2", $":{long.MaxValue}", ":0");
        engine.Run("INCREX k SATURATE").ShouldBe("*2", $":{long.MaxValue}", ":0");
        engine.Run($"INCREX k BYINT {long.MinValue} LBOUND {long.MinValue} UBOUND -2 SATURATE").ShouldBe("-ERR increment or decrement would overflow");
        engine.Run("SET f 1.5");
        engine.Run("INCREX f BYFLOAT 2 UBOUND 3").ShouldBe("*2", "$3", "1.5", "$1", "0");
        engine.Run("INCREX f BYFLOAT 2 UBOUND 3 SATURATE").ShouldBe("*2", "$1", "3", "$3", "1.5");
        engine.Run("INCREX f BYFLOAT -9 LBOUND -0.5 SATURATE").ShouldBe("*2", "$4", "-0.5", "$4", "-3.5");
    }

    [Fact]
    public void A_window_begins_with_its_first_count()
    {
        using TestEngine engine = new();
        engine.Run("INCREX k BYINT 1 UBOUND 2 EX 60 ENX").ShouldBe("*2", ":1", ":1");
        engine.TakeEffects().ShouldBe($"0 SET k 1 PXAT {Now + 60_000}");
        engine.Turn(30_000);
        engine.Run("INCREX k BYINT 1 UBOUND 2 EX 60 ENX").ShouldBe("*2", ":2", ":1");
        engine.TakeEffects().ShouldBe("0 SET k 2 KEEPTTL");
        engine.Run("INCREX k BYINT 1 UBOUND 2 EX 60 ENX").ShouldBe("*2", ":2", ":0");
        engine.Run("TTL k").ShouldBe(":30");
        engine.Run("INCREX k BYINT -1 EX 60").ShouldBe("*2", ":1", ":-1");
        engine.Run("TTL k").ShouldBe(":60");
        engine.Run("INCREX k PERSIST").ShouldBe("*2", ":2", ":1");
        engine.Run("TTL k").ShouldBe(":-1");
    }

    [Fact]
    public void Wrong_forms_are_errors()
    {
        using TestEngine engine = new();
        foreach (string form in (string[])["BYINT", "BYINT 1 BYFLOAT 2", "ENX", "PERSIST ENX", "EX 1 PX 2", "LBOUND", "NX"])
        {
            engine.Run("INCREX k " + form).ShouldBe("-ERR syntax error");
        }

        engine.Run("INCREX k BYINT x").ShouldBe("-ERR value is not an integer or out of range");
        engine.Run("INCREX k BYFLOAT x").ShouldBe("-ERR value is not a valid float");
        engine.Run("INCREX k LBOUND 1.5").ShouldBe("-ERR value is not an integer or out of range");
        engine.Run("INCREX k EX 0").ShouldBe("-ERR invalid expire time in 'increx' command");
        Assert.StartsWith("-ERR", engine.Run("INCREX k LBOUND 2 UBOUND 1").Text, StringComparison.Ordinal);
        engine.Run("LPUSH l a");
        engine.Run("INCREX l").ShouldBe("-WRONGTYPE Operation against a key holding the wrong kind of value");
        engine.Run("EXISTS k").ShouldBe(":0");
    }
}
