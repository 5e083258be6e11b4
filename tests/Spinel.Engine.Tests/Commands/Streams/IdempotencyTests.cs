namespace Spinel.Engine.Tests.Commands.Streams;

/// <summary>
/// Messages that producers may send again, after https://redis.io/docs/latest/develop/data-types/streams/idempotency/ and the pages of XADD, XCFGSET and XIDMPRECORD.
/// </summary>
public sealed class IdempotencyTests
{
    private const long Now = 1_800_000_000_000;

    [Fact]
    public void A_message_that_comes_again_gets_the_id_that_it_has()
    {
        using TestEngine engine = new();
        engine.Run("XADD x IDMP p1 payment * amount 100").ShouldBe("$15", $"{Now}-0");
        engine.TakeEffects().ShouldBe($"0 XADD x {Now}-0 amount 100", $"0 COMMAND INFO XIDMPRECORD x p1 payment {Now}-0");
        engine.Time.Advance(5);
        engine.Run("XADD x IDMP p1 payment * amount 200 currency EUR").ShouldBe("$15", $"{Now}-0");
        engine.TakeEffects().ShouldBe();
        engine.Run("XADD x IDMP p2 payment * amount 100").ShouldBe("$15", $"{Now + 5}-0");
        engine.Run("XADD x IDMP p1 * * amount 100").ShouldBe("$15", $"{Now + 5}-1");
        engine.Run("XLEN x").ShouldBe(":3");
        engine.Run("XDEL x 1800000000000-0").ShouldBe(":1");
        engine.Run("XADD x IDMP p1 payment * amount 300").ShouldBe("$15", $"{Now}-0");
    }

    [Fact]
    public void The_content_may_be_the_name()
    {
        using TestEngine engine = new();
        engine.Run("XADD x IDMPAUTO p1 * a 1 b 2").ShouldBe("$15", $"{Now}-0");
        string[] effects = engine.TakeEffects().All;
        Assert.Equal(2, effects.Length);
        Assert.StartsWith("0 COMMAND INFO XIDMPRECORD x p1 ", effects[1], StringComparison.Ordinal);
        engine.Run("XADD x IDMPAUTO p1 * b 2 a 1").ShouldBe("$15", $"{Now}-0");
        engine.Run("XADD x IDMPAUTO p1 MAXLEN ~ 100 * a 1 b 2").ShouldBe("$15", $"{Now}-0");
        engine.Run("XADD x IDMPAUTO p1 * a 2 b 1").ShouldBe("$15", $"{Now}-1");
        engine.Run("XADD x IDMPAUTO p1 * a 1 b 2 c 3").ShouldBe("$15", $"{Now}-2");
        engine.Run("XADD x IDMPAUTO p1 * a1 1 b 2").ShouldBe("$15", $"{Now}-3");
        engine.Run("XADD x IDMPAUTO p1 * a 11 b 2").ShouldBe("$15", $"{Now}-4");
        engine.Run("XADD x IDMPAUTO p2 * a 1 b 2").ShouldBe("$15", $"{Now}-5");
    }

    [Fact]
    public void Messages_are_forgotten_after_a_time()
    {
        using TestEngine engine = new();
        engine.Run("XADD x IDMP p m * f v").ShouldBe("$15", $"{Now}-0");
        engine.Time.Advance(99_999);
        engine.Turn();
        engine.Run("XADD x IDMP p m * f v").ShouldBe("$15", $"{Now}-0");
        engine.Turn(1);
        engine.Run("XADD x IDMP p m * f v").ShouldBe("$15", $"{Now + 100_000}-0");
        engine.Run("XCFGSET x IDMP-DURATION 1").ShouldBe("+OK");
        engine.Run("XADD x IDMP p m * f v").ShouldBe("$15", $"{Now + 100_000}-1");
        engine.Turn(1000);
        engine.Run("XADD x IDMP p m * f v").ShouldBe("$15", $"{Now + 101_000}-0");
    }

    [Fact]
    public void Of_each_producer_so_many_are_remembered()
    {
        using TestEngine engine = new();
        engine.Run("XADD x 1-0 f v");
        engine.Run("XCFGSET x IDMP-MAXSIZE 3 IDMP-DURATION 60").ShouldBe("+OK");
        engine.TakeEffects();
        int[] sequences = [0, 2, 3, 5];
        for (int i = 0; i < sequences.Length; i++)
        {
            // The other producer's every second message is one that it has sent before.
            engine.Run($"XADD x IDMP p m{i} * f v").ShouldBe("$15", $"{Now}-{sequences[i]}");
            engine.Run($"XADD x IDMP q m{i / 2} * f v");
        }

        engine.Run("XADD x IDMP p m3 * f v").ShouldBe("$15", $"{Now}-5");
        engine.Run("XADD x IDMP p m0 * f v").ShouldBe("$15", $"{Now}-6");
    }

