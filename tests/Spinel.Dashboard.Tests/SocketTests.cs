using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Spinel.Dashboard.Tests;

public sealed class SocketTests
{
    private const string Ok = """{"$":"status","value":"OK"}""";

    [Fact]
    public async Task SaysHelloAndRunsCommands()
    {
        await using var dashboard = new TestDashboard();
        using Browser browser = dashboard.Open();
        using BrowserSocket socket = await browser.ConnectAsync();

        Assert.Equal(1, socket.Hello.GetProperty("protocol").GetInt32());
        Assert.Equal("default", socket.Hello.GetProperty("user").GetString());
        Assert.False(socket.Hello.GetProperty("readOnly").GetBoolean());
        Assert.Equal("Spinel", socket.Hello.GetProperty("server").GetProperty("name").GetString());
        Assert.Equal(Ok, await socket.AskAsync("SET", "k", "v"));
        Assert.Equal("\"v\"", await socket.AskAsync("GET", "k"));
        JsonElement answer = await socket.RunAsync("ui", "GET", "k");
        Assert.True(answer.GetProperty("us").GetInt64() >= 0);
    }

    [Fact]
    public async Task ValuesOfEveryTypeArriveAsTheContractSays()
    {
        await using var dashboard = new TestDashboard(options: [("enable-debug-command", "yes")]);
        using Browser browser = dashboard.Open();
        using BrowserSocket socket = await browser.ConnectAsync();

        Assert.Equal("null", await socket.AskAsync("GET", "missing"));
        Assert.Equal("1", await socket.AskAsync("INCR", "n"));
        Assert.Equal("9007199254740992", await socket.AskAsync("SET", "n", "9007199254740991") == Ok ? await socket.AskAsync("INCR", "n") : "");
        Assert.Equal("""{"$":"integer","value":"9007199254740993"}""", await socket.AskAsync("INCR", "n"));
        Assert.Equal("""["a","b"]""", await socket.AskAsync("RPUSH", "l", "a", "b") == "2" ? await socket.AskAsync("LRANGE", "l", "0", "-1") : "");
        Assert.Equal("""{"$":"map","entries":[["f","1"]]}""", await socket.AskAsync("HSET", "h", "f", "1") == "1" ? await socket.AskAsync("HGETALL", "h") : "");
        Assert.Equal("""{"$":"set","items":["m"]}""", await socket.AskAsync("SADD", "s", "m") == "1" ? await socket.AskAsync("SMEMBERS", "s") : "");
        Assert.Equal("""{"$":"double","value":"1e+17"}""", await socket.AskAsync("ZADD", "z", "1e17", "m") == "1" ? await socket.AskAsync("ZSCORE", "z", "m") : "");
        Assert.Equal("\"\u00e9\\\"\\\\\\n\"", await socket.AskAsync("ECHO", "\u00e9\"\\\n"));
        Assert.StartsWith("WRONGTYPE ", await socket.AskAsync("INCR", "l"));
        Assert.StartsWith("ERR unknown command", await socket.AskAsync("NOSUCH"));
        Assert.StartsWith("""{"$":"verbatim","format":"txt","value":"# Server""", await socket.AskAsync("INFO", "server"));
        Assert.Equal("true", await socket.AskAsync("DEBUG", "PROTOCOL", "true"));
        Assert.Equal("false", await socket.AskAsync("DEBUG", "PROTOCOL", "false"));
        Assert.StartsWith("""{"$":"bignum","value":"1234""", await socket.AskAsync("DEBUG", "PROTOCOL", "bignum"));
    }

