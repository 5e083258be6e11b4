namespace Spinel.Engine.Tests.Configuration;

public sealed class ConfigCommandsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("spinel-config-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Get_replies_with_names_and_values()
    {
        using TestEngine engine = new();
        engine.Run("CONFIG GET maxmemory timeou? nothing").ShouldBe("*4", "$9", "maxmemory", "$1", "0", "$7", "timeout", "$1", "0");
        engine.Run("CONFIG GET nothing").ShouldBe("*0");
    }

    [Fact]
    public void Set_takes_effect_in_the_engine()
    {
        using TestEngine engine = new();
        engine.Run("CONFIG SET maxclients 7 maxmemory 100").ShouldBe("+OK");

        Assert.Equal(7, engine.Engine.Limits.MaxClients);
        engine.Run("SET a b").ShouldBe("-OOM command not allowed when used memory > 'maxmemory'.");
        engine.Run("CONFIG SET maxmemory 0").ShouldBe("+OK");
        engine.Run("SET a b").ShouldBe("+OK");
    }

    [Fact]
    public void Set_explains_what_it_refuses()
    {
        using TestEngine engine = new();
        engine.Run("CONFIG SET maxmemory 1 slaveof").ShouldBe("-ERR syntax error");
        engine.Run("CONFIG SET maxmemory").ShouldBe("-ERR wrong number of arguments for 'config|set' command");
        engine.Run("CONFIG SET nosuch 1").ShouldBe("-ERR Unknown option or number of arguments for CONFIG SET - 'nosuch'");
        engine.Run("CONFIG SET dir /").ShouldBe("-ERR CONFIG SET failed (possibly related to argument 'dir') - can't set protected config");
        engine.Run("CONFIG GET").ShouldBe("-ERR wrong number of arguments for 'config|get' command");
        engine.Run("CONFIG").ShouldBe("-ERR wrong number of arguments for 'config' command");
        engine.Run("CONFIG foo").ShouldBe("-ERR unknown subcommand 'foo'. Try CONFIG HELP.");
    }

    [Theory]
    [InlineData("yes")]
    [InlineData("local")]
    public void Protected_options_can_be_enabled(string access)
    {
        using TestEngine engine = new(options => options.Set("enable-protected-configs", access));
        engine.Run("CONFIG SET dir /").ShouldBe("+OK");
    }

    [Fact]
    public void A_password_is_asked_for_from_then_on()
    {
        using TestEngine engine = new();
        engine.Run("CONFIG SET requirepass secret").ShouldBe("+OK");
        engine.Connect().Run("SET a b").ShouldBe("-NOAUTH Authentication required.");
    }

    [Fact]
    public void Rewrite_needs_a_file()
    {
        using TestEngine engine = new();
        engine.Run("CONFIG REWRITE").ShouldBe("-ERR The server is running without a config file");

        string path = Path.Combine(_directory, "spinel.conf");
        engine.Engine.Options.ConfigurationFile = path;
        engine.Run("CONFIG SET timeout 5").ShouldBe("+OK");
        engine.Run("CONFIG REWRITE").ShouldBe("+OK");
        Assert.Contains("timeout 5\n", File.ReadAllText(path), StringComparison.Ordinal);

        engine.Engine.Options.ConfigurationFile = Path.Combine(_directory, "nowhere", "spinel.conf");
        engine.Run("CONFIG REWRITE").ShouldBe("-ERR Rewriting config file: No such file or directory");
    }

    [Fact]
    public void Set_leaves_in_the_log_what_an_option_does_not_do()
    {
        LineLog log = new();
        using TestEngine engine = new(log: log);
        engine.Run("CONFIG SET notify-keyspace-events KEA maxmemory-policy allkeys-lru").ShouldBe("+OK");
        Assert.Equal(["The option 'notify-keyspace-events' has no effect in this version of the server"], log.Lines);
    }

    [Fact]
    public void Set_leaves_in_the_log_that_maxmemory_is_already_used_up()
    {
        LineLog log = new();
        using TestEngine engine = new(log: log);
        engine.Run("CONFIG SET maxmemory 1gb").ShouldBe("+OK");
        Assert.Empty(log.Lines);

        engine.Run("CONFIG SET maxmemory 1").ShouldBe("+OK");
        Assert.StartsWith("maxmemory is now 1 bytes, less than the ", Assert.Single(log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Resetstat_clears_the_counters()
    {
        using TestEngine engine = new();
        engine.Run("nosuch");
        engine.Run("CONFIG RESETSTAT").ShouldBe("+OK");
        Assert.Equal(0, engine.Engine.Statistics.TotalErrorReplies);
    }

    [Fact]
    public void Help_lists_the_subcommands() => Assert.Contains("+RESETSTAT", Help(), StringComparison.Ordinal);

    private static string Help()
    {
        using TestEngine engine = new();
        return engine.Run("CONFIG HELP").Text;
    }

    private sealed class LineLog : IServerLog
    {
        public List<string> Lines { get; } = [];

        public bool IsEnabled(ServerLogLevel level) => true;

        public void Write(ServerLogLevel level, string message) => Lines.Add(message);
    }
}
