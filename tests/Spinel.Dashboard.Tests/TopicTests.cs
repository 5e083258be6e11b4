using System.Text.Json;

namespace Spinel.Dashboard.Tests;

public sealed class TopicTests
{
    [Fact]
    public async Task ACommandIsSentWhenItsReplyIsAnotherOne()
    {
        await using var dashboard = new TestDashboard();
        using Browser browser = dashboard.Open();
        using BrowserSocket socket = await browser.ConnectAsync();

        await socket.SendAsync("""{"id":900,"watch":"command","args":["GET","k"],"everyMs":250}""");
        Assert.Equal("null", (await socket.ReceiveWatchAsync(900)).GetProperty("data").GetRawText());
        await socket.AskAsync("SET", "k", "1");
        Assert.Equal("\"1\"", (await socket.ReceiveWatchAsync(900)).GetProperty("data").GetRawText());
        await socket.AskAsync("LPUSH", "l", "1");
        await socket.AskAsync("RENAME", "l", "k");
        Assert.StartsWith("WRONGTYPE", (await socket.ReceiveWatchAsync(900)).GetProperty("error").GetString());
        await socket.SendAsync("""{"unwatch":900}""");

        await socket.SendAsync("""{"id":901,"watch":"command","args":["DBSIZE"],"db":5}""");
        Assert.Equal("0", (await socket.ReceiveWatchAsync(901)).GetProperty("data").GetRawText());
    }

    [Theory]
    [InlineData("""["SET","k","v"]""")]
    [InlineData("""["BLPOP","k","0"]""")]
    [InlineData("""["SUBSCRIBE","c"]""")]
    [InlineData("""["MULTI"]""")]
    [InlineData("""["SELECT","1"]""")]
    [InlineData("""["MONITOR"]""")]
    [InlineData("""["CLIENT","PAUSE","1"]""")]
    [InlineData("""["CLIENT","REPLY","SKIP"]""")]
    public async Task OnlyCommandsThatReadCanBeWatched(string command)
    {
        await using var dashboard = new TestDashboard();
        using Browser browser = dashboard.Open();
        using BrowserSocket socket = await browser.ConnectAsync();

        await socket.SendAsync($$"""{"id":900,"watch":"command","args":{{command}}}""");
        Assert.StartsWith("ERR", (await socket.ReceiveReplyAsync(900)).GetProperty("error").GetString());
    }

    [Fact]
    public async Task KeysThatChangeAreNamed()
    {
        await using var dashboard = new TestDashboard();
        using Browser browser = dashboard.Open();
        using BrowserSocket socket = await browser.ConnectAsync();

        await socket.SendAsync("""{"id":900,"watch":"keys","db":0,"prefixes":["user:"]}""");
        var seen = new HashSet<string>();
        while (seen.Count < 2)
        {
            // The subscription is under way while the first are written.
            await socket.AskAsync("MSET", "user:1", "a", "user:2", "b", "other", "c");
            await Task.Delay(20, TestContext.Current.CancellationToken);
            JsonElement frame = await socket.ReceiveWatchAsync(900);
            foreach (JsonElement key in frame.GetProperty("data").GetProperty("changed").EnumerateArray())
            {
                seen.Add(key.GetString()!);
            }
        }

        Assert.Equal(["user:1", "user:2"], seen.Order());
    }

    [Fact]
    public async Task StatsComeAtOnceAndEverySecond()
    {
        await using var dashboard = new TestDashboard();
        using Browser browser = dashboard.Open();
        using BrowserSocket socket = await browser.ConnectAsync();

        await socket.SendAsync("""{"id":900,"watch":"stats"}""");
        JsonElement first = (await socket.ReceiveWatchAsync(900)).GetProperty("data");
        JsonElement second = (await socket.ReceiveWatchAsync(900)).GetProperty("data");
        Assert.True(second.GetProperty("time").GetInt64() >= first.GetProperty("time").GetInt64());
        Assert.True(second.GetProperty("values").GetProperty("memory.used").GetDouble() > 0);
        Assert.True(second.GetProperty("values").TryGetProperty("commands.total", out _));
    }

    [Fact]
    public async Task TheTreeShowsOpenedPrefixesAndTheirChanges()
    {
        await using var dashboard = new TestDashboard();
        using Browser browser = dashboard.Open();
        using BrowserSocket socket = await browser.ConnectAsync();

        await socket.AskAsync("MSET", "user:1", "a", "user:2", "b", "cart:1", "c");
        await socket.SendAsync("""{"id":900,"watch":"tree","db":0,"delimiters":":","prefixes":["","user:"]}""");
        await ExpectKeysAsync(socket, "user:", 2);
        await socket.AskAsync("SET", "user:3", "d");
        await ExpectKeysAsync(socket, "user:", 3);
    }

    [Fact]
    public async Task TheProfileShowsWhatOthersRun()
    {
        await using var dashboard = new TestDashboard();
        using Browser browser = dashboard.Open();
        using BrowserSocket socket = await browser.ConnectAsync();

        await socket.SendAsync("""{"id":900,"watch":"profile","commands":["get"],"prefix":"user:","client":null,"sample":1}""");
        await socket.AskAsync("SET", "user:1", "a");
        await socket.AskAsync("GET", "user:1");
        await socket.AskAsync("GET", "other");
        JsonElement record = (await socket.ReceiveWatchAsync(900)).GetProperty("data")[0];
        Assert.Equal("""["GET","user:1"]""", record.GetProperty("command").GetRawText());
        Assert.Equal(0, record.GetProperty("db").GetInt32());
        Assert.StartsWith("127.0.0.1:", record.GetProperty("client").GetString());
        Assert.True(record.GetProperty("us").GetInt64() >= 0);
    }

    [Fact]
    public async Task AnUnknownTopicIsAnError()
    {
        await using var dashboard = new TestDashboard();
        using Browser browser = dashboard.Open();
        using BrowserSocket socket = await browser.ConnectAsync();

        await socket.SendAsync("""{"id":900,"watch":"weather"}""");
        Assert.Contains("weather", (await socket.ReceiveReplyAsync(900)).GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WatchesAreLimited()
    {
        await using var dashboard = new TestDashboard(new DashboardLimits { MaxWatches = 1 });
        using Browser browser = dashboard.Open();
        using BrowserSocket socket = await browser.ConnectAsync();

        await socket.SendAsync("""{"id":900,"watch":"stats"}""");
        await socket.SendAsync("""{"id":901,"watch":"stats"}""");
        Assert.Contains("topics", (await socket.ReceiveReplyAsync(901)).GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    private static async Task ExpectKeysAsync(BrowserSocket socket, string prefix, int keys)
    {
        while (true)
        {
            foreach (JsonElement node in (await socket.ReceiveWatchAsync(900)).GetProperty("data").GetProperty("nodes").EnumerateArray())
            {
                if (node.GetProperty("prefix").GetString() == prefix && node.GetProperty("keys").GetInt32() == keys)
                {
                    Assert.Equal(keys, node.GetProperty("types").GetProperty("string").GetInt32());
                    return;
                }
            }
        }
    }
}
