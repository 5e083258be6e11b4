using static Spinel.Persistence.Tests.Rdb.RdbBytes;

namespace Spinel.Persistence.Tests.Rdb;

/// <summary>Values in forms that servers wrote in the past, or newer ones write, and Redis 7.0 does not: built here by hand.</summary>
public sealed class OldEncodingTests : IDisposable
{
    private readonly TestEngine _engine = EngineExtensions.NewEngine();

    [Fact]
    public void List_of_strings()
    {
        Restore(1, [.. Length(3), .. String("a"), .. (byte[])[0xC0, 7], .. String("b")]);
        _engine.Run("LRANGE k 0 -1").ShouldBe("*3", "$1", "a", "$1", "7", "$1", "b");
    }

    [Fact]
    public void Ziplist_of_a_list_with_every_form_of_entry()
    {
        object[] values = ["short", new string('m', 100), new string('l', 20000), 0, 12, 13, -128, 30000, -8388608, 2000000000, long.MinValue, "", "end"];
        Restore(10, String(Ziplist(values)));
        Assert.Equal(values.Select(value => value.ToString()), _engine.Run("LRANGE k 0 -1").Elements());
    }

    [Fact]
    public void Quicklist_of_ziplists()
    {
        Restore(14, [.. Length(3), .. String(Ziplist("a", 1)), .. String(Ziplist()), .. String(Ziplist(2, "b"))]);
        Assert.Equal(["a", "1", "2", "b"], _engine.Run("LRANGE k 0 -1").Elements());
    }

    [Fact]
    public void Quicklist_with_a_plain_node()
    {
        string longOne = new('p', 9000);
        Restore(18, [.. Length(2), .. Length(1), .. String(longOne), .. Length(2), .. String(Listpack("x", -5))]);
        Assert.Equal([longOne, "x", "-5"], _engine.Run("LRANGE k 0 -1").Elements());
    }

    [Fact]
    public void Zipmap()
    {
        byte[] map = [2, 1, (byte)'f', 2, 1, (byte)'v', (byte)'w', 0, 254, 3, 0, 0, 0, (byte)'a', (byte)'b', (byte)'c', 1, 0, (byte)'1', 255];
        Restore(9, String(map));
        _engine.Run("HGET k f").ShouldBe("$2", "vw");
        _engine.Run("HGET k abc").ShouldBe("$1", "1");
        _engine.Run("OBJECT ENCODING k").ShouldBe("$8", "listpack");
    }

    [Fact]
    public void Ziplist_of_a_hash()
    {
        Restore(13, String(Ziplist("f", 1, "g", "text")));
        Assert.Equal(["f", "1", "g", "text"], _engine.Run("HGETALL k").Elements());
    }

    [Fact]
    public void Ziplist_of_a_hash_that_is_too_large_for_a_listpack()
    {
        Restore(13, String(Ziplist([.. Enumerable.Range(0, 2000).Select(i => (object)i)])));
        _engine.Run("HLEN k").ShouldBe(":1000");
        _engine.Run("HGET k 1998").ShouldBe("$4", "1999");
        _engine.Run("OBJECT ENCODING k").ShouldBe("$9", "hashtable");
    }

    [Fact]
    public void Sorted_set_with_scores_as_text()
    {
        Restore(3, [.. Length(4), .. String("a"), 3, .. "1.5"u8, .. String("b"), 254, .. String("c"), 255, .. String("d"), 2, .. "-7"u8]);
        Assert.Equal(["c", "-inf", "d", "-7", "a", "1.5", "b", "inf"], _engine.Run("ZRANGE k 0 -1 WITHSCORES").Elements());
        _engine.Run("OBJECT ENCODING k").ShouldBe("$8", "listpack");
    }

    [Fact]
    public void Ziplist_of_a_sorted_set()
    {
        Restore(12, String(Ziplist("a", 1, "b", "2.25", 17, 3)));
        Assert.Equal(["a", "1", "b", "2.25", "17", "3"], _engine.Run("ZRANGE k 0 -1 WITHSCORES").Elements());
    }

