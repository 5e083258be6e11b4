using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Spinel.Engine.Security;

namespace Spinel.Dashboard.Sockets;

/// <summary>The opening handshake of a web socket (RFC 6455, section 4.2), without compression: frames are short, and secrets must not leak by their length.</summary>
internal static class SocketUpgrade
{
    private const string KeySuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(20);

    /// <summary>Whether a request asks for a web socket.</summary>
    internal static bool IsAsked(HttpContext context)
    {
        IHeaderDictionary headers = context.Request.Headers;
        return context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
            && HttpMethods.IsGet(context.Request.Method)
            && string.Equals(headers.Upgrade, "websocket", StringComparison.OrdinalIgnoreCase)
            && headers.SecWebSocketVersion == "13"
            && IsKey(headers.SecWebSocketKey);
    }

    internal static async Task<WebSocket> AcceptAsync(HttpContext context)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.Upgrade = "websocket";
        headers.Connection = "Upgrade";
        headers.SecWebSocketAccept = Convert.ToBase64String(Sha1.Hash(Encoding.ASCII.GetBytes(context.Request.Headers.SecWebSocketKey + KeySuffix)));
        Stream stream = await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync().ConfigureAwait(false);
        return WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true, KeepAliveInterval = KeepAlive, KeepAliveTimeout = 2 * KeepAlive });
    }

    private static bool IsKey(string? key)
    {
        Span<byte> bytes = stackalloc byte[18];
        return key is { Length: 24 } && Convert.TryFromBase64String(key, bytes, out int count) && count == 16;
    }
}
