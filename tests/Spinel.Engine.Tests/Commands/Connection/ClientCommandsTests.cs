namespace Spinel.Engine.Tests.Commands.Connection;

public sealed class ClientCommandsTests : IDisposable
{
    private readonly TestEngine _engine = new();

    public void Dispose() => _engine.Dispose();

    [Theory]
    [InlineData("CLIENT", "-ERR wrong number of arguments for 'client' command")]
    [InlineData("CLIENT FOO", "-ERR unknown subcommand 'FOO'. Try CLIENT HELP.")]
    [InlineData("CLIENT ID x", "-ERR wrong number of arguments for 'client|id' command")]
    [InlineData("CLIENT SETNAME \"a b\"", "-ERR Client names cannot contain spaces, newlines or special characters.")]
    [InlineData("CLIENT SETINFO foo x", "-ERR Unrecognized option 'foo'")]
    [InlineData("CLIENT SETINFO lib-name \"a b\"", "-ERR lib-name cannot contain spaces, newlines or special characters.")]
    [InlineData("CLIENT LIST FOO", "-ERR syntax error")]
    [InlineData("CLIENT LIST TYPE", "-ERR syntax error")]
    [InlineData("CLIENT LIST ID", "-ERR syntax error")]
    [InlineData("CLIENT LIST TYPE normal x", "-ERR syntax error")]
    [InlineData("CLIENT LIST TYPE foo", "-ERR Unknown client type 'foo'")]
    [InlineData("CLIENT LIST ID 1 a", "-ERR Invalid client ID")]
    [InlineData("CLIENT NO-EVICT foo", "-ERR syntax error")]
    [InlineData("CLIENT NO-EVICT on", "+OK")]
    [InlineData("CLIENT REPLY foo", "-ERR syntax error")]
    [InlineData("CLIENT REPLY on", "+OK")]
    [InlineData("CLIENT PAUSE a", "-ERR timeout is not an integer or out of range")]
    [InlineData("CLIENT PAUSE -1", "-ERR timeout is negative")]
    [InlineData("CLIENT PAUSE a foo", "-ERR CLIENT PAUSE mode must be WRITE or ALL")]
    [InlineData("CLIENT PAUSE 1 WRITE x", "-ERR unknown subcommand or wrong number of arguments for 'PAUSE'. Try CLIENT HELP.")]
    [InlineData("CLIENT PAUSE 0", "+OK")]
    [InlineData("CLIENT PAUSE 9223372036854775807", "+OK")]
    [InlineData("CLIENT UNPAUSE", "+OK")]
    [InlineData("CLIENT UNBLOCK a", "-ERR value is not an integer or out of range")]
    [InlineData("CLIENT UNBLOCK a FOO", "-ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR")]
    [InlineData("CLIENT UNBLOCK 1 ERROR x", "-ERR unknown subcommand or wrong number of arguments for 'UNBLOCK'. Try CLIENT HELP.")]
    [InlineData("CLIENT UNBLOCK 1 TIMEOUT", ":0")]
    [InlineData("CLIENT GETREDIR", ":-1")]
    [InlineData("CLIENT KILL 1.2.3.4:5", "-ERR No such client")]
    [InlineData("CLIENT KILL ID", "-ERR No such client")]
    [InlineData("CLIENT KILL ID 0", "-ERR client-id should be greater than 0")]
    [InlineData("CLIENT KILL ID a", "-ERR client-id should be greater than 0")]
    [InlineData("CLIENT KILL ID 99", ":0")]
    [InlineData("CLIENT KILL TYPE foo", "-ERR Unknown client type 'foo'")]
    [InlineData("CLIENT KILL USER foo", "-ERR No such user 'foo'")]
    [InlineData("CLIENT KILL USER default TYPE pubsub", ":0")]
    [InlineData("CLIENT KILL SKIPME maybe", "-ERR syntax error")]
    [InlineData("CLIENT KILL ADDR a:1 FOO", "-ERR syntax error")]
    [InlineData("CLIENT KILL MAXAGE a", "-ERR maxage is not an integer or out of range")]
    [InlineData("CLIENT KILL MAXAGE 0", "-ERR maxage should be greater than 0")]
    public void Replies(string line, string reply) => _engine.Run(line).ShouldBe(reply);

