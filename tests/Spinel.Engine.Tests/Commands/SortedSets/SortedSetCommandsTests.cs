namespace Spinel.Engine.Tests.Commands.SortedSets;

/// <summary>What the comparison with Redis cannot see: effects, events, memory, and what is newer.</summary>
public sealed class SortedSetCommandsTests
{
    [Fact]
    public void Changes_are_recorded_as_sent_and_announced_once()
    {
        using TestEngine engine = new();
        engine.Run("ZADD z 1 a 2 b").ShouldBe(":2");
        engine.Run("ZADD z 1 a").ShouldBe(":0");
        engine.Run("ZADD z INCR 2 a").ShouldBe("$1", "3");
        engine.Run("ZINCRBY z 1 b").ShouldBe("$1", "3");
        engine.Run("ZREM z nobody").ShouldBe(":0");
        engine.Run("ZREM z a b").ShouldBe(":2");
        engine.TakeEffects().ShouldBe("0 ZADD z 1 a 2 b", "0 ZADD z INCR 2 a", "0 ZINCRBY z 1 b", "0 ZREM z a b");
        engine.TakeEvents().ShouldBe("0 zadd z", "0 zincr z", "0 zincr z", "0 zrem z", "0 del z");
    }

    [Fact]
    public void Removing_a_range_that_is_everything_removes_the_key()
    {
        using TestEngine engine = new();
        foreach (string command in (string[])["ZREMRANGEBYRANK z 0 -1", "ZREMRANGEBYSCORE z -inf inf", "ZREMRANGEBYLEX z - +", "ZPOPMAX z 3"])
        {
            engine.Run("ZADD z 0 a 0 b 0 c");
            engine.TakeEvents();
            engine.Run(command);
            engine.Run("EXISTS z").ShouldBe(":0");
            string name = command[..command.IndexOf(' ', StringComparison.Ordinal)].ToLowerInvariant();
            engine.TakeEvents().ShouldBe($"0 {name} z", "0 del z");
        }
    }

    [Fact]
    public void A_pop_from_one_of_several_keys_is_recorded_as_one_from_that_key()
    {
        using TestEngine engine = new();
        engine.Run("ZADD z 1 a 2 b 3 c 4 d");
        engine.TakeEffects();
        engine.Run("ZMPOP 2 missing z MIN COUNT 2").ShouldBe("*2", "$1", "z", "*2", "*2", "$1", "a", "$1", "1", "*2", "$1", "b", "$1", "2");
        engine.Run("BZPOPMAX missing z 0").ShouldBe("*3", "$1", "z", "$1", "d", "$1", "4");
        engine.Run("BZMPOP 0 2 missing z MAX COUNT 9").ShouldBe("*2", "$1", "z", "*1", "*2", "$1", "c", "$1", "3");
        engine.TakeEffects().ShouldBe("0 ZPOPMIN z 2", "0 ZPOPMAX z", "0 ZPOPMAX z 1");
    }

    [Fact]
    public void Who_waits_is_served_in_order_or_gives_up()
    {
        using TestEngine engine = new();
        TestClient first = engine.Connect();
        TestClient second = engine.Connect();
        first.Run("BZPOPMIN z 0").ShouldBe();
        second.Run("BZMPOP 2.5 1 z MAX COUNT 5").ShouldBe();
        engine.Run("ZADD z 1 a").ShouldBe(":1");
        first.Receive().ShouldBe("*3", "$1", "z", "$1", "a", "$1", "1");
        second.Receive().ShouldBe();
        engine.TakeEffects().ShouldBe("0 ZADD z 1 a", "0 ZPOPMIN z");
        engine.Turn(2499);
        second.Receive().ShouldBe();
        engine.Turn(1);
        second.Receive().ShouldBe("*-1");
    }

