namespace Spinel.Engine.Tests.Commands.Server;

public sealed class DebugCommandTests : IDisposable
{
    private readonly TestEngine _engine = new(options => options.Set("enable-debug-command", "local"));

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void NeedsAnOptionToBeSet()
    {
        using var engine = new TestEngine();
        Assert.StartsWith("-ERR DEBUG command not allowed. If the enable-debug-command option is set to \"local\"", engine.Run("DEBUG SLEEP 0").Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DEBUG", "-ERR wrong number of arguments for 'debug' command")]
    [InlineData("DEBUG FOO", "-ERR unknown subcommand or wrong number of arguments for 'FOO'. Try DEBUG HELP.")]
    [InlineData("DEBUG SLEEP", "-ERR unknown subcommand or wrong number of arguments for 'SLEEP'. Try DEBUG HELP.")]
    [InlineData("DEBUG SLEEP abc", "+OK")]
    [InlineData("DEBUG OBJECT none", "-ERR no such key")]
    [InlineData("DEBUG SDSLEN none", "-ERR no such key")]
    [InlineData("DEBUG SET-ACTIVE-EXPIRE 1", "+OK")]
    [InlineData("DEBUG ERROR \"FOO bar\"", "-FOO bar")]
    [InlineData("DEBUG LOG abc", "+OK")]
    [InlineData("DEBUG HTSTATS 99", "-ERR Out of range database")]
    [InlineData("DEBUG HTSTATS a", "-ERR value is not an integer or out of range")]
    [InlineData("DEBUG HTSTATS-KEY none", "-ERR no such key")]
    [InlineData("DEBUG PROTOCOL push", "-ERR RESP2 is not supported by this command")]
    [InlineData("DEBUG PROTOCOL double", "$5", "3.141")]
    [InlineData("DEBUG PROTOCOL map", "*6", ":0", ":0", ":1", ":1", ":2", ":0")]
    [InlineData("DEBUG POPULATE a", "-ERR value is out of range, must be positive")]
    [InlineData("DEBUG POPULATE 2 foo -5", "-ERR value is out of range, must be positive")]
    [InlineData("DEBUG DIGEST", "+0000000000000000000000000000000000000000")]
    [InlineData("DEBUG DIGEST-VALUE none", "*1", "+0000000000000000000000000000000000000000")]
    public void Replies(string line, params string[] reply) => _engine.Run(line).ShouldBe(reply);

    [Fact]
    public void ProtocolShowsTheTypesOfResp3()
    {
        _engine.Run("HELLO 3");
        _engine.Run("DEBUG PROTOCOL map").ShouldBe("%3", ":0", "#f", ":1", "#t", ":2", "#f");
        _engine.Run("DEBUG PROTOCOL push").ShouldBe(">2", "$16", "server-cpu-usage", ":42", "$40", "Some real reply following the push reply");
        _engine.Run("DEBUG PROTOCOL null").ShouldBe("_");
    }

    [Fact]
    public void TheDigestIsThatOfRedis()
    {
        _engine.Run("DEBUG POPULATE 3").ShouldBe("+OK");
        _engine.Run("DEBUG DIGEST").ShouldBe("+f25db52166a7d712fb7362fd197165342e2b7442");
        _engine.Run("DEBUG DIGEST-VALUE key:0 key:1").ShouldBe(
            "*2", "+c15f34c747bf411833c10208c03e1da1bb7da7cf", "+ec4b7bec343ec862c8bd5dd8feab05ec1e9e6703");
    }

    [Fact]
    public void TheDigestTellsThatAKeyExpiresAndSeesIntegersAsText()
    {
        _engine.Run("SET num 123");
        _engine.Run("SET big 1234567890123456789012345678901234567890123456789012345678901234567890 EX 100000");
        _engine.Run("DEBUG DIGEST-VALUE num big").ShouldBe(
            "*2", "+89f7f51b707418f666d5b45e053bd5bbbf82ac2b", "+820856b6c4a3d82c5818d54aa1d180607e1ce51e");
    }

    [Fact]
    public void TheDigestOfAListFollowsItsOrder()
    {
        _engine.Run("RPUSH l a 17 b 17");
        _engine.Run("DEBUG DIGEST-VALUE l").ShouldBe("*1", "+84da18fa60dd1254866570f7873d2c29e67ba8df");
        _engine.Run("DEBUG DIGEST").ShouldBe("+f65cc570581f81c8a786e92b25dfb20ea8692c30");
    }

    [Fact]
    public void PopulateLeavesKeysThatExistAndHasNoEffect()
    {
        _engine.Run("SET foo:1 mine");
        _engine.TakeEffects();
        _engine.Run("DEBUG POPULATE 3 foo 3").ShouldBe("+OK");
        _engine.Run("GET foo:0").ShouldBe("$3", "val");
        _engine.Run("GET foo:1").ShouldBe("$4", "mine");
        _engine.Run("DBSIZE").ShouldBe(":3");
        _engine.TakeEffects().ShouldBe();
    }

    [Fact]
    public void PopulateFillsUpWithZeros()
    {
        _engine.Run("DEBUG POPULATE 1 foo 10");
        _engine.Run("GET foo:0").ShouldBe("$10", "value:0\0\0\0");
    }

    [Fact]
    public void ObjectDescribesAValue()
    {
        _engine.Run("SET a 1");
        _engine.Turn(7_000);
        string text = _engine.Run("DEBUG OBJECT a").Text;
        Assert.StartsWith("+Value at:0x", text, StringComparison.Ordinal);
        Assert.Contains(" encoding:int serializedlength:2 ", text, StringComparison.Ordinal);
        Assert.EndsWith(" lru_seconds_idle:7\r\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void TableStatisticsCountTheKeys()
    {
        _engine.Run("DEBUG POPULATE 100");
        string text = _engine.Run("DEBUG HTSTATS 0").Text;
        Assert.Contains(" number of elements: 100\n", text, StringComparison.Ordinal);
        Assert.Contains("[Expires HT]\nNo stats available for empty dictionaries\n", text, StringComparison.Ordinal);
        _engine.Run("DEBUG HTSTATS-KEY key:0").ShouldBe("-ERR The value stored at the specified key is not represented using an hash table");
    }

    [Fact]
    public void ExpiredKeysStayWhileActiveExpiryIsOff()
    {
        _engine.Run("DEBUG SET-ACTIVE-EXPIRE 0").ShouldBe("+OK");
        _engine.Run("SET a 1 PX 10");
        _engine.Turn(1_000);
        _engine.Run("DBSIZE").ShouldBe(":1");
        _engine.Run("DEBUG SET-ACTIVE-EXPIRE 1").ShouldBe("+OK");
        _engine.Turn(1_000);
        _engine.Run("DBSIZE").ShouldBe(":0");
    }

    [Theory]
    [InlineData("DEBUG QUICKLIST-PACKED-THRESHOLD 100b", "+OK")]
    [InlineData("DEBUG QUICKLIST-PACKED-THRESHOLD x", "-ERR argument must be a memory value")]
    [InlineData("DEBUG QUICKLIST-PACKED-THRESHOLD 5gb", "-ERR argument must be a memory value bigger than 1 and smaller than 4gb")]
    [InlineData("DEBUG REPLYBUFFER PEAK-RESET-TIME never", "+OK")]
    [InlineData("DEBUG REPLYBUFFER RESIZING 0", "+OK")]
    [InlineData("DEBUG REPLYBUFFER foo 0", "-ERR syntax error")]
    [InlineData("DEBUG DICT-RESIZING 0", "+OK")]
    [InlineData("DEBUG STRINGMATCH-TEST", "+The matcher has survived the test")]
    [InlineData("DEBUG LISTPACK nosuch", "-ERR no such key")]
    public void InternalsReply(string line, string reply)
    {
        _engine.Run(line).ShouldBe(reply);
    }

    [Fact]
    public void ListpacksAreDescribedInTheLog()
    {
        _engine.Run("SET s v");
        _engine.Run("HSET h field 17");
        _engine.Run("DEBUG LISTPACK s").ShouldBe("-ERR Not a listpack encoded object.");
        _engine.Run("DEBUG LISTPACK h").ShouldBe("+Listpack structure printed to the log");
    }

    [Theory]
    [InlineData("HSET t", 2)]
    [InlineData("SADD t", 1)]
    [InlineData("ZADD t", 2)]
    public void TablesOfValuesAreDescribed(string command, int step)
    {
        string elements = string.Join(' ', Enumerable.Range(0, 600 * step).Select(static i => $"{i}.5"));
        _engine.Run($"{command} {elements}");
        Assert.Contains(" number of elements: 600\n", _engine.Run("DEBUG HTSTATS-KEY t").Text, StringComparison.Ordinal);
        _engine.Run("SET s v");
        _engine.Run("DEBUG HTSTATS-KEY s").ShouldBe("-ERR The value stored at the specified key is not represented using an hash table");
    }

    [Fact]
    public void PausedPeriodicWorkLeavesExpiredKeys()
    {
        _engine.Run("SET k v PX 10");
        _engine.Run("DEBUG PAUSE-CRON 1");
        _engine.Turn(1000);
        _engine.Turn(1000);
        _engine.Run("DBSIZE").ShouldBe(":1");
        _engine.Run("DEBUG PAUSE-CRON 0");
        _engine.Turn(1000);
        _engine.Turn(1000);
        _engine.Run("DBSIZE").ShouldBe(":0");
    }

    [Fact]
    public void TheReplicationIdChanges()
    {
        string before = _engine.Engine.ReplicationId;
        _engine.Run("DEBUG CHANGE-REPL-ID").ShouldBe("+OK");
        Assert.NotEqual(before, _engine.Engine.ReplicationId);
        Assert.Contains("master_replid:" + _engine.Engine.ReplicationId, _engine.Run("INFO replication").Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ASSERT")]
    [InlineData("PANIC")]
    [InlineData("SEGFAULT")]
    [InlineData("OOM")]
    public void ACrashIsABug(string subcommand)
    {
        Exception crash = Assert.Throws<InvalidOperationException>(() => _engine.Run("DEBUG " + subcommand));
        Assert.Contains("DEBUG " + subcommand, crash.Message, StringComparison.Ordinal);
    }
}
