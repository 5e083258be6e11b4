using static Spinel.Engine.Tests.Tracking.TrackingTests;

namespace Spinel.Engine.Tests.Tracking;

/// <summary>Client-side caching in the mode that tells of prefixes.</summary>
public sealed class BroadcastTests : IDisposable
{
    private readonly TestEngine _engine = new();
    private readonly TestClient _listener;
    private readonly TestClient _writer;

    public BroadcastTests()
    {
        _listener = Resp3(_engine);
        _writer = _engine.Connect();
    }

    [Fact]
    public void Changes_of_a_turn_are_told_in_one_message_at_its_end()
    {
        _listener.Run("CLIENT TRACKING ON BCAST");
        _writer.Run("SET b 1");
        _writer.Run("SET a 1");
        _writer.Run("SET b 2");
        _writer.Run("GET c");
        _listener.Receive().ShouldBe();
        _engine.Turn();
        _listener.Receive().ShouldBe(Stale("a", "b"));
        _engine.Turn();
        _listener.Receive().ShouldBe();
    }

    [Fact]
    public void A_long_message_is_there_once_for_all_who_are_sent_it()
    {
        TestClient[] listeners = [.. Enumerable.Range(0, 20).Select(_ => Resp3(_engine))];
        foreach (TestClient client in listeners)
        {
            client.Run("CLIENT TRACKING ON BCAST NOLOOP");
        }

        string[] keys = [.. Enumerable.Range(0, 100).Select(i => $"{new string('k', 50)}{i:D3}")];
        _writer.Run("MSET " + string.Join(" 1 ", keys) + " 1");
        listeners[7].Run($"SET {keys[0]} 2").ShouldBe("+OK");
        _engine.Turn();
        foreach (TestClient client in listeners)
        {
            Assert.Equal(0, client.Session.Output.OwnBytes);
            client.Receive().ShouldBe(Stale(client == listeners[7] ? keys[1..] : keys));
        }
    }

    [Fact]
    public void Prefixes_choose()
    {
        _listener.Run("CLIENT TRACKING ON BCAST PREFIX user: PREFIX a").ShouldBe("+OK");
        TestClient other = Resp3(_engine);
        other.Run("CLIENT TRACKING ON BCAST PREFIX user:1");
        _writer.Run("MSET user:1 x user:2 x use x a x b x A x");
        _engine.Turn();
        _listener.Receive().ShouldBe([.. Stale("a"), .. Stale("user:1", "user:2")]);
        other.Receive().ShouldBe(Stale("user:1"));
        other.Run("CLIENT TRACKING OFF");
        _writer.Run("SET user:1 y");
        _engine.Turn();
        _listener.Receive().ShouldBe(Stale("user:1"));
        other.Receive().ShouldBe();
    }

    [Fact]
    public void Prefixes_add_up_and_are_told()
    {
        _listener.Run("CLIENT TRACKING ON BCAST PREFIX b").ShouldBe("+OK");
        _listener.Run("CLIENT TRACKING ON BCAST PREFIX a NOLOOP").ShouldBe("+OK");
        _listener.Run("CLIENT TRACKINGINFO")
            .ShouldBe("%3", "$5", "flags", "~3", "$2", "on", "$5", "bcast", "$6", "noloop", "$8", "redirect", ":0", "$8", "prefixes", "*2", "$1", "a", "$1", "b");
        _writer.Run("CLIENT LIST").Text.ShouldContain(" flags=tB ");
        _writer.Run("INFO stats").Text.ShouldContain("tracking_total_prefixes:2\r\n");
        _listener.Session.OnDisconnected();
        _writer.Run("INFO stats").Text.ShouldContain("tracking_total_prefixes:0\r\n");
    }

    [Fact]
    public void Overlapping_prefixes_are_refused()
    {
        _listener.Run("CLIENT TRACKING ON BCAST PREFIX x PREFIX a PREFIX ab")
            .ShouldBe("-ERR Prefix 'a' overlaps with another provided prefix 'ab'. Prefixes for a single client must not overlap.");
        _listener.Run("CLIENT GETREDIR").ShouldBe(":-1");
        _listener.Run("CLIENT TRACKING ON BCAST PREFIX ab");
        _listener.Run("CLIENT TRACKING ON BCAST PREFIX abc")
            .ShouldBe("-ERR Prefix 'abc' overlaps with an existing prefix 'ab'. Prefixes for a single client must not overlap.");
    }

