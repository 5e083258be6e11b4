using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text.Json;

namespace Spinel.Dashboard.Tests;

public sealed class AccessTests
{
    private const string Password = "correct horse";

    private static readonly (string, string)[] WithPassword = [("requirepass", Password)];

    [Fact]
    public async Task WithoutAPasswordNobodyHasToLogIn()
    {
        await using var dashboard = new TestDashboard();
        using Browser browser = dashboard.Open();

        JsonElement session = await browser.JsonAsync("api/v1/session");
        Assert.True(session.GetProperty("authenticated").GetBoolean());
        Assert.Equal("default", session.GetProperty("user").GetString());
        Assert.False(session.GetProperty("passwordRequired").GetBoolean());
        Assert.Equal(16, session.GetProperty("server").GetProperty("databases").GetInt32());
    }

    [Fact]
    public async Task WithAPasswordNothingIsShownBeforeIt()
    {
        await using var dashboard = new TestDashboard(options: WithPassword);
        using Browser browser = dashboard.Open();

        JsonElement session = await browser.JsonAsync("api/v1/session");
        Assert.False(session.GetProperty("authenticated").GetBoolean());
        Assert.Equal(JsonValueKind.Null, session.GetProperty("user").ValueKind);
        Assert.False(session.TryGetProperty("server", out _));
        foreach (string path in (string[])["api/v1/options", "api/v1/history?series=memory.used", "api/v1/history/series", "metrics"])
        {
            using HttpResponseMessage response = await browser.GetAsync(path);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        }

        await Assert.ThrowsAsync<WebSocketException>(() => browser.ConnectAsync());
    }

