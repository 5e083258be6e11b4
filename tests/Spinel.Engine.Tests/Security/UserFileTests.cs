using Spinel.Engine.Security;

namespace Spinel.Engine.Tests.Security;

/// <summary>Users in files: <c>aclfile</c>, and <c>user</c> lines of a configuration.</summary>
public sealed class UserFileTests : IDisposable
{
    private const string NothingChanged = "WARNING: ACL errors detected, no change to the previously active ACL rules was performed";
    private readonly string _directory = Directory.CreateTempSubdirectory("spinel-users").FullName;

    private string Path => System.IO.Path.Combine(_directory, "users.acl");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Users_survive_a_restart()
    {
        File.WriteAllText(Path, "\n  user a on   >p +get ~x (+set ~y)\r\nuser b on nopass +@all\n");
        string[] users;
        using (TestEngine engine = Start())
        {
            users = engine.Run("ACL LIST").Elements();
            Assert.Equal(
                "user a on #148de9c5a7a44d19e56cd9ae1a554bf67847afb0c58f6e12fa29ac7ddfca9940 ~x resetchannels -@all +get (~y resetchannels -@all +set)", users[0]);
            Assert.Equal("user default on nopass ~* &* +@all", users[2]);
            engine.Run("ACL SETUSER c on -@all").ShouldBe("+OK");
            engine.Run("ACL SAVE").ShouldBe("+OK");
            users = engine.Run("ACL LIST").Elements();
        }

        Assert.Equal(string.Concat(users.Select(line => line + "\n")), File.ReadAllText(Path));
        using TestEngine again = Start();
        Assert.Equal(users, again.Run("ACL LIST").Elements());
    }

    [Fact]
    public void A_damaged_file_is_refused_whole()
    {
        File.WriteAllText(Path, "user a on\n");
        using TestEngine engine = Start();
        File.WriteAllText(Path, "user b on\n# no comments\nuser\nuser c bogus worse +nosuch\nuser b off\nuser d (+get\nuser e\ton\n");
        engine.Run("ACL LOAD").ShouldBe(
            "-ERR users.acl:2 should start with user keyword followed by the username. users.acl:3 should start with user keyword followed by the username. "
            + "users.acl:4: Syntax error. users.acl:4: Error in applying operation '+nosuch': Unknown command or category name in ACL. "
            + "WARNING: Duplicate user 'b' found on line 5. users.acl:6: Unmatched parenthesis in selector definition."
            + "users.acl:7: username 'e\ton' contains invalid characters. " + NothingChanged);
        Assert.Equal(["a", "default"], engine.Run("ACL USERS").Elements());
        File.Delete(Path);
        engine.Run("ACL LOAD").ShouldBe("-ERR Error loading ACLs, opening file 'users.acl': No such file or directory");
        Directory.CreateDirectory(Path);
        engine.Run("ACL SAVE").ShouldBe("-ERR There was an error trying to save the ACLs. Please check the server logs for more information");
        Assert.Single(Directory.GetFileSystemEntries(_directory));
        Directory.Delete(Path);
    }

    [Theory]
    [InlineData("usr a on", "users.acl:1 should start with user keyword")]
    [InlineData("user a +nosuch", "Unknown command or category name in ACL")]
    public void A_server_does_not_start_on_a_damaged_file(string text, string error)
    {
        File.WriteAllText(Path, text);
        Assert.Contains(error, Assert.Throws<UserConfigurationException>(() => Start()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Loading_disconnects_those_whose_user_is_another_one_now()
    {
        File.WriteAllText(Path, "user a on nopass +@all ~*\nuser b on nopass +@all ~*\nuser c on nopass +@all ~*\n");
        using TestEngine engine = Start();
        TestClient[] clients = [.. ((string[])["a", "b", "c"]).Select(name =>
        {
            TestClient client = engine.Connect();
            client.Run($"AUTH {name} x").ShouldBe("+OK");
            return client;
        })];
        File.WriteAllText(Path, "user a on nopass +@all ~*\nuser b on nopass +@all ~* -get\nuser default on nopass +@all ~x &*\n");
        engine.Run("ACL LOAD").ShouldBe("+OK");
        Assert.Equal([false, true, true], clients.Select(client => client.Session.IsClosed));
        engine.Run("GET y").ShouldBe("-NOPERM this user has no permissions to access one of the keys used as arguments");
        engine.Run("ACL SETUSER a -get").ShouldBe("+OK");
        clients[0].Run("GET y").ShouldBe("-NOPERM this user has no permissions to run the 'get' command");
    }

    [Fact]
    public void Users_of_the_configuration()
    {
        using var engine = new TestEngine(options => options
            .Set("requirepass", "secret")
            .Set("user", "alice", "on", ">p w", "+get", "(+set", "~x)"));
        engine.Call("AUTH", "alice", "p w").ShouldBe("+OK");
        engine.Run("SET x 1").ShouldBe("+OK");
        engine.Run("AUTH secret").ShouldBe("+OK");
        engine.Run("ACL LOAD").Text.StartsWith("-ERR This Redis instance is not configured to use an ACL file.", StringComparison.Ordinal);
    }

    [Fact]
    public void The_default_user_of_the_configuration_begins_with_nothing()
    {
        using var engine = new TestEngine(options => options.Set("user", "default", "on", "nopass", "+ping"));
        engine.Run("PING").ShouldBe("+PONG");
        engine.Run("GET a").ShouldBe("-NOPERM this user has no permissions to run the 'get' command");
    }

    [Fact]
    public void Configuration_and_file_together_are_an_error()
    {
        File.WriteAllText(Path, "user a on\n");
        Assert.Throws<UserConfigurationException>(() => Start("user", "b", "on"));
        Assert.Throws<UserConfigurationException>(() => new TestEngine(options => options.Set("user", "b", "+nosuch")));
    }

    [Fact]
    public void A_configuration_file_is_rewritten_with_its_users()
    {
        string path = System.IO.Path.Combine(_directory, "spinel.conf");
        File.WriteAllText(path, "port 1\nuser alice on +get\n# end\n");
        using var engine = new TestEngine(options =>
        {
            options.Set("port", "1").Set("user", "alice", "on", "+get");
            options.ConfigurationFile = path;
        });
        engine.Run("ACL SETUSER bob >p").ShouldBe("+OK");
        engine.Run("CONFIG REWRITE").ShouldBe("+OK");
        string text = File.ReadAllText(path);
        Assert.StartsWith("port 1\nuser alice on resetchannels -@all +get\n# end\n", text, StringComparison.Ordinal);
        Assert.Contains("user bob off #148de9c5a7a44d19e56cd9ae1a554bf67847afb0c58f6e12fa29ac7ddfca9940 resetchannels -@all\nuser default on nopass ~* &* +@all\n", text, StringComparison.Ordinal);
        engine.Run("ACL DELUSER alice bob").ShouldBe(":2");
        engine.Run("CONFIG REWRITE").ShouldBe("+OK");
        Assert.DoesNotContain("user ", File.ReadAllText(path), StringComparison.Ordinal);
    }

    private TestEngine Start(params string[] option) => new(options =>
    {
        options.Set("dir", _directory).Set("aclfile", "users.acl");
        if (option.Length > 0)
        {
            options.Set(option[0], option.AsSpan(1));
        }
    });
}
