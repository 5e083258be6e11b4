namespace Spinel.Engine.Tests.Commands.Streams;

/// <summary>Effects and events of consumer groups: a delivery leaves as the claim that it is and the position that the group has reached.</summary>
public sealed class GroupCommandsTests
{
    private const long Now = 1_800_000_000_000;

    [Fact]
    public void Groups_come_move_and_go()
    {
        using TestEngine engine = new();
        engine.Run("XGROUP CREATE x g $ MKSTREAM").ShouldBe("+OK");
        engine.Run("XGROUP CREATE x g $").ShouldBe("-BUSYGROUP Consumer Group name already exists");
        engine.TakeEffects().ShouldBe("0 XGROUP CREATE x g $ MKSTREAM");
        engine.TakeEvents().ShouldBe("0 xgroup-create x", "0 untold x");
        engine.Run("XGROUP SETID x g 5 ENTRIESREAD 2").ShouldBe("+OK");
        engine.Run("XGROUP CREATECONSUMER x g alice").ShouldBe(":1");
        engine.Run("XGROUP CREATECONSUMER x g alice").ShouldBe(":0");
        engine.Run("XGROUP DELCONSUMER x g alice").ShouldBe(":0");
        engine.Run("XGROUP DELCONSUMER x g alice").ShouldBe(":0");
        engine.Run("XGROUP DESTROY x g").ShouldBe(":1");
        engine.Run("XGROUP DESTROY x g").ShouldBe(":0");
        engine.TakeEffects().ShouldBe(
            "0 XGROUP SETID x g 5 ENTRIESREAD 2", "0 XGROUP CREATECONSUMER x g alice", "0 XGROUP DELCONSUMER x g alice", "0 XGROUP DESTROY x g");
        engine.TakeEvents().ShouldBe("0 xgroup-setid x", "0 xgroup-createconsumer x", "0 xgroup-delconsumer x", "0 xgroup-destroy x");
    }

    [Fact]
    public void A_group_in_which_much_is_pending_goes_at_once_and_is_freed_elsewhere()
    {
        const int Entries = 20_000;
        using TestEngine engine = new();
        engine.StopRecording();
        engine.Run("XGROUP CREATE x g 0 MKSTREAM");
        for (int i = 1; i <= Entries; i++)
        {
            engine.Run($"XADD x {i}-0 f v");
        }

        engine.Run($"XREADGROUP GROUP g alice COUNT {Entries / 2} STREAMS x >");
        engine.Run($"XREADGROUP GROUP g bob COUNT {Entries / 2} STREAMS x >");

        // A pending entry takes 24 bytes and a place in two trees.
        long after = engine.Engine.Heap.BytesInUse - (Entries * 64);
        engine.Run("XGROUP DESTROY x g").ShouldBe(":1");
        engine.Run("XINFO GROUPS x").ShouldBe("*0");
        for (int i = 0; i < 3000 && engine.Engine.Heap.BytesInUse > after; i++)
        {
            Thread.Sleep(1);
            engine.Turn(1);
        }

        Assert.True(engine.Engine.Heap.BytesInUse <= after);
        engine.Run("XGROUP CREATE x g $").ShouldBe("+OK");
    }

    [Fact]
    public void A_delivery_is_a_claim_and_a_position()
    {
        using TestEngine engine = new();
        Fill(engine, 3);
        engine.Run("XREADGROUP GROUP g alice COUNT 2 STREAMS x >");
        engine.TakeEffects().ShouldBe(
            "0 XGROUP CREATECONSUMER x g alice", Claim("alice", "1-0", Now, 1, "1-0"), Claim("alice", "2-0", Now, 1, "2-0"),
            "0 XGROUP SETID x g 2-0 ENTRIESREAD 2");
        Assert.Equal(1, engine.TakeEffectBatches());
        engine.TakeEvents().ShouldBe("0 xgroup-createconsumer x", "0 stream-delivery x");

        // Without acknowledgement there is no pending entry to tell of.
        engine.Run("XREADGROUP GROUP g alice NOACK STREAMS x >");
        engine.TakeEffects().ShouldBe("0 XGROUP SETID x g 3-0 ENTRIESREAD 3");
        engine.Run("XREADGROUP GROUP g alice STREAMS x >").ShouldBe("*-1");

        // Delivered once more, which replicas and the log are to know.
        engine.Run("XREADGROUP GROUP g alice STREAMS x 0");
        engine.TakeEffects().ShouldBe(Claim("alice", "1-0", Now, 2, "3-0"), Claim("alice", "2-0", Now, 2, "3-0"));
        engine.TakeEvents().ShouldBe("0 stream-delivery x", "0 stream-delivery x");
    }

