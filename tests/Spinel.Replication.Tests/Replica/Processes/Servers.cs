using System.Diagnostics;
using System.Globalization;
using System.Text;
using Spinel.Persistence.Tests.Rdb;
using Spinel.TestSupport;

namespace Spinel.Replication.Tests.Replica.Processes;

/// <summary>What the tests with real servers have in common.</summary>
internal static class Servers
{
    public static ServerProcess Redis(params string[] extra) =>
        ServerProcess.Start(Oracle.Require().With(["--repl-diskless-sync-delay", "0", "--repl-ping-replica-period", "1", .. extra]));

    public static ServerProcess Spinel(params string[] extra) =>
        ServerProcess.Start(ServerCommand.Spinel(["--repl-diskless-sync-delay", "0", "--repl-ping-replica-period", "1", .. extra]));

    /// <summary>Makes one server the replica of what listens on a port.</summary>
    public static void Follow(this RespConnection replica, int port) =>
        Assert.Equal("OK", replica.Command("REPLICAOF", "127.0.0.1", port.ToString(CultureInfo.InvariantCulture)).Text);

    public static string Info(this RespConnection server, string field) =>
        server.Command("INFO", "everything").Text.Split("\r\n").FirstOrDefault(line => line.StartsWith(field + ":", StringComparison.Ordinal))?[(field.Length + 1)..] ?? "";

    public static string Digest(this RespConnection server) => server.Command("DEBUG", "DIGEST").Text;

    /// <summary>Waits until servers have the same data at the same place of the same history.</summary>
    public static void WaitUntilEqual(params RespConnection[] servers) => WaitUntil(
        () => servers.Select(server => (server.Info("master_replid"), server.Info("master_repl_offset"), server.Digest())).Distinct().Count() == 1
            && servers[1..].All(server => server.Info("master_link_status") == "up"),
        () => string.Join('\n', servers.Select(server => server.Command("INFO", "replication").Text + server.Digest())));

    public static void WaitUntil(Func<bool> condition, Func<string>? describe = null)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(20), "it takes too long\n" + describe?.Invoke());
            Thread.Sleep(20);
        }
    }

    /// <summary>Values of every type and encoding.</summary>
    public static void Fill(RespConnection server)
    {
        foreach ((string name, string[][] commands) in SampleValues.Classic)
        {
            foreach (string[] command in commands)
            {
                server.Send([.. command.Select((word, i) => Encoding.Latin1.GetBytes(word == "k" && (i is 1 or 2) ? name : word))]);
                server.ReadReply();
            }
        }
    }

    /// <summary>Writes at random, to several databases and with everything whose outcome the server decides.</summary>
    public static void Write(RespConnection server, int seed, int count, bool expires = true)
    {
        const int Pipelined = 100;
        var random = new Random(seed);
        for (int done = 0; done < count; done += Pipelined)
        {
            int replies = 0;
            for (int i = 0; i < Pipelined; i++)
            {
                foreach (string line in Next(random, expires))
                {
                    server.Send([.. line.Split(' ').Select(Encoding.Latin1.GetBytes)]);
                    replies++;
                }
            }

            for (; replies > 0; replies--)
            {
                server.ReadReply();
            }
        }

        server.Command("SELECT", "0");
    }

    private static string[] Next(Random random, bool expires)
    {
        string key = $"k{random.Next(50)}";
        string member = $"m{random.Next(300)}";
        string value = new((char)('a' + random.Next(26)), random.Next(8) == 0 ? random.Next(5000) + 1 : random.Next(20) + 1);
        return random.Next(20) switch
        {
            0 => [$"SET {key} {value}"],
            1 when expires => [$"SET {key} {value} PX {random.Next(1, 3000)}"],
            2 => [$"APPEND a{key} {value}"],
            3 => ["INCR counter"],
            4 => ["MULTI", "INCR counter", $"LPUSH l{key} {value}", $"SPOP s{key}", "EXEC"],
            5 => [$"HSET h{key} {member} {value}"],
            6 => [$"HINCRBYFLOAT f{key} {member} 0.1"],
            7 => [$"RPUSH l{key} {member} {value}"],
            8 => [$"LPOP l{key}"],
            9 or 10 => [$"SADD s{key} {member} {random.Next(1000)}"],
            11 => [$"SPOP s{key} 2"],
            12 => [$"ZADD z{key} {random.Next(1000)} {member}"],
            13 => [$"ZPOPMIN z{key}"],
            14 => [$"XADD x{key} MAXLEN ~ 200 * f {value}"],
            15 when expires => [$"PEXPIRE s{key} {random.Next(1, 5000)}"],
            16 => [$"DEL l{key} {key}"],
            17 => [$"SELECT {random.Next(3)}"],
            18 => [$"RENAME {key} {key}2"],
            _ => [random.Next(40) == 0 ? "SWAPDB 0 1" : $"SETRANGE r{key} {random.Next(100)} {value}"],
        };
    }
}