    [Fact]
    public void Figures_are_shown_once_there_are_some()
    {
        using TestEngine engine = new();
        engine.Run("XADD x 1-0 f v");
        Assert.DoesNotContain("idmp", engine.Run("XINFO STREAM x").Text, StringComparison.Ordinal);
        engine.Run("XADD x IDMP p m * f v");
        engine.Run("XADD x IDMP p m * f v");
        engine.Run("XADD x IDMP q m * f v");
        engine.Run("XCFGSET x IDMP-DURATION 100");
        string text = engine.Run("XINFO STREAM x").Text;
        Assert.StartsWith("*32\r\n", text, StringComparison.Ordinal);
        Assert.Contains(
            "idmp-duration\r\n:100\r\n$12\r\nidmp-maxsize\r\n:100\r\n$12\r\npids-tracked\r\n:2\r\n$12\r\niids-tracked\r\n:2\r\n$10\r\niids-added\r\n:2\r\n"
            + "$15\r\niids-duplicates\r\n:1\r\n",
            text,
            StringComparison.Ordinal);
        engine.Run("XCFGSET x IDMP-MAXSIZE 7");
        Assert.Contains("idmp-maxsize\r\n:7\r\n$12\r\npids-tracked\r\n:0\r\n$12\r\niids-tracked\r\n:0\r\n", engine.Run("XINFO STREAM x").Text, StringComparison.Ordinal);
        Assert.Contains("idmp-maxsize\r\n:7\r\n", engine.Run("XINFO STREAM x FULL").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_copy_remembers_for_itself()
    {
        using TestEngine engine = new();
        engine.Run("XADD x IDMP p m * f v").ShouldBe("$15", $"{Now}-0");
        engine.Run("COPY x y").ShouldBe(":1");
        engine.Run("XADD y IDMP p m * f v").ShouldBe("$15", $"{Now}-0");
        engine.Run("XADD y IDMP p n * f v").ShouldBe("$15", $"{Now}-1");
        engine.Run("XADD x IDMP p n * f v w 1").ShouldBe("$15", $"{Now}-1");
        engine.Run("DEL x").ShouldBe(":1");
        engine.Run("XADD y IDMP p n * f v").ShouldBe("$15", $"{Now}-1");
        engine.Run("MEMORY USAGE y");
        engine.Run("UNLINK y").ShouldBe(":1");
    }

    [Fact]
    public void An_entry_can_be_noted_as_a_message()
    {
        using TestEngine engine = new();
        engine.Run("XIDMPRECORD x p m 1-0").ShouldBe("-ERR no such key");
        engine.Run($"XADD x {Now}-0 f v");
        engine.Run($"XADD x {Now}-1 f v");
        engine.TakeEffects();
        engine.Run("XIDMPRECORD x p m 7-0").ShouldBe("-ERR no such stream entry");
        engine.Run($"XIDMPRECORD x p m {Now}-0").ShouldBe("+OK");
        engine.Run($"XIDMPRECORD x p m {Now}-0").ShouldBe("+OK");
        engine.TakeEffects().ShouldBe($"0 COMMAND INFO XIDMPRECORD x p m {Now}-0");
        Assert.StartsWith("-ERR", engine.Run($"XIDMPRECORD x p m {Now}-1").Text, StringComparison.Ordinal);
        engine.Run("XADD x IDMP p m * f v").ShouldBe("$15", $"{Now}-0");
    }

    [Fact]
    public void Wrong_forms_are_errors()
    {
        using TestEngine engine = new();
        engine.Run("XADD x IDMP p1 * f v").ShouldBe("-ERR Invalid stream ID specified as stream command argument");
        engine.Run("XADD x IDMP p1 m 1-1 f v").ShouldBe("-ERR IDMP/IDMPAUTO can be used only with auto-generated IDs");
        engine.Run("XADD x IDMPAUTO p1 1-1 f v").ShouldBe("-ERR IDMP/IDMPAUTO can be used only with auto-generated IDs");
        engine.Run("XADD x IDMP p1 m IDMPAUTO p2 * f v").ShouldBe("-ERR IDMP/IDMPAUTO specified multiple times");
        engine.Call("XADD", "x", "IDMP", "", "m", "*", "f", "v").ShouldBe("-ERR IDMP requires a non-empty producer ID");
        engine.Call("XADD", "x", "IDMP", "p", "", "*", "f", "v").ShouldBe("-ERR IDMP requires a non-empty idempotent ID");
        engine.Call("XADD", "x", "IDMPAUTO", "", "*", "f", "v").ShouldBe("-ERR IDMPAUTO requires a non-empty producer ID");
        engine.Run("XADD x NOMKSTREAM IDMP p m * f v").ShouldBe("$-1");
        engine.Run("XCFGSET x IDMP-DURATION 5").ShouldBe("-ERR no such key");
        engine.Run("XADD x 1-0 f v");
        engine.Run("XCFGSET x").ShouldBe("-ERR syntax error");
        engine.Run("XCFGSET x IDMP-DURATION").ShouldBe("-ERR syntax error");
        engine.Run("XCFGSET x IDMP-DURATION 86401").ShouldBe("-ERR invalid duration");
        engine.Run("XCFGSET x IDMP-MAXSIZE 0").ShouldBe("-ERR invalid maxsize");
        engine.Run("XCFGSET x IDMP-MAXSIZE 10000 IDMP-DURATION 86400").ShouldBe("+OK");
    }
}