    [Fact]
    public async Task BytesThatAreNoTextTravelInBase64()
    {
        await using var dashboard = new TestDashboard();
        using Browser browser = dashboard.Open();
        using BrowserSocket socket = await browser.ConnectAsync();

        await socket.SendAsync("""{"id":7,"run":["SET",{"base64":"/wAB"},{"base64":"gIE="}]}""");
        Assert.Equal(Ok, (await socket.ReceiveReplyAsync(7)).GetProperty("reply").GetRawText());
        await socket.SendAsync("""{"id":8,"run":["GET",{"base64":"/wAB"}]}""");
        Assert.Equal("""{"$":"bytes","base64":"gIE="}""", (await socket.ReceiveReplyAsync(8)).GetProperty("reply").GetRawText());
        Assert.Equal("""[{"$":"bytes","base64":"/wAB"}]""", await socket.AskAsync("KEYS", "*"));
    }

    [Fact]
    public async Task AListOfCommandsHasOneReply()
    {
        await using var dashboard = new TestDashboard();
        using Browser browser = dashboard.Open();
        using BrowserSocket socket = await browser.ConnectAsync();

        await socket.SendAsync("""{"id":3,"runMany":[["SET","a","1"],["INCR","a"],["LPUSH","a","x"],["GET","a"]]}""");
        JsonElement answer = await socket.ReceiveReplyAsync(3);

        string wrong = """{"$":"error","value":"WRONGTYPE Operation against a key holding the wrong kind of value"}""";
        Assert.Equal($"[{Ok},2,{wrong},\"2\"]", answer.GetProperty("reply").GetRawText());
    }

    [Fact]
    public async Task ChannelsAreSessionsOfTheirOwn()
    {
        await using var dashboard = new TestDashboard();
        using Browser browser = dashboard.Open();
        using BrowserSocket socket = await browser.ConnectAsync();

        await socket.RunAsync("a", "SELECT", "3");
        await socket.RunAsync("a", "SET", "k", "in 3");
        await socket.RunAsync("b", "SET", "k", "in 0");
        Assert.Equal("in 3", (await socket.RunAsync("a", "GET", "k")).GetProperty("reply").GetString());
        Assert.Equal("in 0", (await socket.RunAsync("b", "GET", "k")).GetProperty("reply").GetString());

        // One waits, the other does not.
        await socket.SendAsync("""{"id":100,"run":["BLPOP","list","0"],"channel":"a"}""");
        await socket.RunAsync("b", "SELECT", "3");
        await socket.RunAsync("b", "RPUSH", "list", "x");
        Assert.Equal("""["list","x"]""", (await socket.ReceiveReplyAsync(100)).GetProperty("reply").GetRawText());

        string list = await socket.AskAsync("CLIENT", "LIST");
        Assert.Equal(3, list.Split("name=dashboard").Length - 1);
        Assert.Contains("addr=127.0.0.1:", list, StringComparison.Ordinal);
        Assert.Contains("resp=3", list, StringComparison.Ordinal);

        await socket.SendAsync("""{"close":"a"}""");
        await socket.RunAsync("b", "SELECT", "0");
        Assert.Equal("in 0", (await socket.RunAsync("a", "GET", "k")).GetProperty("reply").GetString());
    }

    [Fact]
    public async Task AReplyThatIsFarTooLongEndsTheChannelRatherThanBeingMade()
    {
        await using var dashboard = new TestDashboard();
        using Browser browser = dashboard.Open();
        using BrowserSocket socket = await browser.ConnectAsync();
        await socket.RunAsync("a", "SETRANGE", "big", "100000000", "x");
        await socket.SendAsync("""{"id":910,"run":["GET","big"],"channel":"a"}""");
        JsonElement closed = await socket.ReceiveAsync(static frame => frame.TryGetProperty("closed", out _));
        Assert.Contains("longer than the 64 MB", closed.GetProperty("closed").GetString(), StringComparison.Ordinal);
        Assert.Equal("100000001", (await socket.RunAsync("a", "STRLEN", "big")).GetProperty("reply").GetRawText());
    }

