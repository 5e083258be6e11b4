using System.Diagnostics;
using System.Globalization;
using Spinel.TestSupport;

namespace Spinel.Persistence.Tests.Processes;

/// <summary>
/// Disks that refuse. A limit on the size of files, which can be lifted while the server runs, stands for a disk that is full: the system's answer is another
/// error number, in the same places.
/// </summary>
public sealed class DiskFaultTests : IDisposable
{
    private const string Limited = "trap '' XFSZ; ulimit -S -f 16; export DOTNET_EnableWriteXorExecute=0; exec \"$0\" \"$@\"";

    private readonly string _directory = PersistentEngine.NewDirectory();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Writes_are_refused_until_the_log_can_be_written_again_and_nothing_is_lost()
    {
        using ServerProcess server = Start("--appendonly", "yes", "--appendfsync", "everysec");
        using RespConnection client = server.Connect();
        int acknowledged = Fill(client);
        Assert.StartsWith("MISCONF Errors writing to the AOF file", client.Command("SET", "x", "1").Text, StringComparison.Ordinal);
        Assert.Contains("aof_last_write_status:err", client.Command("INFO", "persistence").Text, StringComparison.Ordinal);
        Assert.Equal(acknowledged, client.Command("DBSIZE").Integer);

        // A rewrite would leave a gap behind what could not be written, so there is none.
        Assert.True(client.Command("BGREWRITEAOF").IsError);
        Lift(server);
        WaitUntil(() => !client.Command("SET", "after", "1").IsError, server);
        Assert.Contains("aof_last_write_status:ok", client.Command("INFO", "persistence").Text, StringComparison.Ordinal);
        WaitUntil(() => client.Command("INFO", "persistence").Text.Contains("aof_buffer_length:0", StringComparison.Ordinal), server);
        server.Kill();
        using var again = new PersistentEngine(_directory, ("appendonly", "yes"));
        again.Engine.Run("DBSIZE").ShouldBe($":{acknowledged + 1}");
    }

    [Fact]
    public void A_server_that_has_promised_to_sync_always_stops_when_it_cannot()
    {
        int acknowledged;
        using (ServerProcess server = Start("--appendonly", "yes", "--appendfsync", "always"))
        {
            using RespConnection client = server.Connect();
            acknowledged = Fill(client);
            WaitUntil(() => server.HasExited, server);
            Assert.Contains("Can't recover from AOF write error when the AOF fsync policy is 'always'", server.Log, StringComparison.Ordinal);
            server.Kill();
        }

        using var again = new PersistentEngine(_directory, ("appendonly", "yes"));
        Assert.InRange(long.Parse(again.Engine.Run("DBSIZE").Text.AsSpan(1).TrimEnd(), CultureInfo.InvariantCulture), acknowledged, acknowledged + 1);
    }

    [Fact]
    public void A_snapshot_that_fails_leaves_the_old_one_and_no_rubbish()
    {
        using ServerProcess server = Start();
        using RespConnection client = server.Connect();
        client.Command("CONFIG", "SET", "save", "10000 1000000");
        client.Command("SET", "old", "1");
        Assert.Equal("OK", client.Command("SAVE").Text);
        byte[] old = File.ReadAllBytes(Path.Combine(_directory, "dump.rdb"));
        client.Command("DEBUG", "POPULATE", "5000", "key", "100");
        client.Command("CONFIG", "SET", "rdbcompression", "no");
        client.Command("BGSAVE");
        WaitUntil(() => client.Command("INFO", "persistence").Text.Contains("rdb_last_bgsave_status:err", StringComparison.Ordinal), server);
        Assert.StartsWith("MISCONF Redis is configured to save RDB snapshots", client.Command("SET", "x", "1").Text, StringComparison.Ordinal);
        Assert.Equal("ERR", client.Command("SAVE").Text);
        Assert.Equal(["dump.rdb"], Directory.GetFiles(_directory).Select(Path.GetFileName));
        Assert.Equal(old, File.ReadAllBytes(Path.Combine(_directory, "dump.rdb")));
        Lift(server);
        client.Command("BGSAVE");
        WaitUntil(() => client.Command("INFO", "persistence").Text.Contains("rdb_last_bgsave_status:ok", StringComparison.Ordinal), server);
        Assert.Equal("OK", client.Command("SET", "x", "1").Text);
        server.Kill();
    }

    [Fact]
    public void A_directory_that_cannot_be_used_is_told_at_the_start()
    {
        // A file in the place of the directory is in everybody's way; permissions do not stop an administrator.
        File.WriteAllText(Path.Combine(_directory, "appendonlydir"), "");
        ServerFailedException failure = Assert.Throws<ServerFailedException>(() => Start("--appendonly", "yes").Dispose());
        Assert.Contains("appendonlydir", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_process_does_not_start_on_the_same_log()
    {
        ServerCommand command = ServerCommand.SpinelUnchecked("--dir", _directory, "--appendonly", "yes");
        using ServerProcess first = ServerProcess.Start(command);
        ServerFailedException failure = Assert.Throws<ServerFailedException>(() => ServerProcess.Start(command).Dispose());
        Assert.Contains("another server keeps its append-only log in", failure.Message, StringComparison.Ordinal);
        using RespConnection client = first.Connect();
        Assert.Equal("OK", client.Command("SET", "a", "1").Text);
        client.Dispose();
        first.Stop();
        using ServerProcess next = ServerProcess.Start(command);
        next.Kill();
    }

    /// <summary>Writes until that is refused, or the server is gone.</summary>
    /// <returns>How many writes were acknowledged.</returns>
    private static int Fill(RespConnection client)
    {
        string value = new('v', 500);
        for (int i = 0; i < 1000; i++)
        {
            try
            {
                if (client.Command("SET", "key:" + i.ToString(CultureInfo.InvariantCulture), value).IsError)
                {
                    return i;
                }
            }
            catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException or ServerFailedException)
            {
                return i;
            }
        }

        throw new InvalidOperationException("the limit does not hold");
    }

    private static void WaitUntil(Func<bool> condition, ServerProcess server)
    {
        for (int attempt = 0; !condition(); attempt++)
        {
            Assert.True(attempt < 1000, server.Log);
            Thread.Sleep(10);
        }
    }

    private static void Lift(ServerProcess server)
    {
        using Process prlimit = Process.Start("prlimit", ["--pid", server.ProcessId.ToString(CultureInfo.InvariantCulture), "--fsize=unlimited:unlimited"]);
        prlimit.WaitForExit();
        Assert.Equal(0, prlimit.ExitCode);
    }

    private ServerProcess Start(params string[] options)
    {
        Assert.SkipUnless(RepositoryPaths.FindOnPath("bash") is not null && RepositoryPaths.FindOnPath("prlimit") is not null, "needs bash and prlimit");
        ServerCommand spinel = ServerCommand.SpinelUnchecked(["--dir", _directory, .. options]);
        return ServerProcess.Start(new ServerCommand("limited", RepositoryPaths.FindOnPath("bash")!, ["-c", Limited, spinel.Program, .. spinel.Arguments]));
    }
}
