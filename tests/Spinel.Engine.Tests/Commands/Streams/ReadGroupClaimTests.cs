namespace Spinel.Engine.Tests.Commands.Streams;

/// <summary>
/// XREADGROUP CLAIM, after https://redis.io/docs/latest/commands/xreadgroup/ ("The CLAIM option"): what has been idle for long enough comes first, longest first,
/// each with its idle time and how often it was delivered before; then what is new, with zeros.
/// </summary>
public sealed class ReadGroupClaimTests
{
    private const long Now = 1_800_000_000_000;

    [Fact]
    public void Idle_entries_come_before_new_ones()
    {
        using TestEngine engine = new();
        Deliver(engine, 2);
        engine.Time.Advance(100);
        engine.Run("XADD x 3-0 f v");
        engine.TakeEffects();
        engine.Run("XREADGROUP GROUP g bob CLAIM 100 STREAMS x >").ShouldBe(
            ["*1", "*2", "$1", "x", "*3", .. Entry("1-0", 100, 1), .. Entry("2-0", 100, 1), .. Entry("3-0", 0, 0)]);
        engine.TakeEffects().ShouldBe(
            "0 XGROUP CREATECONSUMER x g bob", Claim("1-0", Now + 100, 2, "2-0"), Claim("2-0", Now + 100, 2, "2-0"), Claim("3-0", Now + 100, 1, "3-0"),
            "0 XGROUP SETID x g 3-0 ENTRIESREAD 3");

        // All that was claimed has been delivered just now.
        engine.Run("XREADGROUP GROUP g alice CLAIM 100 STREAMS x >").ShouldBe("*-1");
        engine.Run("XPENDING x g - + 9 alice").ShouldBe("*0");
    }

    [Fact]
    public void The_longest_idle_entry_comes_first_whatever_its_id()
    {
        using TestEngine engine = new();
        Deliver(engine, 3);
        engine.Run("XCLAIM x g alice 0 2-0 IDLE 500 JUSTID");
        engine.Run("XCLAIM x g alice 0 3-0 IDLE 300 JUSTID");
        engine.Run("XREADGROUP GROUP g bob CLAIM 100 STREAMS x >").ShouldBe(
            ["*1", "*2", "$1", "x", "*2", .. Entry("2-0", 500, 1), .. Entry("3-0", 300, 1)]);
        engine.Run("XREADGROUP GROUP g bob CLAIM 0 COUNT 1 STREAMS x >").ShouldBe(["*1", "*2", "$1", "x", "*1", .. Entry("1-0", 0, 1)]);
    }

    [Fact]
    public void The_count_is_for_idle_and_new_entries_together()
    {
        using TestEngine engine = new();
        Deliver(engine, 3);
        engine.Time.Advance(1000);
        engine.Run("XADD x 4-0 f v");
        engine.Run("XADD x 5-0 f v");
        engine.Run("XREADGROUP GROUP g bob COUNT 2 CLAIM 1000 STREAMS x >").ShouldBe(
            ["*1", "*2", "$1", "x", "*2", .. Entry("1-0", 1000, 1), .. Entry("2-0", 1000, 1)]);
        engine.Run("XREADGROUP GROUP g bob COUNT 2 CLAIM 1000 STREAMS x >").ShouldBe(
            ["*1", "*2", "$1", "x", "*2", .. Entry("3-0", 1000, 1), .. Entry("4-0", 0, 0)]);
    }

    [Fact]
    public void Not_acknowledging_is_for_new_entries_only()
    {
        using TestEngine engine = new();
        Deliver(engine, 1);
        engine.Time.Advance(10);
        engine.Run("XADD x 2-0 f v");
        engine.Run("XREADGROUP GROUP g bob NOACK CLAIM 10 STREAMS x >").ShouldBe(
            ["*1", "*2", "$1", "x", "*2", .. Entry("1-0", 10, 1), .. Entry("2-0", 0, 0)]);
        engine.Run("XPENDING x g - + 9").ShouldBe("*1", "*4", "$3", "1-0", "$3", "bob", ":0", ":2");
    }

    [Fact]
    public void What_a_consumer_has_is_read_as_without_the_option()
    {
        using TestEngine engine = new();
        Deliver(engine, 1);
        engine.Time.Advance(10);
        engine.Run("XREADGROUP GROUP g alice CLAIM 10 STREAMS x 0").ShouldBe("*1", "*2", "$1", "x", "*1", "*2", "$3", "1-0", "*2", "$1", "f", "$1", "v");
        engine.Run("XREADGROUP GROUP g bob CLAIM 10 STREAMS x 0").ShouldBe("*1", "*2", "$1", "x", "*0");
    }

    [Fact]
    public void Entries_that_were_deleted_are_no_longer_pending()
    {
        using TestEngine engine = new();
        Deliver(engine, 2);
        engine.Run("XDEL x 1-0");
        engine.Time.Advance(10);
        engine.TakeEffects();
        engine.Run("XREADGROUP GROUP g bob CLAIM 10 STREAMS x >").ShouldBe(["*1", "*2", "$1", "x", "*1", .. Entry("2-0", 10, 1)]);
        engine.TakeEffects().ShouldBe(
            $"0 XCLAIM x g alice 0 1-0 TIME {Now} RETRYCOUNT 1 FORCE JUSTID LASTID 2-0", "0 XGROUP CREATECONSUMER x g bob", Claim("2-0", Now + 10, 2, "2-0"),
            "0 XGROUP SETID x g 2-0 ENTRIESREAD 2");
        engine.Run("XPENDING x g - + 9").ShouldBe("*1", "*4", "$3", "2-0", "$3", "bob", ":0", ":2");
    }

