using System.Globalization;

namespace Spinel.Engine.Tests.Commands.Hashes;

public sealed class HashCommandsTests
{
    private const string WrongType = "-WRONGTYPE Operation against a key holding the wrong kind of value";

    [Fact]
    public void Fields_are_set_read_and_deleted()
    {
        using TestEngine engine = new();
        engine.Run("HSET h a 1 b two").ShouldBe(":2");
        engine.Run("HSET h a 3 c 4").ShouldBe(":1");
        engine.Run("HGET h a").ShouldBe("$1", "3");
        engine.Run("HGET h missing").ShouldBe("$-1");
        engine.Run("HGET missing a").ShouldBe("$-1");
        engine.Run("HMGET h b missing a").ShouldBe("*3", "$3", "two", "$-1", "$1", "3");
        engine.Run("HMGET missing a b").ShouldBe("*2", "$-1", "$-1");
        engine.Run("HLEN h").ShouldBe(":3");
        engine.Run("HLEN missing").ShouldBe(":0");
        engine.Run("HEXISTS h a").ShouldBe(":1");
        engine.Run("HEXISTS h x").ShouldBe(":0");
        engine.Run("HSTRLEN h b").ShouldBe(":3");
        engine.Run("HSTRLEN h a").ShouldBe(":1");
        engine.Run("HSTRLEN h x").ShouldBe(":0");
        engine.Run("HGETALL h").ShouldBe("*6", "$1", "a", "$1", "3", "$1", "b", "$3", "two", "$1", "c", "$1", "4");
        engine.Run("HKEYS h").ShouldBe("*3", "$1", "a", "$1", "b", "$1", "c");
        engine.Run("HVALS h").ShouldBe("*3", "$1", "3", "$3", "two", "$1", "4");
        engine.Run("HDEL h a x b").ShouldBe(":2");
        engine.Run("HSETNX h c 5").ShouldBe(":0");
        engine.Run("HSETNX h d 5").ShouldBe(":1");
        engine.Run("HMSET h e 1").ShouldBe("+OK");
        engine.Run("TYPE h").ShouldBe("+hash");
        engine.Run("HDEL h c d e").ShouldBe(":3");
        engine.Run("EXISTS h").ShouldBe(":0");
        engine.Run("HDEL h c").ShouldBe(":0");
    }

    [Fact]
    public void Resp3_has_maps_and_nulls()
    {
        using TestEngine engine = new();
        engine.Run("HELLO 3");
        engine.Run("HSET h a 1");
        engine.Run("HGETALL h").ShouldBe("%1", "$1", "a", "$1", "1");
        engine.Run("HGETALL missing").ShouldBe("%0");
        engine.Run("HKEYS missing").ShouldBe("*0");
        engine.Run("HGET h x").ShouldBe("_");
        engine.Run("HRANDFIELD h 1 WITHVALUES").ShouldBe("*1", "*2", "$1", "a", "$1", "1");
        engine.Run("HRANDFIELD missing").ShouldBe("_");
    }

    [Fact]
    public void Events_and_effects()
    {
        using TestEngine engine = new();
        engine.Run("HSET h a 1 b 2");
        engine.Run("HSETNX h a 5");
        engine.Run("HINCRBY h a 5");
        engine.Run("HINCRBYFLOAT h a 0.5");
        engine.Run("HDEL h a x");
        engine.Run("HDEL h nothing");
        engine.Run("HDEL h b");
        engine.TakeEvents().ShouldBe("0 hset h", "0 hincrby h", "0 hincrbyfloat h", "0 hdel h", "0 hdel h", "0 del h");
        engine.TakeEffects().ShouldBe("0 HSET h a 1 b 2", "0 HINCRBY h a 5", "0 HSET h a 6.5", "0 HDEL h a x", "0 HDEL h b");
    }

