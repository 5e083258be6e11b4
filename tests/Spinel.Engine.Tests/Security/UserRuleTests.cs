namespace Spinel.Engine.Tests.Security;

/// <summary>ACL SETUSER, and how users are shown.</summary>
public sealed class UserRuleTests : IDisposable
{
    private const string HashOfP = "148de9c5a7a44d19e56cd9ae1a554bf67847afb0c58f6e12fa29ac7ddfca9940";
    private readonly TestEngine _engine = new();

    public void Dispose() => _engine.Dispose();

    [Theory]
    [InlineData("", "off resetchannels -@all")]
    [InlineData("on >p", $"on #{HashOfP} resetchannels -@all")]
    [InlineData($"#{HashOfP} >p", $"off #{HashOfP} resetchannels -@all")]
    [InlineData(">p nopass", "off nopass resetchannels -@all")]
    [InlineData("nopass >p", $"off #{HashOfP} resetchannels -@all")]
    [InlineData(">p <p", "off resetchannels -@all")]
    [InlineData($">p !{HashOfP}", "off resetchannels -@all")]
    [InlineData(">p resetpass", "off resetchannels -@all")]
    [InlineData("sanitize-payload", "off sanitize-payload resetchannels -@all")]
    [InlineData("nopass skip-sanitize-payload", "off nopass skip-sanitize-payload resetchannels -@all")]
    [InlineData("on nopass ~a +get reset", "off sanitize-payload resetchannels -@all")]
    [InlineData("allkeys allchannels allcommands", "off ~* &* +@all")]
    [InlineData("~* &* +@ALL", "off ~* &* +@all")]
    [InlineData("~a %R~b %rw~c %w~d ~a", "off ~a %R~b ~c %W~d resetchannels -@all")]
    [InlineData("%R~a %W~a", "off ~a resetchannels -@all")]
    [InlineData("%RW~*", "off ~* resetchannels -@all")]
    [InlineData("~a %RW~* ~b", "off ~a %RW~* ~b resetchannels -@all")]
    [InlineData("~* resetkeys ~a", "off ~a resetchannels -@all")]
    [InlineData("&a &b &a", "off resetchannels &a &b -@all")]
    [InlineData("&* resetchannels", "off resetchannels -@all")]
    [InlineData("+GET +Set", "off resetchannels -@all +get +set")]
    [InlineData("+@all -get -set", "off resetchannels +@all -get -set")]
    [InlineData("+get -get", "off resetchannels -@all")]
    [InlineData("+@all -get +get", "off resetchannels +@all")]
    [InlineData("-get", "off resetchannels -@all")]
    [InlineData("+@all +get", "off resetchannels +@all")]
    [InlineData("+@read -get +@write", "off resetchannels -@all +@read -get +@write")]
    [InlineData("+@read -get +@read", "off resetchannels -@all +@read")]
    [InlineData("+@read -@read", "off resetchannels -@all")]
    [InlineData("+@read +get", "off resetchannels -@all +@read")]
    [InlineData("+client -client|kill", "off resetchannels -@all +client -client|kill")]
    [InlineData("+client|id +client", "off resetchannels -@all +client")]
    [InlineData("+client|id -client", "off resetchannels -@all")]
    [InlineData("+select|0 +select|1", "off resetchannels -@all +select|0 +select|1")]
    [InlineData("+select|0 +select", "off resetchannels -@all +select")]
    [InlineData("+select|0 -select", "off resetchannels -@all")]
    [InlineData("+select +select|0", "off resetchannels -@all +select")]
    [InlineData("+select|0 +@all nocommands", "off resetchannels -@all")]
    [InlineData("(~a +get)", "off resetchannels -@all (~a resetchannels -@all +get)")]
    [InlineData("(~a +get ) ()", "off resetchannels -@all (~a resetchannels -@all +get) (resetchannels -@all)")]
    [InlineData("(~a +get) clearselectors +get", "off resetchannels -@all +get")]
    public void Rules_make_a_user(string rules, string description)
    {
        _engine.Run("ACL SETUSER u " + rules).ShouldBe("+OK");
        Assert.Equal("user u " + description, Line("u"));
    }

