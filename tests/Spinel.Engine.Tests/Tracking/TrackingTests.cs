namespace Spinel.Engine.Tests.Tracking;

/// <summary>Client-side caching in the mode that remembers what a client reads.</summary>
public sealed class TrackingTests : IDisposable
{
    private readonly TestEngine _engine = new();
    private readonly TestClient _reader;
    private readonly TestClient _writer;

    public TrackingTests()
    {
        _reader = Resp3(_engine);
        _writer = _engine.Connect();
        _reader.Run("CLIENT TRACKING ON").ShouldBe("+OK");
    }

    [Fact]
    public void A_change_is_told_once_to_all_who_have_read_the_key()
    {
        TestClient other = Resp3(_engine);
        other.Run("CLIENT TRACKING ON");
        TestClient bystander = Resp3(_engine);
        bystander.Run("CLIENT TRACKING ON");
        _reader.Run("GET a");
        _reader.Run("GET a");
        other.Run("MGET b a");
        bystander.Run("GET b2");

        _writer.Run("SET a 1").ShouldBe("+OK");
        _reader.Receive().ShouldBe(Stale("a"));
        other.Receive().ShouldBe(Stale("a"));
        bystander.Receive().ShouldBe();

        _writer.Run("SET a 2");
        _reader.Receive().ShouldBe();
        _writer.Run("DEL b");
        other.Receive().ShouldBe();
        _writer.Run("SET b 1");
        other.Receive().ShouldBe(Stale("b"));
    }

    [Fact]
    public void Only_commands_that_read_are_remembered()
    {
        _reader.Run("SET a 1");
        _reader.Run("GETSET b 1");
        _reader.Run("STRLEN c");
        _writer.Run("MSET a 2 b 2 c 2");
        _reader.Receive().ShouldBe(Stale("c"));
    }

    [Fact]
    public void Every_way_in_which_a_key_can_go_is_a_change()
    {
        _writer.Run("MSET a 1 b 1 c 1 d 1");
        _reader.Run("MGET a b c d new");
        _writer.Run("DEL a");
        _reader.Receive().ShouldBe(Stale("a"));
        _writer.Run("RENAME b new");
        _reader.Receive().ShouldBe([.. Stale("b"), .. Stale("new")]);
        _writer.Run("PEXPIRE c 10");
        _reader.Receive().ShouldBe(Stale("c"));
        _reader.Run("GET c");
        _engine.Time.Advance(20);
        _writer.Run("GET c");
        _reader.Receive().ShouldBe(Stale("c"));
        _writer.Run("SET d 1 PX 10");
        _reader.Receive().ShouldBe(Stale("d"));
        _reader.Run("GET d");
        _engine.Turn(500);
        _reader.Receive().ShouldBe(Stale("d"));
    }

    [Fact]
    public void A_client_is_told_of_its_own_change_behind_the_reply()
    {
        _reader.Run("GET a");
        _reader.Run("SET a 1").ShouldBe(["+OK", .. Stale("a")]);
        _reader.Run("CLIENT TRACKING ON NOLOOP");
        _reader.Run("GET a");
        _reader.Run("SET a 1").ShouldBe("+OK");
        _reader.Run("GET a");
        _writer.Run("SET a 1");
        _reader.Receive().ShouldBe(Stale("a"));
    }

    [Fact]
    public void A_client_is_told_of_what_its_transaction_changed_behind_the_whole_reply()
    {
        _reader.Run("GET a");
        _reader.Run("MULTI");
        _reader.Run("SET a 1");
        _reader.Run("GET a");
        _reader.Run("SET b 2");
        _reader.Run("INCR a");
        _reader.Run("EXEC").ShouldBe(["*4", "+OK", "$1", "1", "+OK", ":2", .. Stale("a"), .. Stale("a")]);
    }

    [Fact]
    public void Others_are_told_of_a_transaction_and_what_it_read_is_remembered()
    {
        TestClient other = Resp3(_engine);
        other.Run("CLIENT TRACKING ON");
        other.Run("GET a");
        _reader.Run("MULTI");
        _reader.Run("GET b");
        _reader.Run("SET a 1");
        _reader.Run("EXEC");
        other.Receive().ShouldBe(Stale("a"));
        _writer.Run("SET b 1");
        _reader.Receive().ShouldBe(Stale("b"));
    }

    [Fact]
    public void Replies_that_are_switched_off_do_not_hold_invalidations_back()
    {
        _reader.Run("GET a");
        _reader.Run("CLIENT REPLY OFF").ShouldBe();
        _reader.Run("SET a 1").ShouldBe(Stale("a"));
        _reader.Run("GET a").ShouldBe();
        _writer.Run("SET a 1");
        _reader.Receive().ShouldBe(Stale("a"));
    }

    [Fact]
    public void Switching_replies_off_in_a_transaction_keeps_replies_and_messages_apart()
    {
        _reader.Run("GET a");
        _reader.Send("PING\r\nMULTI\r\nSET a 1\r\nCLIENT REPLY OFF\r\nEXEC\r\n"u8)
            .ShouldBe(["+PONG", "+OK", "+QUEUED", "+QUEUED", "*2", "+OK", .. Stale("a")]);
    }