    [Theory]
    [InlineData("HSET h a", "-ERR wrong number of arguments for 'hset' command")]
    [InlineData("HSET s a 1 b", "-ERR wrong number of arguments for 'hset' command")]
    [InlineData("HMSET s a 1 b", "-ERR wrong number of arguments for 'hmset' command")]
    [InlineData("HSET s a 1", WrongType)]
    [InlineData("HGET s a", WrongType)]
    [InlineData("HGETALL s", WrongType)]
    [InlineData("HDEL s a", WrongType)]
    [InlineData("HSETNX s a 1", WrongType)]
    [InlineData("HRANDFIELD s", WrongType)]
    [InlineData("HRANDFIELD s 1", WrongType)]
    [InlineData("HSCAN s 0", WrongType)]
    [InlineData("HSCAN s x", "-ERR invalid cursor")]
    [InlineData("HSCAN h 0 COUNT 0", "-ERR syntax error")]
    [InlineData("HSCAN h 0 TYPE hash", "-ERR syntax error")]
    [InlineData("HSCAN h 0 NOVALUES x", "-ERR syntax error")]
    [InlineData("HINCRBY s a x", "-ERR value is not an integer or out of range")]
    [InlineData("HINCRBY s a 1", WrongType)]
    [InlineData("HINCRBY h text 1", "-ERR hash value is not an integer")]
    [InlineData("HINCRBY h max 1", "-ERR increment or decrement would overflow")]
    [InlineData("HINCRBYFLOAT s a nan", "-ERR value is not a valid float")]
    [InlineData("HINCRBYFLOAT s a inf", "-ERR value is NaN or Infinity")]
    [InlineData("HINCRBYFLOAT s a 1", WrongType)]
    [InlineData("HINCRBYFLOAT h text 1", "-ERR hash value is not a float")]
    [InlineData("HRANDFIELD h -9223372036854775808", "-ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807")]
    [InlineData("HRANDFIELD h 1 VALUES", "-ERR syntax error")]
    [InlineData("HRANDFIELD h 9223372036854775807 WITHVALUES", "-ERR value is out of range")]
    public void Mistakes_are_answered_as_by_redis(string command, string reply)
    {
        using TestEngine engine = new();
        engine.Run("SET s 1");
        engine.Run("HSET h text abc max 9223372036854775807");
        engine.TakeEffects();
        engine.Run(command).ShouldBe(reply);
        engine.TakeEffects().ShouldBe();
    }

    [Fact]
    public void Counting_keeps_the_field_as_it_is_replied()
    {
        using TestEngine engine = new();
        engine.Run("HINCRBY h n 5").ShouldBe(":5");
        engine.Run("HINCRBY h n -7").ShouldBe(":-2");
        engine.Run("HINCRBYFLOAT h n 2.5").ShouldBe("$3", "0.5");
        engine.Run("HINCRBY h n 1").ShouldBe("-ERR hash value is not an integer");
        engine.Run("HINCRBYFLOAT h n 0.5").ShouldBe("$1", "1");
        engine.Run("HINCRBY h n 1").ShouldBe(":2");
    }

    [Fact]
    public void Encoding_follows_the_limits()
    {
        using TestEngine engine = new();
        engine.Run("CONFIG SET hash-max-listpack-entries 2 hash-max-listpack-value 4");
        engine.Run("HSET h a 1 b 2");
        engine.Run("OBJECT ENCODING h").ShouldBe("$8", "listpack");
        engine.Run("HSET h c 3");
        engine.Run("OBJECT ENCODING h").ShouldBe("$9", "hashtable");
        engine.Run("HDEL h a b");
        engine.Run("OBJECT ENCODING h").ShouldBe("$9", "hashtable");
        engine.Run("HGETALL h").ShouldBe("*2", "$1", "c", "$1", "3");
        engine.Run("HSET v a 1234");
        engine.Run("OBJECT ENCODING v").ShouldBe("$8", "listpack");
        engine.Run("HINCRBY v a 10000");
        engine.Run("OBJECT ENCODING v").ShouldBe("$9", "hashtable");
        engine.Run("HSET f 12345 1");
        engine.Run("OBJECT ENCODING f").ShouldBe("$9", "hashtable");
        engine.Run("COPY h copy").ShouldBe(":1");
        engine.Run("HGET copy c").ShouldBe("$1", "3");
        engine.Run("SET h text").ShouldBe("+OK");
        engine.Run("UNLINK v f copy").ShouldBe(":3");
    }

