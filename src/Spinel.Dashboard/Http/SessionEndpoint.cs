using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Spinel.Dashboard.Security;
using Spinel.Dashboard.Sockets;
using Spinel.Engine;
using Spinel.Engine.Security;
using Spinel.Engine.Sessions;

namespace Spinel.Dashboard.Http;

/// <summary>Who asks: logging in and out with the users of the server.</summary>
internal sealed class SessionEndpoint(DashboardServices services)
{
    private const int MaxLoginBytes = 16 * 1024;

    /// <summary>The user of a request; null: there is none, and the answer has been given.</summary>
    internal async Task<Viewer?> RequireAsync(HttpContext context)
    {
        Viewer? viewer = await FindAsync(context).ConfigureAwait(false);
        if (viewer is null)
        {
            await Answers.ErrorAsync(context, StatusCodes.Status401Unauthorized, "log in first").ConfigureAwait(false);
        }

        return viewer;
    }

    /// <summary>The user of a request: by its cookie, or the default user where no password is required.</summary>
    internal async Task<Viewer?> FindAsync(HttpContext context)
    {
        string? secret = context.Request.Cookies[CookieName(context)];
        var peer = new Peer(context.Connection);
        bool isKnown = services.Logins.TryFind(secret, out Login? login);
        Viewer? viewer = await services.Gateway.AskAsync(engine =>
        {
            if (isKnown && peer.Describe(login!.User, login.PasswordHash) is { } known && known.IsStillAllowed(engine))
            {
                return known with { Login = login };
            }

            return engine.Users.AuthenticationRequired ? null : peer.Describe(engine.Users.Default, null);
        }).ConfigureAwait(false);
        if (isKnown && viewer?.User != login!.User)
        {
            services.Logins.Remove(secret!);
        }

        return viewer;
    }

    /// <summary>Tries a user's name and password in the engine, where a failure enters the log of the ACL.</summary>
    /// <returns>The user; null: they are wrong.</returns>
    internal Task<Viewer?> AuthenticateAsync(HttpContext context, string name, string password)
    {
        byte[] nameBytes = Encoding.UTF8.GetBytes(name);
        byte[] passwordBytes = Encoding.UTF8.GetBytes(password);
        var peer = new Peer(context.Connection);
        return services.Gateway.AskAsync(engine =>
        {
            var session = new Session(engine, new PassingConnection(peer.RemoteAddress), engine.Sessions.NextId());
            if (!engine.Users.TryAuthenticate(session, nameBytes, passwordBytes, "AUTH"u8))
            {
                return null;
            }

            return peer.Describe(session.User, session.User.NeedsNoPassword ? null : Viewer.HashOf(passwordBytes));
        });
    }

    internal async Task DescribeAsync(HttpContext context) => await WriteAsync(context, await FindAsync(context).ConfigureAwait(false)).ConfigureAwait(false);

