namespace Spinel.Engine.Tests.Commands.Hashes;

public sealed class FieldExpiryTests
{
    private const long Start = 1_800_000_000_000;

    // https://valkey.io/commands/hsetex/
    [Fact]
    public void Fields_may_be_set_only_in_a_hash_that_exists_or_does_not()
    {
        using TestEngine engine = new();
        engine.Run("HSETEX h XX EX 10 FIELDS 1 a 1").ShouldBe(":0");
        engine.Run("EXISTS h").ShouldBe(":0");
        engine.Run("HSETEX h NX FIELDS 1 a 1").ShouldBe(":1");
        engine.Run("HSETEX h NX FIELDS 1 b 1").ShouldBe(":0");
        engine.Run("HSETEX h XX FNX FIELDS 1 b 2").ShouldBe(":1");
        engine.Run("HSETEX h FXX XX EX 10 FIELDS 2 a 3 c 3").ShouldBe(":0");
        engine.Run("HMGET h a b c").ShouldBe("*3", "$1", "1", "$1", "2", "$-1");
        engine.Run("HSETEX h NX XX FIELDS 1 a 1").ShouldBe("-ERR syntax error");
    }

    [Fact]
    public void Fields_go_when_their_time_has_come()
    {
        using TestEngine engine = new();
        engine.Run("HSET h a 1 b 2 c 3");
        engine.Run("HPEXPIRE h 1000 FIELDS 3 a b nothing").ShouldBe("*3", ":1", ":1", ":-2");
        engine.Run("HPEXPIRE h 2000 FIELDS 1 b").ShouldBe("*1", ":1");
        engine.Run("HPTTL h FIELDS 4 a b c d").ShouldBe("*4", ":1000", ":2000", ":-1", ":-2");
        engine.Run("HTTL h FIELDS 2 a b").ShouldBe("*2", ":1", ":2");
        engine.Run("HPEXPIRETIME h FIELDS 1 a").ShouldBe("*1", $":{Start + 1000}");
        engine.Run("HEXPIRETIME h FIELDS 1 a").ShouldBe("*1", $":{(Start / 1000) + 1}");
        engine.Time.Advance(999);
        engine.Engine.Clock.Refresh();
        engine.Run("HLEN h").ShouldBe(":3");
        engine.Run("HTTL h FIELDS 1 a").ShouldBe("*1", ":1");
        engine.TakeEvents();
        engine.TakeEffects();
        engine.Time.Advance(1);
        engine.Engine.Clock.Refresh();
        engine.Run("HGET h a").ShouldBe("$-1");
        engine.Run("HLEN h").ShouldBe(":2");
        engine.TakeEvents().ShouldBe("0 hexpired h");
        engine.TakeEffects().ShouldBe("0 HDEL h a");
        engine.Run("HDEL h c").ShouldBe(":1");
        engine.Time.Advance(1000);
        engine.Engine.Clock.Refresh();
        engine.Run("HSET h d 4").ShouldBe(":1");
        engine.Run("HGETALL h").ShouldBe("*2", "$1", "d", "$1", "4");
        engine.TakeEffects().ShouldBe("0 HDEL h c", "0 HDEL h b", "0 HSET h d 4");
    }

    [Fact]
    public void Nobody_needs_to_ask_for_a_hash()
    {
        using TestEngine engine = new();
        for (int i = 0; i < 300; i++)
        {
            engine.Run($"HSET h{i} a 1 b 2");
            engine.Run($"HEXPIRE h{i} {1 + (i % 2)} FIELDS 2 a b");
        }

        engine.Turn(1001);
        for (int i = 0; i < 50; i++)
        {
            engine.Turn(100);
        }

        engine.Run("DBSIZE").ShouldBe(":0");
        Assert.Equal(0, engine.Engine.Keyspace[0].FieldExpires.Count);
    }

