using System.Globalization;
using System.Text;

namespace Spinel.Engine.Tests.Commands.Server;

public sealed class SlowlogCommandsTests
{
    private const long TicksPerMicrosecond = TimeSpan.TicksPerMicrosecond;

    [Fact]
    public void Commands_that_take_longer_than_the_threshold_are_entered()
    {
        using TestEngine engine = new();
        engine.Run("CLIENT SETNAME me");
        engine.Time.TicksPerReading = 20_000 * TicksPerMicrosecond;
        engine.Run("SET k v");
        engine.Time.TicksPerReading = 0;
        engine.Run("GET k");

        engine.Run("SLOWLOG LEN").ShouldBe(":1");
        Assert.Matches("^\\*1\r\n\\*6\r\n:0\r\n:1800000000\r\n:20000\r\n\\*3\r\n\\$3\r\nSET\r\n\\$1\r\nk\r\n\\$1\r\nv\r\n\\$15\r\n127.0.0.1:50000\r\n\\$2\r\nme\r\n$", engine.Run("SLOWLOG GET").Text);
        engine.Run("SLOWLOG RESET").ShouldBe("+OK");
        engine.Run("SLOWLOG GET").ShouldBe("*0");
    }

    [Fact]
    public void Zero_enters_every_command_and_its_own_time()
    {
        using TestEngine engine = new();
        engine.Run("CONFIG SET slowlog-log-slower-than 0");
        engine.Time.TicksPerReading = 3 * TicksPerMicrosecond;
        engine.Client.Send("SET a 1\r\nGET a\r\nGET b\r\nnosuch\r\n"u8);
        engine.Client.Send("*2\r\n$3\r\nGET\r\n$1\r\na\r\n*2\r\n$3\r\nGET\r\n$1\r\nb\r\n"u8);

        string[] names = Names(engine);
        Assert.Equal(["GET b", "GET a", "GET b", "GET a", "SET a 1", "CONFIG SET slowlog-log-slower-than 0"], names);
        Assert.All(engine.Entries(), entry => Assert.InRange(entry.Run, 0, 3));
    }

    [Fact]
    public void Minus_one_enters_nothing()
    {
        using TestEngine engine = new();
        engine.Run("CONFIG SET slowlog-log-slower-than -1");
        engine.Time.TicksPerReading = 1_000_000 * TicksPerMicrosecond;
        engine.Run("SET k v");

        engine.Run("SLOWLOG LEN").ShouldBe(":0");
    }

    [Fact]
    public void The_latest_entries_stay()
    {
        using TestEngine engine = new(static options => options.Set("slowlog-max-len", "3"));
        engine.Run("CONFIG SET slowlog-log-slower-than 0");
        for (int i = 0; i < 50; i++)
        {
            engine.Run(string.Create(CultureInfo.InvariantCulture, $"ECHO {i}"));
        }

        Assert.Equal(["ECHO 49", "ECHO 48", "ECHO 47"], Names(engine));
        Assert.Equal(49, engine.Entries()[1].Id);

        engine.Run("CONFIG SET slowlog-max-len 1");
        Assert.Equal(["CONFIG SET slowlog-max-len 1"], Names(engine));
        engine.Run("CONFIG SET slowlog-max-len 0");
        engine.Run("SLOWLOG LEN").ShouldBe(":0");
        engine.Run("CONFIG SET slowlog-max-len 1000");
        Assert.Equal(["CONFIG SET slowlog-max-len 1000"], Names(engine));
    }

    [Fact]
    public void Long_requests_are_cut()
    {
        using TestEngine engine = new();
        engine.Run("CONFIG SET slowlog-log-slower-than 0");
        engine.Call([.. Enumerable.Range(0, 40).Select(static i => i == 0 ? "DEL" : $"k{i}")]);
        engine.Run("ECHO " + new string('x', 200));

        SlowLogView[] entries = engine.Entries();
        Assert.Equal("ECHO " + new string('x', 128) + "... (72 more bytes)", entries[0].Arguments);
        Assert.Equal("DEL " + string.Join(' ', Enumerable.Range(1, 30).Select(static i => $"k{i}")) + " ... (9 more arguments)", entries[1].Arguments);
    }

    [Fact]
    public void Secrets_are_not_entered()
    {
        using TestEngine engine = new();
        engine.Run("CONFIG SET slowlog-log-slower-than 0");
        engine.Run("CONFIG SET requirepass secret maxmemory 0");
        engine.Run("AUTH default secret");
        engine.Run("HELLO 2 AUTH default secret SETNAME x");

        Assert.Equal(
            ["HELLO 2 AUTH (redacted) (redacted) SETNAME x", "AUTH (redacted) (redacted)", "CONFIG SET requirepass (redacted) maxmemory 0"],
            Names(engine)[..3]);
    }

