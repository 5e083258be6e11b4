namespace Spinel.Engine.Tests.Effects;

/// <summary>What commands and options newer than Redis 7.0 do leaves in words that 7.0 has, so that its replicas follow and its servers start from the log.</summary>
public sealed class OldWordsTests
{
    private const long Now = 1_800_000_000_000;

    [Theory]
    [InlineData("SET k new IFEQ v", "SET k new")]
    [InlineData("SET k new IFNE x GET EX 10", "SET k new PXAT 1800000010000")]
    [InlineData("DELEX k IFEQ v", "DEL k")]
    [InlineData("DELIFEQ k v", "DEL k")]
    [InlineData("MSETEX 2 k a new b XX EX 10", "")]
    [InlineData("MSETEX 2 new a newer b NX PX 10", "SET new a PXAT 1800000000010|SET newer b PXAT 1800000000010")]
    [InlineData("INCREX n BYINT 5 UBOUND 12 SATURATE", "SET n 12 KEEPTTL")]
    [InlineData("INCREX n BYFLOAT 0.5 PX 10", "SET n 10.5 PXAT 1800000000010")]
    [InlineData("BITOP DIFF k k x", "SET k v")]
    [InlineData("BITOP ONE new k x", "SET new v")]
    [InlineData("BITOP DIFF1 k x y", "DEL k")]
    [InlineData("BITOP ANDOR new x y", "")]
    [InlineData("BITOP OR new k x", "BITOP OR new k x")]
    [InlineData("ZUNIONSTORE new 2 z set WEIGHTS 0.5 2 AGGREGATE COUNT", "ZADD new 0.5 b 2.5 a")]
    [InlineData("ZUNIONSTORE z 2 z set AGGREGATE COUNT", "DEL z|ZADD z 1 b 2 a")]
    [InlineData("ZINTERSTORE z 2 z none AGGREGATE COUNT", "DEL z")]
    [InlineData("ZINTERSTORE none 2 z none AGGREGATE COUNT", "")]
    [InlineData("ZUNIONSTORE new 1 z AGGREGATE MAX", "ZUNIONSTORE new 1 z AGGREGATE MAX")]
    [InlineData("GEOSEARCHSTORE k geo BYPOLYGON 3 0 0 10 0 5 10", "DEL k|ZADD k 3379795858603022 in")]
    [InlineData("HSETEX h FNX FIELDS 2 a 1 b 2", "HSET h a 1 b 2")]
    [InlineData("HSETEX h EX 10 FIELDS 2 a 1 b 2", "HSET h a 1 b 2|HPEXPIREAT h 1800000010000 FIELDS 2 a b")]
    [InlineData("HSETEX h FXX KEEPTTL FIELDS 2 f 1 g 2", "HSET h f 1 g 2|HPEXPIREAT h 1800000100000 FIELDS 1 f")]
    [InlineData("HSETEX h PXAT 1 FIELDS 1 g 2", "HDEL h g")]
    [InlineData("HINCRBYFLOAT h f 0.5", "HSET h f 1.5|HPEXPIREAT h 1800000100000 FIELDS 1 f")]
    [InlineData("HINCRBYFLOAT h g 0.5", "HSET h g 1.5")]
    [InlineData("HGETDEL h FIELDS 3 f g no", "HDEL h f g no")]
    [InlineData("HGETEX h PX 10 FIELDS 2 g no", "HPEXPIREAT h 1800000000010 FIELDS 1 g")]
    public void Values(string command, string effects)
    {
        using TestEngine engine = new();
        foreach (string line in (string[])["SET k v", "SET n 10", "ZADD z 1 a 2 b", "SADD set a", "GEOADD geo 5 4 in 5 40 out", "HSET h f 1 g 1", "HEXPIRE h 100 FIELDS 1 f"])
        {
            engine.Run(line);
        }

        Check(engine, command, effects);
    }