    [Fact]
    public void Random_fields()
    {
        using TestEngine engine = new();
        engine.Run("HSET h a 1 b 2 c 3");
        Assert.Contains(engine.Run("HRANDFIELD h").Text, new[] { "$1\r\na\r\n", "$1\r\nb\r\n", "$1\r\nc\r\n" });
        Assert.Equal(["a", "b", "c"], engine.Run("HRANDFIELD h 5").Elements().Order());
        Assert.Equal(2, engine.Run("HRANDFIELD h 2").Elements().Distinct().Count());
        Assert.Equal(7, engine.Run("HRANDFIELD h -7").Elements().Length);
        Assert.Equal(["1", "2", "3", "a", "b", "c"], engine.Run("HRANDFIELD h 3 WITHVALUES").Elements().Order());
        Assert.Equal(14, engine.Run("HRANDFIELD h -7 WITHVALUES").Elements().Length);
        engine.Run("HRANDFIELD h 0").ShouldBe("*0");
        engine.Run("HRANDFIELD missing").ShouldBe("$-1");
        engine.Run("HRANDFIELD missing 5").ShouldBe("*0");
    }

    [Theory]
    [InlineData(3)]
    [InlineData(1000)]
    public void Scan_lists_each_field_once(int fields)
    {
        using TestEngine engine = new();
        for (int i = 0; i < fields; i++)
        {
            engine.Run(string.Create(CultureInfo.InvariantCulture, $"HSET h field:{i} {i}"));
        }

        List<string> found = [];
        string cursor = "0";
        do
        {
            string[] lines = engine.Run($"HSCAN h {cursor} COUNT 20").Text.Split("\r\n");
            cursor = lines[2];
            for (int i = 5; i + 2 < lines.Length; i += 4)
            {
                Assert.Equal($"field:{lines[i + 2]}", lines[i]);
                found.Add(lines[i]);
            }
        }
        while (cursor != "0");
        Assert.Equal(fields, found.Count);
        Assert.Equal(fields, found.Distinct().Count());
        engine.Run("HSCAN missing 0 BOGUS").ShouldBe("*2", "$1", "0", "*0");
    }

    [Fact]
    public void Scan_matches_fields_and_leaves_values_out()
    {
        using TestEngine engine = new();
        engine.Run("HSET h one 1 two 2 three 3");
        engine.Run("HSCAN h 0 MATCH t*").ShouldBe("*2", "$1", "0", "*4", "$3", "two", "$1", "2", "$5", "three", "$1", "3");
        engine.Run("HSCAN h 0 NOVALUES MATCH t*").ShouldBe("*2", "$1", "0", "*2", "$3", "two", "$5", "three");
        engine.Run("HSCAN h 0 MATCH x NOVALUES COUNT 1").ShouldBe("*2", "$1", "0", "*0");
    }

    [Fact]
    public void Digest_does_not_depend_on_order_or_encoding()
    {
        using TestEngine engine = new(options => options.Set("enable-debug-command", "local"));
        engine.Run("HSET a x 1 y 2");
        engine.Run("HSET b y 2 x 1");
        Reply digest = engine.Run("DEBUG DIGEST-VALUE a");
        Assert.Equal(digest, engine.Run("DEBUG DIGEST-VALUE b"));
        engine.Run("CONFIG SET hash-max-listpack-entries 0");
        engine.Run("HSET b x 1");
        engine.Run("OBJECT ENCODING b").ShouldBe("$9", "hashtable");
        Assert.Equal(digest, engine.Run("DEBUG DIGEST-VALUE b"));
        engine.Run("HSET b x 2");
        Assert.NotEqual(digest, engine.Run("DEBUG DIGEST-VALUE b"));
    }
}
