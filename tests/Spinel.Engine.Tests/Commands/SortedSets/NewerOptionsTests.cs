namespace Spinel.Engine.Tests.Commands.SortedSets;

/// <summary>Options that are newer than the oracle, after the pages of their commands.</summary>
public sealed class NewerOptionsTests
{
    // https://valkey.io/commands/zscan/
    [Theory]
    [InlineData("1 one 2 two", 2)]
    [InlineData(null, 300)]
    public void A_walk_may_leave_out_the_scores(string? few, int count)
    {
        using TestEngine engine = new();
        for (int i = 0; few is null && i < count; i++)
        {
            engine.Run($"ZADD z {i} member:{i}");
        }

        if (few is not null)
        {
            engine.Run($"ZADD z {few}");
            engine.Run("ZSCAN z 0 NOSCORES").ShouldBe("*2", "$1", "0", "*2", "$3", "one", "$3", "two");
            engine.Run("ZSCAN z 0 noscores COUNT 5 MATCH t*").ShouldBe("*2", "$1", "0", "*1", "$3", "two");
            engine.Run("ZSCAN z 0 MATCH o* NOSCORES").ShouldBe("*2", "$1", "0", "*1", "$3", "one");
        }

        var seen = new HashSet<string>();
        string cursor = "0";
        do
        {
            // "*2", "$1", cursor, "*…", and of each member its length and its name.
            string[] lines = engine.Run($"ZSCAN z {cursor} NOSCORES").Text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
            cursor = lines[2];
            seen.UnionWith(lines.Skip(4).Where((_, i) => i % 2 == 1));
        }
        while (cursor != "0");

        Assert.Equal(count, seen.Count);
        engine.Run("ZSCAN z 0 NOVALUES").ShouldBe("-ERR syntax error");
        engine.Run("SSCAN z 0 NOSCORES").ShouldBe("-WRONGTYPE Operation against a key holding the wrong kind of value");
    }

    [Fact]
    public void A_large_part_that_is_stored_keeps_the_sign_of_zero()
    {
        using TestEngine engine = new();
        engine.Run("ZADD z " + string.Join(' ', Enumerable.Range(1, 200).Select(i => $"{i} m{i}")));
        engine.Run("ZADD z -0 h");
        engine.Run("ZRANGESTORE d z 0 150").ShouldBe(":151");
        engine.Run("ZRANGE d 0 0 WITHSCORES").ShouldBe("*2", "$1", "h", "$2", "-0");
        engine.Run("OBJECT ENCODING d").ShouldBe("$8", "skiplist");
        engine.Run("ZRANGESTORE d z -inf 150 BYSCORE").ShouldBe(":151");
        engine.Run("ZRANGE d 0 0 WITHSCORES").ShouldBe("*2", "$1", "h", "$1", "0");
        engine.Run("OBJECT ENCODING d").ShouldBe("$8", "skiplist");
        engine.Run("ZRANGESTORE d z 0 1").ShouldBe(":2");
        engine.Run("OBJECT ENCODING d").ShouldBe("$8", "listpack");
    }

    // https://redis.io/docs/latest/commands/zunionstore/ ("AGGREGATE COUNT")
    [Fact]
    public void Members_may_be_counted_whatever_their_scores()
    {
        using TestEngine engine = new();
        engine.Run("ZADD a 5 x 7 y");
        engine.Run("ZADD b 100 y inf z");
        engine.Run("SADD s y");
        engine.Run("ZUNION 3 a b s AGGREGATE COUNT WITHSCORES").ShouldBe("*6", "$1", "x", "$1", "1", "$1", "z", "$1", "1", "$1", "y", "$1", "3");
        engine.Run("ZUNION 2 a b WEIGHTS 10 0.5 AGGREGATE count WITHSCORES").ShouldBe(
            "*6", "$1", "z", "$3", "0.5", "$1", "x", "$2", "10", "$1", "y", "$4", "10.5");
        engine.Run("ZINTER 3 a b s WITHSCORES AGGREGATE COUNT").ShouldBe("*2", "$1", "y", "$1", "3");
        engine.Run("ZINTERSTORE d 2 a b WEIGHTS 2 3 AGGREGATE COUNT").ShouldBe(":1");
        engine.Run("ZSCORE d y").ShouldBe("$1", "5");
        engine.Run("ZUNIONSTORE d 2 a b AGGREGATE COUNT").ShouldBe(":3");
        engine.Run("ZSCORE d z").ShouldBe("$1", "1");
    }
}
