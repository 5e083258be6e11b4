using static Spinel.Persistence.Tests.Rdb.RdbBytes;

namespace Spinel.Persistence.Tests.Rdb;

/// <summary>Streams that remember the messages of their producers: what a restart must not forget, or messages that come again would be entered twice.</summary>
public sealed class IdempotentStreamTests : IDisposable
{
    private const long Now = 1_800_000_000_000;

    private readonly TestEngine _engine = EngineExtensions.NewEngine();
    private readonly string _directory = PersistentEngine.NewDirectory();

    [Fact]
    public void Messages_limits_and_counts_go_with_the_value()
    {
        Fill(_engine);
        _engine.Call("RESTORE", "copy", "0", _engine.Dump("x")).ShouldBe("+OK");
        Assert.Equal(_engine.Run("XINFO STREAM x").Text, _engine.Run("XINFO STREAM copy").Text);
        Check(_engine, "copy");
    }

    [Theory]
    [InlineData("DEBUG RELOAD", "yes")]
    [InlineData("BGREWRITEAOF", "yes")]
    [InlineData("BGREWRITEAOF", "no")]
    [InlineData("TIME", "no")]
    public void Snapshots_and_logs_have_them(string command, string preamble)
    {
        using (var server = new PersistentEngine(_directory, ("appendonly", "yes"), ("aof-use-rdb-preamble", preamble)))
        {
            Fill(server.Engine);
            server.Engine.Run(command);
            while (server.Engine.Run("INFO persistence").Text.Contains("aof_rewrite_in_progress:1", StringComparison.Ordinal))
            {
                server.Engine.Turn();
            }
        }

        using var again = new PersistentEngine(_directory, ("appendonly", "yes"));
        string figures = again.Engine.Run("XINFO STREAM x").Text;
        Assert.Contains("iids-added\r\n:4\r\n", figures, StringComparison.Ordinal);

        // A message that comes again changes nothing, so the log of what comes after a snapshot does not have it.
        Assert.Contains(command != "BGREWRITEAOF" ? "iids-duplicates\r\n:0\r\n" : "iids-duplicates\r\n:1\r\n", figures, StringComparison.Ordinal);
        Check(again.Engine, "x");
    }

    [Fact]
    public void A_stream_without_producers_is_one_that_every_server_reads()
    {
        _engine.Run("XADD plain * f v");
        Assert.Equal(19, _engine.Dump("plain")[0]);
        _engine.Run("XADD other IDMP p m * f v");
        Assert.Equal(26, _engine.Dump("other")[0]);
    }

    [Fact]
    public void A_file_with_such_a_stream_says_so_in_its_version()
    {
        _engine.Run("XADD plain * f v");
        Assert.Equal("REDIS0010", Magic());
        _engine.Run("XADD other IDMP p m * f v");
        Assert.Equal("REDIS0013", Magic());
        byte[] file = _engine.Save();
        _engine.Run("COPY other another");
        _engine.Run("DEL other");
        Assert.Equal("REDIS0013", Magic());
        _engine.Run("XCFGSET another IDMP-DURATION 7");
        Assert.Equal("REDIS0013", Magic());
        _engine.Run("SET another x");
        Assert.Equal("REDIS0010", Magic());
        _engine.Run("FLUSHALL");
        _engine.Load(file);
        Assert.Equal("REDIS0013", Magic());
        _engine.Run("FLUSHALL");
        Assert.Equal("REDIS0010", Magic());

        string Magic() => System.Text.Encoding.ASCII.GetString(_engine.Save(), 0, 9);
    }

    [Fact]
    public void Limits_out_of_range_names_that_are_empty_and_messages_there_twice_are_damage()
    {
        byte[] stream = [.. Length(0), .. Length(0), .. Length(5), .. Length(0), .. Length(0), .. Length(0), .. Length(0), .. Length(0), .. Length(1), .. Length(0)];
        byte[] message = [.. String("m"), .. Length(5), .. Length(0)];
        byte[] good = [.. stream, .. Length(9), .. Length(7), .. Length(1), .. String("p"), .. Length(1), .. message, .. Length(3), .. Length(2)];
        Assert.Equal("+OK", _engine.Restore("k", 26, good, 13));
        string figures = _engine.Run("XINFO STREAM k").Text;
        Assert.Contains("idmp-duration\r\n:9\r\n", figures, StringComparison.Ordinal);
        Assert.Contains("idmp-maxsize\r\n:7\r\n", figures, StringComparison.Ordinal);
        Assert.Contains("iids-added\r\n:3\r\n", figures, StringComparison.Ordinal);
        Assert.Contains("iids-duplicates\r\n:2\r\n", figures, StringComparison.Ordinal);

        byte[][] damaged =
        [
            [.. stream, .. Length(0), .. Length(7), .. Length(0), .. Length(0), .. Length(0)],
            [.. stream, .. Length(9), .. Length(10_001), .. Length(0), .. Length(0), .. Length(0)],
            [.. stream, .. Length(9), .. Length(7), .. Length(1), .. String(""), .. Length(1), .. message, .. Length(0), .. Length(0)],
            [.. stream, .. Length(9), .. Length(7), .. Length(1), .. String("p"), .. Length(2), .. message, .. message, .. Length(0), .. Length(0)],
            [.. stream, .. Length(9), .. Length(7), .. Length(1), .. String("p"), .. Length(200), .. message],
        ];
        foreach (byte[] body in damaged)
        {
            Assert.Equal("-ERR Bad data format", _engine.Restore("k", 26, body, 13));
        }
    }

    [Fact]
    public void Producers_that_have_gone_do_not_pile_up()
    {
        for (int i = 0; i < 1000; i++)
        {
            _engine.Run($"XADD x IDMP producer{i} m * f v");
            _engine.Time.Advance(1000);
            _engine.Turn();
        }

        // A thousand names would be more.
        int names = _engine.Dump("x").Split("producer").Length - 1;
        Assert.InRange(names, 100, 300);
    }

    public void Dispose()
    {
        _engine.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private static void Fill(TestEngine engine)
    {
        engine.Run("XADD x IDMP p0 old * f v");
        engine.Run("XCFGSET x IDMP-DURATION 500 IDMP-MAXSIZE 20").ShouldBe("+OK");
        engine.Run("XGROUP CREATE x g 0").ShouldBe("+OK");
        engine.Run("XREADGROUP GROUP g c COUNT 1 STREAMS x >");
        engine.Run("XADD x IDMP p1 m1 * f v").ShouldBe("$15", $"{Now}-1");
        engine.Run("XADD x IDMP p1 m2 * f v").ShouldBe("$15", $"{Now}-2");
        engine.Run("XADD x IDMP p2 m1 * f v").ShouldBe("$15", $"{Now}-3");
        engine.Run("XADD x IDMP p2 m1 * f v").ShouldBe("$15", $"{Now}-3");
    }

    private static void Check(TestEngine engine, string key)
    {
        engine.Run($"XADD {key} IDMP p1 m1 * f v").ShouldBe("$15", $"{Now}-1");
        engine.Run($"XADD {key} IDMP p1 m2 * f v").ShouldBe("$15", $"{Now}-2");
        engine.Run($"XADD {key} IDMP p2 m1 * f v").ShouldBe("$15", $"{Now}-3");
        engine.Run($"XLEN {key}").ShouldBe(":4");
        string figures = engine.Run($"XINFO STREAM {key}").Text;
        Assert.Contains("idmp-duration\r\n:500\r\n", figures, StringComparison.Ordinal);
        Assert.Contains("idmp-maxsize\r\n:20\r\n", figures, StringComparison.Ordinal);
    }
}