    [Fact]
    public void One_who_waits_gets_what_is_added_with_the_same_effects()
    {
        using TestEngine engine = new();
        engine.Run("XGROUP CREATE x g $ MKSTREAM");
        TestClient waiter = engine.Connect();
        Assert.Equal("", waiter.Run("XREADGROUP GROUP g alice BLOCK 0 STREAMS x >").Text);
        engine.TakeEffects();
        engine.Run("XADD x * f v").ShouldBe("$15", $"{Now}-0");
        waiter.Receive().ShouldBe("*1", "*2", "$1", "x", "*1", "*2", "$15", $"{Now}-0", "*2", "$1", "f", "$1", "v");
        engine.TakeEffects().ShouldBe(
            $"0 XADD x {Now}-0 f v", "0 XGROUP CREATECONSUMER x g alice", Claim("alice", $"{Now}-0", Now, 1, $"{Now}-0"), $"0 XGROUP SETID x g {Now}-0 ENTRIESREAD 1");
    }

    [Fact]
    public void Claims_are_told_with_time_and_count()
    {
        using TestEngine engine = new();
        Fill(engine, 2);
        engine.Run("XREADGROUP GROUP g alice STREAMS x >");
        engine.Time.Advance(1000);
        engine.TakeEffects();
        engine.Run("XCLAIM x g bob 5000 1-0 2-0").ShouldBe("*0");
        engine.TakeEffects().ShouldBe();
        engine.Run("XCLAIM x g bob 1000 1-0 JUSTID").ShouldBe("*1", "$3", "1-0");
        engine.TakeEffects().ShouldBe("0 XGROUP CREATECONSUMER x g bob", Claim("bob", "1-0", Now + 1000, 1, "2-0"));
        engine.Run("XCLAIM x g bob 0 2-0 IDLE 300 RETRYCOUNT 7");
        engine.TakeEffects().ShouldBe(Claim("bob", "2-0", Now + 700, 7, "2-0"));

        engine.Run("XDEL x 1-0");
        engine.TakeEffects();
        engine.Run("XAUTOCLAIM x g alice 0 0").ShouldBe(
            "*3", "$3", "0-0", "*1", "*2", "$3", "2-0", "*2", "$1", "f", "$1", "v", "*1", "$3", "1-0");

        // To claim an entry that is no longer there removes it from the pending ones.
        engine.TakeEffects().ShouldBe(Claim("bob", "1-0", Now + 1000, 1, "2-0"), Claim("alice", "2-0", Now + 1000, 8, "2-0"));
    }

    [Fact]
    public void An_acknowledgement_is_its_own_effect()
    {
        using TestEngine engine = new();
        Fill(engine, 2);
        engine.Run("XREADGROUP GROUP g alice STREAMS x >");
        engine.TakeEffects();
        engine.TakeEvents();
        engine.Run("XACK x g 1-0 7-0").ShouldBe(":1");
        engine.Run("XACK x g 1-0").ShouldBe(":0");
        engine.Run("XACK x other 2-0").ShouldBe(":0");
        engine.TakeEffects().ShouldBe("0 XACK x g 1-0 7-0");
        engine.TakeEvents().ShouldBe("0 stream-delivery x");
    }

    private static void Fill(TestEngine engine, int entries)
    {
        engine.Run("XGROUP CREATE x g 0 MKSTREAM");
        for (int i = 1; i <= entries; i++)
        {
            engine.Run($"XADD x {i}-0 f v");
        }

        engine.TakeEffects();
        engine.TakeEvents();
        engine.TakeEffectBatches();
    }

    private static string Claim(string consumer, string id, long deliveredMs, int count, string last) =>
        $"0 XCLAIM x g {consumer} 0 {id} TIME {deliveredMs} RETRYCOUNT {count} FORCE JUSTID LASTID {last}";
}
