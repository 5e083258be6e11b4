using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Spinel.Dashboard.Tests;

/// <summary>What a browser does: keeps cookies, names its origin.</summary>
internal sealed class Browser : IDisposable
{
    private readonly Uri _address;
    private readonly CookieContainer _cookies = new();
    private readonly HttpClient _http;

    internal Browser(Uri address)
    {
        _address = address;
        _http = new HttpClient(new SocketsHttpHandler { CookieContainer = _cookies, AllowAutoRedirect = false }) { BaseAddress = address };
    }

    internal string Origin => _address.GetLeftPart(UriPartial.Authority);

    public void Dispose() => _http.Dispose();

    internal Task<HttpResponseMessage> GetAsync(string path, params ReadOnlySpan<(string Name, string Value)> headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return _http.SendAsync(request);
    }

    internal Task<HttpResponseMessage> PostAsync(string path, string json, string? origin = "own", bool hasHeader = true)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin == "own" ? Origin : origin);
        }

        if (hasHeader)
        {
            request.Headers.Add("X-Spinel", "1");
        }

        return _http.SendAsync(request);
    }

    internal Task<HttpResponseMessage> LoginAsync(string user, string password) =>
        PostAsync("api/v1/login", JsonSerializer.Serialize(new Dictionary<string, string> { ["user"] = user, ["password"] = password }));

    internal async Task<JsonElement> JsonAsync(string path)
    {
        using HttpResponseMessage response = await GetAsync(path);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
    }

    internal static AuthenticationHeaderValue Basic(string user, string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));

    /// <summary>Opens the web socket, and takes the hello.</summary>
    internal async Task<BrowserSocket> ConnectAsync(string? origin = null)
    {
        var socket = new ClientWebSocket();
        socket.Options.Cookies = _cookies;
        socket.Options.SetRequestHeader("Origin", origin ?? Origin);
        try
        {
            await socket.ConnectAsync(new Uri($"ws://{_address.Authority}/api/v1/socket"), TestContext.Current.CancellationToken);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        var browser = new BrowserSocket(socket);
        browser.Hello = (await browser.ReceiveAsync()).GetProperty("hello");
        return browser;
    }
}

/// <summary>The web socket of a browser.</summary>
internal sealed class BrowserSocket(ClientWebSocket socket) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly List<JsonElement> _kept = [];
    private long _lastId;

    internal ClientWebSocket Socket { get; } = socket;

    internal JsonElement Hello { get; set; }

    public void Dispose() => Socket.Dispose();

    internal Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text);

    internal Task SendAsync(byte[] bytes, WebSocketMessageType type) => Socket.SendAsync(bytes, type, true, CancellationToken.None).WaitAsync(Patience);

    /// <summary>The next frame; fails when the connection has ended.</summary>
    internal async Task<JsonElement> ReceiveAsync()
    {
        string? text = await ReceiveTextAsync();
        Assert.True(text is not null, "the connection has ended");
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>The next frame as text; null when the connection has ended.</summary>
    internal async Task<string?> ReceiveTextAsync()
    {
        var text = new MemoryStream();
        byte[] buffer = new byte[64 * 1024];
        while (true)
        {
            WebSocketReceiveResult result;
            try
            {
                result = await Socket.ReceiveAsync(buffer, CancellationToken.None).WaitAsync(Patience);
            }
            catch (WebSocketException)
            {
                return null;
            }

            if (result.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            text.Write(buffer, 0, result.Count);
            if (result.EndOfMessage)
            {
                return Encoding.UTF8.GetString(text.ToArray());
            }
        }
    }

    /// <summary>The next frame that is wanted; others are kept for later.</summary>
    internal async Task<JsonElement> ReceiveAsync(Func<JsonElement, bool> isWanted)
    {
        int at = _kept.FindIndex(frame => isWanted(frame));
        if (at >= 0)
        {
            JsonElement kept = _kept[at];
            _kept.RemoveAt(at);
            return kept;
        }

        while (true)
        {
            JsonElement frame = await ReceiveAsync();
            if (isWanted(frame))
            {
                return frame;
            }

            _kept.Add(frame);
        }
    }

    internal Task<JsonElement> ReceiveReplyAsync(long id) => ReceiveAsync(frame => frame.TryGetProperty("id", out JsonElement found) && found.GetInt64() == id);

    internal Task<JsonElement> ReceiveWatchAsync(long id) => ReceiveAsync(frame => frame.TryGetProperty("watch", out JsonElement found) && found.GetInt64() == id);

    internal Task<JsonElement> ReceivePushAsync(string channel) =>
        ReceiveAsync(frame => frame.TryGetProperty("push", out _) && frame.GetProperty("channel").GetString() == channel);

    /// <summary>Runs a command; its whole answer.</summary>
    internal async Task<JsonElement> RunAsync(string channel, params string[] command)
    {
        long id = ++_lastId;
        await SendAsync(JsonSerializer.Serialize(new Dictionary<string, object> { ["id"] = id, ["run"] = command, ["channel"] = channel }));
        return await ReceiveReplyAsync(id);
    }

    /// <summary>Runs a command; its reply as JSON text, or its error.</summary>
    internal async Task<string> AskAsync(params string[] command)
    {
        JsonElement answer = await RunAsync("ui", command);
        return answer.TryGetProperty("error", out JsonElement error) ? error.GetString()! : answer.GetProperty("reply").GetRawText();
    }
}