    [Fact]
    public void Listpack_of_a_sorted_set_out_of_order_is_put_in_order()
    {
        Restore(17, String(Listpack("b", 2, "a", 1, "c", 2)));
        Assert.Equal(["a", "1", "b", "2", "c", "2"], _engine.Run("ZRANGE k 0 -1 WITHSCORES").Elements());
        _engine.Run("ZRANK k b").ShouldBe(":1");
    }

    [Fact]
    public void Listpack_of_a_set()
    {
        Restore(20, String(Listpack("a", 5, "b")), 11);
        Assert.Equal(["5", "a", "b"], _engine.Run("SMEMBERS k").Elements().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Hash_with_times_relative_to_the_earliest()
    {
        long soon = _engine.NowMs + 10_000;
        Restore(24, [.. Int64(soon), .. Length(3), .. Length(1), .. String("f"), .. String("1"), .. Length(0), .. String("g"), .. String("2"), .. Length(501), .. String("h"), .. String("3")], 12);
        _engine.Run("HPEXPIRETIME k FIELDS 3 f g h").ShouldBe("*3", $":{soon}", ":-1", $":{soon + 500}");
        _engine.Turn(10_001);
        _engine.Run("HMGET k f g h").ShouldBe("*3", "$-1", "$1", "2", "$1", "3");
    }

    [Fact]
    public void Hash_with_absolute_times_of_the_release_candidates()
    {
        long soon = _engine.NowMs + 10_000;
        byte[] time = [0x81, .. BitConverter.GetBytes(soon).Reverse()];
        Restore(22, [.. Length(2), .. time, .. String("f"), .. String("1"), .. Length(0), .. String("g"), .. String("2")], 12);
        _engine.Run("HPEXPIRETIME k FIELDS 2 f g").ShouldBe("*2", $":{soon}", ":-1");
    }

    [Fact]
    public void Hash_with_times_of_Valkey()
    {
        long soon = _engine.NowMs + 10_000;
        Restore(22, [.. Length(2), .. String("f"), .. String(new string('v', 100)), .. Int64(soon), .. String("g"), .. (byte[])[0xC0, 2], .. Int64(-1)], 80);
        _engine.Run("HPEXPIRETIME k FIELDS 2 f g").ShouldBe("*2", $":{soon}", ":-1");
        _engine.Run("HGET k g").ShouldBe("$1", "2");
        _engine.Run("HSTRLEN k f").ShouldBe(":100");
    }

    [Theory]
    [InlineData(23)]
    [InlineData(25)]
    public void Listpack_of_a_hash_with_times(byte type)
    {
        long soon = _engine.NowMs + 10_000;
        byte[] earliest = type == 25 ? Int64(soon) : [];
        Restore(type, [.. earliest, .. String(Listpack("f", 1, soon, "g", "2", 0))], 12);
        _engine.Run("HPEXPIRETIME k FIELDS 2 f g").ShouldBe("*2", $":{soon}", ":-1");
        _engine.Run("HGETALL k").Elements();
    }

    [Fact]
    public void What_is_dumped_with_times_comes_back()
    {
        _engine.Run("HSET k f 1 g 2 h 3");
        _engine.Run("HPEXPIRE k 5000 FIELDS 1 f");
        _engine.Run("HPEXPIRE k 9000 FIELDS 1 h");
        _engine.Call("RESTORE", "copy", "0", _engine.Dump("k")).ShouldBe("+OK");
        Assert.Equal(_engine.Run("HPEXPIRETIME k FIELDS 3 f g h"), _engine.Run("HPEXPIRETIME copy FIELDS 3 f g h"));
        _engine.Turn(6000);
        _engine.Run("HEXISTS copy f").ShouldBe(":0");
    }

    [Theory]
    [InlineData(15)]
    [InlineData(19)]
    [InlineData(21)]
    [InlineData(26)]
    [InlineData(27)]
    public void Streams_of_all_versions(byte type)
    {
        byte[] block = Listpack(2, 1, 1, "f", 0, /**/ 2, 0, 0, "one", 4, /**/ 3, 1, 0, "gone", 4, /**/ 0, 5, 0, 1, "other", "two", 6);
        byte[] body =
        [
            .. Length(1), .. String(StreamId(10, 0)), .. String(block),
            .. Length(2), .. Length(15), .. Length(0),
            .. type == 15 ? [] : (byte[])[.. Length(10), .. Length(0), .. Length(11), .. Length(0), .. Length(3)],
            .. Length(1), .. String("group"), .. Length(10), .. Length(0),
            .. type == 15 ? [] : Length(1),
            .. Length(1), .. StreamId(10, 0), .. Int64(1_799_999_999_000), .. Length(2),
            .. Length(1), .. String("consumer"), .. Int64(1_799_999_999_500),
            .. type >= 21 ? Int64(1_799_999_999_600) : [],
            .. Length(1), .. StreamId(10, 0),
            .. type == 27 ? Length(0) : [],
            .. type >= 26 ? (byte[])[.. Length(100), .. Length(100), .. Length(0), .. Length(0), .. Length(0)] : [],
        ];
        Restore(type, body, type < 26 ? 11 : 13);
        _engine.Run("XRANGE k - +").ShouldBe("*2", "*2", "$4", "10-0", "*2", "$1", "f", "$3", "one", "*2", "$4", "15-0", "*2", "$5", "other", "$3", "two");
        _engine.Run("XPENDING k group - + 10").ShouldBe("*1", "*4", "$4", "10-0", "$8", "consumer", ":1000", ":2");
        _engine.Run("XADD k 15-0 a b").ShouldBe("-ERR The ID specified in XADD is equal or smaller than the target stream top item");
        _engine.Run("XACK k group 10-0").ShouldBe(":1");
        _engine.Run("XLEN k").ShouldBe(":2");
    }

    [Theory]
    [InlineData(16, "a hash with a field twice", "f", 1, "f", 2)]
    [InlineData(16, "an odd number of values", "f", 1, "g")]
    [InlineData(17, "a member twice", "m", 1, "m", 2)]
    [InlineData(17, "a score that is none", "m", "x")]
    [InlineData(17, "a score that is not a number", "m", "nan")]
    [InlineData(20, "a member twice", "m", "m")]
    [InlineData(20, "a number and its text", 5, "5")]
    [InlineData(16, "nothing")]
    public void Impossible_listpacks_are_refused(byte type, string what, params object[] values)
    {
        Assert.NotEmpty(what);
        Assert.Equal("-ERR Bad data format", _engine.Restore("k", type, String(Listpack(values)), 11));
    }

    [Fact]
    public void Many_members_twice_are_found_without_comparing_each_with_each()
    {
        object[] values = [.. Enumerable.Range(0, 60_000).Select(i => (object)i), 59_999];
        Assert.Equal("-ERR Bad data format", _engine.Restore("k", 20, String(Listpack(values)), 11));
        Assert.Equal("+OK", _engine.Restore("k", 20, String(Listpack(values[..^1])), 11));
        _engine.Run("SCARD k").ShouldBe(":60000");
    }

    [Fact]
    public void Lengths_that_the_payload_cannot_hold_are_refused()
    {
        foreach (byte type in (byte[])[0, 1, 2, 3, 4, 5, 14, 15, 18, 19, 21, 22, 24])
        {
            byte[] earliest = type == 24 ? Int64(1) : [];
            Assert.Equal("-ERR Bad data format", _engine.Restore("k", type, [.. earliest, 0x80, 0x7F, 0xFF, 0xFF, 0xFF, 1, 2, 3], 12));
            Assert.Equal("-ERR Bad data format", _engine.Restore("k", type, [.. earliest, 0x81, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1], 12));
        }

        // A compressed string that claims to have been two gigabytes long.
        Assert.Equal("-ERR Bad data format", _engine.Restore("k", 0, [0xC3, 4, 0x80, 0x7F, 0x00, 0x00, 0x00, 0, 65, 0xE0, 0xFF, 0]));
    }

    public void Dispose() => _engine.Dispose();

    private void Restore(byte type, byte[] body, int version = 10) => Assert.Equal("+OK", _engine.Restore("k", type, body, version));
}