    [Fact]
    public void Index_of_expiring_hashes_follows_them()
    {
        using TestEngine engine = new();
        engine.Run("HSET h a 1 b 2");
        engine.Run("HEXPIRE h 10 FIELDS 1 a").ShouldBe("*1", ":1");
        Spinel.DataStructures.KeyTable index = engine.Engine.Keyspace[0].FieldExpires;
        Assert.Equal(1, index.Count);
        engine.Run("RENAME h renamed").ShouldBe("+OK");
        engine.Run("EXPIRE renamed 100").ShouldBe(":1");
        engine.Run("PERSIST renamed").ShouldBe(":1");
        Assert.Equal(1, index.Count);
        engine.Run("COPY renamed copy").ShouldBe(":1");
        engine.Run("HTTL copy FIELDS 1 a").ShouldBe("*1", ":10");
        Assert.Equal(2, index.Count);
        engine.Run("MOVE copy 1").ShouldBe(":1");
        Assert.Equal(1, index.Count);
        Assert.Equal(1, engine.Engine.Keyspace[1].FieldExpires.Count);
        engine.Run("HPERSIST renamed FIELDS 2 a b").ShouldBe("*2", ":1", ":-1");
        Assert.Equal(0, index.Count);
        engine.Run("HEXPIRE renamed 10 FIELDS 1 a");
        engine.Run("HDEL renamed a").ShouldBe(":1");
        Assert.Equal(0, index.Count);
        engine.Run("HEXPIRE renamed 10 FIELDS 1 b");
        engine.Run("SET renamed x").ShouldBe("+OK");
        Assert.Equal(0, index.Count);
        engine.Run("HSETEX k EX 10 FIELDS 1 a 1").ShouldBe(":1");
        Assert.Equal(1, index.Count);
        engine.Run("FLUSHALL").ShouldBe("+OK");
        Assert.Equal(0, index.Count);
        Assert.Equal(0, engine.Engine.Keyspace[1].FieldExpires.Count);
        engine.Run("HSETEX k EX 10 FIELDS 1 a 1").ShouldBe(":1");
    }

    [Fact]
    public void Setting_a_field_clears_its_expiry_and_counting_keeps_it()
    {
        using TestEngine engine = new();
        engine.Run("HSET h a 1 b 2 c 3");
        engine.Run("HEXPIRE h 10 FIELDS 3 a b c");
        engine.Run("HSET h a 5");
        engine.Run("HINCRBY h b 5").ShouldBe(":7");
        engine.Run("HINCRBYFLOAT h c 0.5").ShouldBe("$3", "3.5");
        engine.Run("HTTL h FIELDS 3 a b c").ShouldBe("*3", ":-1", ":10", ":10");
    }

    [Theory]
    [InlineData("NX", 1, 0, 0)]
    [InlineData("XX", 0, 1, 1)]
    [InlineData("GT", 0, 1, 0)]
    [InlineData("LT", 1, 0, 1)]
    public void Conditions(string condition, int persistent, int sooner, int later)
    {
        using TestEngine engine = new();
        engine.Run("HSET h none 1 soon 2 late 3");
        engine.Run("HEXPIRE h 10 FIELDS 1 soon");
        engine.Run("HEXPIRE h 30 FIELDS 1 late");
        engine.Run($"HEXPIRE h 20 {condition} FIELDS 3 none soon late").ShouldBe("*3", $":{persistent}", $":{sooner}", $":{later}");
    }

    [Fact]
    public void Times_in_the_past_delete()
    {
        using TestEngine engine = new();
        engine.Run("HSET h a 1 b 2 c 3");
        engine.TakeEvents();
        engine.TakeEffects();
        engine.Run("HEXPIRE h 0 FIELDS 2 a x").ShouldBe("*2", ":2", ":-2");
        engine.Run("HEXPIREAT h 1 FIELDS 2 b c").ShouldBe("*2", ":2", ":2");
        engine.Run("EXISTS h").ShouldBe(":0");
        engine.TakeEvents().ShouldBe("0 hdel h", "0 hdel h", "0 del h");
        engine.TakeEffects().ShouldBe("0 HDEL h a x", "0 HDEL h b c");
    }

