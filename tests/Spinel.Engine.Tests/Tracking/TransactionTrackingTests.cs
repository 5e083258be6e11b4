using static Spinel.Engine.Tests.Tracking.TrackingTests;

namespace Spinel.Engine.Tests.Tracking;

/// <summary>Transactions of clients that track: nothing comes between the parts of EXEC's reply.</summary>
public sealed class TransactionTrackingTests : IDisposable
{
    private readonly TestEngine _engine = new();
    private readonly TestClient _client;
    private readonly TestClient _other;

    public TransactionTrackingTests()
    {
        _client = Resp3(_engine);
        _client.Run("CLIENT TRACKING ON");
        _other = Resp3(_engine);
        _other.Run("CLIENT TRACKING ON");
    }

    [Fact]
    public void A_flush_within_a_transaction_is_told_behind_it()
    {
        _client.Run("GET a");
        _client.Run("MULTI");
        _client.Run("SET a 1");
        _client.Run("FLUSHALL");
        _client.Run("SET b 1");
        _client.Run("EXEC").ShouldBe(["*3", "+OK", "+OK", "+OK", .. Stale("a"), .. StaleAll]);
        _other.Receive().ShouldBe(StaleAll);
    }

    [Fact]
    public void A_transaction_that_is_not_run_reads_nothing()
    {
        _client.Run("WATCH w");
        _client.Run("MULTI");
        _client.Run("GET a");
        _other.Run("SET w 1");
        _client.Run("EXEC").ShouldBe("_");
        _client.Run("MULTI");
        _client.Run("GET a");
        _client.Run("DISCARD");
        _client.Run("MULTI");
        _client.Run("GET a");
        _client.Run("NOSUCH");
        _client.Run("EXEC").ShouldBe("-EXECABORT Transaction discarded because of previous errors.");
        _other.Run("SET a 1");
        _client.Receive().ShouldBe();
    }

    [Fact]
    public void Tracking_begins_and_ends_within_a_transaction()
    {
        _client.Run("CLIENT TRACKING OFF");
        _client.Run("MULTI");
        _client.Run("GET a");
        _client.Run("CLIENT TRACKING ON");
        _client.Run("GET b");
        _client.Run("CLIENT TRACKING OFF");
        _client.Run("GET c");
        _client.Run("CLIENT TRACKING ON");
        _client.Run("EXEC");
        _other.Run("MSET a 1 b 1 c 1");
        _client.Receive().ShouldBe(Stale("b"));
    }

    [Fact]
    public void A_transaction_that_serves_a_blocked_client_is_told_of_what_that_changed()
    {
        TestClient blocked = Resp3(_engine);
        blocked.Run("CLIENT TRACKING ON");
        blocked.Run("GET note");
        blocked.Run("BLMOVE from to LEFT LEFT 0").ShouldBe();
        _client.Run("LRANGE to 0 -1");
        _client.Run("LRANGE from 0 -1");
        _client.Run("MULTI");
        _client.Run("RPUSH from x");
        _client.Run("LLEN from");
        _client.Run("SET note 1");
        _client.Run("EXEC").ShouldBe(["*3", ":1", ":1", "+OK", .. Stale("from"), .. Stale("to"), .. Stale("from")]);
        blocked.Receive().ShouldBe([.. Stale("note"), "$1", "x"]);
    }

    [Fact]
    public void Watching_and_tracking_a_key_do_not_get_in_each_others_way()
    {
        _client.Run("WATCH a");
        _client.Run("GET a");
        _other.Run("SET a 1");
        _client.Run("MULTI").ShouldBe([.. Stale("a"), "+OK"]);
        _client.Run("GET a");
        _client.Run("EXEC").ShouldBe("_");
    }

    [Fact]
    public void A_client_that_leaves_within_a_transaction_leaves_nothing_behind()
    {
        _client.Run("GET a");
        _client.Run("CLIENT TRACKING ON");
        _client.Run("MULTI");
        _client.Run("SET a 1");
        _client.Run("QUIT");
        _client.Session.OnDisconnected();
        _other.Session.OnDisconnected();
        Assert.Equal(0, _engine.Engine.Invalidations.ClientCount);
        Assert.Equal(0, _engine.Engine.Invalidations.KeyCount);
        _engine.Run("SET a 1").ShouldBe("+OK");
    }

    public void Dispose() => _engine.Dispose();
}
