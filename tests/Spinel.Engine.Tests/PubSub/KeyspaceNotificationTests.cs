namespace Spinel.Engine.Tests.PubSub;

/// <summary>Which notifications are published, and where; that they are those of Redis is for the conformance tests.</summary>
public sealed class KeyspaceNotificationTests : IDisposable
{
    private readonly TestEngine _engine = new();
    private readonly TestClient _listener;

    public KeyspaceNotificationTests()
    {
        _listener = _engine.Connect();
        _listener.Run("PSUBSCRIBE __key*__:*");
    }

    public void Dispose() => _engine.Dispose();

    [Theory]
    [InlineData("KEA", "__keyspace@0__:a set|__keyevent@0__:set a")]
    [InlineData("K$", "__keyspace@0__:a set")]
    [InlineData("E$", "__keyevent@0__:set a")]
    [InlineData("A", "")]
    [InlineData("KEgl", "")]
    [InlineData("", "")]
    [InlineData("KEn", "__keyspace@0__:a new|__keyevent@0__:new a")]
    public void ClassesAndChannelsAreChosenByTheOption(string option, string expected)
    {
        _engine.Call("CONFIG", "SET", "notify-keyspace-events", option).ShouldBe("+OK");
        _engine.Run("SET a 1").ShouldBe("+OK");
        Assert.Equal(expected, Received());
    }

    [Fact]
    public void ExpiryIsToldWhenTheKeyGoes()
    {
        _engine.Run("CONFIG SET notify-keyspace-events Ex").ShouldBe("+OK");
        _engine.Run("SET a 1 PX 100").ShouldBe("+OK");
        _engine.Time.Advance(200);
        _engine.Run("GET a").ShouldBe("$-1");
        Assert.Equal("__keyevent@0__:expired a", Received());
        _engine.Run("SET b 1 PX 100").ShouldBe("+OK");
        _engine.Turn(200);
        _engine.Turn(200);
        Assert.Equal("__keyevent@0__:expired b", Received());
    }

    [Fact]
    public void MissesAreToldOnlyWhenAskedFor()
    {
        _engine.Run("CONFIG SET notify-keyspace-events KEA").ShouldBe("+OK");
        _engine.Run("GET a");
        Assert.Equal("", Received());
        _engine.Run("CONFIG SET notify-keyspace-events Em").ShouldBe("+OK");
        _engine.Run("GET a");
        _engine.Run("OBJECT ENCODING a");
        Assert.Equal("__keyevent@0__:keymiss a", Received());
    }

    [Fact]
    public void LongKeysAndOtherDatabases()
    {
        _engine.Run("CONFIG SET notify-keyspace-events KEA").ShouldBe("+OK");
        _engine.Run("SELECT 12");
        string key = new('k', 100_000);
        _engine.Call("SET", key, "1").ShouldBe("+OK");
        Assert.Equal($"__keyspace@12__:{key} set|__keyevent@12__:set {key}", Received());
    }

    /// <summary>Channel and message of each notification received.</summary>
    private string Received()
    {
        string[] lines = _listener.Receive().Text.Split("\r\n");
        var notifications = new List<string>();
        for (int i = 0; i + 8 < lines.Length; i += 9)
        {
            notifications.Add(lines[i + 6] + " " + lines[i + 8]);
        }

        return string.Join('|', notifications);
    }

    [Fact]
    public void What_room_was_made_for_is_told_behind_the_reply_even_when_the_command_is_queued()
    {
        using TestEngine engine = new();
        TestClient client = engine.Connect();
        client.Run("HELLO 3");
        for (int i = 0; i < 100; i++)
        {
            engine.Call("SET", $"key:{i}", new string('x', 2000));
        }

        client.Run("CONFIG SET notify-keyspace-events Ee maxmemory-policy allkeys-lru").ShouldBe("+OK");
        client.Run("PSUBSCRIBE __keyevent@0__:evicted");
        client.Run("MULTI").ShouldBe("+OK");
        engine.Run($"CONFIG SET maxmemory {engine.Engine.Heap.BytesInUse - 1000}").ShouldBe("+OK");
        string reply = client.Run("GET a").Text;
        Assert.StartsWith("+QUEUED\r\n>4\r\n$8\r\npmessage\r\n", reply, StringComparison.Ordinal);
    }
}
