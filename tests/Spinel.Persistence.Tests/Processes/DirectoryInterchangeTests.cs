using System.Text;
using Spinel.Persistence.Tests.Rdb;
using Spinel.TestSupport;

namespace Spinel.Persistence.Tests.Processes;

/// <summary>A directory that one server has written is one that the other starts from.</summary>
public sealed class DirectoryInterchangeTests : IDisposable
{
    private readonly string _directory = PersistentEngine.NewDirectory();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void The_other_server_goes_on_with_it(bool redisFirst, bool log)
    {
        ServerCommand redis = Oracle.Require();
        string digest = Write(redisFirst ? redis : ServerCommand.Spinel(), log);

        // And back again, so that what the second has written is tried too.
        digest = GoOn(redisFirst ? ServerCommand.Spinel() : redis, log, digest);
        GoOn(redisFirst ? redis : ServerCommand.Spinel(), log, digest);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_newer_than_the_other_server_is_in_the_log_as_what_it_did(bool rewritten)
    {
        ServerCommand redis = Oracle.Require();
        ServerCommand spinel = ServerCommand.Spinel("--aof-use-rdb-preamble", "no");
        string data;
        using (ServerProcess server = Start(spinel, log: true))
        {
            using RespConnection client = server.Connect();
            NewerCommands.Run(client);
            if (rewritten)
            {
                Run(client, "BGREWRITEAOF");
                Wait(client);
            }

            data = NewerCommands.Describe(client);
            server.Stop();
        }

        if (rewritten)
        {
            // Requests do not say what is pending of entries that are gone.
            using ServerProcess server = Start(spinel, log: true);
            using RespConnection client = server.Connect();
            data = NewerCommands.Describe(client);
            server.Stop();
        }

        using (ServerProcess server = Start(redis, log: true))
        {
            using RespConnection client = server.Connect();
            Assert.Equal(data, NewerCommands.Describe(client));
            server.Stop();
        }

        using ServerProcess again = Start(spinel, log: true);
        using RespConnection last = again.Connect();
        Assert.Equal(data, NewerCommands.Describe(last));
        string entry = last.Command("XRANGE", "produced", "-", "+").Items![^1].Items![0].Text;
        Assert.Equal(entry, last.CommandLine(NewerCommands.Message.Replace("message", "another", StringComparison.Ordinal)).Text);
    }

    private string Write(ServerCommand command, bool log)
    {
        using ServerProcess server = Start(command, log);
        using RespConnection client = server.Connect();
        foreach ((string name, string[][] commands) in SampleValues.Classic)
        {
            foreach (string[] words in commands)
            {
                Run(client, [.. words.Select((word, i) => word == "k" && (i is 1 or 2) ? name : word)]);
            }
        }

        WriteMore(client, "first");
        if (log)
        {
            Run(client, "BGREWRITEAOF");
            Wait(client);
            Assert.Contains("aof_last_bgrewrite_status:ok", client.Command("INFO", "persistence").Text, StringComparison.Ordinal);
        }

        WriteMore(client, "second");
        return End(server, client, log);
    }

    private string GoOn(ServerCommand command, bool log, string digest)
    {
        using ServerProcess server = Start(command, log);
        using RespConnection client = server.Connect();
        Assert.Equal(digest, client.Command("DEBUG", "DIGEST").Text);
        WriteMore(client, command.Name + "again");
        return End(server, client, log);
    }

    private ServerProcess Start(ServerCommand command, bool log) =>
        ServerProcess.Start(command.With("--dir", _directory, "--appendonly", log ? "yes" : "no"));

    private static string End(ServerProcess server, RespConnection client, bool log)
    {
        if (!log)
        {
            Run(client, "SAVE");
        }

        string digest = client.Command("DEBUG", "DIGEST").Text;
        server.Stop();
        return digest;
    }

    private static void WriteMore(RespConnection client, string name)
    {
        Run(client, "SELECT", "5");
        Run(client, "MULTI");
        Run(client, "SET", name, "\0\r\n\xff");
        Run(client, "PEXPIRE", name, "100000000");
        Run(client, "SADD", name + " set", "a", "b", "c");
        Run(client, "EXEC");
        Run(client, "SPOP", name + " set");
        Run(client, "SELECT", "0");
        Run(client, "XADD", "stream", "*", "by", name);
        Run(client, "XADD", "trimmed", "MAXLEN", "2", "*", "by", name);
        Run(client, "EVAL", "return 1", "0");
        Run(client, "ZADD", "ranks", "1.5", name, "17", name + "!");
        Run(client, "LMOVE", "small list", "long list", "LEFT", "RIGHT");
        Run(client, "HINCRBYFLOAT", "small hash", "new", "0.1");
        Run(client, "XREADGROUP", "GROUP", "g1", name, "COUNT", "2", "STREAMS", "stream with groups", ">");
        Run(client, "SETRANGE", "short string", "3", name);
        Run(client, "EXPIRE", "small set", "1000000");
        Run(client, "GETEX", "binary string", "EX", "7000000");
    }

    private static void Wait(RespConnection client)
    {
        for (int i = 0; client.Command("INFO", "persistence").Text.Contains("aof_rewrite_in_progress:1", StringComparison.Ordinal); i++)
        {
            Assert.True(i < 1000, "the rewrite does not end");
            Thread.Sleep(10);
        }
    }

    private static void Run(RespConnection client, params string[] words)
    {
        client.Send([.. words.Select(word => Encoding.Latin1.GetBytes(word))]);
        client.ReadReply();
    }
}
