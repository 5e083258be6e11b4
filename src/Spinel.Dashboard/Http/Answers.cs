using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Spinel.Dashboard.Sockets;

namespace Spinel.Dashboard.Http;

/// <summary>Writes answers.</summary>
internal static class Answers
{
    internal const string NoPages =
        """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><title>Spinel</title></head>
        <body><h1>Spinel</h1>
        <p>This server was built without its dashboard pages (<code>-p:DashboardUi=false</code>). The API, <a href="/metrics">metrics</a> and
        <a href="/healthz">health</a> are served.</p></body></html>
        """;

    /// <summary>No script, style or frame from elsewhere; nothing of this in anybody else's frame.</summary>
    internal static void SetSecurityHeaders(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy =
            "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; "
            + "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
        headers.XFrameOptions = "DENY";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
    }

    internal static Task ErrorAsync(HttpContext context, int status, string error)
    {
        if (context.Response.HasStarted)
        {
            return Task.CompletedTask;
        }

        context.Response.StatusCode = status;
        return JsonAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("error"u8, error);
            json.WriteEndObject();
        });
    }

    internal static Task JsonAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        var frame = new JsonFrame();
        write(frame.Begin());
        frame.Json.Flush();
        context.Response.ContentType = "application/json";
        return BytesAsync(context, frame.Written.ToArray());
    }

    internal static Task TextAsync(HttpContext context, string text)
    {
        context.Response.ContentType = "text/plain; charset=utf-8";
        return BytesAsync(context, Encoding.UTF8.GetBytes(text));
    }

    internal static Task BytesAsync(HttpContext context, byte[] bytes)
    {
        context.Response.ContentLength = bytes.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(bytes).AsTask();
    }
}
