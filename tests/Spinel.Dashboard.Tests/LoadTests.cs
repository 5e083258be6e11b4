using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Spinel.Dashboard.Tests;

public sealed class LoadTests
{
    [Fact]
    public async Task AViewerThatNeverReadsIsGivenUpWhileOthersAreServed()
    {
        var limits = new DashboardLimits { MaxPushBytes = 64 << 10, MaxOutgoingBytes = 1 << 20, SendTimeout = TimeSpan.FromSeconds(2) };
        await using var dashboard = new TestDashboard(limits);
        using Browser browser = dashboard.Open();
        using BrowserSocket slow = await browser.ConnectAsync();
        using BrowserSocket writer = await browser.ConnectAsync();
        await slow.SendAsync("""{"id":1,"run":["SUBSCRIBE","c"],"channel":"s"}""");
        await slow.SendAsync("""{"id":2,"watch":"keys","prefixes":[]}""");
        await slow.SendAsync("""{"id":3,"watch":"profile"}""");

        // Nothing is read from here on, and far more is published than the kernel's buffers hold.
        string message = new('x', 50_000);
        while (await dashboard.OnEngine(_ => dashboard.Extension.Services!.Sockets.Count) == 2)
        {
            for (int i = 0; i < 20; i++)
            {
                await writer.AskAsync("PUBLISH", "c", message);
            }

            long waiting = await dashboard.OnEngine(engine => engine.Sessions.All.Sum(session => session.Output.Length));
            Assert.True(waiting < 8 << 20, $"{waiting} bytes wait in the engine");
            long queued = dashboard.Extension.Services!.Sockets.ToArray().Sum(socket => socket.Outgoing.Bytes);
            Assert.True(queued <= limits.MaxOutgoingBytes, $"{queued} bytes wait in the dashboard");
        }

        Assert.Equal("\"x\"", await writer.AskAsync("ECHO", "x"));
    }

    [Fact]
    public async Task DroppedMessagesAreCounted()
    {
        var limits = new DashboardLimits { MaxPushBytes = 4 << 10 };
        await using var dashboard = new TestDashboard(limits);
        using Browser browser = dashboard.Open();
        using BrowserSocket socket = await browser.ConnectAsync();
        Assert.True((await socket.RunAsync("s", "SUBSCRIBE", "c")).TryGetProperty("reply", out _));

        // All of it is published within one turn of the engine, so that the browser has no chance to keep up.
        var commands = new StringBuilder();
        const int Messages = 500;
        for (int i = 0; i < Messages; i++)
        {
            commands.Append(i > 0 ? "," : "").Append($"[\"PUBLISH\",\"c\",\"{new string('x', 1000)}\"]");
        }

        await socket.SendAsync($$"""{"id":900,"runMany":[{{commands}}],"channel":"w"}""");
        await socket.ReceiveReplyAsync(900);
        await socket.AskAsync("PUBLISH", "c", "last");
        int received = 0;
        long dropped = 0;
        string? last = null;
        while (last != "last")
        {
            JsonElement push = await socket.ReceivePushAsync("s");
            last = push.GetProperty("push")[2].GetRawText().Trim('"');
            received += push.GetProperty("push")[0].GetString() == "message" ? 1 : 0;
            dropped += push.TryGetProperty("dropped", out JsonElement count) ? count.GetInt64() : 0;
        }

        Assert.Equal(Messages + 1, received + dropped);
    }

    [Fact]
    public async Task AThousandConnectionsAreServedAndThenNoMore()
    {
        const int Count = 1000;
        await using var dashboard = new TestDashboard(new DashboardLimits { MaxSockets = Count });
        using Browser browser = dashboard.Open();
        var sockets = new List<BrowserSocket>();
        try
        {
            for (int i = 0; i < Count; i++)
            {
                sockets.Add(await browser.ConnectAsync());
            }

            await Assert.ThrowsAsync<WebSocketException>(() => browser.ConnectAsync());
            foreach (BrowserSocket socket in sockets.Where((_, i) => i % 10 == 0))
            {
                Assert.Equal("\"x\"", await socket.AskAsync("ECHO", "x"));
            }

            sockets[0].Dispose();
            while (dashboard.Extension.Services!.Sockets.Count == Count)
            {
                await Task.Yield();
            }

            using BrowserSocket next = await browser.ConnectAsync();
            Assert.Equal("\"x\"", await next.AskAsync("ECHO", "x"));
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }
    }

    [Fact]
    public async Task SessionsEndWithTheirBrowser()
    {
        await using var dashboard = new TestDashboard();
        using Browser browser = dashboard.Open();
        using (BrowserSocket socket = await browser.ConnectAsync())
        {
            await socket.RunAsync("a", "SUBSCRIBE", "c");
            await socket.RunAsync("b", "MONITOR");
            await socket.SendAsync("""{"id":900,"run":["BLPOP","k","0"],"channel":"c"}""");
            await socket.SendAsync("""{"id":901,"watch":"keys"}""");
            await socket.SendAsync("""{"id":902,"watch":"profile"}""");
            await socket.SendAsync("""{"id":903,"watch":"command","args":["INFO"]}""");
            await socket.ReceiveWatchAsync(903);
            Assert.True(await dashboard.OnEngine(engine => engine.Sessions.Count) >= 4);
        }

        while (await dashboard.OnEngine(engine => engine.Sessions.Count) > 0)
        {
            await Task.Yield();
        }
    }

    [Fact]
    public async Task BrowsersAreToldThatTheServerStops()
    {
        await using var dashboard = new TestDashboard();
        using Browser browser = dashboard.Open();
        using BrowserSocket socket = await browser.ConnectAsync();
        await socket.AskAsync("PING");
        Task stopping = dashboard.Server.StopAsync();
        Assert.Equal("the server stops", (await socket.ReceiveAsync()).GetProperty("goodbye").GetString());
        await stopping.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task APortThatIsTakenIsAWarning()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        int port = ((IPEndPoint)taken.LocalEndPoint!).Port;
        var log = new MemoryLog();
        var extension = new DashboardExtension();
        await using var server = new Hosting.SpinelServer(new Hosting.SpinelServerSettings
        {
            Options = new Engine.Configuration.ServerOptions().Set("bind", "127.0.0.1").Set("dashboard-bind", "127.0.0.1").Set("dashboard-port", $"{port}"),
            EphemeralPort = true,
            Log = log,
            Extensions = [extension],
        });
        server.Start();
        Assert.Empty(await extension.Endpoints.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.Contains(log.Lines, line => line.Contains("Address already in use", StringComparison.Ordinal));
        Assert.False(server.Stopped.IsCompleted);
    }
}
