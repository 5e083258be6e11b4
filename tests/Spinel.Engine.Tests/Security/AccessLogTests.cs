namespace Spinel.Engine.Tests.Security;

/// <summary>ACL LOG.</summary>
public sealed class AccessLogTests : IDisposable
{
    private readonly TestEngine _engine = new();
    private readonly TestClient _client;

    public AccessLogTests()
    {
        _engine.Run("ACL SETUSER u on >p +@all -get ~a*").ShouldBe("+OK");
        _client = _engine.Connect();
        _client.Run("AUTH u p").ShouldBe("+OK");
    }

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void Refusals_are_noted_with_their_reason()
    {
        _client.Run("get a");
        _client.Run("SET b 1");
        _client.Run("hello 2 AUTH nobody x");
        _client.Run("MULTI");
        _client.Run("SET c 1");
        Assert.Equal(
            ["1 key multi c u", "1 auth toplevel hello nobody", "1 key toplevel b u", "1 command toplevel get u"], Entries());
        string text = _engine.Run("INFO stats").Text;
        Assert.Contains("acl_access_denied_auth:1\r\nacl_access_denied_cmd:1\r\nacl_access_denied_key:2\r\nacl_access_denied_channel:0\r\n", text, StringComparison.Ordinal);
        _engine.Run("ACL LOG RESET").ShouldBe("+OK");
        Assert.Empty(Entries());
    }

    [Fact]
    public void The_same_again_is_counted()
    {
        _client.Run("GET a");
        _client.Run("SET b 1");
        _engine.Time.Advance(60_000);
        _client.Run("GET a");
        Assert.Equal(["2 command toplevel get u", "1 key toplevel b u"], Entries());
        _engine.Time.Advance(60_001);
        _client.Run("GET a");
        Assert.Equal(["1 command toplevel get u", "2 command toplevel get u", "1 key toplevel b u"], Entries());
    }

    [Fact]
    public void What_lies_far_back_is_not_counted_again()
    {
        _client.Run("SET b 1");
        for (int i = 0; i < 10; i++)
        {
            _client.Run($"SET x{i} 1");
        }

        _client.Run("SET b 1");
        Assert.Equal("1 key toplevel b u", Entries("20")[0]);
    }

    [Fact]
    public void Old_entries_make_room()
    {
        _engine.Run("CONFIG SET acllog-max-len 2").ShouldBe("+OK");
        for (int i = 0; i < 5; i++)
        {
            _client.Run($"SET x{i} 1");
        }

        Assert.Equal(["1 key toplevel x4 u", "1 key toplevel x3 u"], Entries());
        Assert.Equal(["1 key toplevel x4 u"], Entries("1"));
        _engine.Run("CONFIG SET acllog-max-len 0").ShouldBe("+OK");
        _client.Run("SET y 1");
        Assert.Empty(Entries());
    }

    /// <summary>Count, reason, context, object and user of each entry.</summary>
    private string[] Entries(string count = "10")
    {
        string[] lines = _engine.Run("ACL LOG " + count).Text.Split("\r\n");
        List<string> entries = [];
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i] == "count")
            {
                entries.Add($"{lines[i + 1][1..]} {lines[i + 5]} {lines[i + 9]} {lines[i + 13]} {lines[i + 17]}");
            }
        }

        return [.. entries];
    }
}
