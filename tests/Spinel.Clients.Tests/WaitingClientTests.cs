using System.Diagnostics;
using System.Globalization;
using Spinel.TestSupport;

namespace Spinel.Clients.Tests;

/// <summary>
/// Commands that wait, asked by one process and served by another, as they are in life: redis-cli stands in line while the test's own connection
/// pushes, renames, moves and deletes.
/// </summary>
public sealed class WaitingClientTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task A_push_serves_who_waits()
    {
        Assert.Equal("q1\nx", await WhileWaiting(["BLPOP", "q1", "q1b", "20"], "RPUSH q1 x"));
        Assert.Equal("q2\ny", await WhileWaiting(["BRPOP", "q2b", "q2", "0"], "RPUSH q2 x y"));
        Assert.Equal("q3\nx\ny", await WhileWaiting(["BLMPOP", "0", "1", "q3", "LEFT", "COUNT", "5"], "RPUSH q3 x y"));
        Assert.Equal("x", await WhileWaiting(["BLMOVE", "q4", "q4to", "LEFT", "RIGHT", "0"], "RPUSH q4 x"));
        Assert.Equal("x", Run("LPOP q4to").Text);
        Assert.Equal("z1\none\n1", await WhileWaiting(["BZPOPMIN", "z1", "0"], "ZADD z1 2 two 1 one"));
        Assert.Equal("z2\ntwo\n2", await WhileWaiting(["BZPOPMAX", "z2b", "z2", "0"], "ZADD z2 2 two 1 one"));
        Assert.Equal("z3\none\n1", await WhileWaiting(["BZMPOP", "0", "1", "z3", "MIN"], "ZADD z3 1 one"));
    }

    [Fact]
    public async Task Streams_serve_who_waits()
    {
        Assert.Equal("x1\n5-1\nf\nv", await WhileWaiting(["XREAD", "BLOCK", "0", "STREAMS", "x1", "$"], "XADD x1 5-1 f v"));
        Run("XGROUP CREATE x2 g $ MKSTREAM");
        Assert.Equal("x2\n5-1\nf\nv", await WhileWaiting(["XREADGROUP", "GROUP", "g", "me", "BLOCK", "0", "STREAMS", "x2", ">"], "XADD x2 5-1 f v"));
        Assert.Equal("1", Run("XACK x2 g 5-1").Text);
    }

    [Fact]
    public async Task However_a_key_comes_to_be_it_serves()
    {
        Assert.Equal("n1\nx", await WhileWaiting(["BLPOP", "n1", "0"], "RPUSH other x", "RENAME other n1"));
        Assert.Equal("n2\nx", await WhileWaiting(["-n", "4", "BLPOP", "n2", "0"], "RPUSH n2 x", "MOVE n2 4"));
        Assert.Equal("n3\nx", await WhileWaiting(["-n", "5", "BLPOP", "n3", "0"], "RPUSH n3 x", "SWAPDB 0 5"));
        Run("SWAPDB 0 5");
        Assert.Equal("n4\nx", await WhileWaiting(["BLPOP", "n4", "0"], "SET n4 text", "DEL n4", "RPUSH other x", "COPY other n4"));
        Assert.Equal("n5\n1", await WhileWaiting(["BLPOP", "n5", "0"], "RPUSH numbers 2 1", "SORT numbers STORE n5"));
        Assert.Equal("n6\n7\n7", await WhileWaiting(["BZPOPMIN", "n6", "0"], "ZADD from 7 7", "ZUNIONSTORE n6 1 from"));
    }

    [Fact]
    public async Task Lost_streams_and_unblocking_end_a_wait()
    {
        Run("XGROUP CREATE g1 g $ MKSTREAM");
        string[] wait = ["XREADGROUP", "GROUP", "g", "me", "BLOCK", "0", "STREAMS", "g1", ">"];
        Assert.StartsWith("UNBLOCKED the stream key no longer exists", await WhileWaiting(wait, "DEL g1"), StringComparison.Ordinal);
        Run("XGROUP CREATE g1 g $ MKSTREAM");
        Assert.StartsWith("UNBLOCKED", await WhileWaiting(wait, "SET g1 text"), StringComparison.Ordinal);
        Run("DEL g1");
        Run("XGROUP CREATE g1 g $ MKSTREAM");
        Assert.StartsWith("NOGROUP", await WhileWaiting(wait, "XGROUP DESTROY g1 g"), StringComparison.Ordinal);
        Assert.Equal("", await WhileWaiting(["BLPOP", "nothing", "0.05"]));
    }

    [Fact]
    public async Task Those_who_waited_first_are_served_first()
    {
        Task<string> first = Start("BLPOP", "line", "0");
        await UntilBlocked(1);
        Task<string> second = Start("BLPOP", "line", "0");
        await UntilBlocked(2);
        Run("RPUSH line 1");
        Assert.Equal("line\n1", await first);
        Assert.False(second.IsCompleted);
        Run("RPUSH line 2");
        Assert.Equal("line\n2", await second);
    }

    /// <summary>What redis-cli prints when these commands are run while it waits.</summary>
    private async Task<string> WhileWaiting(string[] command, params string[] commands)
    {
        Task<string> waiting = Start(command);
        if (commands.Length > 0)
        {
            await UntilBlocked(1);
        }

        foreach (string line in commands)
        {
            RespValue reply = Run(line);
            Assert.False(reply.IsError, $"{line}: {reply}");
        }

        return await waiting;
    }

    private async Task<string> Start(params string[] command)
    {
        string port = server.Process.Port.ToString(CultureInfo.InvariantCulture);
        (_, string output) = await Tool.RunAsync(Oracle.RequireProgram("redis-cli"), "", ["-p", port, .. command]);
        return output.TrimEnd('\n');
    }

    private async Task UntilBlocked(int count)
    {
        string wanted = string.Create(CultureInfo.InvariantCulture, $"blocked_clients:{count}\r\n");
        for (long begin = Stopwatch.GetTimestamp(); !Run("INFO clients").Text.Contains(wanted, StringComparison.Ordinal);)
        {
            Assert.True(Stopwatch.GetElapsedTime(begin) < TimeSpan.FromSeconds(20), $"no {wanted}");
            await Task.Delay(2, TestContext.Current.CancellationToken);
        }
    }

    private RespValue Run(string line)
    {
        using RespConnection connection = server.Process.Connect();
        return connection.CommandLine(line);
    }
}