    [Fact]
    public void AnEmptyNameIsNone()
    {
        _engine.Run("CLIENT SETNAME abc").ShouldBe("+OK");
        _engine.Run("CLIENT GETNAME").ShouldBe("$3", "abc");
        _engine.Run("CLIENT SETNAME \"\"").ShouldBe("+OK");
        _engine.Run("CLIENT GETNAME").ShouldBe("$-1");
    }

    [Fact]
    public void TrackingIsOff()
    {
        _engine.Run("CLIENT TRACKINGINFO").ShouldBe("*6", "$5", "flags", "*1", "$3", "off", "$8", "redirect", ":-1", "$8", "prefixes", "*0");
    }

    [Fact]
    public void InfoShowsWhatTheConnectionIs()
    {
        _engine.Run("CLIENT SETNAME me");
        _engine.Run("CLIENT SETINFO LIB-NAME lib");
        _engine.Run("CLIENT SETINFO lib-ver 1.2");
        _engine.Turn(5_000);
        string line = _engine.Run("CLIENT INFO").Text;
        Assert.Contains("\r\nid=1 addr=127.0.0.1:50000 laddr=127.0.0.1:6379 fd=-1 name=me age=5 idle=0 flags=N db=0 ", line, StringComparison.Ordinal);
        Assert.Contains(" cmd=client|info user=default redir=-1 resp=2 lib-name=lib lib-ver=1.2\n\r\n", line, StringComparison.Ordinal);
    }

    [Fact]
    public void ListShowsEachConnectionInTheOrderOfTheirComing()
    {
        _ = _engine.Client;
        TestClient other = _engine.Connect();
        string[] ids = Ids(_engine.Run("CLIENT LIST"));
        Assert.Equal(["1", "2"], ids);
        Assert.Equal([other.Session.Id.ToString()], Ids(_engine.Run($"CLIENT LIST ID {other.Session.Id} 99 0")));
        Assert.Equal(2, Ids(_engine.Run("CLIENT LIST TYPE normal")).Length);
        _engine.Run("CLIENT LIST TYPE replica").ShouldBe("$0", "");
    }

    [Fact]
    public void KillByIdClosesTheOther()
    {
        TestClient other = _engine.Connect();
        _engine.Run($"CLIENT KILL ID {other.Session.Id}").ShouldBe(":1");
        Assert.True(other.Session.IsClosed);
        Assert.False(_engine.Client.Session.IsClosed);
    }

    [Fact]
    public void KillSparesTheCallerUnlessToldOtherwise()
    {
        _engine.Run("CLIENT KILL TYPE normal").ShouldBe(":0");
        _engine.Run("CLIENT KILL TYPE normal SKIPME no").ShouldBe(":1");
        Assert.True(_engine.Client.Session.CloseAfterReply);
    }

    [Fact]
    public void KillByAddressAloneDoesNotSpareTheCaller()
    {
        _engine.Run("CLIENT KILL 127.0.0.1:50000").ShouldBe("+OK");
        Assert.True(_engine.Client.Session.CloseAfterReply);
    }

    [Fact]
    public void MaxAgeSparesTheYoung()
    {
        TestClient old = _engine.Connect();
        _engine.Turn(10_000);
        TestClient young = _engine.Connect();
        _engine.Run("CLIENT KILL MAXAGE 10").ShouldBe(":1");
        Assert.True(old.Session.IsClosed);
        Assert.False(young.Session.IsClosed);
    }

