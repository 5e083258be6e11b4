using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Spinel.Dashboard.Metrics;
using Spinel.Dashboard.Security;
using Spinel.Dashboard.Sockets;

namespace Spinel.Dashboard.Http;

/// <summary>Answers the dashboard's requests: who may ask comes first, then what is asked for.</summary>
internal sealed class DashboardApplication(DashboardServices services) : IHttpApplication<HttpContext>
{
    private readonly SessionEndpoint _sessions = new(services);
    private readonly HistoryEndpoint _history = new(services, new SessionEndpoint(services));
    private readonly MetricsEndpoint _metrics = new(services);

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public async Task ProcessRequestAsync(HttpContext context)
    {
        try
        {
            await AnswerAsync(context).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            await Answers.ErrorAsync(context, StatusCodes.Status503ServiceUnavailable, "the server is busy").ConfigureAwait(false);
        }
        catch (BadHttpRequestException e)
        {
            await Answers.ErrorAsync(context, e.StatusCode, "the request makes no sense").ConfigureAwait(false);
        }
    }

    private Task AnswerAsync(HttpContext context)
    {
        Answers.SetSecurityHeaders(context.Response.Headers);
        string path = context.Request.Path.Value ?? "/";
        if (path == "/healthz")
        {
            return HealthAsync(context);
        }

        if (Refusal(context) is { } refusal)
        {
            return Answers.ErrorAsync(context, StatusCodes.Status403Forbidden, refusal);
        }

        return path switch
        {
            "/metrics" => _metrics.AnswerAsync(context),
            "/api/v1/session" => _sessions.DescribeAsync(context),
            "/api/v1/login" => _sessions.LoginAsync(context),
            "/api/v1/logout" => _sessions.LogoutAsync(context),
            "/api/v1/history" => _history.ReadAsync(context),
            "/api/v1/history/series" => _history.DescribeAsync(context),
            "/api/v1/options" => OptionsAsync(context),
            "/api/v1/socket" => SocketAsync(context),
            _ when path.StartsWith("/api/", StringComparison.Ordinal) => Answers.ErrorAsync(context, StatusCodes.Status404NotFound, "there is nothing here"),
            _ => PageAsync(context, path),
        };
    }

    /// <summary>Why a request is refused whoever asks; null: it is not.</summary>
    private string? Refusal(HttpContext context)
    {
        IReadOnlyList<string> origins = services.Engine.Options.DashboardAllowedOrigins;
        string? host = context.Request.Headers.Host;
        if (!services.IsPasswordRequired)
        {
            if (services.Engine.Options.ProtectedMode && context.Connection.RemoteIpAddress is { } remote && !IPAddress.IsLoopback(remote))
            {
                return "without a password the dashboard serves this machine only: give the default user a password";
            }

            if (!OriginPolicy.IsHostSafe(host, origins))
            {
                return "without a password the dashboard has to be opened by its address, or as localhost";
            }
        }

        bool isSafe = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        if (!isSafe && (context.Request.Headers["X-Spinel"] != "1" || !OriginPolicy.IsSame(context.Request.Headers.Origin, host, origins)))
        {
            return "the request does not come from the dashboard's page";
        }

        return null;
    }

    private async Task HealthAsync(HttpContext context)
    {
        bool isHealthy = false;
        try
        {
            isHealthy = !services.IsStopping && await services.Gateway.AskAsync(static engine => !engine.IsLoading, TimeSpan.FromSeconds(2)).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Not healthy.
        }

        context.Response.StatusCode = isHealthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        await Answers.TextAsync(context, isHealthy ? "ok\n" : "not ready\n").ConfigureAwait(false);
    }

    private async Task OptionsAsync(HttpContext context)
    {
        if (await _sessions.RequireAsync(context).ConfigureAwait(false) is not null)
        {
            await Answers.JsonAsync(context, OptionsPage.Write).ConfigureAwait(false);
        }
    }

    private async Task SocketAsync(HttpContext context)
    {
        IReadOnlyList<string> origins = services.Engine.Options.DashboardAllowedOrigins;
        if (!SocketUpgrade.IsAsked(context))
        {
            await Answers.ErrorAsync(context, StatusCodes.Status400BadRequest, "this is for web sockets").ConfigureAwait(false);
            return;
        }

        if (!OriginPolicy.IsSame(context.Request.Headers.Origin, context.Request.Headers.Host, origins))
        {
            await Answers.ErrorAsync(context, StatusCodes.Status403Forbidden, "the request does not come from the dashboard's page").ConfigureAwait(false);
            return;
        }

        Viewer? viewer = await _sessions.RequireAsync(context).ConfigureAwait(false);
        if (viewer is null)
        {
            return;
        }

        if (services.IsStopping || !services.Sockets.TryReserve())
        {
            await Answers.ErrorAsync(context, StatusCodes.Status503ServiceUnavailable, "too many browsers are connected").ConfigureAwait(false);
            return;
        }

        ViewerSocket? socket = null;
        try
        {
            using System.Net.WebSockets.WebSocket web = await SocketUpgrade.AcceptAsync(context).ConfigureAwait(false);
            socket = new ViewerSocket(services, web, viewer);
            services.Sockets.Add(socket);
            await socket.RunAsync(Hello(viewer)).ConfigureAwait(false);
        }
        finally
        {
            services.Sockets.Remove(socket);
            socket?.Dispose();
        }
    }

    private ArraySegment<byte> Hello(Viewer viewer)
    {
        var frame = new JsonFrame();
        Utf8JsonWriter json = frame.Begin();
        json.WriteStartObject();
        json.WriteStartObject("hello"u8);
        json.WriteNumber("protocol"u8, 1);
        SessionEndpoint.WriteServer(json, services.Engine);
        json.WriteString("user"u8, viewer.Name);
        json.WriteBoolean("readOnly"u8, services.Engine.Options.DashboardReadOnly);
        json.WriteEndObject();
        json.WriteEndObject();
        return frame.Take();
    }

    private Task PageAsync(HttpContext context, string path)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            return Answers.ErrorAsync(context, StatusCodes.Status405MethodNotAllowed, "pages can only be read");
        }

        string name = path.TrimStart('/');
        string encodings = context.Request.Headers.AcceptEncoding.ToString();
        bool acceptsBrotli = encodings.Contains("br", StringComparison.Ordinal);
        byte[]? bytes = name.Length > 0 ? services.Assets.Find(name, acceptsBrotli, out bool isCompressed) : Nothing(out isCompressed);
        bool isImmutable = bytes is not null && name.StartsWith("assets/", StringComparison.Ordinal);
        if (bytes is null)
        {
            if (name.StartsWith("assets/", StringComparison.Ordinal))
            {
                return Answers.ErrorAsync(context, StatusCodes.Status404NotFound, "there is nothing here");
            }

            // Every other path is one of the application's own, which finds its way itself.
            name = "index.html";
            bytes = services.Assets.Find(name, acceptsBrotli, out isCompressed) ?? Encoding.UTF8.GetBytes(Answers.NoPages);
        }

        IHeaderDictionary headers = context.Response.Headers;
        headers.CacheControl = isImmutable ? "public, max-age=31536000, immutable" : "no-cache";
        headers.Vary = "Accept-Encoding";
        if (isCompressed)
        {
            headers.ContentEncoding = "br";
        }

        context.Response.ContentType = StaticAssets.TypeOf(name);
        return Answers.BytesAsync(context, bytes);
    }

    private static byte[]? Nothing(out bool isCompressed)
    {
        isCompressed = false;
        return null;
    }
}