    [Theory]
    [InlineData("bogus", "Syntax error")]
    [InlineData("+nosuch", "Unknown command or category name in ACL")]
    [InlineData("+", "Unknown command or category name in ACL")]
    [InlineData("-@nosuch", "Unknown command or category name in ACL")]
    [InlineData("+client|nosuch", "Unknown command or category name in ACL")]
    [InlineData("+select|0|1", "Unknown command or category name in ACL")]
    [InlineData("-select|0", "Unknown command or category name in ACL")]
    [InlineData("+get|", "Syntax error")]
    [InlineData("+client|id|x", "Allowing first-arg of a subcommand is not supported")]
    [InlineData("%~a", "Syntax error")]
    [InlineData("%RR~a", "Syntax error")]
    [InlineData("%", "Syntax error")]
    [InlineData(")", "Syntax error")]
    [InlineData("(on)", "Syntax error")]
    [InlineData("(>p)", "Syntax error")]
    [InlineData("<p", "The password you are trying to remove from the user does not exist")]
    [InlineData("#zz", "The password hash must be exactly 64 characters and contain only lowercase hexadecimal characters")]
    public void A_wrong_rule_changes_nothing(string rule, string reason)
    {
        _engine.Run("ACL SETUSER u on ~a").ShouldBe("+OK");
        _engine.Run("ACL SETUSER u +get " + rule + " off").ShouldBe($"-ERR Error in ACL SETUSER modifier '{rule}': {reason}");
        Assert.Equal("user u on ~a resetchannels -@all", Line("u"));
    }

    [Fact]
    public void A_pattern_behind_everything_is_a_mistake()
    {
        Assert.Contains("Try 'resetkeys' to start", _engine.Run("ACL SETUSER u ~* ~a").Text, StringComparison.Ordinal);
        Assert.Contains("Try 'resetchannels' to start", _engine.Run("ACL SETUSER u &* &a").Text, StringComparison.Ordinal);
        _engine.Run("ACL GETUSER u").ShouldBe("$-1");
    }

    [Fact]
    public void Parentheses_must_match()
    {
        _engine.Run("ACL SETUSER u (~a +get").ShouldBe("-ERR Unmatched parenthesis in acl selector starting at '(~a'.");
        _engine.Call("ACL", "SETUSER", "u", "(~a", "(+get)", ")").ShouldBe("-ERR Error in ACL SETUSER modifier '(~a (+get)': Syntax error");
    }

    [Fact]
    public void Names_hold_no_blanks()
    {
        foreach (string name in (string[])["a b", "a\tb", "a\0b"])
        {
            _engine.Call("ACL", "SETUSER", name, "on").ShouldBe("-ERR Usernames can't contain spaces or null characters");
        }
    }

    [Fact]
    public void Details_of_a_user()
    {
        _engine.Run("ACL SETUSER u on >p ~a %R~b &c +get (%W~d +set)").ShouldBe("+OK");
        _engine.Run("HELLO 3");
        _engine.Run("ACL GETUSER u").ShouldBe(
            "%6", "$5", "flags", "~1", "$2", "on", "$9", "passwords", "*1", "$64", HashOfP, "$8", "commands", "$10", "-@all +get",
            "$4", "keys", "$7", "~a %R~b", "$8", "channels", "$2", "&c", "$9", "selectors",
            "*1", "%3", "$8", "commands", "$10", "-@all +set", "$4", "keys", "$4", "%W~d", "$8", "channels", "$0", "");
        _engine.Run("ACL GETUSER nobody").ShouldBe("_");
    }

    [Fact]
    public void New_users_may_be_given_all_channels()
    {
        _engine.Run("CONFIG SET acl-pubsub-default allchannels").ShouldBe("+OK");
        _engine.Run("ACL SETUSER u (+get)").ShouldBe("+OK");
        Assert.Equal("user u off &* -@all (&* -@all +get)", Line("u"));
    }

    [Fact]
    public void Users_are_listed_by_name_and_deleted()
    {
        _engine.Run("ACL SETUSER zoe").ShouldBe("+OK");
        _engine.Run("ACL SETUSER adam").ShouldBe("+OK");
        Assert.Equal(["adam", "default", "zoe"], _engine.Run("ACL USERS").Elements());
        _engine.Run("ACL DELUSER zoe default").ShouldBe("-ERR The 'default' user cannot be removed");
        _engine.Run("ACL DELUSER zoe nobody adam zoe").ShouldBe(":2");
        Assert.Equal(["user default on nopass ~* &* +@all"], _engine.Run("ACL LIST").Elements());
    }

    private string Line(string name) =>
        _engine.Run("ACL LIST").Elements().Single(line => line.StartsWith($"user {name} ", StringComparison.Ordinal));
}
