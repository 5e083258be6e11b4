using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Spinel.TestSupport;

namespace Spinel.Dashboard.Browser.Tests;

/// <summary>A server with its dashboard, and some data to look at. Restarting keeps the dashboard's address.</summary>
public class DashboardSite : IDisposable
{
    private readonly int _dashboardPort = FreePort();
    private readonly string[] _options;
    private ServerProcess _server;

    /// <summary>Starts a server without a password.</summary>
    public DashboardSite()
        : this([])
    {
    }

    /// <summary>Starts a server with more options.</summary>
    protected DashboardSite(params string[] options)
        : this(null, options)
    {
    }

    private DashboardSite(string? password, string[] options)
    {
        _options = options;
        Password = password;
        _server = Start();
        Seed();
    }

    /// <summary>Starts a server that has a password from the beginning, so that it has one after a restart as well.</summary>
    public static DashboardSite WithPassword(string password) => new(password, ["--requirepass", password]);

    /// <summary>Where the dashboard is.</summary>
    public string Url => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_dashboardPort}");

    /// <summary>The port for clients.</summary>
    public int Port => _server.Port;

    /// <summary>The password of the default user, once there is one.</summary>
    private string? Password { get; set; }

    /// <summary>A connection of a client.</summary>
    public RespConnection Connect()
    {
        RespConnection connection = _server.Connect();
        if (Password is { } password)
        {
            connection.Command("AUTH", password);
        }

        return connection;
    }

    /// <summary>Runs a command as redis-cli reads it.</summary>
    public RespValue Run(string line)
    {
        using RespConnection connection = Connect();
        return connection.CommandLine(line);
    }

    /// <summary>Ends the server without a farewell.</summary>
    public void Kill() => _server.Kill();

    /// <summary>Starts it again at the same address, empty.</summary>
    public void StartAgain()
    {
        _server = Start();
        Seed();
    }

    /// <summary>From now on the default user has a password.</summary>
    public void Guard(string password)
    {
        using RespConnection connection = Connect();
        connection.Command("CONFIG", "SET", "requirepass", password);
        Password = password;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _server.Dispose();
        GC.SuppressFinalize(this);
    }

    private ServerProcess Start() =>
        ServerProcess.Start(ServerCommand.SpinelUnchecked(["--dashboard-port", _dashboardPort.ToString(CultureInfo.InvariantCulture), "--dashboard-bind", "127.0.0.1", .. _options]));

    /// <summary>Every type, some expiries, something slow, something denied.</summary>
    private void Seed()
    {
        using RespConnection connection = Connect();
        for (int i = 0; i < 200; i++)
        {
            connection.Command("HSET", $"user:{i}", "name", $"User {i}", "plan", i % 3 == 0 ? "team" : "free");
            connection.Command("SET", $"session:{i:x4}", $"{{\"user\":{i}}}", "EX", "600");
            connection.Command("ZADD", "leaderboard", (i * 1.5).ToString(CultureInfo.InvariantCulture), $"user:{i}");
            connection.Command("RPUSH", "queue:mail", $"mail {i}");
            connection.Command("SADD", "tags", $"tag-{i}");
            connection.Command("XADD", "events", "*", "order", i.ToString(CultureInfo.InvariantCulture));
        }

        connection.Command("CONFIG", "SET", "slowlog-log-slower-than", "20000");
        connection.Command("DEBUG", "SLEEP", "0.03");
        connection.Command("AUTH", "eve", "wrong");
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