    [Fact]
    public void Effects_say_when_and_for_which_fields()
    {
        using TestEngine engine = new();
        engine.Run("HSET h a 1 b 2 c 3");
        engine.Run("HEXPIRE h 5 FIELDS 1 a");
        engine.TakeEvents();
        engine.TakeEffects();
        engine.Run("HEXPIRE h 10 NX FIELDS 3 a b x");
        engine.Run("HGETEX h PX 7 FIELDS 2 c x").ShouldBe("*2", "$1", "3", "$-1");
        engine.Run("HGETEX h PERSIST FIELDS 2 a b").ShouldBe("*2", "$1", "1", "$1", "2");
        engine.Run("HGETEX h FIELDS 1 a").ShouldBe("*1", "$1", "1");
        engine.Run("HSETEX h FXX EX 2 FIELDS 1 a 9").ShouldBe(":1");
        engine.Run("HSETEX h KEEPTTL FIELDS 1 a 8").ShouldBe(":1");
        engine.Run("HPTTL h FIELDS 1 a").ShouldBe("*1", ":2000");
        engine.Run("HGETDEL h FIELDS 2 a x").ShouldBe("*2", "$1", "8", "$-1");
        engine.TakeEffects().ShouldBe(
            $"0 HPEXPIREAT h {Start + 10_000} FIELDS 1 b",
            $"0 HPEXPIREAT h {Start + 7} FIELDS 1 c",
            "0 HPERSIST h FIELDS 2 a b",
            "0 HSET h a 9",
            $"0 HPEXPIREAT h {Start + 2000} FIELDS 1 a",
            "0 HSET h a 8",
            $"0 HPEXPIREAT h {Start + 2000} FIELDS 1 a",
            "0 HDEL h a x");
        engine.TakeEvents().ShouldBe("0 hexpire h", "0 hexpire h", "0 hpersist h", "0 hset h", "0 hexpire h", "0 hset h", "0 hdel h");
    }

    [Fact]
    public void Conditions_of_hsetex_are_for_all_fields_together()
    {
        using TestEngine engine = new();
        engine.Run("HSETEX h FXX FIELDS 1 a 1").ShouldBe(":0");
        engine.Run("EXISTS h").ShouldBe(":0");
        engine.Run("HSETEX h FNX FIELDS 2 a 1 b 2").ShouldBe(":1");
        engine.Run("HSETEX h FNX FIELDS 2 b 1 c 2").ShouldBe(":0");
        engine.Run("HSETEX h FXX FIELDS 2 b 1 c 2").ShouldBe(":0");
        engine.Run("HSETEX h FXX FIELDS 2 a 7 b 8").ShouldBe(":1");
        engine.Run("HMGET h a b c").ShouldBe("*3", "$1", "7", "$1", "8", "$-1");
        engine.Run("HSETEX h EXAT 1 FIELDS 2 a 1 b 2").ShouldBe(":1");
        engine.Run("EXISTS h").ShouldBe(":0");
    }