    [Fact]
    public void The_commands_of_a_transaction_are_entered_one_by_one()
    {
        using TestEngine engine = new();
        engine.Run("CONFIG SET slowlog-log-slower-than 0");
        engine.Run("MULTI");
        engine.Run("SET k 1");
        engine.Run("GET k");
        engine.Run("EXEC");

        Assert.Equal(["GET k", "SET k 1", "MULTI"], Names(engine)[..3]);
    }

    [Fact]
    public void Refused_requests_are_not_entered()
    {
        using TestEngine engine = new();
        engine.Run("CONFIG SET slowlog-log-slower-than 0");
        engine.Run("GET");
        engine.Run("DEBUG SLEEP 0");

        Assert.Equal(["CONFIG SET slowlog-log-slower-than 0"], Names(engine));
    }

    [Fact]
    public void A_blocking_command_is_entered_when_it_is_served_with_what_it_ran_and_what_it_waited()
    {
        using TestEngine engine = new();
        engine.Run("CONFIG SET slowlog-log-slower-than 0");
        TestClient waiting = engine.Connect();
        waiting.Run("BLPOP list 0");
        Assert.Single(Names(engine));

        engine.Time.Advance(5000);
        engine.Time.TicksPerReading = TicksPerMicrosecond;
        engine.Run("RPUSH list a");
        engine.Time.TicksPerReading = 0;

        SlowLogView[] entries = engine.Entries();
        Assert.Equal("RPUSH list a", entries[0].Arguments);
        Assert.Equal("BLPOP list 0", entries[1].Arguments);
        Assert.InRange(entries[1].Run, 0, 100);
        Assert.InRange(entries[1].Waited, 5_000_000, 5_000_100);
        Assert.InRange(entries[0].Run, 0, 3);
    }

    [Fact]
    public void What_a_pipeline_makes_commands_wait_is_no_time_of_theirs()
    {
        using TestEngine engine = new();
        engine.Run("CONFIG SET slowlog-log-slower-than 0");
        engine.Turn();
        engine.Time.TicksPerReading = 10 * TicksPerMicrosecond;
        engine.Client.Send("*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nPING\r\n"u8);
        engine.Time.TicksPerReading = 0;

        SlowLogView[] entries = engine.Entries();
        Assert.All(entries[..3], static entry => Assert.Equal(10, entry.Run));
        Assert.True(entries[0].Waited > entries[1].Waited && entries[1].Waited > entries[2].Waited);
    }

    [Theory]
    [InlineData("SLOWLOG GET x", "-ERR count should be greater than or equal to -1")]
    [InlineData("SLOWLOG GET -2", "-ERR count should be greater than or equal to -1")]
    [InlineData("SLOWLOG GET 1 2", "-ERR unknown subcommand or wrong number of arguments for 'GET'. Try SLOWLOG HELP.")]
    [InlineData("SLOWLOG GET 1 2 EXTENDED", "-ERR unknown subcommand or wrong number of arguments for 'GET'. Try SLOWLOG HELP.")]
    [InlineData("SLOWLOG GET 0", "*0")]
    [InlineData("SLOWLOG GET -1 EXTENDED", "*0")]
    public void Counts_are_checked(string line, string expected)
    {
        using TestEngine engine = new();
        engine.Run(line).ShouldBe(expected);
    }

    [Fact]
    public void An_entry_costs_nothing_once_the_log_is_full()
    {
        using TestEngine engine = new(static options =>
        {
            options.Set("slowlog-log-slower-than", "0");
            options.Set("slowlog-max-len", "4");
        });
        byte[] request = Encoding.ASCII.GetBytes("*2\r\n$3\r\nGET\r\n$1\r\na\r\n");
        byte[] shared = new byte[1024];
        void Send()
        {
            request.CopyTo(shared, 0);
            engine.Client.Session.EndReceive(request.Length, shared);
            engine.Client.Session.Output.Consume(engine.Client.Session.Output.Length);
            engine.Engine.ClearPendingWrites();
        }

        for (int i = 0; i < 100; i++)
        {
            Send();
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            Send();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static string[] Names(TestEngine engine) => [.. engine.Entries().Select(static entry => entry.Arguments)];
}

internal sealed record SlowLogView(long Id, long Run, long Waited, string Arguments);

internal static class SlowLogViews
{
    /// <summary>The slow log, the latest first, looked at from outside.</summary>
    public static SlowLogView[] Entries(this TestEngine engine) =>
    [
        .. Enumerable.Range(0, engine.Engine.SlowLog.Count).Select(i => engine.Engine.SlowLog[i]).Select(static entry => new SlowLogView(
            entry.Id,
            entry.RunMicroseconds,
            entry.WaitMicroseconds,
            string.Join(' ', Enumerable.Range(0, entry.ArgumentCount).Select(i => Encoding.Latin1.GetString(entry.Argument(i)))))),
    ];
}