    [Fact]
    public void Opting_in_holds_for_one_command_or_transaction()
    {
        _reader.Run("CLIENT TRACKING ON OPTIN");
        _reader.Run("GET a");
        _reader.Run("CLIENT CACHING YES").ShouldBe("+OK");
        _reader.Run("CLIENT TRACKINGINFO").ShouldBe("%3", "$5", "flags", "~3", "$2", "on", "$5", "optin", "$11", "caching-yes", "$8", "redirect", ":0", "$8", "prefixes", "*0");
        _reader.Run("GET b");
        _reader.Run("GET c");
        _writer.Run("MSET a 1 b 1 c 1");
        _reader.Receive().ShouldBe(Stale("b"));

        _reader.Run("CLIENT CACHING YES");
        _reader.Run("MULTI");
        _reader.Run("GET a");
        _reader.Run("GET b");
        _reader.Run("EXEC");
        _reader.Run("GET c");
        _writer.Run("MSET a 1 b 1 c 1");
        _reader.Receive().ShouldBe([.. Stale("a"), .. Stale("b")]);

        _reader.Run("CLIENT CACHING YES");
        _reader.Run("GET");
        _reader.Run("GET a");
        _reader.Run("CLIENT CACHING YES");
        _reader.Run("NOSUCH");
        _reader.Run("GET a");
        _writer.Run("SET a 1");
        _reader.Receive().ShouldBe();
    }

    [Fact]
    public void Opting_out_holds_for_one_command()
    {
        _reader.Run("CLIENT TRACKING ON OPTOUT");
        _reader.Run("CLIENT CACHING NO").ShouldBe("+OK");
        _reader.Run("GET a");
        _reader.Run("GET b");
        _writer.Run("MSET a 1 b 1");
        _reader.Receive().ShouldBe(Stale("b"));
    }

    [Fact]
    public void A_flush_is_one_message_for_everything()
    {
        _reader.Run("MGET a b");
        _writer.Run("FLUSHALL");
        _reader.Receive().ShouldBe(StaleAll);
        _reader.Run("FLUSHDB").ShouldBe(["+OK", .. StaleAll]);
        Info("tracking_total_keys").ShouldBe("0");
        _reader.Run("GET a");
        _reader.Run("MULTI");
        _reader.Run("FLUSHALL");
        _reader.Run("FLUSHDB");
        _reader.Run("EXEC").ShouldBe(["*2", "+OK", "+OK", .. StaleAll, .. StaleAll]);
        _writer.Run("SET a 1");
        _reader.Receive().ShouldBe();
    }

    [Fact]
    public void Names_are_the_same_key_in_all_databases()
    {
        _reader.Run("GET a");
        _writer.Run("SELECT 3");
        _writer.Run("SET a 1");
        _reader.Receive().ShouldBe(Stale("a"));
    }

    [Fact]
    public void Messages_go_to_the_client_that_was_chosen()
    {
        TestClient target = Resp3(_engine);
        _reader.Run($"CLIENT TRACKING ON REDIRECT {target.Session.Id}").ShouldBe("+OK");
        _reader.Run("CLIENT GETREDIR").ShouldBe($":{target.Session.Id}");
        _reader.Run("MGET a b");
        _writer.Run("SET a 1");
        target.Receive().ShouldBe(Stale("a"));
        _reader.Receive().ShouldBe();

        target.Session.OnDisconnected();
        _writer.Run("SET b 1");
        _reader.Receive().ShouldBe(">2", "$21", "tracking-redir-broken", $":{target.Session.Id}");
        _reader.Run("CLIENT TRACKINGINFO").Text.ShouldContain("broken_redirect");
        _reader.Run("CLIENT LIST").Text.ShouldContain(" flags=tR ");
    }

    [Fact]
    public void A_target_of_the_older_protocol_gets_messages_while_it_is_subscribed()
    {
        TestClient target = _engine.Connect();
        _reader.Run($"CLIENT TRACKING ON REDIRECT {target.Session.Id}");
        _reader.Run("MGET a b");
        _writer.Run("SET a 1");
        target.Receive().ShouldBe();
        target.Run("SUBSCRIBE __redis__:invalidate");
        _writer.Run("SET b 1");
        target.Receive().ShouldBe("*3", "$7", "message", "$20", "__redis__:invalidate", "*1", "$1", "b");
        _writer.Run("FLUSHALL");
        target.Receive().ShouldBe("*3", "$7", "message", "$20", "__redis__:invalidate", "$-1");
    }

