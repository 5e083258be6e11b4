using System.Diagnostics;
using System.Globalization;
using Spinel.TestSupport;

namespace Spinel.Sentinel.Tests;

/// <summary>
/// Some servers, the first of them primary of the rest, and three real Sentinels that watch them as "mymaster". Servers can be killed, frozen and
/// started again on their ports.
/// </summary>
internal sealed class Fleet : IDisposable
{
    public const string Name = "mymaster";
    private const int Sentinels = 3;

    /// <summary>After so long without an answer a Sentinel takes a server for gone. Longer than a crowded machine keeps a process waiting.</summary>
    private const int DownAfterMs = 3000;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly List<ServerCommand> _commands = [];
    private readonly List<ServerProcess?> _servers = [];
    private readonly List<ServerProcess> _sentinels = [];
    private readonly List<NetworkLine> _lines = [];

    /// <param name="commands">One per server; the first begins as the primary.</param>
    public Fleet(params ServerCommand[] commands)
        : this(commands, lines: false)
    {
    }

    /// <param name="commands">One per server; the first begins as the primary.</param>
    /// <param name="lines">Sentinels and servers know each server by a line to it that can fail; <see cref="Connect"/> goes there directly.</param>
    public Fleet(ServerCommand[] commands, bool lines)
    {
        string program = Oracle.RequireProgram("redis-server");
        try
        {
            foreach (ServerCommand command in commands)
            {
                string[] role = _servers.Count > 0 ? ["--replicaof", $"127.0.0.1 {KnownPort(0)}"] : [];
                int port = ServerProcess.FreePort();
                if (lines)
                {
                    _lines.Add(new NetworkLine(port));
                    role = [.. role, "--replica-announce-port", Text(_lines[^1].Port)];
                }

                _commands.Add(command);
                _servers.Add(ServerProcess.StartOn(port, command.With(role)));
            }

            Eventually("the replicas are in step", () => Enumerable.Range(1, _servers.Count - 1).All(i => Info(i, "master_link_status") == "up"));
            for (int i = 0; i < Sentinels; i++)
            {
                _sentinels.Add(ServerProcess.Start(SentinelCommand(program, KnownPort(0))));
            }

            Eventually("the Sentinels know each other and the replicas", () => _sentinels.All(sentinel =>
            {
                using RespConnection connection = sentinel.Connect();
                RespValue[] state = connection.Command("SENTINEL", "MASTER", Name).Items!;
                return Field(state, "num-slaves") == Text(_servers.Count - 1) && Field(state, "num-other-sentinels") == Text(Sentinels - 1);
            }));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The ports of the Sentinels.</summary>
    public IEnumerable<int> SentinelPorts => _sentinels.Select(sentinel => sentinel.Port);

    /// <summary>The ports of the servers, in the order given.</summary>
    public int Port(int server) => (_servers[server] ?? throw new InvalidOperationException("it does not run")).Port;

    /// <summary>The server that all Sentinels agree on, or -1.</summary>
    public int Primary()
    {
        int[] ports = [.. _sentinels.Select(sentinel =>
        {
            using RespConnection connection = sentinel.Connect();
            return (int)long.Parse(connection.Command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", Name).Items![1].Text, CultureInfo.InvariantCulture);
        }).Distinct()];
        return ports.Length == 1 ? Enumerable.Range(0, _servers.Count).FirstOrDefault(server => _servers[server] is not null && KnownPort(server) == ports[0], -1) : -1;
    }

    /// <summary>The port by which the others know a server.</summary>
    public int KnownPort(int server) => _lines.Count > 0 ? _lines[server].Port : Port(server);

    /// <summary>The line to a server.</summary>
    public NetworkLine Line(int server) => _lines[server];

    public ServerProcess Sentinel(int index) => _sentinels[index];

    /// <summary>A field of INFO of a server; "" when it is not there.</summary>
    public string Info(int server, string field)
    {
        using RespConnection connection = _servers[server]!.Connect();
        string line = connection.Command("INFO", "everything").Text.Split("\r\n").FirstOrDefault(line => line.StartsWith(field + ':', StringComparison.Ordinal)) ?? "";
        return line.Length == 0 ? "" : line[(field.Length + 1)..];
    }

    public RespConnection Connect(int server) => _servers[server]!.Connect();

    /// <summary>Ends a server as a power cut would.</summary>
    public void Kill(int server)
    {
        _servers[server]!.Kill();
        _servers[server]!.Dispose();
        _servers[server] = null;
    }

    /// <summary>Starts a server that was killed, on its port and with what it was given at first: it takes itself for what it was then.</summary>
    public void Restart(int server, int port) => _servers[server] = ServerProcess.StartOn(port, _commands[server]);

    /// <summary>Stops a process in its tracks: its connections stay, and nothing answers.</summary>
    public void Freeze(int server) => Signals.Send(_servers[server]!.ProcessId, Signals.Stop);

    public void Thaw(int server) => Signals.Send(_servers[server]!.ProcessId, Signals.Continue);

    /// <summary>Waits for what Sentinels and servers bring about by themselves.</summary>
    public void Eventually(string what, Func<bool> holds)
    {
        long begin = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                if (holds())
                {
                    return;
                }
            }
            catch (Exception failure) when (failure is IOException or System.Net.Sockets.SocketException && Stopwatch.GetElapsedTime(begin) < Limit)
            {
                // A server on its way down or up: looked at again.
            }

            if (Stopwatch.GetElapsedTime(begin) > Limit)
            {
                string logs = string.Join('\n', _servers.Concat(_sentinels).Select(server => server is null ? "(killed)" : server.Failure("says").Message));
                Assert.Fail($"within {Limit.TotalSeconds} s it did not come about that {what}\n{logs}");
            }

            Thread.Sleep(50);
        }
    }

    /// <summary>All servers hold the same data and follow the same history.</summary>
    public void ExpectAgreement(int primary)
    {
        using RespConnection first = Connect(primary);
        for (int i = 0; i < _servers.Count; i++)
        {
            int server = i;
            if (server != primary)
            {
                Eventually($"server {server} has all that the primary has", () =>
                    Info(server, "master_link_status") == "up" && Info(server, "slave_repl_offset") == Info(primary, "master_repl_offset"));
                Assert.Equal(Info(primary, "master_replid"), Info(server, "master_replid"));
            }
        }

        string digest = Digest(primary);
        for (int i = 0; i < _servers.Count; i++)
        {
            int server = i;
            Eventually($"server {server} agrees", () => Digest(server) == digest);
        }
    }

    public void Dispose()
    {
        foreach (ServerProcess server in _sentinels.Concat(_servers.OfType<ServerProcess>()))
        {
            Signals.Send(server.ProcessId, Signals.Continue);
            server.Dispose();
        }

        foreach (NetworkLine line in _lines)
        {
            line.Dispose();
        }
    }

    /// <summary>A digest of the strings, which is all that these tests write, that does not depend on the kind of server.</summary>
    private string Digest(int server)
    {
        using RespConnection connection = Connect(server);
        string[] keys = [.. connection.Command("KEYS", "*").Items!.Select(key => key.Text).Order(StringComparer.Ordinal)];
        var pairs = keys.Select(key => $"{key}={connection.Command("GET", key).Text}");
        return string.Join('\n', pairs);
    }

    private static ServerCommand SentinelCommand(string program, int primary)
    {
        string configuration = string.Join("\\n",
            "port {port}", "bind 127.0.0.1", "dir {dir}",
            $"sentinel monitor {Name} 127.0.0.1 {primary} 2",
            $"sentinel down-after-milliseconds {Name} {DownAfterMs}",
            $"sentinel failover-timeout {Name} 10000");
        return new ServerCommand("sentinel", "/bin/sh", ["-c", $"printf '{configuration}\\n' > {{dir}}/sentinel.conf && exec {program} {{dir}}/sentinel.conf --sentinel"]);
    }

    private static string Field(RespValue[] pairs, string name)
    {
        for (int i = 0; i + 1 < pairs.Length; i += 2)
        {
            if (pairs[i].Text == name)
            {
                return pairs[i + 1].Text;
            }
        }

        return "";
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