    [Theory]
    [InlineData("XDELEX x IDS 3 1-0 4-0 9-0", "XDEL x 1-0 4-0")]
    [InlineData("XDELEX x DELREF IDS 2 1-0 4-0", "XACK x g 1-0|XACK x h 1-0|XDEL x 1-0 4-0")]
    [InlineData("XDELEX x ACKED IDS 2 1-0 2-0", "XDEL x 2-0")]
    [InlineData("XDELEX x ACKED IDS 1 1-0", "")]
    [InlineData("XACKDEL x g IDS 2 1-0 2-0", "XACK x g 1-0|XDEL x 1-0")]
    [InlineData("XACKDEL x g ACKED IDS 2 3-0 1-0", "XACK x g 1-0 3-0|XDEL x 3-0")]
    [InlineData("XACKDEL x h DELREF IDS 1 1-0", "XACK x g 1-0|XACK x h 1-0|XDEL x 1-0")]
    [InlineData("XTRIM x MAXLEN 3 KEEPREF", "XTRIM x MAXLEN = 3")]
    [InlineData("XTRIM x MINID 2 DELREF", "XTRIM x MINID = 2|XACK x g 1-0|XACK x h 1-0")]
    [InlineData("XTRIM x MAXLEN 1 DELREF", "XTRIM x MAXLEN = 1|XACK x g 1-0 3-0|XACK x h 1-0")]
    [InlineData("XTRIM x MAXLEN 1 ACKED", "XDEL x 2-0")]
    [InlineData("XTRIM y MAXLEN 0 ACKED", "XTRIM y MAXLEN = 0")]
    [InlineData("XTRIM w MAXLEN 1 ACKED", "XTRIM w MAXLEN = 4|XDEL w 4-0")]
    [InlineData("XTRIM x MAXLEN 9 DELREF", "")]
    [InlineData("XADD x DELREF MAXLEN 4 9-0 f v", "XADD x MAXLEN = 4 9-0 f v|XACK x g 1-0|XACK x h 1-0")]
    [InlineData("XADD x ACKED MAXLEN 4 9-0 f v", "XADD x MAXLEN = 5 9-0 f v|XDEL x 2-0")]
    [InlineData("XADD x KEEPREF 9-0 f v", "XADD x 9-0 f v")]
    [InlineData("XADD x KEEPREF MINID 2 * f v", "XADD x MINID = 2 1800000000000-0 f v")]
    [InlineData("XADD x IDMP p m ACKED MAXLEN ~ 100 * f v", "XADD x MAXLEN = 5 1800000000000-0 f v|COMMAND INFO XIDMPRECORD x p m 1800000000000-0")]
    [InlineData("XADD x IDMP p m MAXLEN 0 * f v", "XADD x MAXLEN = 0 1800000000000-0 f v|COMMAND INFO XIDMPRECORD x p m 1800000000000-0")]
    [InlineData("XCFGSET x IDMP-DURATION 9", "COMMAND INFO XCFGSET x IDMP-DURATION 9")]
    public void Streams(string command, string effects)
    {
        using TestEngine engine = new();
        foreach (string line in (string[])["XADD x 1-0 f v", "XADD x 2-0 f v", "XADD x 3-0 f v", "XADD x 4-0 f v", "XGROUP CREATE x g 0", "XGROUP CREATE x h 0",
            "XREADGROUP GROUP g alice COUNT 3 STREAMS x >", "XREADGROUP GROUP h bob COUNT 3 STREAMS x >", "XACK x g 2-0", "XACK x h 2-0 3-0", "XADD y 1-0 f v",
            "XADD w 1-0 f v", "XADD w 2-0 f v", "XADD w 3-0 f v", "XADD w 4-0 f v", "XADD w 5-0 f v", "XGROUP CREATE w g 0", "XREADGROUP GROUP g alice COUNT 5 STREAMS w >",
            "XACK w g 1-0 4-0"])
        {
            engine.Run(line);
        }

        Check(engine, command, effects);
    }

    [Fact]
    public void Large_results_are_told_in_portions_that_are_one_unit()
    {
        using TestEngine engine = new();
        engine.Call(["ZADD", "z", .. Enumerable.Range(0, 2500).SelectMany(i => new[] { "1", $"m{i}" })]);
        for (int i = 1; i <= 2500; i++)
        {
            engine.Run($"XADD x {i}-0 f v");
        }

        engine.Run("XGROUP CREATE x g 0");
        engine.Run("XREADGROUP GROUP g alice STREAMS x >");
        engine.TakeEffects();
        engine.TakeEffectBatches();
        engine.Run("ZUNIONSTORE d 1 z AGGREGATE COUNT");
        Assert.Equal(3, engine.TakeEffects().All.Length);
        Assert.Equal(1, engine.TakeEffectBatches());
        engine.Run("XTRIM x MAXLEN 0 DELREF");
        Assert.Equal(["XTRIM", "XACK", "XACK", "XACK"], engine.TakeEffects().All.Select(line => line.Split(' ')[1]));
        Assert.Equal(1, engine.TakeEffectBatches());
    }

    [Fact]
    public void A_note_is_a_question_when_a_client_sends_it()
    {
        using TestEngine engine = new();
        engine.Run($"XADD x {Now}-0 f v");
        engine.TakeEffects();
        Assert.StartsWith("*5\r\n*10\r\n", engine.Run($"COMMAND INFO XIDMPRECORD x p m {Now}-0").Text, StringComparison.Ordinal);
        engine.TakeEffects().ShouldBe();
        engine.Run("XADD x IDMP p m * f v").ShouldBe("$15", $"{Now}-1");
    }

    private static void Check(TestEngine engine, string command, string effects)
    {
        engine.TakeEffects();
        engine.TakeEffectBatches();
        Assert.False(engine.Run(command).Text.StartsWith('-'), command);
        engine.TakeEffects().ShouldBe([.. effects.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(effect => "0 " + effect)]);
        Assert.InRange(engine.TakeEffectBatches(), 0, 1);
    }
}