    [Theory]
    [InlineData("HEXPIRE h 10 FIELD 1 a", "-ERR Mandatory argument FIELDS is missing or not at the right position")]
    [InlineData("HEXPIRE h 10 NX XX FIELDS 1 a", "-ERR Mandatory argument FIELDS is missing or not at the right position")]
    [InlineData("HEXPIRE h 10 FIELDS 0 a", "-ERR Parameter `numFields` should be greater than 0")]
    [InlineData("HEXPIRE h 10 FIELDS 2 a", "-ERR The `numfields` parameter must match the number of arguments")]
    [InlineData("HEXPIRE h x FIELDS 1 a", "-ERR value is not an integer or out of range")]
    [InlineData("HEXPIRE h -1 FIELDS 1 a", "-ERR invalid expire time, must be >= 0")]
    [InlineData("HEXPIRE h 70368744178 FIELDS 1 a", "-ERR invalid expire time in 'hexpire' command")]
    [InlineData("HEXPIRE s x FIELDS 1 a", "-WRONGTYPE Operation against a key holding the wrong kind of value")]
    [InlineData("HTTL h FIELDS x a", "-ERR Number of fields must be a positive integer")]
    [InlineData("HTTL h FIELDS 2 a", "-ERR The `numfields` parameter must match the number of arguments")]
    [InlineData("HPERSIST h a 1 FIELDS", "-ERR Mandatory argument FIELDS is missing or not at the right position")]
    [InlineData("HGETEX h EX 10 PERSIST FIELDS 1 a", "-ERR Mandatory argument FIELDS is missing or not at the right position")]
    [InlineData("HGETDEL s FIELDS 1 a", "-WRONGTYPE Operation against a key holding the wrong kind of value")]
    [InlineData("HSETEX h FNX FXX FIELDS 1 a 1", "-ERR Only one of FXX or FNX arguments can be specified")]
    [InlineData("HSETEX h EX 1 KEEPTTL FIELDS 1 a 1", "-ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified")]
    [InlineData("HSETEX h GT FIELDS 1 a 1", "-ERR unknown argument: GT")]
    [InlineData("HSETEX h FIELDS 0 a 1", "-ERR invalid number of fields")]
    [InlineData("HTTL missing FIELDS 2 a b", "*2", ":-2", ":-2")]
    [InlineData("HEXPIRE missing 10 FIELDS 2 a b", "*2", ":-2", ":-2")]
    [InlineData("HPERSIST missing FIELDS 1 a", "*1", ":-2")]
    [InlineData("HGETEX missing EX 10 FIELDS 1 a", "*1", "$-1")]
    [InlineData("HGETDEL missing FIELDS 1 a", "*1", "$-1")]
    public void Mistakes_and_missing_keys(string command, params string[] reply)
    {
        using TestEngine engine = new();
        engine.Run("HSET h a 1");
        engine.Run("SET s 1");
        engine.TakeEffects();
        engine.Run(command).ShouldBe(reply);
        engine.TakeEffects().ShouldBe();
    }

