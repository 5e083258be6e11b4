using System.Globalization;
using Spinel.TestSupport;

namespace Spinel.Replication.Tests.Primary;

/// <summary>The real redis-server as a replica.</summary>
public sealed class RedisReplicaTests : IDisposable
{
    private readonly List<ServerProcess> _servers = [];
    private readonly string _directory = Directory.CreateTempSubdirectory("spinel-replication-").FullName;

    public void Dispose()
    {
        try
        {
            for (int i = _servers.Count - 1; i >= 0; i--)
            {
                _servers[i].Dispose();
            }
        }
        finally
        {
            Directory.Delete(_directory, recursive: true);
        }
    }

    [Theory]
    [InlineData("yes")]
    [InlineData("no")]
    public void Random_writes_arrive(string diskless)
    {
        ServerProcess primary = Start(ServerCommand.Spinel("--repl-diskless-sync", diskless, "--repl-diskless-sync-delay", "0"));
        using RespConnection writer = primary.Connect();
        var commands = new RandomWrites(diskless == "yes" ? 1 : 2, leastLifeMs: 1, flushChance: 40);
        commands.Run(writer, 1500);
        ServerProcess replica = Start(Oracle.Require());
        using RespConnection reader = replica.Connect();
        Follow(reader, primary.Port);
        commands.Run(writer, 3000);
        WaitUntilSame(writer, reader, primary);

        // A second one, which shares the stream.
        ServerProcess other = Start(Oracle.Require());
        using RespConnection second = other.Connect();
        Follow(second, primary.Port);
        commands.Run(writer, 1500);
        WaitUntilSame(writer, reader, primary);
        WaitUntilSame(writer, second, primary);
        Assert.Equal("(integer) 2", writer.Command("WAIT", "2", "5000").ToString());
    }

    [Fact]
    public void A_link_that_is_cut_is_gone_on_with()
    {
        ServerProcess primary = Start(ServerCommand.Spinel("--repl-diskless-sync-delay", "0"));
        ServerProcess replica = Start(Oracle.Require());
        using RespConnection writer = primary.Connect();
        using RespConnection reader = replica.Connect();
        Follow(reader, primary.Port);
        var commands = new RandomWrites(3, leastLifeMs: 1, flushChance: 40);
        commands.Run(writer, 200);
        WaitUntilSame(writer, reader, primary);
        for (int i = 0; i < 3; i++)
        {
            writer.Command("CLIENT", "KILL", "TYPE", "replica");
            commands.Run(writer, 200);
            WaitUntilSame(writer, reader, primary);
        }

        string info = writer.Command("INFO", "stats").Text;
        Assert.Contains("sync_full:1\r\n", info, StringComparison.Ordinal);
        Assert.Contains("sync_partial_ok:3\r\n", info, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no")]
    [InlineData("yes")]
    public void A_primary_that_is_started_again_is_gone_on_with(string appendOnly)
    {
        string[] options =
            ["--dir", _directory, "--save", "3600 1", "--appendonly", appendOnly, "--repl-diskless-sync-delay", "0"];
        ServerProcess primary = Start(ServerCommand.Spinel(options));
        ServerProcess replica = Start(Oracle.Require());
        using RespConnection reader = replica.Connect();
        Follow(reader, primary.Port);
        var commands = new RandomWrites(4, leastLifeMs: 1, flushChance: 40);
        string id;
        using (RespConnection writer = primary.Connect())
        {
            commands.Run(writer, 200);
            WaitUntilSame(writer, reader, primary);
            id = Field(writer, "master_replid");
        }

        primary.Stop();
        _servers.Remove(primary);
        primary = Start(ServerCommand.Spinel(options));
        using RespConnection again = primary.Connect();
        Assert.Equal(id, Field(again, "master_replid2"));
        Follow(reader, primary.Port);
        commands.Run(again, 200);
        WaitUntilSame(again, reader, primary);
        Assert.Contains("sync_full:0\r\n", again.Command("INFO", "stats").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_newer_than_the_replica_arrives_as_what_it_did()
    {
        ServerProcess primary = Start(ServerCommand.Spinel("--repl-diskless-sync-delay", "0"));
        ServerProcess replica = Start(Oracle.Require());
        ServerProcess last = Start(ServerCommand.Spinel());
        using RespConnection writer = primary.Connect();
        using RespConnection reader = replica.Connect();
        using RespConnection end = last.Connect();
        Follow(reader, primary.Port);
        Follow(end, replica.Port);
        WaitUntilSame(writer, reader, primary);
        WaitUntilSame(reader, end, replica);
        NewerCommands.Run(writer);
        WaitUntilSame(writer, reader, primary);
        string data = NewerCommands.Describe(writer);
        Assert.Equal(data, NewerCommands.Describe(reader));
        Assert.Contains("unexpected_error_replies:0\r\n", reader.Command("INFO", "stats").Text, StringComparison.Ordinal);
        Assert.DoesNotContain("CRITICAL", replica.Log, StringComparison.Ordinal);

        // What the one in the middle has no words for has gone through it.
        WaitUntilSame(reader, end, replica);
        Assert.Equal(data, NewerCommands.Describe(end));
        Assert.Equal("OK", end.Command("REPLICAOF", "NO", "ONE").Text);
        Assert.Equal(writer.CommandLine(NewerCommands.Message).Text, end.CommandLine(NewerCommands.Message).Text);
    }

    private ServerProcess Start(ServerCommand command)
    {
        ServerProcess server = ServerProcess.Start(command);
        _servers.Add(server);
        return server;
    }

    private static void Follow(RespConnection replica, int port) =>
        Assert.Equal("OK", replica.Command("REPLICAOF", "127.0.0.1", port.ToString(CultureInfo.InvariantCulture)).Text);

    private static string Field(RespConnection connection, string name) =>
        connection.Command("INFO", "replication").Text.Split("\r\n").First(line => line.StartsWith(name + ":", StringComparison.Ordinal))[(name.Length + 1)..];

    private static void WaitUntilSame(RespConnection primary, RespConnection replica, ServerProcess server)
    {
        DateTime limit = DateTime.UtcNow.AddSeconds(30);

        // Keys expire all the time, so the two may differ for a moment even when the offsets agree.
        while (Field(replica, "master_link_status") != "up" || Field(replica, "slave_repl_offset") != Field(primary, "master_repl_offset")
            || primary.Command("DEBUG", "DIGEST").Text != replica.Command("DEBUG", "DIGEST").Text)
        {
            if (DateTime.UtcNow > limit)
            {
                throw server.Failure("is not followed: " + replica.Command("INFO", "replication").Text);
            }

            Thread.Sleep(10);
        }
    }
}
