namespace Spinel.Engine.Tests.Commands.Server;

public sealed class LatencyCommandsTests
{
    private const long TicksPerMicrosecond = TimeSpan.TicksPerMicrosecond;

    [Fact]
    public void Nothing_is_entered_without_a_threshold()
    {
        using TestEngine engine = new();
        engine.Slowly(50_000, "SET k v");

        engine.Run("LATENCY LATEST").ShouldBe("*0");
        Assert.Contains("latency-monitor-threshold", engine.Run("LATENCY DOCTOR").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Events_are_kept_by_kind_and_second()
    {
        using TestEngine engine = new();
        engine.Run("CONFIG SET latency-monitor-threshold 20");
        engine.Slowly(30_000, "GET k");
        engine.Slowly(40_000, "GET k");
        engine.Slowly(25_000, "GET k");
        engine.Slowly(60_000, "KEYS *");
        engine.Time.Advance(2000);
        engine.Slowly(21_000, "GET k");
        engine.Slowly(19_000, "GET k");

        engine.Run("LATENCY LATEST").ShouldBe(
            "*2", "*4", "$7", "command", ":1800000000", ":60", ":60", "*4", "$12", "fast-command", ":1800000002", ":21", ":40");
        engine.Run("LATENCY HISTORY fast-command").ShouldBe("*2", "*2", ":1800000000", ":40", "*2", ":1800000002", ":21");
        engine.Run("LATENCY HISTORY nosuch").ShouldBe("*0");
        engine.Run("LATENCY RESET nosuch command").ShouldBe(":1");
        engine.Run("LATENCY RESET").ShouldBe(":1");
        engine.Run("LATENCY LATEST").ShouldBe("*0");
    }

    [Fact]
    public void Turns_and_what_the_server_does_by_itself_are_events_too()
    {
        using TestEngine engine = new();
        engine.Run("CONFIG SET latency-monitor-threshold 5");
        engine.Time.TicksPerReading = 10_000 * TicksPerMicrosecond;
        engine.Turn(1000);
        engine.Time.TicksPerReading = 0;

        string latest = engine.Run("LATENCY LATEST").Text;
        Assert.Contains("turn", latest, StringComparison.Ordinal);
        Assert.Contains("cron", latest, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_expires_under_a_command_is_an_event()
    {
        using TestEngine engine = new();
        engine.Run("SET k v PX 10");
        engine.Run("CONFIG SET latency-monitor-threshold 5");
        engine.Time.Advance(20);
        engine.Slowly(10_000, "GET k");

        Assert.Contains("expire-del", engine.Run("LATENCY LATEST").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_graph_has_a_column_for_each_second()
    {
        using TestEngine engine = new();
        engine.Run("CONFIG SET latency-monitor-threshold 20");
        engine.Slowly(50_000, "KEYS *");
        engine.Time.Advance(2000);
        engine.Slowly(100_000, "KEYS *");
        engine.Run("LATENCY GRAPH command").ShouldBe(
            "$156",
            "command - high 100 ms, low 50 ms (all time high 100 ms)\n" + new string('-', 80) + "\n #\n |\n |\n_|\n\n20\nss\n");
        engine.Run("LATENCY GRAPH nosuch").ShouldBe("-ERR No samples available for event 'nosuch'");
    }

    [Fact]
    public void A_doctor_tells_what_there_was_and_what_helps()
    {
        using TestEngine engine = new();
        engine.Run("CONFIG SET latency-monitor-threshold 20");
        Assert.Contains("Nothing has taken longer", engine.Run("LATENCY DOCTOR").Text, StringComparison.Ordinal);
        engine.Slowly(50_000, "KEYS *");
        engine.Time.Advance(2000);
        engine.Slowly(100_000, "KEYS *");

        string text = engine.Run("LATENCY DOCTOR").Text;
        Assert.Contains("command: 2 times, every 2.0 s, mean 75 ms, mean deviation 25 ms, longest ever 100 ms", text, StringComparison.Ordinal);
        Assert.Contains("SLOWLOG GET", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Histograms_count_calls_by_their_duration()
    {
        using TestEngine engine = new();
        engine.Slowly(3, "SET k v");
        engine.Slowly(3, "SET k v");
        engine.Slowly(30, "SET k v");
        engine.Slowly(100, "CONFIG GET port");
        engine.Run("GET");

        engine.Run("LATENCY HISTOGRAM set").ShouldBe(
            "*2", "$3", "set", "*4", "$5", "calls", ":3", "$14", "histogram_usec", "*4", ":4", ":2", ":33", ":3");
        engine.Run("LATENCY HISTOGRAM nosuch get").ShouldBe("*0");
        string configuration = "*4\r\n$5\r\ncalls\r\n:1\r\n$14\r\nhistogram_usec\r\n*2\r\n:132\r\n:1\r\n";
        Assert.Equal("*2\r\n$10\r\nconfig|get\r\n" + configuration, engine.Run("LATENCY HISTOGRAM config").Text);
        Assert.Equal("*2\r\n$10\r\nconfig|get\r\n" + configuration, engine.Run("LATENCY HISTOGRAM CONFIG|GET").Text);
        Assert.StartsWith("*6\r\n", engine.Run("LATENCY HISTOGRAM").Text, StringComparison.Ordinal);

        string info = engine.Run("INFO latencystats").Text;
        Assert.Contains("latency_percentiles_usec_set:p50=3.007,p99=30.079,p99.9=30.079\r\n", info, StringComparison.Ordinal);
        Assert.Contains("latency_percentiles_usec_config|get:p50=100.351,", info, StringComparison.Ordinal);
        engine.Run("CONFIG SET latency-tracking-info-percentiles \"\"");
        Assert.Contains("latency_percentiles_usec_set:\r\n", engine.Run("INFO latencystats").Text, StringComparison.Ordinal);

        engine.Run("CONFIG SET latency-tracking no");
        engine.Run("CONFIG RESETSTAT");
        engine.Slowly(3, "SET k v");
        engine.Run("LATENCY HISTOGRAM").ShouldBe("*0");
    }

    [Fact]
    public void Quick_commands_share_the_time_of_their_row_and_a_long_reply_takes_the_rest()
    {
        using TestEngine engine = new();
        engine.Call("SET", "big", new string('x', 100_000));
        engine.Run("CONFIG RESETSTAT");
        engine.Time.TicksPerReading = 90 * TicksPerMicrosecond;
        engine.Client.Send("*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nPING\r\n"u8);
        engine.Client.Send("*1\r\n$4\r\nPING\r\n*2\r\n$3\r\nGET\r\n$3\r\nbig\r\n"u8);
        engine.Time.TicksPerReading = 0;

        string info = engine.Run("INFO commandstats").Text;
        Assert.Contains("cmdstat_ping:calls=4,usec=91,", info, StringComparison.Ordinal);
        Assert.Contains("cmdstat_get:calls=1,usec=88,", info, StringComparison.Ordinal);
    }
}

internal static class SlowRuns
{
    /// <summary>Runs a command that takes about so long.</summary>
    public static Reply Slowly(this TestEngine engine, long microseconds, string line)
    {
        engine.Time.TicksPerReading = microseconds * TimeSpan.TicksPerMicrosecond;
        Reply reply = engine.Run(line);
        engine.Time.TicksPerReading = 0;
        return reply;
    }
}