    [Fact]
    public async Task LoggingInOpensAndLoggingOutCloses()
    {
        await using var dashboard = new TestDashboard(options: WithPassword);
        using Browser browser = dashboard.Open();

        using (HttpResponseMessage denied = await browser.LoginAsync("default", "wrong"))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, denied.StatusCode);
        }

        using (HttpResponseMessage response = await browser.LoginAsync("default", Password))
        {
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            string cookie = Assert.Single(response.Headers.GetValues("Set-Cookie"));
            Assert.StartsWith("spinel-session-", cookie, StringComparison.Ordinal);
            Assert.Contains("HttpOnly", cookie, StringComparison.Ordinal);
            Assert.Contains("SameSite=Strict", cookie, StringComparison.Ordinal);
        }

        Assert.True((await browser.JsonAsync("api/v1/session")).GetProperty("authenticated").GetBoolean());
        using (BrowserSocket socket = await browser.ConnectAsync())
        {
            string log = await socket.AskAsync("ACL", "LOG");
            Assert.Contains("\"auth\"", log, StringComparison.Ordinal);
            Assert.Contains("addr=127.0.0.1:", log, StringComparison.Ordinal);
        }

        using (HttpResponseMessage response = await browser.PostAsync("api/v1/logout", "{}"))
        {
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.False((await browser.JsonAsync("api/v1/session")).GetProperty("authenticated").GetBoolean());
    }

    [Fact]
    public async Task GuessingIsSlowedDown()
    {
        await using var dashboard = new TestDashboard(options: WithPassword);
        using Browser browser = dashboard.Open();

        HttpStatusCode last = HttpStatusCode.OK;
        for (int i = 0; i < 20 && last != HttpStatusCode.TooManyRequests; i++)
        {
            using HttpResponseMessage response = await browser.LoginAsync("default", "wrong");
            last = response.StatusCode;
            if (last == HttpStatusCode.TooManyRequests)
            {
                Assert.NotNull(response.Headers.RetryAfter);
            }
        }

        // The right password has to wait as well.
        Assert.Equal(HttpStatusCode.TooManyRequests, last);
        using HttpResponseMessage right = await browser.LoginAsync("default", Password);
        Assert.Equal(HttpStatusCode.TooManyRequests, right.StatusCode);
    }

    [Fact]
    public async Task PagesOfOthersCannotPost()
    {
        await using var dashboard = new TestDashboard(options: WithPassword);
        using Browser browser = dashboard.Open();
        string login = JsonSerializer.Serialize(new Dictionary<string, string> { ["user"] = "default", ["password"] = Password });

        using HttpResponseMessage foreign = await browser.PostAsync("api/v1/login", login, "http://evil.example");
        Assert.Equal(HttpStatusCode.Forbidden, foreign.StatusCode);
        using HttpResponseMessage none = await browser.PostAsync("api/v1/login", login, null);
        Assert.Equal(HttpStatusCode.Forbidden, none.StatusCode);
        using HttpResponseMessage plain = await browser.PostAsync("api/v1/login", login, hasHeader: false);
        Assert.Equal(HttpStatusCode.Forbidden, plain.StatusCode);
    }

    [Theory]
    [InlineData("evil.example", HttpStatusCode.Forbidden)]
    [InlineData("evil.example:8080", HttpStatusCode.Forbidden)]
    [InlineData("localhost:8080", HttpStatusCode.OK)]
    [InlineData("127.0.0.1", HttpStatusCode.OK)]
    [InlineData("[::1]:8080", HttpStatusCode.OK)]
    [InlineData("friend.example", HttpStatusCode.OK)]
    public async Task WithoutAPasswordNamesOfOthersAreRefused(string host, HttpStatusCode expected)
    {
        await using var dashboard = new TestDashboard(options: [("dashboard-allowed-origins", "https://friend.example")]);
        using Browser browser = dashboard.Open();
        using HttpResponseMessage response = await browser.GetAsync("api/v1/session", ("Host", host));
        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task AnswersForbidFramesAndForeignScripts()
    {
        await using var dashboard = new TestDashboard();
        using Browser browser = dashboard.Open();
        using HttpResponseMessage response = await browser.GetAsync("");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("default-src 'self'", Assert.Single(response.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal("DENY", Assert.Single(response.Headers.GetValues("X-Frame-Options")));
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("no-cache", response.Headers.CacheControl!.ToString());
        Assert.Equal("text/html", response.Content.Headers.ContentType!.MediaType);
        Assert.Contains("Spinel", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task UsersSeeOnlyWhatTheyMay()
    {
        await using var dashboard = new TestDashboard(options: WithPassword);
        using Browser admin = dashboard.Open();
        (await admin.LoginAsync("default", Password)).Dispose();
        using BrowserSocket root = await admin.ConnectAsync();
        await root.AskAsync("ACL", "SETUSER", "narrow", "on", ">pass", "~own:*", "+@read", "+@connection", "-@dangerous");

        using Browser browser = dashboard.Open();
        (await browser.LoginAsync("narrow", "pass")).Dispose();
        using BrowserSocket socket = await browser.ConnectAsync();
        Assert.Equal("narrow", socket.Hello.GetProperty("user").GetString());
        Assert.Equal("null", await socket.AskAsync("GET", "own:1"));
        Assert.StartsWith("NOPERM", await socket.AskAsync("GET", "other"));
        Assert.StartsWith("NOPERM", await socket.AskAsync("SET", "own:1", "x"));
        Assert.StartsWith("NOPERM", await socket.AskAsync("CONFIG", "GET", "*"));
        Assert.StartsWith("NOPERM", await socket.AskAsync("INSIGHT", "TREE", ""));

        foreach (string watch in (string[])["\"stats\"", "\"tree\"", "\"profile\"", "\"command\",\"args\":[\"INFO\"]"])
        {
            await socket.SendAsync($$"""{"id":900,"watch":{{watch}}}""");
            Assert.StartsWith("NOPERM", (await socket.ReceiveWatchAsync(900)).GetProperty("error").GetString());
            await socket.SendAsync("""{"unwatch":900}""");
        }

        using HttpResponseMessage history = await browser.GetAsync("api/v1/history?series=memory.used");
        Assert.Equal(HttpStatusCode.Forbidden, history.StatusCode);
        using HttpResponseMessage metrics = await browser.GetAsync("metrics");
        Assert.Equal(HttpStatusCode.Forbidden, metrics.StatusCode);

        // Of the keys that change, only its own are named.
        await socket.SendAsync("""{"id":901,"watch":"keys","prefixes":[]}""");
        await socket.AskAsync("GET", "own:1");
        while (true)
        {
            await root.AskAsync("MSET", "own:1", "a", "foreign", "b");
            await Task.Delay(20, TestContext.Current.CancellationToken);
            JsonElement frame = await socket.ReceiveWatchAsync(901);
            if (frame.GetProperty("data").GetProperty("changed").GetArrayLength() > 0)
            {
                Assert.Equal("""["own:1"]""", frame.GetProperty("data").GetProperty("changed").GetRawText());
                break;
            }
        }
    }

    [Theory]
    [InlineData("ACL SETUSER someone resetpass >another")]
    [InlineData("ACL SETUSER someone off")]
    [InlineData("ACL DELUSER someone")]
    public async Task WhoseUserChangesIsLoggedOut(string command)
    {
        await using var dashboard = new TestDashboard(options: WithPassword);
        using Browser admin = dashboard.Open();
        (await admin.LoginAsync("default", Password)).Dispose();
        using BrowserSocket root = await admin.ConnectAsync();
        await root.AskAsync("ACL", "SETUSER", "someone", "on", ">pass", "~*", "+@all");
        using Browser browser = dashboard.Open();
        (await browser.LoginAsync("someone", "pass")).Dispose();
        using BrowserSocket socket = await browser.ConnectAsync();
        Assert.Equal("\"x\"", await socket.AskAsync("ECHO", "x"));

        await root.AskAsync(command.Split(' '));
        await socket.ReceiveAsync(frame => frame.TryGetProperty("goodbye", out _));
        Assert.False((await browser.JsonAsync("api/v1/session")).GetProperty("authenticated").GetBoolean());
        Assert.Equal("\"x\"", await root.AskAsync("ECHO", "x"));
    }

    [Fact]
    public async Task WhoIsSentAwayRunsNothingMoreHoweverSlowlyItReads()
    {
        await using var dashboard = new TestDashboard(options: WithPassword);
        using Browser admin = dashboard.Open();
        (await admin.LoginAsync("default", Password)).Dispose();
        using BrowserSocket root = await admin.ConnectAsync();
        await root.AskAsync("ACL", "SETUSER", "someone", "on", ">pass", "~*", "+@all");
        await root.AskAsync("SET", "big", new string('x', 4_000_000));
        using Browser browser = dashboard.Open();
        (await browser.LoginAsync("someone", "pass")).Dispose();
        using BrowserSocket socket = await browser.ConnectAsync();

        // More than the kernel's buffers hold, so that the good-bye has to wait for the browser.
        for (int i = 0; i < 10; i++)
        {
            await socket.SendAsync($$"""{"id":{{i}},"run":["GET","big"]}""");
        }

        await socket.SendAsync("""{"id":100,"run":["SET","asked","1"]}""");
        while (await root.AskAsync("EXISTS", "asked") != "1")
        {
            await Task.Yield();
        }

        await root.AskAsync("ACL", "SETUSER", "someone", "resetpass", ">another");
        while (await dashboard.OnEngine(engine => engine.Sessions.All.Any(session => session.User.Name == "someone")))
        {
            await Task.Yield();
        }

        try
        {
            await socket.SendAsync("""{"id":101,"run":["SET","evil","1"],"channel":"ui"}""");
            await socket.SendAsync("""{"id":102,"run":["SET","evil","1"],"channel":"other"}""");
        }
        catch (WebSocketException)
        {
            // It is gone already.
        }

        while (await socket.ReceiveTextAsync() is not null)
        {
        }

        Assert.Equal("0", await root.AskAsync("EXISTS", "evil"));
    }

    [Fact]
    public async Task LoggingOutEndsTheSocketsOfThatLogin()
    {
        await using var dashboard = new TestDashboard(options: WithPassword);
        using Browser browser = dashboard.Open();
        using Browser other = dashboard.Open();
        (await browser.LoginAsync("default", Password)).Dispose();
        (await other.LoginAsync("default", Password)).Dispose();
        using BrowserSocket socket = await browser.ConnectAsync();
        using BrowserSocket another = await other.ConnectAsync();

        (await browser.PostAsync("api/v1/logout", "{}")).Dispose();
        await socket.ReceiveAsync(frame => frame.TryGetProperty("goodbye", out _));
        Assert.Equal("\"x\"", await another.AskAsync("ECHO", "x"));
    }

    [Fact]
    public async Task AReadOnlyDashboardChangesNothing()
    {
        await using var dashboard = new TestDashboard(options: [("dashboard-read-only", "yes")]);
        using Browser browser = dashboard.Open();
        using BrowserSocket socket = await browser.ConnectAsync();

        Assert.True(socket.Hello.GetProperty("readOnly").GetBoolean());
        foreach (string command in (string[])
            ["SET k v", "DEL k", "FLUSHALL", "CONFIG SET maxmemory 1", "ACL SETUSER x", "ACL LOG RESET", "CLIENT KILL ID 1", "CLIENT PAUSE 1", "SHUTDOWN", "DEBUG SLEEP 0",
                "PUBLISH c m", "SLOWLOG RESET", "LATENCY RESET", "BGSAVE", "RESTORE k 0 x", "SORT k STORE d", "GETDEL k", "SWAPDB 0 1"])
        {
            Assert.StartsWith("READONLY", await socket.AskAsync(command.Split(' ')));
        }

        foreach (string command in (string[])
            ["GET k", "KEYS *", "SCAN 0", "INFO", "CONFIG GET maxmemory", "CLIENT LIST", "SLOWLOG GET", "ACL WHOAMI", "LATENCY LATEST", "COMMAND COUNT", "DBSIZE",
                "SELECT 1", "INSIGHT SERIES", "MEMORY STATS", "OBJECT HELP", "CLIENT TRACKING ON BCAST", "SUBSCRIBE c"])
        {
            string reply = await socket.AskAsync(command.Split(' '));
            Assert.False(reply.StartsWith("READONLY", StringComparison.Ordinal), command);
        }

        // A list is refused whole.
        await socket.SendAsync("""{"id":900,"runMany":[["GET","k"],["SET","k","v"]]}""");
        Assert.StartsWith("READONLY", (await socket.ReceiveReplyAsync(900)).GetProperty("error").GetString());
    }

    [Fact]
    public async Task MetricsTakeAUserOfTheServer()
    {
        await using var dashboard = new TestDashboard(options: WithPassword);
        using var http = new HttpClient { BaseAddress = dashboard.Address };
        http.DefaultRequestHeaders.Authorization = Browser.Basic("default", Password);
        using HttpResponseMessage response = await http.GetAsync("metrics", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/plain", response.Content.Headers.ContentType!.MediaType);
        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        foreach (string metric in (string[])
            ["redis_up 1", "redis_connected_clients ", "redis_commands_processed_total ", "redis_memory_used_bytes ", "redis_instance_info{role=\"master\"", "redis_connected_slaves 0",
                "redis_commands_total{cmd=\"info\"}", "spinel_build_info{version="])
        {
            Assert.True(text.Contains("\n" + metric, StringComparison.Ordinal), metric + "\n" + text);
        }

        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", "bm9uc2Vuc2U=");
        using HttpResponseMessage denied = await http.GetAsync("metrics", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, denied.StatusCode);
    }

    [Fact]
    public async Task OptionsAndHistoryAreDescribed()
    {
        await using var dashboard = new TestDashboard();
        using Browser browser = dashboard.Open();

        JsonElement options = await browser.JsonAsync("api/v1/options");
        JsonElement policy = options.EnumerateArray().Single(option => option.GetProperty("name").GetString() == "maxmemory-policy");
        Assert.Equal("enum", policy.GetProperty("type").GetString());
        Assert.Contains("noeviction", policy.GetProperty("values").EnumerateArray().Select(value => value.GetString()));
        JsonElement memory = options.EnumerateArray().Single(option => option.GetProperty("name").GetString() == "maxmemory");
        Assert.Equal("memory", memory.GetProperty("type").GetString());
        Assert.True(memory.GetProperty("mutable").GetBoolean());

        JsonElement series = await browser.JsonAsync("api/v1/history/series");
        Assert.Contains("memory.used", series.EnumerateArray().Select(one => one.GetProperty("name").GetString()));
        JsonElement history = await browser.JsonAsync("api/v1/history?series=memory.used,keys.total&points=10");
        int points = history.GetProperty("times").GetArrayLength();
        Assert.Equal(points, history.GetProperty("series").GetProperty("memory.used").GetArrayLength());
        Assert.Equal(points, history.GetProperty("series").GetProperty("keys.total").GetArrayLength());
        using HttpResponseMessage unknown = await browser.GetAsync("api/v1/history?series=weather");
        Assert.Equal(HttpStatusCode.BadRequest, unknown.StatusCode);
    }

    [Fact]
    public async Task HealthNeedsNoLogin()
    {
        await using var dashboard = new TestDashboard(options: WithPassword);
        using Browser browser = dashboard.Open();
        using HttpResponseMessage response = await browser.GetAsync("healthz", ("Host", "pod.example"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("ok\n", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task AnythingElseIsThePageOrNothing()
    {
        await using var dashboard = new TestDashboard();
        using Browser browser = dashboard.Open();
        using HttpResponseMessage page = await browser.GetAsync("keys/user:1");
        Assert.Equal("text/html", page.Content.Headers.ContentType!.MediaType);
        using HttpResponseMessage api = await browser.GetAsync("api/v2/x");
        Assert.Equal(HttpStatusCode.NotFound, api.StatusCode);
        using HttpResponseMessage asset = await browser.GetAsync("assets/missing.js");
        Assert.Equal(HttpStatusCode.NotFound, asset.StatusCode);
    }
}
