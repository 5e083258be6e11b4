namespace Spinel.Engine.Tests.Commands.Streams;

/// <summary>
/// Deleting entries with regard to consumer groups, as https://redis.io/docs/latest/commands/xdelex/, …/xackdel/ and …/xtrim/ say.
/// </summary>
public sealed class ReferenceCommandsTests
{
    [Fact]
    public void A_stream_or_group_that_is_not_there_has_no_such_entries()
    {
        using TestEngine engine = new();
        engine.Run("XDELEX x IDS 2 1-0 2-0").ShouldBe("*2", ":-1", ":-1");
        engine.Run("XACKDEL x g IDS 1 1-0").ShouldBe("*1", ":-1");
        engine.Run("XADD x 1-0 f v");
        engine.Run("XACKDEL x g KEEPREF IDS 1 1-0").ShouldBe("*1", ":-1");
        engine.Run("XLEN x").ShouldBe(":1");
        engine.Run("SET s v");
        Assert.StartsWith("-WRONGTYPE", engine.Run("XDELEX s IDS 1 1-0").Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("XDELEX x IDS 0 1-0", "-ERR Number of IDs must be a positive integer")]
    [InlineData("XDELEX x IDS a 1-0", "-ERR Number of IDs must be a positive integer")]
    [InlineData("XDELEX x IDS 2 1-0", "-ERR The `numids` parameter must match the number of arguments")]
    [InlineData("XDELEX x IDS 1 1-0 2-0", "-ERR syntax error")]
    [InlineData("XDELEX x ACKED DELREF IDS 1 1-0", "-ERR syntax error")]
    [InlineData("XDELEX x IDS 1 no", "-ERR Invalid stream ID specified as stream command argument")]
    [InlineData("XACKDEL x g BOGUS IDS 1 1-0", "-ERR syntax error")]
    [InlineData("XTRIM x MAXLEN 1 ACKED KEEPREF", "-ERR syntax error")]
    public void Arguments_are_checked_first(string command, string error)
    {
        using TestEngine engine = new();
        engine.Run(command).ShouldBe(error);
    }

    [Fact]
    public void Deleting_keeps_or_drops_references()
    {
        using TestEngine engine = new();
        Fill(engine);
        engine.Run("XDELEX x KEEPREF IDS 2 1-0 9-0").ShouldBe("*2", ":1", ":-1");
        Pending(engine, "g", 3);
        engine.Run("XDELEX x IDS 1 2-0 DELREF").ShouldBe("*1", ":1");
        Pending(engine, "g", 2);

        // What refers to an entry that is gone goes, too.
        engine.TakeEffects();
        engine.TakeEvents();
        engine.Run("XDELEX x DELREF IDS 1 1-0").ShouldBe("*1", ":-1");
        Pending(engine, "g", 1);
        engine.TakeEffects().ShouldBe("0 XACK x g 1-0");
        engine.TakeEvents().ShouldBe("0 stream-delivery x");
        engine.Run("XLEN x").ShouldBe(":2");
    }

    [Fact]
    public void An_entry_goes_when_all_groups_have_acknowledged_it()
    {
        using TestEngine engine = new();
        Fill(engine);
        engine.Run("XGROUP CREATE x h 0");
        engine.Run("XACK x g 1-0");
        engine.Run("XDELEX x ACKED IDS 1 1-0").ShouldBe("*1", ":2");
        engine.Run("XREADGROUP GROUP h bob COUNT 2 STREAMS x >");
        engine.Run("XDELEX x ACKED IDS 1 1-0").ShouldBe("*1", ":2");
        engine.Run("XACKDEL x h ACKED IDS 3 1-0 2-0 4-0").ShouldBe("*3", ":1", ":2", ":-1");
        engine.Run("XACKDEL x g ACKED IDS 1 2-0").ShouldBe("*1", ":1");
        engine.Run("XLEN x").ShouldBe(":2");
        Pending(engine, "h", 0);
        Pending(engine, "g", 1);
    }

    [Fact]
    public void Without_groups_nothing_is_acknowledged_but_trimming_does_not_care()
    {
        using TestEngine engine = new();
        engine.Run("XADD x 1-0 f v");
        engine.Run("XADD x 2-0 f v");
        engine.Run("XDELEX x ACKED IDS 1 1-0").ShouldBe("*1", ":2");
        engine.Run("XTRIM x MAXLEN 1 ACKED").ShouldBe(":1");
    }

    [Fact]
    public void Acknowledging_and_deleting_keeps_the_references_of_other_groups()
    {
        using TestEngine engine = new();
        Fill(engine);
        engine.Run("XGROUP CREATE x h 0");
        engine.Run("XREADGROUP GROUP h bob STREAMS x >");
        engine.Run("XACKDEL x g KEEPREF IDS 1 1-0").ShouldBe("*1", ":1");
        Pending(engine, "g", 2);
        Pending(engine, "h", 4);
        engine.Run("XACKDEL x g DELREF IDS 1 2-0").ShouldBe("*1", ":1");
        Pending(engine, "g", 1);
        Pending(engine, "h", 3);
        engine.Run("XLEN x").ShouldBe(":2");
    }

    [Fact]
    public void Trimming_drops_references_or_minds_them()
    {
        using TestEngine engine = new();
        Fill(engine);
        engine.Run("XACK x g 2-0");
        engine.Run("XTRIM x MAXLEN 1 ACKED").ShouldBe(":1");
        engine.Run("XTRIM x MINID 9 ACKED").ShouldBe(":0");
        Pending(engine, "g", 2);
        engine.Run("XTRIM x MINID 3 DELREF").ShouldBe(":1");
        Pending(engine, "g", 1);
        engine.TakeEffects();
        engine.Run("XADD x DELREF MAXLEN ~ 1 LIMIT 0 * f v");
        engine.TakeEffects().ShouldBe("0 XADD x MAXLEN = 3 1800000000000-0 f v");
        engine.Run("XADD x DELREF MAXLEN = 1 * f v");
        Pending(engine, "g", 0);
        engine.Run("XLEN x").ShouldBe(":1");
    }

    [Fact]
    public void Approximate_trimming_goes_over_whole_blocks()
    {
        using TestEngine engine = new();
        engine.Run("CONFIG SET stream-node-max-entries 10");
        for (int i = 1; i <= 45; i++)
        {
            engine.Run($"XADD x {i}-0 f v");
        }

        engine.Run("XGROUP CREATE x g 0");
        engine.Run("XREADGROUP GROUP g alice COUNT 35 STREAMS x >");
        engine.Run("XACK x g 3-0 4-0 5-0 15-0 25-0 26-0");
        engine.TakeEffects();
        engine.Run("XTRIM x MINID ~ 27 ACKED").ShouldBe(":4");
        engine.TakeEffects().ShouldBe("0 XDEL x 3-0 4-0 5-0 15-0");
        engine.Run("XTRIM x MAXLEN ~ 23 DELREF LIMIT 100").ShouldBe(":16");
        engine.TakeEffects().ShouldBe("0 XTRIM x MAXLEN = 25", "0 XACK x g 1-0 2-0 6-0 7-0 8-0 9-0 10-0 11-0 12-0 13-0 14-0 16-0 17-0 18-0 19-0 20-0");
        engine.Run("XRANGE x - + COUNT 1").ShouldBe("*1", "*2", "$4", "21-0", "*2", "$1", "f", "$1", "v");
    }

    /// <summary>Four entries, of which the first three are pending.</summary>
    private static void Fill(TestEngine engine)
    {
        for (int i = 1; i <= 4; i++)
        {
            engine.Run($"XADD x {i}-0 f v");
        }

        engine.Run("XGROUP CREATE x g 0");
        engine.Run("XREADGROUP GROUP g alice COUNT 3 STREAMS x >");
    }

    private static void Pending(TestEngine engine, string group, int count) =>
        Assert.StartsWith($"*4\r\n:{count}\r\n", engine.Run($"XPENDING x {group}").Text, StringComparison.Ordinal);
}
