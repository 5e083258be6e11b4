namespace Spinel.Persistence.Tests.Rdb;

public sealed class RestoreCommandTests : IDisposable
{
    private readonly TestEngine _engine = EngineExtensions.NewEngine();
    private readonly string _payload;

    public RestoreCommandTests()
    {
        _engine.Run("SET a hello");
        _payload = _engine.Dump("a");
        _engine.TakeEffects();
        _engine.TakeEvents();
    }

    [Fact]
    public void A_compressed_list_dumps_like_another_and_is_compressed_when_restored()
    {
        string[] elements = [.. Enumerable.Range(0, 5000).Select(i => $"element number {i:d8} of many that are much alike")];
        _engine.Call(["RPUSH", "plain", .. elements]);
        _engine.Run("CONFIG SET list-compress-depth 1");
        _engine.Call(["RPUSH", "compressed", .. elements]);
        string dump = _engine.Dump("compressed");
        Assert.Equal(_engine.Dump("plain"), dump);
        _engine.Call("RESTORE", "restored", "0", dump).ShouldBe("+OK");
        Assert.Equal(_engine.Run("LRANGE plain 0 -1").Text, _engine.Run("LRANGE restored 0 -1").Text);
        Assert.True(Usage("restored") < Usage("plain") / 2);
        Assert.True(Usage("compressed") < Usage("plain") / 2);
        string digest = _engine.Run("DEBUG DIGEST-VALUE plain").Text;
        Assert.Equal(digest, _engine.Run("DEBUG DIGEST-VALUE restored").Text);

        long Usage(string key) => long.Parse(_engine.Run($"MEMORY USAGE {key}").Text.Trim()[1..], System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Dump_of_nothing_is_nothing() => _engine.Run("DUMP none").ShouldBe("$-1");

    [Fact]
    public void Restore_makes_the_key_and_says_so()
    {
        _engine.Call("RESTORE", "b", "0", _payload).ShouldBe("+OK");
        _engine.Run("GET b").ShouldBe("$5", "hello");
        _engine.TakeEffects().ShouldBe($"0 RESTORE b 0 {_payload}");
        _engine.TakeEvents().ShouldBe("0 restore b");
    }

    [Theory]
    [InlineData("XSETID x 1-1")]
    [InlineData("XSETID x 1-1;XADD x 2-1 f v")]
    [InlineData("XSETID x 1-1;XADD x 2-1 f v;XADD x 7-1 f v")]
    public void A_stream_whose_last_id_was_taken_back_behind_deleted_entries_is_restored(string changes)
    {
        foreach (string command in $"XADD x 1-1 f v;XADD x 5-1 f v;XADD x 6-1 f v;XDEL x 5-1 6-1;{changes}".Split(';'))
        {
            Assert.NotEqual('-', _engine.Run(command).Text[0]);
        }

        _engine.Call("RESTORE", "y", "0", _engine.Dump("x")).ShouldBe("+OK");
        Assert.Equal(_engine.Run("XINFO STREAM x FULL").Text, _engine.Run("XINFO STREAM y FULL").Text);
        Assert.Equal(_engine.Run("XREVRANGE x + -").Text, _engine.Run("XREVRANGE y + -").Text);
    }

    [Fact]
    public void A_payload_of_a_newer_server_is_passed_on_in_the_oldest_form()
    {
        // A set of Redis 7.2: a listpack.
        byte[] members = RdbBytes.Listpack("a", "b");
        string newer = System.Text.Encoding.Latin1.GetString(RdbBytes.Payload(20, RdbBytes.String(members), 11));
        _engine.Call("RESTORE", "set", "0", newer).ShouldBe("+OK");
        string older = _engine.Dump("set");
        Assert.Equal(2, older[0]);
        Assert.Equal(10, older[^10]);
        _engine.TakeEffects().ShouldBe($"0 RESTORE set 0 {older}");
        _engine.Call("RESTORE", "set", "1900000000000", newer, "ABSTTL", "REPLACE").ShouldBe("+OK");
        _engine.Call("RESTORE", "set", "1000", newer, "REPLACE").ShouldBe("+OK");
        _engine.TakeEffects().ShouldBe($"0 RESTORE set 1900000000000 {older} ABSTTL REPLACE", $"0 RESTORE set 1800000001000 {older} REPLACE ABSTTL");
    }

    [Fact]
    public void A_time_to_live_is_passed_on_as_a_moment()
    {
        _engine.Call("RESTORE", "b", "5000", _payload).ShouldBe("+OK");
        _engine.Run("PTTL b").ShouldBe(":5000");
        _engine.TakeEffects().ShouldBe($"0 RESTORE b {_engine.NowMs + 5000} {_payload} ABSTTL");
        _engine.Call("RESTORE", "c", $"{_engine.NowMs + 700}", _payload, "ABSTTL").ShouldBe("+OK");
        _engine.Run("PTTL c").ShouldBe(":700");
    }

    [Fact]
    public void What_has_expired_already_only_takes_the_place_of_the_old()
    {
        _engine.Call("RESTORE", "a", "1000", _payload, "ABSTTL", "REPLACE").ShouldBe("+OK");
        _engine.Run("EXISTS a").ShouldBe(":0");
        _engine.TakeEffects().ShouldBe("0 DEL a");
        _engine.Call("RESTORE", "a", "1000", _payload, "ABSTTL").ShouldBe("+OK");
        _engine.TakeEffects().ShouldBe();
    }

    [Fact]
    public void Mistakes_are_refused_in_the_order_of_the_original()
    {
        const string Busy = "-BUSYKEY Target key name already exists.";
        const string Damaged = "-ERR DUMP payload version or checksum are wrong";
        _engine.Call("RESTORE", "a", "x", "junk").ShouldBe(Busy);
        _engine.Call("RESTORE", "b", "x", "junk").ShouldBe("-ERR value is not an integer or out of range");
        _engine.Call("RESTORE", "b", "-1", "junk").ShouldBe("-ERR Invalid TTL value, must be >= 0");
        _engine.Call("RESTORE", "b", "0", "junk").ShouldBe(Damaged);
        _engine.Call("RESTORE", "b", "0", _payload[..^1]).ShouldBe(Damaged);
        _engine.Call("RESTORE", "b", "0", _payload, "NONSENSE").ShouldBe("-ERR syntax error");
        _engine.Call("RESTORE", "b", "0", _payload, "IDLETIME").ShouldBe("-ERR syntax error");
        _engine.Call("RESTORE", "b", "0", _payload, "IDLETIME", "-1").ShouldBe("-ERR Invalid IDLETIME value, must be >= 0");
        _engine.Call("RESTORE", "b", "0", _payload, "FREQ", "256").ShouldBe("-ERR Invalid FREQ value, must be >= 0 and <= 255");
        _engine.Call("RESTORE", "b", "0", _payload, "IDLETIME", "1", "FREQ", "1").ShouldBe("-ERR syntax error");
        Assert.Equal("-ERR DUMP payload version or checksum are wrong", _engine.Restore("b", 0, RdbBytes.String("v"), version: 40));
        Assert.Equal("-ERR Bad data format", _engine.Restore("b", 99, RdbBytes.String("v")));
        Assert.Equal("-ERR Bad data format", _engine.Restore("b", 7, RdbBytes.String("v")));
    }

    [Fact]
    public void The_time_of_the_last_use_is_restored()
    {
        _engine.Call("RESTORE", "b", "0", _payload, "IDLETIME", "1000").ShouldBe("+OK");
        _engine.Run("OBJECT IDLETIME b").ShouldBe(":1000");
        _engine.Run("CONFIG SET maxmemory-policy allkeys-lfu");
        _engine.Call("RESTORE", "c", "0", _payload, "FREQ", "77").ShouldBe("+OK");
        _engine.Run("OBJECT FREQ c").ShouldBe(":77");
    }

    [Fact]
    public void A_hash_with_fields_that_expire_is_watched_for_them()
    {
        _engine.Run("HSET h f 1 g 2");
        _engine.Run("HPEXPIRE h 50 FIELDS 1 f");
        string payload = _engine.Dump("h");
        _engine.Run("DEL h");
        _engine.Call("RESTORE", "h", "0", payload).ShouldBe("+OK");
        _engine.Turn(1000);
        _engine.Turn(1000);
        _engine.Run("HLEN h").ShouldBe(":1");
    }

    [Fact]
    public void Whoever_waits_for_a_list_is_served_by_a_restored_one()
    {
        _engine.Run("RPUSH l one two");
        string payload = _engine.Dump("l");
        _engine.Run("DEL l");
        TestClient waiting = _engine.Connect();
        waiting.Run("BLPOP l 0").ShouldBe();
        _engine.Call("RESTORE", "l", "0", payload).ShouldBe("+OK");
        _engine.Turn();
        waiting.Receive().ShouldBe("*2", "$1", "l", "$3", "one");
    }

    [Fact]
    public void A_transaction_that_watches_the_key_fails()
    {
        TestClient other = _engine.Connect();
        other.Run("WATCH a");
        _engine.Call("RESTORE", "a", "0", _payload, "REPLACE").ShouldBe("+OK");
        other.Run("MULTI");
        other.Run("GET a");
        other.Run("EXEC").ShouldBe("*-1");
    }

    public void Dispose() => _engine.Dispose();
}