    [Fact]
    public async Task TheDashboardsOwnQuestionsAreNoTraffic()
    {
        await using var dashboard = new TestDashboard(options: [("slowlog-log-slower-than", "0")]);
        using Browser browser = dashboard.Open();
        using BrowserSocket socket = await browser.ConnectAsync();
        await socket.RunAsync("m", "MONITOR");
        await socket.SendAsync("""{"id":920,"watch":"command","args":["DBSIZE"],"everyMs":250}""");
        await socket.ReceiveAsync(static frame => frame.TryGetProperty("watch", out JsonElement watch) && watch.GetInt64() == 920);
        await socket.AskAsync("ECHO", "asked by somebody");
        string log = await socket.AskAsync("SLOWLOG", "GET", "-1");
        Assert.Contains("asked by somebody", log, StringComparison.Ordinal);
        Assert.DoesNotContain("DBSIZE", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConfirmationsOfUnsubscribingFromEverythingDoNotAnswerTheNext()
    {
        await using var dashboard = new TestDashboard();
        using Browser browser = dashboard.Open();
        using BrowserSocket socket = await browser.ConnectAsync();
        await socket.AskAsync("SET", "k", "v");
        await socket.SendAsync(
            """{"id":901,"runMany":[["SUBSCRIBE","a","b","c"],["PSUBSCRIBE","p*","q*"],["SSUBSCRIBE","s"],["UNSUBSCRIBE"],["GET","k"],["UNSUBSCRIBE"],["PUNSUBSCRIBE"],["PUNSUBSCRIBE","x"],["SUNSUBSCRIBE"],["SUNSUBSCRIBE"],["GET","k"]]}""");
        JsonElement answer = await socket.ReceiveReplyAsync(901);
        Assert.Equal($"[{Ok},{Ok},{Ok},{Ok},\"v\",{Ok},{Ok},{Ok},{Ok},{Ok},\"v\"]", answer.GetProperty("reply").GetRawText());
        Assert.Equal("\"v\"", await socket.AskAsync("GET", "k"));
    }

    [Fact]
    public async Task ConfirmationsOfOneSubscriptionDoNotAnswerTheNext()
    {
        await using var dashboard = new TestDashboard();
        using Browser browser = dashboard.Open();
        using BrowserSocket socket = await browser.ConnectAsync();
        await socket.AskAsync("SET", "k", "v");
        await socket.AskAsync("ACL", "SETUSER", "someone", "on", "nopass", "~*", "resetchannels", "&ok*", "+@all");
        await socket.AskAsync("AUTH", "someone", "");

        await socket.SendAsync("""{"id":900,"runMany":[["SUBSCRIBE","ok1","ok2"],["SUBSCRIBE","denied"],["GET","k"]]}""");
        JsonElement[] replies = [.. (await socket.ReceiveReplyAsync(900)).GetProperty("reply").EnumerateArray()];
        Assert.Equal(Ok, replies[0].GetRawText());
        Assert.StartsWith("NOPERM", replies[1].GetProperty("value").GetString());
        Assert.Equal("v", replies[2].GetString());
    }

    [Fact]
    public async Task ChannelsAreLimited()
    {
        await using var dashboard = new TestDashboard(new DashboardLimits { MaxChannels = 2 });
        using Browser browser = dashboard.Open();
        using BrowserSocket socket = await browser.ConnectAsync();

        await socket.RunAsync("a", "PING");
        await socket.RunAsync("b", "PING");
        Assert.Contains("channels", (await socket.RunAsync("c", "PING")).GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AChannelThatTheEngineEndsIsTold()
    {
        await using var dashboard = new TestDashboard();
        using Browser browser = dashboard.Open();
        using BrowserSocket socket = await browser.ConnectAsync();

        long id = (await socket.RunAsync("victim", "CLIENT", "ID")).GetProperty("reply").GetInt64();
        Assert.Equal("1", await socket.AskAsync("CLIENT", "KILL", "ID", id.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        JsonElement closed = await socket.ReceiveAsync(frame => frame.TryGetProperty("closed", out _));
        Assert.Equal("victim", closed.GetProperty("channel").GetString());

        await socket.SendAsync("""{"id":50,"run":["QUIT"],"channel":"q"}""");
        Assert.Equal(Ok, (await socket.ReceiveReplyAsync(50)).GetProperty("reply").GetRawText());
        closed = await socket.ReceiveAsync(frame => frame.TryGetProperty("closed", out _));
        Assert.Equal("q", closed.GetProperty("channel").GetString());
    }

    [Fact]
    public async Task MessagesAndMonitorLinesArePushes()
    {
        await using var dashboard = new TestDashboard();
        using Browser browser = dashboard.Open();
        using BrowserSocket socket = await browser.ConnectAsync();

        Assert.Equal(Ok, (await socket.RunAsync("sub", "SUBSCRIBE", "news", "more")).GetProperty("reply").GetRawText());
        Assert.Equal("""["subscribe","news",1]""", (await socket.ReceivePushAsync("sub")).GetProperty("push").GetRawText());
        Assert.Equal("""["subscribe","more",2]""", (await socket.ReceivePushAsync("sub")).GetProperty("push").GetRawText());
        Assert.Equal("1", await socket.AskAsync("PUBLISH", "news", "hello"));
        Assert.Equal("""["message","news","hello"]""", (await socket.ReceivePushAsync("sub")).GetProperty("push").GetRawText());

        // In RESP3 a subscribed channel still runs commands.
        Assert.Equal("\"x\"", (await socket.RunAsync("sub", "ECHO", "x")).GetProperty("reply").GetRawText());

        Assert.Equal(Ok, (await socket.RunAsync("mon", "MONITOR")).GetProperty("reply").GetRawText());
        await socket.AskAsync("SET", "watched", "1");
        string line = (await socket.ReceivePushAsync("mon")).GetProperty("push").GetProperty("value").GetString()!;
        Assert.EndsWith("\"SET\" \"watched\" \"1\"", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CLIENT", "REPLY", "OFF")]
    [InlineData("RESET")]
    [InlineData("PSYNC", "?", "-1")]
    [InlineData("HELLO", "2")]
    public async Task CommandsThatWouldLeaveTheProtocolAreRefused(params string[] command)
    {
        await using var dashboard = new TestDashboard();
        using Browser browser = dashboard.Open();
        using BrowserSocket socket = await browser.ConnectAsync();

        string error = await socket.AskAsync(command);
        Assert.True(error.Contains("dashboard", StringComparison.Ordinal) || error.StartsWith("ERR unknown command", StringComparison.Ordinal), error);
        Assert.Equal("\"x\"", await socket.AskAsync("ECHO", "x"));
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("[1,2]")]
    [InlineData("{}")]
    [InlineData("""{"id":1}""")]
    [InlineData("""{"run":["PING"]}""")]
    [InlineData("""{"id":1,"run":[]}""")]
    [InlineData("""{"id":1,"run":[null]}""")]
    [InlineData("""{"id":1,"run":[{"base64":"%"}]}""")]
    [InlineData("""{"id":1,"runMany":[]}""")]
    [InlineData("""{"id":1,"runMany":"x"}""")]
    [InlineData("""{"id":1,"run":["PING"],"channel":7}""")]
    [InlineData("""{"id":1,"run":["ECHO","\ud800"]}""")]
    public async Task GarbageEndsTheConnection(string frame)
    {
        await using var dashboard = new TestDashboard();
        using Browser browser = dashboard.Open();
        using BrowserSocket socket = await browser.ConnectAsync();

        await socket.SendAsync(frame);
        Assert.True((await socket.ReceiveAsync()).TryGetProperty("goodbye", out _));
        Assert.Null(await socket.ReceiveTextAsync());
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, socket.Socket.CloseStatus);
    }

    [Fact]
    public async Task FramesAreLimited()
    {
        await using var dashboard = new TestDashboard(new DashboardLimits { MaxFrameBytes = 1000, MaxCommandFrameBytes = 100_000 });
        using Browser browser = dashboard.Open();
        using (BrowserSocket socket = await browser.ConnectAsync())
        {
            Assert.Equal(Ok, await socket.AskAsync("SET", "k", new string('x', 50_000)));
            await socket.SendAsync($$"""{"id":1,"watch":"command","args":["GET","{{new string('x', 2000)}}"]}""");
            Assert.Equal("a frame is too long", (await socket.ReceiveAsync()).GetProperty("goodbye").GetString());
        }

        using (BrowserSocket socket = await browser.ConnectAsync())
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes($$"""{"id":1,"run":["SET","k","{{new string('x', 200_000)}}"]}"""), WebSocketMessageType.Text);
            Assert.Equal("a frame is too long", (await socket.ReceiveAsync()).GetProperty("goodbye").GetString());
        }

        using (BrowserSocket socket = await browser.ConnectAsync())
        {
            await socket.SendAsync([1, 2, 3], WebSocketMessageType.Binary);
            Assert.Equal("frames must be text", (await socket.ReceiveAsync()).GetProperty("goodbye").GetString());
        }
    }

    [Fact]
    public async Task ALongReplyArrivesWholeAndATooLongOneAsAnError()
    {
        await using var dashboard = new TestDashboard(new DashboardLimits { MaxReplyBytes = 8 << 20 });
        using Browser browser = dashboard.Open();
        using BrowserSocket socket = await browser.ConnectAsync();

        await socket.AskAsync("SETRANGE", "long", "6000000", "end");
        Assert.Equal(6_000_003, JsonDocument.Parse(await socket.AskAsync("GET", "long")).RootElement.GetString()!.Length);
        await socket.AskAsync("SETRANGE", "longer", "40000000", "end");
        Assert.StartsWith("ERR the reply is longer", await socket.AskAsync("GET", "longer"), StringComparison.Ordinal);
        Assert.Equal("\"x\"", await socket.AskAsync("ECHO", "x"));
        await socket.SendAsync("""{"id":9,"runMany":[["PING"],["GET","longer"],["PING"]]}""");
        Assert.StartsWith("ERR the reply is longer", (await socket.ReceiveReplyAsync(9)).GetProperty("error").GetString());
        Assert.Equal("\"x\"", await socket.AskAsync("ECHO", "x"));
    }

    [Fact]
    public async Task AReplyThatIsTooLongAsJsonIsAnErrorAndTheSocketStays()
    {
        await using var dashboard = new TestDashboard(new DashboardLimits { MaxReplyBytes = 1 << 20, MaxOutgoingBytes = 4 << 20 });
        using Browser browser = dashboard.Open();
        using BrowserSocket socket = await browser.ConnectAsync();

        // In JSON a zero byte takes six.
        await socket.AskAsync("SETRANGE", "zeros", "1000000", "x");
        Assert.StartsWith("ERR", await socket.AskAsync("GET", "zeros"));
        Assert.Equal("\"x\"", await socket.AskAsync("ECHO", "x"));
    }

    [Fact]
    public async Task AForeignPageGetsNoSocket()
    {
        await using var dashboard = new TestDashboard(options: [("dashboard-allowed-origins", "https://friend.example")]);
        using Browser browser = dashboard.Open();

        await Assert.ThrowsAsync<WebSocketException>(() => browser.ConnectAsync("http://evil.example"));
        await Assert.ThrowsAsync<WebSocketException>(() => browser.ConnectAsync("null"));
        using BrowserSocket socket = await browser.ConnectAsync("https://friend.example");
        Assert.Equal("\"x\"", await socket.AskAsync("ECHO", "x"));
    }

    [Fact]
    public async Task PlainRequestsGetNoSocket()
    {
        await using var dashboard = new TestDashboard();
        using Browser browser = dashboard.Open();
        using HttpResponseMessage response = await browser.GetAsync("api/v1/socket", ("Origin", browser.Origin));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }
}