    [Fact]
    public void ReplySkipSwallowsOneReply()
    {
        _engine.Run("CLIENT REPLY SKIP").ShouldBe();
        _engine.Run("PING").ShouldBe();
        _engine.Run("PING").ShouldBe("+PONG");
    }

    [Fact]
    public void ReplyOffSwallowsAllUntilOn()
    {
        _engine.Run("CLIENT REPLY OFF").ShouldBe();
        _engine.Run("PING").ShouldBe();
        _engine.Run("CLIENT REPLY SKIP").ShouldBe();
        _engine.Run("PING").ShouldBe();
        _engine.Run("CLIENT REPLY ON").ShouldBe("+OK");
        _engine.Run("PING").ShouldBe("+PONG");
    }

    [Fact]
    public void PausedWritesRunWhenThePauseEnds()
    {
        TestClient writer = _engine.Connect();
        _engine.Run("CLIENT PAUSE 1000 WRITE").ShouldBe("+OK");
        writer.Run("SET a 1").ShouldBe();
        _engine.Run("GET a").ShouldBe("$-1");
        Assert.Contains("blocked_clients:1\r\n", _engine.Run("INFO clients").Text, StringComparison.Ordinal);
        _engine.Turn(1_000);
        _engine.Turn();
        writer.Receive();
        _engine.Run("GET a").ShouldBe("$1", "1");
    }