    [Fact]
    public void A_client_that_ignores_its_own_changes_is_told_of_the_others()
    {
        _listener.Run("CLIENT TRACKING ON BCAST NOLOOP");
        TestClient other = Resp3(_engine);
        other.Run("CLIENT TRACKING ON BCAST");
        _listener.Run("SET a 1");
        _engine.Turn();
        _listener.Receive().ShouldBe();
        other.Receive().ShouldBe(Stale("a"));

        _listener.Run("SET a 1");
        _listener.Run("SET b 1");
        _writer.Run("SET b 2");
        _writer.Run("SET c 2");
        _engine.Turn();
        _listener.Receive().ShouldBe(Stale("b", "c"));
        other.Receive().ShouldBe(Stale("a", "b", "c"));
    }

    [Fact]
    public void Expiry_is_nobodys_own_change()
    {
        _listener.Run("CLIENT TRACKING ON BCAST NOLOOP");
        _listener.Run("SET a 1 PX 10");
        _engine.Turn();
        _engine.Time.Advance(20);
        _listener.Run("GET a").ShouldBe("_");
        _engine.Turn();
        _listener.Receive().ShouldBe(Stale("a"));
    }

    [Fact]
    public void What_a_blocked_client_changes_is_its_own_doing()
    {
        _listener.Run("CLIENT TRACKING ON BCAST NOLOOP PREFIX to");
        _listener.Run("BLMOVE from to LEFT LEFT 0").ShouldBe();
        TestClient other = Resp3(_engine);
        other.Run("CLIENT TRACKING ON BCAST NOLOOP PREFIX to");
        other.Run("RPUSH from x").ShouldBe(":1");
        _engine.Turn();
        _listener.Receive().ShouldBe("$1", "x");
        other.Receive().ShouldBe(Stale("to"));
    }

    [Fact]
    public void A_flush_comes_at_once_and_what_was_changed_before_it_still_later()
    {
        _listener.Run("CLIENT TRACKING ON BCAST");
        _writer.Run("SET a 1");
        _writer.Run("FLUSHALL");
        _listener.Receive().ShouldBe(StaleAll);
        _engine.Turn();
        _listener.Receive().ShouldBe(Stale("a"));
    }

    [Fact]
    public void Long_lists_are_divided()
    {
        _listener.Run("CLIENT TRACKING ON BCAST");
        string tail = new('x', 600_000);
        string[] keys = [.. Enumerable.Range(0, 5).Select(i => $"{i}{tail}")];
        foreach (string key in keys)
        {
            _writer.Run($"SET {key} 1");
        }

        _engine.Turn();
        _listener.Receive().ShouldBe([.. keys.SelectMany(key => Stale(key))]);
    }

    [Fact]
    public void Modes_are_checked_against_one_another()
    {
        _listener.Run("CLIENT TRACKING ON BCAST");
        _listener.Run("GET a");
        _writer.Run("SET a 1");
        _listener.Receive().ShouldBe();
        _listener.Run("CLIENT TRACKING ON")
            .ShouldBe("-ERR You can't switch BCAST mode on/off before disabling tracking for this client, and then re-enabling it with a different mode.");
        _listener.Run("CLIENT TRACKING ON BCAST OPTIN").ShouldBe("-ERR OPTIN and OPTOUT are not compatible with BCAST");
        _writer.Run("CLIENT TRACKING ON PREFIX a").ShouldBe("-ERR PREFIX option requires BCAST mode to be enabled");
    }

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void What_is_evicted_at_the_end_of_a_turn_is_told_in_that_turn()
    {
        _listener.Run("CLIENT TRACKING ON BCAST");
        for (int i = 0; i < 200; i++)
        {
            _writer.Call("SET", $"key:{i}", new string('x', 2000));
        }

        _engine.Turn();
        _listener.Receive();
        _writer.Run("CONFIG SET maxmemory-policy allkeys-lru").ShouldBe("+OK");
        _writer.Run($"CONFIG SET maxmemory {_engine.Engine.Heap.BytesInUse - 10_000}").ShouldBe("+OK");
        Assert.Equal(0, _engine.Engine.Statistics.EvictedKeys);
        _engine.Turn();
        Assert.True(_engine.Engine.Statistics.EvictedKeys > 0);
        Assert.StartsWith(">2\r\n$10\r\ninvalidate\r\n", _listener.Receive().Text, StringComparison.Ordinal);
    }
}