    internal async Task LoginAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            await Answers.ErrorAsync(context, StatusCodes.Status405MethodNotAllowed, "logging in is a POST").ConfigureAwait(false);
            return;
        }

        (string? name, string? password) = await ReadLoginAsync(context).ConfigureAwait(false);
        if (name is null || password is null)
        {
            await Answers.ErrorAsync(context, StatusCodes.Status400BadRequest, "user and password are missing").ConfigureAwait(false);
            return;
        }

        Viewer? viewer = await TryAsync(context, name, password).ConfigureAwait(false);
        if (viewer is null)
        {
            return;
        }

        string secret = services.Logins.Add(viewer.User, viewer.PasswordHash);
        context.Response.Headers.SetCookie = $"{CookieName(context)}={secret}; Path=/; HttpOnly; SameSite=Strict{(IsSecure(context) ? "; Secure" : "")}";
        await WriteAsync(context, viewer).ConfigureAwait(false);
    }

    internal async Task LogoutAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            await Answers.ErrorAsync(context, StatusCodes.Status405MethodNotAllowed, "logging out is a POST").ConfigureAwait(false);
            return;
        }

        if (context.Request.Cookies[CookieName(context)] is { } secret && services.Logins.TryFind(secret, out Login? login))
        {
            services.Logins.Remove(secret);
            foreach (ViewerSocket socket in services.Sockets.ToArray())
            {
                if (socket.Viewer.Login == login)
                {
                    socket.End("logged out");
                }
            }
        }

        context.Response.Headers.SetCookie = $"{CookieName(context)}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0";
        await WriteAsync(context, null).ConfigureAwait(false);
    }

    /// <summary>Tries a password, within the limits on guessing. Null: it is wrong or came too early, and the answer has been given.</summary>
    internal async Task<Viewer?> TryAsync(HttpContext context, string name, string password)
    {
        string address = context.Connection.RemoteIpAddress?.ToString() ?? "";
        TimeSpan wait = services.Limiter.TryBegin(address, name);
        if (wait > TimeSpan.Zero)
        {
            context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            await Answers.ErrorAsync(context, StatusCodes.Status429TooManyRequests, "too many wrong passwords: wait a little").ConfigureAwait(false);
            return null;
        }

        Viewer? viewer = await AuthenticateAsync(context, name, password).ConfigureAwait(false);
        if (viewer is null)
        {
            await Answers.ErrorAsync(context, StatusCodes.Status401Unauthorized, "the user name or the password is wrong").ConfigureAwait(false);
            return null;
        }

        services.Limiter.Forgive(address, name);
        return viewer;
    }

    internal static void WriteServer(Utf8JsonWriter json, SpinelEngine engine)
    {
        json.WriteStartObject("server"u8);
        json.WriteString("name"u8, "Spinel"u8);
        json.WriteString("version"u8, ProductVersion.Product);
        json.WriteString("redisVersion"u8, ProductVersion.Compatible);
        json.WriteString("runId"u8, engine.RunId);
        json.WriteNumber("port"u8, engine.TcpPort);
        json.WriteNumber("databases"u8, engine.Options.Databases);
        json.WriteEndObject();
    }

    private Task WriteAsync(HttpContext context, Viewer? viewer) => Answers.JsonAsync(context, json =>
    {
        bool isPasswordRequired = services.IsPasswordRequired;
        json.WriteStartObject();
        json.WriteBoolean("authenticated"u8, viewer is not null);
        json.WriteString("user"u8, viewer?.Name);
        json.WriteBoolean("passwordRequired"u8, isPasswordRequired);
        json.WriteBoolean("readOnly"u8, services.Engine.Options.DashboardReadOnly);
        if (viewer is not null || !isPasswordRequired)
        {
            WriteServer(json, services.Engine);
        }

        json.WriteEndObject();
    });

    private static async Task<(string? Name, string? Password)> ReadLoginAsync(HttpContext context)
    {
        byte[] body = new byte[MaxLoginBytes];
        int length = 0;
        int count;
        while ((count = await context.Request.Body.ReadAsync(body.AsMemory(length)).ConfigureAwait(false)) > 0)
        {
            length += count;
            if (length == body.Length)
            {
                return default;
            }
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(body.AsMemory(0, length));
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("password"u8, out JsonElement password) || password.ValueKind != JsonValueKind.String)
            {
                return default;
            }

            bool hasName = root.TryGetProperty("user"u8, out JsonElement name) && name.ValueKind == JsonValueKind.String;
            return (hasName ? name.GetString() : UserTable.DefaultName, password.GetString());
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return default;
        }
    }

    /// <summary>A proxy that ends TLS says so; if a browser claims it falsely, only its own cookie suffers.</summary>
    /// <summary>Browsers keep cookies apart by host, but not by port, and there may be several dashboards on one machine.</summary>
    private static string CookieName(HttpContext context) =>
        string.Create(CultureInfo.InvariantCulture, $"{LoginTable.CookieName}-{context.Request.Host.Port ?? 80}");

    private static bool IsSecure(HttpContext context) =>
        context.Request.IsHttps || string.Equals(context.Request.Headers["X-Forwarded-Proto"], "https", StringComparison.OrdinalIgnoreCase);

    /// <summary>The ends of a connection. The engine may come to a question when its request is over, and must not ask the request then.</summary>
    private sealed class Peer(ConnectionInfo connection)
    {
        private readonly string _localAddress = Address(connection.LocalIpAddress, connection.LocalPort);
        private readonly bool _isLoopback = connection.RemoteIpAddress is { } remote && IPAddress.IsLoopback(remote);

        public string RemoteAddress { get; } = Address(connection.RemoteIpAddress, connection.RemotePort);

        public Viewer Describe(User user, byte[]? passwordHash) => new(user, passwordHash, RemoteAddress, _localAddress, _isLoopback);

        private static string Address(IPAddress? address, int port) => new IPEndPoint(address ?? IPAddress.None, port).ToString();
    }

    /// <summary>Whoever tries a password: known by its address only.</summary>
    private sealed class PassingConnection(string address) : IInProcessConnection
    {
        public long FileDescriptor => -1;

        public string RemoteAddress { get; } = address;

        public string LocalAddress => "";

        public bool IsUnixSocket => false;

        public bool IsLoopback => false;

        public void Deliver(Session session)
        {
        }
    }
}