    [Fact]
    public void HelpNamesEachSubcommand()
    {
        string help = _engine.Run("CLIENT HELP").Text;
        Assert.Contains("+NO-TOUCH", help, StringComparison.Ordinal);
        Assert.Contains("+KILL", help, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadsOfAClientThatTouchesNothingLeaveTheClock()
    {
        _engine.Run("SET a 1");
        _engine.Run("CLIENT NO-TOUCH ON").ShouldBe("+OK");
        _engine.Turn(9_000);
        _engine.Run("GET a");
        _engine.Run("OBJECT IDLETIME a").ShouldBe(":9");
    }

    private static string[] Ids(Reply reply) =>
        [.. reply.Text.Split('\n').Where(line => line.StartsWith("id=", StringComparison.Ordinal)).Select(line => line[3..line.IndexOf(' ', StringComparison.Ordinal)])];

    [Theory]
    [InlineData("ID 3 2 3", "3 2 3")]
    [InlineData("ID 3 2 TYPE normal", "2 3")]
    [InlineData("NOT-ID 2", "1 3 4")]
    [InlineData("NAME worker", "2 3")]
    [InlineData("NAME worker NOT-ID 2", "3")]
    [InlineData("NOT-NAME worker", "1 4")]
    [InlineData("LIB-NAME jedis", "3")]
    [InlineData("NOT-LIB-NAME jedis LIB-VER \"\"", "1 2 4")]
    [InlineData("DB 5", "2")]
    [InlineData("NOT-DB 5 SKIPME yes", "3 4")]
    [InlineData("FLAGS b", "4")]
    [InlineData("FLAGS N", "1 2 3")]
    [InlineData("MAXAGE 50", "1 2")]
    [InlineData("IDLE 50", "2")]
    [InlineData("IP 127.0.0.1 ADDR 127.0.0.1:50000 LADDR 127.0.0.1:6379 USER default", "1 2 3 4")]
    [InlineData("NOT-IP 127.0.0.1", "")]
    [InlineData("CAPA r", "")]
    public void ListShowsThoseWhoMeetAllConditions(string conditions, string ids)
    {
        _ = _engine.Client;
        TestClient second = _engine.Connect();
        second.Run("CLIENT SETNAME worker");
        second.Run("SELECT 5");
        _engine.Turn(60_000);
        TestClient third = _engine.Connect();
        third.Run("CLIENT SETNAME worker");
        third.Run("CLIENT SETINFO LIB-NAME jedis");
        _engine.Connect().Run("BLPOP list 0");

        Assert.Equal(ids, string.Join(' ', Ids(_engine.Run("CLIENT LIST " + conditions))));
    }

    [Theory]
    [InlineData("CLIENT LIST MAXAGE x", "-ERR maxage is not an integer or out of range")]
    [InlineData("CLIENT LIST DB 16", "-ERR DB number should be between 0 and the number of databases")]
    [InlineData("CLIENT LIST NOT-SKIPME yes", "-ERR syntax error")]
    [InlineData("CLIENT LIST NOT-MAXAGE 1", "-ERR syntax error")]
    [InlineData("CLIENT LIST IDLE 0", "-ERR idle should be greater than 0")]
    [InlineData("CLIENT LIST ID 1 TYPE foo", "-ERR Unknown client type 'foo'")]
    public void ConditionsAreChecked(string line, string reply) => _engine.Run(line).ShouldBe(reply);

    [Fact]
    public void KillTakesSeveralIdentifiers()
    {
        TestClient[] others = [_engine.Connect(), _engine.Connect(), _engine.Connect()];
        _engine.Run($"CLIENT KILL ID {others[0].Session.Id} {others[2].Session.Id}").ShouldBe(":2");
        Assert.Equal([true, false, true], others.Select(static other => other.Session.IsClosed));
    }

    [Fact]
    public void InfoShowsTheRequestThatRunsAndThatWhichWaits()
    {
        string own = _engine.Run("CLIENT INFO").Text;
        Assert.Contains(" multi=-1 qbuf=26 qbuf-free=0 argv-mem=10 multi-mem=0 rbs=0 rbp=0 obl=0 oll=0 omem=0 tot-mem=512 events=r ", own, StringComparison.Ordinal);

        TestClient waiting = _engine.Connect();
        waiting.Run("BLPOP list 0");
        string other = _engine.Run($"CLIENT LIST ID {waiting.Session.Id}").Text;
        Assert.Contains(" flags=b ", other, StringComparison.Ordinal);
        Assert.Contains(" qbuf=32 ", other, StringComparison.Ordinal);
        Assert.Contains(" argv-mem=10 ", other, StringComparison.Ordinal);
    }

    [Fact]
    public void APauseOfAllCommandsIsNotEndedByOne()
    {
        TestClient other = _engine.Connect();
        _engine.Run("CLIENT PAUSE 1000 ALL").ShouldBe("+OK");
        other.Run("CLIENT UNPAUSE").ShouldBe();
        _engine.Run("CLIENT PAUSE 10 ALL").ShouldBe();
        _engine.Turn(1001);
        _engine.Engine.Mailbox.Drain();
        other.Receive().ShouldBe("+OK");
    }

    [Fact]
    public void ExpiredKeysStayThroughAPauseButAreNotSeen()
    {
        _engine.Run("SET k v PX 10");
        _engine.Run("HSET other f v");
        _engine.Run("CLIENT PAUSE 1000 WRITE");
        _engine.TakeEffects();
        _engine.Turn(500);

        _engine.Run("GET k").ShouldBe("$-1");
        _engine.Run("EXISTS k").ShouldBe(":0");
        _engine.Run("KEYS *").ShouldBe("*1", "$5", "other");
        _engine.Run("SCAN 0").ShouldBe("*2", "$1", "0", "*1", "$5", "other");
        _engine.Run("DBSIZE").ShouldBe(":2");
        _engine.TakeEffects().ShouldBe();

        _engine.Turn(600);
        _engine.Turn(200);
        _engine.Run("DBSIZE").ShouldBe(":1");
        _engine.TakeEffects().ShouldBe("0 DEL k");
    }

    [Fact]
    public void RandomKeyEndsWhereOnlyExpiredKeysAre()
    {
        _engine.Run("SET k v PX 10");
        _engine.Run("CLIENT PAUSE 1000 WRITE");
        _engine.Turn(500);
        _engine.Run("RANDOMKEY").ShouldBe("$1", "k");
    }
}