    [Fact]
    public void One_who_waits_is_served_when_an_entry_has_been_idle_for_long_enough()
    {
        using TestEngine engine = new();
        Deliver(engine, 1);
        engine.Time.Advance(30);
        TestClient waiter = engine.Connect();
        Assert.Equal("", waiter.Run("XREADGROUP GROUP g bob BLOCK 5000 CLAIM 100 STREAMS x >").Text);
        engine.Turn(69);
        Assert.Equal("", waiter.Receive().Text);
        engine.Turn(1);
        waiter.Receive().ShouldBe(["*1", "*2", "$1", "x", "*1", .. Entry("1-0", 100, 1)]);
    }

    [Fact]
    public void One_who_waits_hears_of_what_becomes_pending_meanwhile()
    {
        using TestEngine engine = new();
        engine.Run("XGROUP CREATE x g 0 MKSTREAM");
        engine.Run("XADD x 1-0 f v");
        engine.Run("XREADGROUP GROUP g alice NOACK STREAMS x >");
        TestClient waiter = engine.Connect();
        Assert.Equal("", waiter.Run("XREADGROUP GROUP g bob BLOCK 0 CLAIM 100 STREAMS x >").Text);
        engine.Turn(1000);
        engine.Run("XCLAIM x g alice 0 1-0 FORCE JUSTID");
        Assert.Equal("", waiter.Receive().Text);
        engine.Turn(99);
        Assert.Equal("", waiter.Receive().Text);

        // Acknowledged in time, and delivered anew: nothing to take over until that has been idle for long enough.
        engine.Run("XACK x g 1-0");
        engine.Run("XCLAIM x g alice 0 1-0 FORCE JUSTID");
        engine.Turn(99);
        Assert.Equal("", waiter.Receive().Text);
        engine.Turn(1);
        waiter.Receive().ShouldBe(["*1", "*2", "$1", "x", "*1", .. Entry("1-0", 100, 1)]);
    }

    [Fact]
    public void A_wait_without_result_ends_at_its_time()
    {
        using TestEngine engine = new();
        Deliver(engine, 1);
        TestClient waiter = engine.Connect();
        Assert.Equal("", waiter.Run("XREADGROUP GROUP g bob BLOCK 50 CLAIM 100 STREAMS x >").Text);
        engine.Turn(50);
        waiter.Receive().ShouldBe("*-1");
        engine.Turn(50);
        Assert.Equal("", waiter.Receive().Text);
        engine.Run("XPENDING x g - + 9 alice").ShouldBe("*1", "*4", "$3", "1-0", "$5", "alice", ":100", ":1");
    }

    [Fact]
    public void Waits_that_have_ended_leave_nothing_behind()
    {
        using TestEngine engine = new();
        Deliver(engine, 1);

        // Somebody waits for an earlier time than all the others, which come and go.
        TestClient patient = engine.Connect();
        Assert.Equal("", patient.Run("XREADGROUP GROUP g bob BLOCK 0 CLAIM 1000000 STREAMS x >").Text);
        TestClient hasty = engine.Connect();
        for (int i = 0; i < 1000; i++)
        {
            Assert.Equal("", hasty.Run("XREADGROUP GROUP g carol BLOCK 1 CLAIM 1000000000 STREAMS x >").Text);
            engine.Turn(1);
            hasty.Receive().ShouldBe("*-1");
        }

        Assert.InRange(engine.Engine.Blocked.RetryCount, 1, 100);
        engine.Turn(1_000_000 - 1000);
        patient.Receive().ShouldBe(["*1", "*2", "$1", "x", "*1", .. Entry("1-0", 1_000_000, 1)]);
    }

    [Fact]
    public void A_stream_that_is_named_twice_is_served_once()
    {
        using TestEngine engine = new();
        Deliver(engine, 1);
        engine.Run("XADD x 2-0 f v");
        engine.Run("XREADGROUP GROUP g bob CLAIM 0 STREAMS x x > >").ShouldBe(
            ["*1", "*2", "$1", "x", "*2", .. Entry("1-0", 0, 1), .. Entry("2-0", 0, 0)]);
    }

    [Fact]
    public void Wrong_times_and_wrong_places_are_errors()
    {
        using TestEngine engine = new();
        Deliver(engine, 1);
        engine.Run("XREADGROUP GROUP g bob CLAIM x STREAMS x >").ShouldBe("-ERR min-idle-time is not an integer");
        engine.Run("XREADGROUP GROUP g bob CLAIM -1 STREAMS x >").ShouldBe("-ERR min-idle-time must be a positive integer");
        engine.Run("XREAD CLAIM 1 STREAMS x 0").ShouldBe("-ERR The CLAIM option is only supported by XREADGROUP. You called XREAD instead.");
        engine.Run($"XREADGROUP GROUP g bob CLAIM {long.MaxValue} STREAMS x >").ShouldBe("*-1");
    }

    /// <summary>A stream x with a group g, of which alice has so many entries.</summary>
    private static void Deliver(TestEngine engine, int entries)
    {
        engine.Run("XGROUP CREATE x g 0 MKSTREAM");
        for (int i = 1; i <= entries; i++)
        {
            engine.Run($"XADD x {i}-0 f v");
        }

        engine.Run("XREADGROUP GROUP g alice STREAMS x >");
        engine.TakeEffects();
    }

    private static string[] Entry(string id, long idleMs, int deliveries) =>
        ["*4", "$3", id, "*2", "$1", "f", "$1", "v", $":{idleMs}", $":{deliveries}"];

    private static string Claim(string id, long deliveredMs, int count, string last) =>
        $"0 XCLAIM x g bob 0 {id} TIME {deliveredMs} RETRYCOUNT {count} FORCE JUSTID LASTID {last}";
}
