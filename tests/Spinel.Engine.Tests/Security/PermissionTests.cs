using Spinel.Engine.Security;
using Spinel.Engine.Sessions;

namespace Spinel.Engine.Tests.Security;

/// <summary>What users may do, and what becomes of clients when that changes.</summary>
public sealed class PermissionTests : IDisposable
{
    private const string NoKey = "-NOPERM this user has no permissions to access one of the keys used as arguments";
    private const string AnyMore =
        "-NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC call. This command is no longer allowed for the following reason: no permission to ";

    private readonly TestEngine _engine = new();

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void Only_a_client_with_limits_leaves_the_direct_path()
    {
        Assert.Equal(SessionGate.None, _engine.Client.Session.Gate);
        TestClient client = As("u", "+@all ~a* &*");
        Assert.Equal(SessionGate.Restricted, client.Session.Gate);
        _engine.Run("ACL SETUSER u ~*").ShouldBe("+OK");
        Assert.Equal(SessionGate.None, client.Session.Gate);
        _engine.Run("ACL SETUSER u -get").ShouldBe("+OK");
        Assert.Equal(SessionGate.Restricted, client.Session.Gate);
        client.Run("RESET").ShouldBe("+RESET");
        Assert.Equal(SessionGate.None, client.Session.Gate);
    }

    [Fact]
    public void Names_and_passwords()
    {
        _engine.Run("ACL SETUSER u on >p >q +@all").ShouldBe("+OK");
        TestClient client = _engine.Connect();
        const string Wrong = "-WRONGPASS invalid username-password pair or user is disabled.";
        client.Run("AUTH u x").ShouldBe(Wrong);
        client.Run("AUTH nobody p").ShouldBe(Wrong);
        client.Run("ACL WHOAMI").ShouldBe("$7", "default");
        client.Run("AUTH u q").ShouldBe("+OK");
        client.Run("ACL WHOAMI").ShouldBe("$1", "u");
        client.Run("AUTH u x").ShouldBe(Wrong);
        client.Run("ACL WHOAMI").ShouldBe("$1", "u");
        _engine.Run("ACL SETUSER u off").ShouldBe("+OK");
        client.Run("PING").ShouldBe("+PONG");
        client.Run("AUTH u p").ShouldBe(Wrong);
        client.Run("HELLO 2 AUTH u p").ShouldBe(Wrong);
    }

    [Fact]
    public void The_default_user_and_requirepass_are_one()
    {
        _engine.Run("CONFIG SET requirepass secret").ShouldBe("+OK");
        TestClient client = _engine.Connect();
        client.Run("GET a").ShouldBe("-NOAUTH Authentication required.");
        client.Run("AUTH secret").ShouldBe("+OK");
        client.Run("ACL SETUSER default >other").ShouldBe("+OK");
        _engine.Connect().Run("AUTH other").ShouldBe("+OK");
        client.Run("CONFIG GET requirepass").ShouldBe("*2", "$11", "requirepass", "$6", "secret");
        client.Run("CONFIG SET maxmemory 0").ShouldBe("+OK");
        _engine.Connect().Run("AUTH other").ShouldBe("+OK");
        client.Run("CONFIG SET requirepass \"\"").ShouldBe("+OK");
        _engine.Connect().Run("GET a").ShouldBe("$-1");
        client.Run("ACL SETUSER default off").ShouldBe("+OK");
        _engine.Connect().Run("GET a").ShouldBe("-NOAUTH Authentication required.");
        client.Run("GET a").ShouldBe("$-1");
    }

    [Fact]
    public void Selectors_are_alternatives()
    {
        TestClient client = As("u", "+get ~a (+set ~b) (%R~c +@read)");
        client.Run("GET a").ShouldBe("$-1");
        client.Run("SET b 1").ShouldBe("+OK");
        client.Run("MGET c c").ShouldBe("*2", "$-1", "$-1");
        client.Run("GET b").ShouldBe(NoKey);
        client.Run("SET a 1").ShouldBe(NoKey);
        client.Run("DEL a").ShouldBe("-NOPERM this user has no permissions to run the 'del' command");
    }

    [Fact]
    public void First_arguments()
    {
        TestClient client = As("u", "+select|1 +config|get +get ~*");
        client.Run("SELECT 1").ShouldBe("+OK");
        client.Run("SELECT 0").ShouldBe("-NOPERM this user has no permissions to run the 'select' command");
        client.Run("CONFIG GET port").ShouldBe("*2", "$4", "port", "$4", "6379");
        client.Run("CONFIG SET port 1").ShouldBe("-NOPERM this user has no permissions to run the 'config|set' command");
    }

    [Fact]
    public void Sorting_by_other_keys_needs_them_all()
    {
        _engine.Run("RPUSH a 1 2").ShouldBe(":2");
        TestClient client = As("u", "+@all ~a (%R~* +get)");
        client.Run("SORT a").ShouldBe("*2", "$1", "1", "$1", "2");
        client.Run("SORT a BY nosort").ShouldBe("*2", "$1", "1", "$1", "2");
        client.Run("SORT a BY w*").ShouldBe("-ERR BY option of SORT denied due to insufficient ACL permissions.");
        client.Run("SORT a GET #").ShouldBe("-ERR GET option of SORT denied due to insufficient ACL permissions.");
        client.Run("SORT_RO a GET w*").ShouldBe("-ERR GET option of SORT denied due to insufficient ACL permissions.");
        _engine.Run("ACL SETUSER u %R~*").ShouldBe("+OK");
        client.Run("SORT a GET w*").ShouldBe("*2", "$-1", "$-1");
    }