    [Fact]
    public void One_message_reaches_receivers_of_both_protocols()
    {
        TestClient second = Resp3(_engine);
        TestClient target = _engine.Connect();
        target.Run("SUBSCRIBE __redis__:invalidate");
        second.Run($"CLIENT TRACKING ON REDIRECT {target.Session.Id}");
        TestClient third = Resp3(_engine);
        third.Run("CLIENT TRACKING ON");
        foreach (TestClient client in new[] { _reader, second, third })
        {
            client.Run("GET a");
        }

        _writer.Run("SET a 1");
        _reader.Receive().ShouldBe(Stale("a"));
        target.Receive().ShouldBe("*3", "$7", "message", "$20", "__redis__:invalidate", "*1", "$1", "a");
        third.Receive().ShouldBe(Stale("a"));
    }

    [Fact]
    public void A_client_that_stops_or_goes_is_not_told()
    {
        _reader.Run("GET a");
        _reader.Run("CLIENT TRACKING OFF").ShouldBe("+OK");
        _writer.Run("SET a 1");
        _reader.Receive().ShouldBe();

        _reader.Run("CLIENT TRACKING ON");
        _reader.Run("GET a");
        _reader.Run("RESET");
        _reader.Run("HELLO 3");
        _reader.Run("CLIENT GETREDIR").ShouldBe(":-1");
        _writer.Run("SET a 1");
        _reader.Receive().ShouldBe();
        Info("tracking_clients").ShouldBe("0");
    }

    [Fact]
    public void What_was_read_before_a_break_is_still_told_after_it()
    {
        _reader.Run("GET a");
        _reader.Run("CLIENT TRACKING OFF");
        _reader.Run("CLIENT TRACKING ON");
        _writer.Run("SET a 1");
        _reader.Receive().ShouldBe(Stale("a"));
    }

    [Fact]
    public void The_write_door_has_nothing_to_tell_once_nobody_tracks()
    {
        _reader.Run("GET a");
        _reader.Run("CLIENT TRACKING OFF");
        Info("tracking_total_keys").ShouldBe("1");
        _reader.Session.OnDisconnected();
        Info("tracking_total_keys").ShouldBe("0");
        Info("tracking_total_items").ShouldBe("0");
    }

    [Fact]
    public void Blocked_readers_are_remembered_when_they_begin_to_wait()
    {
        _reader.Run("XREAD BLOCK 0 STREAMS s $").ShouldBe();
        _writer.Run("XADD s 1-1 f v");
        _reader.Receive().ShouldBe([.. Stale("s"), "%1", "$1", "s", "*1", "*2", "$3", "1-1", "*2", "$1", "f", "$1", "v"]);
        _writer.Run("XADD s 1-2 f v");
        _reader.Receive().ShouldBe();
    }

    [Fact]
    public void A_client_is_told_of_what_the_client_that_it_serves_has_changed()
    {
        TestClient blocked = Resp3(_engine);
        blocked.Run("BLMOVE from to LEFT LEFT 0");
        _reader.Run("LRANGE to 0 -1");
        _reader.Run("RPUSH from x").ShouldBe([":1", .. Stale("to")]);
    }

    [Fact]
    public void The_number_of_keys_is_limited()
    {
        using TestEngine engine = new(options => options.Set("tracking-table-max-keys", "10"));
        TestClient reader = Resp3(engine);
        reader.Run("CLIENT TRACKING ON");
        var told = new List<string>();
        for (int i = 0; i < 50; i++)
        {
            string[] lines = reader.Run($"GET key{i}").Text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
            if (i < 10)
            {
                Assert.Single(lines);
            }
            else
            {
                Assert.Equal(7, lines.Length);
                told.Add(lines[6]);
            }
        }

        Assert.Equal(40, told.Distinct().Count());
        Assert.Equal(10, engine.Engine.Invalidations.KeyCount);
        engine.Run("CONFIG SET tracking-table-max-keys 3").ShouldBe("+OK");
        engine.Turn();
        Assert.Equal(3, engine.Engine.Invalidations.KeyCount);
        reader.Run("MGET " + string.Join(' ', Enumerable.Range(0, 1000).Select(i => $"more{i}")));
        Assert.Equal(3, engine.Engine.Invalidations.KeyCount);
        Assert.Equal(3, engine.Engine.Invalidations.ItemCount);
    }

    public void Dispose() => _engine.Dispose();

    internal static readonly string[] StaleAll = [">2", "$10", "invalidate", "_"];

    internal static TestClient Resp3(TestEngine engine)
    {
        TestClient client = engine.Connect();
        client.Run("HELLO 3");
        return client;
    }

    internal static string[] Stale(params string[] keys) =>
        [">2", "$10", "invalidate", $"*{keys.Length}", .. keys.SelectMany(key => new[] { $"${key.Length}", key })];

    private string Info(string field) =>
        _writer.Run("INFO everything").Text.Split("\r\n").Single(line => line.StartsWith(field + ":", StringComparison.Ordinal))[(field.Length + 1)..];
}

internal static class TextAssertions
{
    public static void ShouldBe(this string actual, string expected) => Assert.Equal(expected, actual);

    public static void ShouldContain(this string actual, string expected) => Assert.Contains(expected, actual, StringComparison.Ordinal);
}