    [Fact]
    public void Many_fields_at_once_go_in_portions_and_nobody_sees_them_meanwhile()
    {
        const int Count = 30_000;
        using TestEngine engine = new();
        string[] names = [.. Enumerable.Range(0, Count).Select(i => $"f{i}")];
        engine.Call(["HSET", "h", "stays", "1", .. names.SelectMany(name => new[] { name, "5" })]).ShouldBe($":{Count + 1}");
        engine.Call(["HPEXPIRE", "h", "1000", "FIELDS", $"{Count}", .. names]);
        engine.Run("CONFIG SET hz 1");
        engine.Time.Advance(1000);
        engine.TakeEffects();

        // Each of these removes a portion, and what it names.
        engine.Run("HGET h stays").ShouldBe("$1", "1");
        Assert.InRange(Length(), Count / 2, Count);
        engine.Run($"HGET h {names[1]}").ShouldBe("$-1");
        engine.Run($"HINCRBY h {names[4]} 2").ShouldBe(":2");
        engine.Run($"HSET h {names[3]} x {names[2]} y").ShouldBe(":2");
        engine.Run($"HDEL h {names[5]}").ShouldBe(":0");
        engine.Run($"HTTL h FIELDS 2 {names[4]} {names[6]}").ShouldBe("*2", ":-1", ":-2");
        Assert.Contains($"0 HDEL h {names[4]}", engine.TakeEffects().All);
        Assert.InRange(Length(), 1, Count - 1);

        // Whoever asks for all gets what is left, and does no more than others for that.
        engine.Run("RPUSH keys h");
        engine.Run("SORT keys BY nosort GET *->stays").ShouldBe("*1", "$1", "1");
        engine.Run($"SORT keys BY nosort GET *->{names[7]}").ShouldBe("*1", "$-1");
        string[] left = ["stays", names[4], names[3], names[2]];
        int before = Length();
        Assert.Equal(left, Sorted(engine.Run("HKEYS h")));
        Assert.Equal(["y", "x", "2", "1"], Sorted(engine.Run("HVALS h")));
        Assert.Equal(["y", "x", .. left, "2", "1"], Sorted(engine.Run("HGETALL h")));
        Assert.Equal(left, Sorted(engine.Run("HRANDFIELD h 100")));
        Assert.Equal(left, Sorted(engine.Run("HRANDFIELD h -200")).Distinct());
        Assert.Contains(engine.Run("HRANDFIELD h").Text.Split("\r\n")[1], left);
        Assert.Contains("stays", engine.Run("HSCAN h 0 COUNT 100000 NOVALUES").Text, StringComparison.Ordinal);
        Assert.DoesNotContain($"{names[^1]}\r", engine.Run("HSCAN h 0 COUNT 100000").Text, StringComparison.Ordinal);
        Assert.InRange(before - Length(), 8000, 10_000);
        for (int i = 0; i < Count / 1000; i++)
        {
            Length();
        }

        Assert.Equal(4, Length());
        Assert.Contains($"expired_subkeys:{Count}\r\n", engine.Run("INFO stats").Text, StringComparison.Ordinal);

        static IEnumerable<string> Sorted(Reply reply) => reply.Elements().Order(StringComparer.Ordinal).Reverse();

        int Length() => int.Parse(engine.Run("HLEN h").Text.Trim()[1..], System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Active_expiry_takes_many_fields_in_slices()
    {
        const int Count = 20_000;
        using TestEngine engine = new();
        string[] names = [.. Enumerable.Range(0, Count).Select(i => $"f{i}")];
        engine.Call(["HSET", "h", .. names.SelectMany(name => new[] { name, "5" })]);
        engine.Call(["HPEXPIRE", "h", "1000", "FIELDS", $"{Count}", .. names]);
        engine.TakeEffects();

        // The clock shows more than a slice whenever it is read, so a slice is one visit to the hash.
        engine.Time.TicksPerReading = TimeSpan.TicksPerMillisecond * 2;
        engine.Turn(1001);
        Assert.True(engine.Engine.FieldExpiry.HasBacklog);
        Assert.InRange(engine.TakeEffects().All.Sum(effect => effect.Split(' ').Length - 3), 1, Count / 10);
        for (int i = 0; i < 200 && engine.Engine.FieldExpiry.HasBacklog; i++)
        {
            engine.Turn();
        }

        engine.Run("EXISTS h").ShouldBe(":0");
    }

    [Fact]
    public void Small_hashes_with_expiries_say_so()
    {
        using TestEngine engine = new();
        engine.Run("CONFIG SET hash-max-listpack-entries 3");
        engine.Run("HSET h a 1 b 2");
        engine.Run("OBJECT ENCODING h").ShouldBe("$8", "listpack");
        engine.Run("HEXPIRE h 100 FIELDS 1 a");
        engine.Run("OBJECT ENCODING h").ShouldBe("$10", "listpackex");
        engine.Run("HPERSIST h FIELDS 1 a");
        engine.Run("OBJECT ENCODING h").ShouldBe("$10", "listpackex");
        engine.Run("COPY h copy");
        engine.Run("HSET h c 3");
        engine.Run("OBJECT ENCODING h").ShouldBe("$10", "listpackex");
        engine.Run("HSET h d 4");
        engine.Run("OBJECT ENCODING h").ShouldBe("$9", "hashtable");
        engine.Run("HDEL h c d");
        engine.Run("OBJECT ENCODING h").ShouldBe("$9", "hashtable");
        engine.Run("OBJECT ENCODING copy").ShouldBe("$10", "listpackex");
        engine.Run($"HSET copy a {new string('x', 65)}");
        engine.Run("OBJECT ENCODING copy").ShouldBe("$9", "hashtable");
        engine.Run("HEXPIRE copy 100 FIELDS 1 a");
        engine.Run("OBJECT ENCODING copy").ShouldBe("$9", "hashtable");
    }
}