    [Fact]
    public void A_transaction_is_checked_when_it_is_queued_and_when_it_runs()
    {
        TestClient client = As("u", "+@all ~a");
        client.Run("MULTI").ShouldBe("+OK");
        client.Run("SET b 1").ShouldBe(NoKey);
        client.Run("EXEC").ShouldBe("-EXECABORT Transaction discarded because of previous errors.");
        client.Run("MULTI").ShouldBe("+OK");
        client.Run("SET a 1").ShouldBe("+QUEUED");
        client.Run("GET a").ShouldBe("+QUEUED");
        _engine.Run("ACL SETUSER u -set").ShouldBe("+OK");
        client.Run("EXEC").ShouldBe("*2", AnyMore + "execute the command or subcommand", "$-1");
        client.Run("MULTI").ShouldBe("+OK");
        client.Run("GET a").ShouldBe("+QUEUED");
        _engine.Run("ACL SETUSER u resetkeys").ShouldBe("+OK");
        client.Run("EXEC").ShouldBe("*1", AnyMore + "touch the specified keys");
        client.Run("MULTI").ShouldBe("+OK");
        client.Run("PING").ShouldBe("+QUEUED");
        _engine.Run("ACL SETUSER u -exec").ShouldBe("+OK");
        client.Run("EXEC").ShouldBe("-EXECABORT Transaction discarded because of: NOPERM this user has no permissions to run the 'exec' command");
        client.Run("PING").ShouldBe("+PONG");
    }

    [Fact]
    public void A_deleted_users_clients_are_disconnected()
    {
        TestClient client = As("u", "+@all ~*");
        TestClient blocked = As("u", "+@all ~*");
        blocked.Run("BLPOP list 0").ShouldBe();
        TestClient other = As("v", "+@all ~* &*");
        other.Run("ACL DELUSER u").ShouldBe(":1");
        Assert.True(client.Session.IsClosed);
        Assert.True(blocked.Session.IsClosed);
        client.Run("SET a 1").ShouldBe();
        _engine.Run("GET a").ShouldBe("$-1");
        other.Run("ACL DELUSER v").ShouldBe(":1");
        Assert.True(other.Session.CloseAfterReply);
        other.Run("PING").ShouldBe();
    }

    [Fact]
    public void Clients_are_found_by_their_user()
    {
        TestClient client = As("u", "+@all ~*");
        Assert.Contains(" user=u ", _engine.Run("CLIENT LIST").Text, StringComparison.Ordinal);
        _engine.Run("CLIENT KILL USER nobody").ShouldBe("-ERR No such user 'nobody'");
        _engine.Run("CLIENT KILL USER u").ShouldBe(":1");
        Assert.True(client.Session.IsClosed);
    }

    [Fact]
    public void Who_listens_to_a_channel_that_is_taken_away_is_disconnected()
    {
        TestClient listener = As("u", "+@all &news");
        TestClient idle = As("u", "+@all &news");
        _engine.Engine.Users.Subscriptions = new Listeners(listener.Session);
        _engine.Run("ACL SETUSER u ~x").ShouldBe("+OK");
        Assert.False(listener.Session.IsClosed);
        _engine.Run("ACL SETUSER u resetchannels").ShouldBe("+OK");
        Assert.True(listener.Session.IsClosed);
        Assert.False(idle.Session.IsClosed);
    }

    [Fact]
    public void Trying_out_what_a_user_may_do()
    {
        _engine.Run("ACL SETUSER u +get ~a").ShouldBe("+OK");
        _engine.Run("ACL DRYRUN u get a").ShouldBe("+OK");
        _engine.Run("ACL DRYRUN u get b").ShouldBe("$50", "This user has no permissions to access the 'b' key");
        _engine.Run("ACL DRYRUN u set a 1").ShouldBe("$53", "This user has no permissions to run the 'set' command");
        _engine.Run("ACL DRYRUN u client id").ShouldBe("$59", "This user has no permissions to run the 'client|id' command");
        _engine.Run("ACL DRYRUN u get").ShouldBe("-ERR wrong number of arguments for 'get' command");
        _engine.Run("ACL DRYRUN u nosuch").ShouldBe("-ERR Command 'nosuch' not found");
        _engine.Run("ACL DRYRUN nobody get a").ShouldBe("-ERR User 'nobody' not found");
    }

    [Fact]
    public void Made_up_passwords()
    {
        string first = _engine.Run("ACL GENPASS").Text;
        Assert.StartsWith("$64\r\n", first, StringComparison.Ordinal);
        Assert.NotEqual(first, _engine.Run("ACL GENPASS").Text);
        Assert.StartsWith("$2\r\n", _engine.Run("ACL GENPASS 5").Text, StringComparison.Ordinal);
        _engine.Run("ACL GENPASS 4097").ShouldBe("-ERR ACL GENPASS argument must be the number of bits for the output password, a positive number up to 4096");
    }

    private TestClient As(string name, string rules)
    {
        _engine.Run($"ACL SETUSER {name} on nopass {rules}").ShouldBe("+OK");
        TestClient client = _engine.Connect();
        client.Run($"AUTH {name} x").ShouldBe("+OK");
        return client;
    }

    private sealed class Listeners(Session listener) : ISessionSubscriptions
    {
        public bool AnyForbidden(Session session, User user) => session == listener && !user.AllowsChannel("news"u8, isPattern: false);
    }
}