    [Fact]
    public void Stored_results_replace_and_empty_ones_remove()
    {
        using TestEngine engine = new();
        engine.Run("ZADD a 1 x 2 y");
        engine.Run("SADD s y z");
        engine.Run("SET d value EX 100");
        engine.TakeEffects();
        engine.TakeEvents();
        engine.Run("ZUNIONSTORE d 2 a s WEIGHTS 1 10").ShouldBe(":3");
        engine.Run("TTL d").ShouldBe(":-1");
        engine.Run("ZRANGE d 0 -1 WITHSCORES").ShouldBe("*6", "$1", "x", "$1", "1", "$1", "z", "$2", "10", "$1", "y", "$2", "12");
        engine.Run("ZINTERSTORE d 2 a s").ShouldBe(":1");
        engine.Run("ZDIFFSTORE d 2 a a").ShouldBe(":0");
        engine.Run("ZRANGESTORE d missing 0 -1").ShouldBe(":0");
        engine.TakeEffects().ShouldBe("0 ZUNIONSTORE d 2 a s WEIGHTS 1 10", "0 ZINTERSTORE d 2 a s", "0 ZDIFFSTORE d 2 a a");
        engine.TakeEvents().ShouldBe("0 zunionstore d", "0 zinterstore d", "0 del d");
    }

    [Fact]
    public void Ranks_come_with_scores()
    {
        using TestEngine engine = new();
        engine.Run("ZADD z 1 a 2.5 b");
        engine.Run("ZRANK z b WITHSCORE").ShouldBe("*2", ":1", "$3", "2.5");
        engine.Run("ZREVRANK z b withscore").ShouldBe("*2", ":0", "$3", "2.5");
        engine.Run("ZRANK z nobody WITHSCORE").ShouldBe("*-1");
        engine.Run("ZRANK z b WITHSCORES").ShouldBe("-ERR wrong number of arguments for 'zrank' command");
        engine.Run("ZRANK z b WITHSCORE x").ShouldBe("-ERR wrong number of arguments for 'zrank' command");
    }

    [Theory]
    [InlineData(100)]
    [InlineData(3000)]
    public void Distinct_random_members_are_distinct_and_members(int size)
    {
        using TestEngine engine = new();
        for (int i = 0; i < size; i++)
        {
            engine.Run($"ZADD z {i} m{i}");
        }

        foreach (int count in (int[])[1, 10, size / 2, size, size + 10])
        {
            string[] members = engine.Run($"ZRANDMEMBER z {count}").Elements();
            Assert.Equal(Math.Min(count, size), members.Distinct().Count(member => int.Parse(member.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture) < size));
        }

        Assert.Equal(2 * size, engine.Run($"ZRANDMEMBER z -{2 * size}").Elements().Length);
    }

    [Fact]
    public void A_scan_of_a_large_set_shows_every_member()
    {
        using TestEngine engine = new();
        for (int i = 0; i < 1000; i++)
        {
            engine.Run($"ZADD z {i} m{i}");
        }

        HashSet<string> seen = [];
        string cursor = "0";
        do
        {
            string[] lines = engine.Run($"ZSCAN z {cursor} COUNT 50").Text.Split("\r\n");
            cursor = lines[2];
            for (int i = 5; i < lines.Length - 1; i += 4)
            {
                seen.Add(lines[i]);
                Assert.Equal(lines[i][1..], lines[i + 2]);
            }
        }
        while (cursor != "0");
        Assert.Equal(1000, seen.Count);
    }

    [Fact]
    public void A_large_set_is_copied_renamed_and_freed()
    {
        using TestEngine engine = new();
        for (int i = 0; i < 500; i++)
        {
            engine.Run($"ZADD z {i} m{i}");
        }

        engine.Run("COPY z y").ShouldBe(":1");
        engine.Run("RENAME z x").ShouldBe("+OK");
        engine.Run("ZREMRANGEBYRANK x 10 -1").ShouldBe(":490");
        engine.Run("ZCARD y").ShouldBe(":500");
        engine.Run("OBJECT ENCODING y").ShouldBe("$8", "skiplist");
        engine.Run("UNLINK y").ShouldBe(":1");
        engine.Run("SET x 1").ShouldBe("+OK");
    }
}
