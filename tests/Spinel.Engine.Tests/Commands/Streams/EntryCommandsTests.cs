namespace Spinel.Engine.Tests.Commands.Streams;

/// <summary>Effects and events of the commands on entries: what was left to the server or is approximate leaves as its outcome.</summary>
public sealed class EntryCommandsTests
{
    /// <summary>https://redis.io/docs/latest/commands/xread/#the-special--id</summary>
    [Fact]
    public void The_last_entry_is_read_by_a_plus()
    {
        using TestEngine engine = new();
        engine.Run("XREAD STREAMS x +").ShouldBe("*-1");
        engine.Run("XADD x 1-0 f a");
        engine.Run("XADD x 2-0 f b");
        engine.Run("XADD x 3-0 f c");
        engine.Run("XREAD COUNT 10 STREAMS x +").ShouldBe("*1", "*2", "$1", "x", "*1", "*2", "$3", "3-0", "*2", "$1", "f", "$1", "c");
        engine.Run("XDEL x 3-0");
        engine.Run("XREAD STREAMS x +").ShouldBe("*1", "*2", "$1", "x", "*1", "*2", "$3", "2-0", "*2", "$1", "f", "$1", "b");
        engine.Run("XDEL x 1-0 2-0");
        engine.Run("XREAD STREAMS x +").ShouldBe("*-1");
        TestClient waiter = engine.Connect();
        Assert.Equal("", waiter.Run("XREAD BLOCK 0 STREAMS x +").Text);
        engine.Run("XADD x 4-0 f d");
        engine.Turn();
        waiter.Receive().ShouldBe("*1", "*2", "$1", "x", "*1", "*2", "$3", "4-0", "*2", "$1", "f", "$1", "d");
    }

    private const long Now = 1_800_000_000_000;

    [Fact]
    public void Ids_that_begin_anew_behind_deleted_ones_are_found()
    {
        using TestEngine engine = new();
        engine.Run("XADD x 1-0 f 1");
        engine.Run("XADD x 3-0 f 2");
        engine.Run("XDEL x 3-0");
        engine.Run("XSETID x 1-3").ShouldBe("+OK");
        engine.Run("XADD x 1-4 f 3");
        engine.Run("XRANGE x 1-1 2").ShouldBe("*1", "*2", "$3", "1-4", "*2", "$1", "f", "$1", "3");
        engine.Run("XREVRANGE x (2-0 1-1").ShouldBe("*1", "*2", "$3", "1-4", "*2", "$1", "f", "$1", "3");
        engine.Run("XREVRANGE x 2 1 COUNT 2").ShouldBe(
            "*2", "*2", "$3", "1-4", "*2", "$1", "f", "$1", "3", "*2", "$3", "1-0", "*2", "$1", "f", "$1", "1");
    }

    [Fact]
    public void Ids_of_the_server_are_told()
    {
        using TestEngine engine = new();
        engine.Run("XADD x * f 1").ShouldBe("$15", $"{Now}-0");
        engine.Run("XADD x * f 2").ShouldBe("$15", $"{Now}-1");
        engine.Run($"XADD x {Now + 1}-* f 3").ShouldBe("$15", $"{Now + 1}-0");
        engine.Run($"XADD x {Now + 1}-5 f 4").ShouldBe("$15", $"{Now + 1}-5");
        engine.TakeEffects().ShouldBe($"0 XADD x {Now}-0 f 1", $"0 XADD x {Now}-1 f 2", $"0 XADD x {Now + 1}-0 f 3", $"0 XADD x {Now + 1}-5 f 4");
        engine.TakeEvents().ShouldBe("0 xadd x", "0 xadd x", "0 xadd x", "0 xadd x");
        engine.Run("XADD x 1-1 f v").ShouldBe("-ERR The ID specified in XADD is equal or smaller than the target stream top item");
        engine.Run("XADD none NOMKSTREAM * f v").ShouldBe("$-1");
        engine.TakeEffects().ShouldBe();
        engine.TakeEvents().ShouldBe();
        engine.Run("XADD x NOMKSTREAM * f 5").ShouldBe("$15", $"{Now + 1}-6");
        engine.TakeEffects().ShouldBe($"0 XADD x NOMKSTREAM {Now + 1}-6 f 5");
    }

    [Fact]
    public void Approximate_trimming_is_told_as_exact()
    {
        using TestEngine engine = new();
        engine.Run("CONFIG SET stream-node-max-entries 2");
        for (int i = 1; i <= 7; i++)
        {
            engine.Run($"XADD x {i}-0 f v");
        }

        engine.TakeEffects();
        engine.TakeEvents();

        // Whole nodes of two entries go; the outcome is a length.
        engine.Run("XADD x MAXLEN ~ 3 8-0 f v").ShouldBe("$3", "8-0");
        engine.Run("XLEN x").ShouldBe(":4");
        engine.TakeEffects().ShouldBe("0 XADD x MAXLEN = 4 8-0 f v");
        engine.TakeEvents().ShouldBe("0 xadd x", "0 xtrim x");
        engine.Run("XADD x MAXLEN ~ 4 9-0 f v").ShouldBe("$3", "9-0");
        engine.TakeEffects().ShouldBe("0 XADD x MAXLEN = 5 9-0 f v");
        engine.TakeEvents().ShouldBe("0 xadd x");

        engine.Run("XTRIM x MINID ~ 8").ShouldBe(":2");
        engine.TakeEffects().ShouldBe("0 XTRIM x MINID = 7-0");
        engine.TakeEvents().ShouldBe("0 xtrim x");
        engine.Run("XTRIM x MAXLEN 2").ShouldBe(":1");
        engine.TakeEffects().ShouldBe("0 XTRIM x MAXLEN 2");
        engine.Run("XTRIM x MAXLEN ~ 2 LIMIT 1").ShouldBe(":0");
        engine.Run("XTRIM none MAXLEN 1").ShouldBe(":0");
        engine.TakeEffects().ShouldBe();
    }

    [Fact]
    public void Deleting_leaves_the_stream()
    {
        using TestEngine engine = new();
        engine.Run("XADD x 1-0 f v");
        engine.Run("XADD x 2-0 f v");
        engine.TakeEffects();
        engine.TakeEvents();
        engine.Run("XDEL x 1 5 2-0").ShouldBe(":2");
        engine.Run("XDEL x 1").ShouldBe(":0");
        engine.Run("XDEL none 1").ShouldBe(":0");
        engine.TakeEffects().ShouldBe("0 XDEL x 1 5 2-0");
        engine.TakeEvents().ShouldBe("0 xdel x");
        engine.Run("EXISTS x").ShouldBe(":1");
        engine.Run("XSETID x 7-0 ENTRIESADDED 9 MAXDELETEDID 3-0").ShouldBe("+OK");
        engine.Run("XSETID none 1-0").ShouldBe("-ERR no such key");
        engine.TakeEffects().ShouldBe("0 XSETID x 7-0 ENTRIESADDED 9 MAXDELETEDID 3-0");
        engine.TakeEvents().ShouldBe("0 xsetid x");
    }
}
