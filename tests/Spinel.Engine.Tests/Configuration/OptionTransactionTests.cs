using System.Text;
using Spinel.Engine.Configuration;

namespace Spinel.Engine.Tests.Configuration;

public sealed class OptionTransactionTests
{
    private readonly ServerOptions _options = new();

    [Theory]
    [InlineData("timeout", "33", "33")]
    [InlineData("TIMEOUT", "0", "0")]
    [InlineData("maxmemory", "1k", "1000")]
    [InlineData("maxmemory", "1kb", "1024")]
    [InlineData("maxmemory", "3M", "3000000")]
    [InlineData("maxmemory", "2GB", "2147483648")]
    [InlineData("maxmemory", "7b", "7")]
    [InlineData("maxmemory", "", "0")]
    [InlineData("maxmemory-clients", "50%", "50%")]
    [InlineData("maxmemory-clients", "1mb", "1048576")]
    [InlineData("maxmemory-policy", "ALLKEYS-lru", "allkeys-lru")]
    [InlineData("latency-tracking", "NO", "no")]
    [InlineData("list-max-listpack-size", "-5", "-5")]
    [InlineData("hz", "1000", "500")]
    [InlineData("hz", "0", "1")]
    [InlineData("requirepass", "a b", "a b")]
    [InlineData("requirepass", "", "")]
    [InlineData("notify-keyspace-events", "gKAm", "AKm")]
    [InlineData("notify-keyspace-events", "nKdg", "gdnK")]
    [InlineData("notify-keyspace-events", "AKE", "AKE")]
    [InlineData("shutdown-on-sigint", "now save", "save now")]
    [InlineData("shutdown-on-sigint", "save default", "save")]
    [InlineData("shutdown-on-sigint", "default", "default")]
    [InlineData("latency-tracking-info-percentiles", "1e1 50", "10 50")]
    [InlineData("latency-tracking-info-percentiles", "", "")]
    [InlineData("client-output-buffer-limit", "replica 1mb 1000 5", "normal 0 0 0 slave 1048576 1000 5 pubsub 33554432 8388608 60")]
    [InlineData("oom-score-adj-values", "1 2 3", "1 2 3")]
    [InlineData("save", "", "")]
    [InlineData("save", "60 1 300 10", "60 1 300 10")]
    [InlineData("appendonly", "no", "no")]
    [InlineData("slave-priority", "7", "7")]
    public void A_value_is_shown_in_its_canonical_form(string name, string text, string expected)
    {
        Assert.Null(Set(name, text));
        Assert.Equal(expected, Get(name));
    }

    [Theory]
    [InlineData("maxclients", "abc", "argument couldn't be parsed into an integer")]
    [InlineData("maxclients", "0", "argument must be between 1 and 4294967295 inclusive")]
    [InlineData("timeout", " 5", "argument couldn't be parsed into an integer")]
    [InlineData("timeout", "+5", "argument couldn't be parsed into an integer")]
    [InlineData("timeout", "007", "argument couldn't be parsed into an integer")]
    [InlineData("timeout", "-0", "argument couldn't be parsed into an integer")]
    [InlineData("timeout", "1.5", "argument couldn't be parsed into an integer")]
    [InlineData("timeout", "-1", "argument must be between 0 and 2147483647 inclusive")]
    [InlineData("list-max-listpack-size", "100000000000", "argument must be between -2147483648 and 2147483647 inclusive")]
    [InlineData("slowlog-max-len", "-1", "argument must be between 0 and 9223372036854775807 inclusive")]
    [InlineData("maxmemory", "1x", "argument must be a memory value")]
    [InlineData("maxmemory", "-1", "argument must be a memory value")]
    [InlineData("maxmemory", "1.5gb", "argument must be a memory value")]
    [InlineData("maxmemory", "100%", "argument must be a memory value")]
    [InlineData("maxmemory-clients", "17x", "argument must be a memory or percent value")]
    [InlineData("maxmemory-clients", "-5%", "argument must be a memory or percent value")]
    [InlineData("maxmemory-clients", "101%", "percentage argument must be less or equal to 100")]
    [InlineData("client-query-buffer-limit", "1", "argument must be between 1048576 and 9223372036854775807 inclusive")]
    [InlineData("latency-tracking", "maybe", "argument must be 'yes' or 'no'")]
    [InlineData("loglevel", "foo", "argument(s) must be one of the following: debug, verbose, notice, warning")]
    [InlineData("shutdown-on-sigint", "", "argument(s) must be one of the following: default, save, nosave, now, force")]
    [InlineData("notify-keyspace-events", "Q", "Invalid event class character. Use 'Ag$lshzxeKEtmdn'.")]
    [InlineData("save", "abc", "Invalid save parameters")]
    [InlineData("save", "1  2", "Invalid save parameters")]
    [InlineData("save", "1 2 ", "Invalid save parameters")]
    [InlineData("save", " ", "Invalid save parameters")]
    [InlineData("client-output-buffer-limit", "x", "Wrong number of arguments in buffer limit configuration.")]
    [InlineData("client-output-buffer-limit", "foo 1 2 3", "Invalid client class specified in buffer limit configuration.")]
    [InlineData("client-output-buffer-limit", "normal x 2 3", "Error in hard, soft or soft_seconds setting in buffer limit configuration.")]
    [InlineData("latency-tracking-info-percentiles", "101", "latency-tracking-info-percentiles parameters should sit between [0.0,100.0]")]
    [InlineData("latency-tracking-info-percentiles", "x", "Invalid latency-tracking-info-percentiles parameters")]
    [InlineData("oom-score-adj-values", "1", "wrong number of arguments")]
    [InlineData("oom-score-adj-values", "1 2 3000", "Invalid oom-score-adj-values, elements must be between -2000 and 2000.")]
    [InlineData("proc-title-template", "{x}", "template format is invalid or contains unknown variables")]
    [InlineData("proc-title-template", "{title", "template format is invalid or contains unknown variables")]
    [InlineData("databases", "5", "can't set immutable config")]
    [InlineData("Dir", "/", "can't set protected config")]
    public void A_wrong_value_is_refused_and_changes_nothing(string name, string text, string expected)
    {
        var before = Get(name);

        Assert.Equal($"ERR CONFIG SET failed (possibly related to argument '{name}') - {expected}", Set(name, text));
        Assert.Equal(before, Get(name));
    }

    [Fact]
    public void All_options_change_or_none_does()
    {
        Assert.NotNull(Set("timeout", "5", "hz", "30", "maxmemory", "x"));

        Assert.Equal(0, _options.TimeoutSeconds);
        Assert.Equal(10, _options.Hz);
    }

    [Theory]
    [InlineData("user")]
    [InlineData("rename-command")]
    [InlineData("nosuch")]
    public void Directives_of_files_are_unknown(string name) =>
        Assert.Equal($"ERR Unknown option or number of arguments for CONFIG SET - '{name}'", Set(name, "1"));

    [Fact]
    public void The_first_wrong_name_is_reported_before_any_wrong_value()
    {
        Assert.Contains("'unixsocket') - can't set immutable", Set("maxmemory", "x", "unixsocket", "x", "nosuch", "1"), StringComparison.Ordinal);
        Assert.Contains("Unknown option", Set("maxmemory", "x", "nosuch", "1"), StringComparison.Ordinal);
        Assert.Contains("'maxmemory') - duplicate parameter", Set("MAXMEMORY", "1", "maxmemory", "2"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_two_names_of_an_option_may_meet()
    {
        Assert.Null(Set("slave-priority", "1", "replica-priority", "2"));
        Assert.Equal("2", Get("slave-priority"));
    }

    [Fact]
    public void Protected_options_can_be_allowed()
    {
        var pairs = Bytes("dir", Path.GetTempPath());

        Assert.Null(new OptionTransaction(_options).Run(pairs, mayChangeProtected: true));
        Assert.Equal(Path.TrimEndingDirectorySeparator(Path.GetTempPath()), _options.WorkingDirectory);
    }

    [Fact]
    public void A_secret_may_be_any_bytes()
    {
        byte[] secret = [0, 255, 13, 10];
        Assert.Null(new OptionTransaction(_options).Run([Encoding.ASCII.GetBytes("requirepass"), secret], mayChangeProtected: false));
        Assert.Equal(secret, _options.RequirePass.ToArray());
    }

    [Fact]
    public void An_observer_hears_of_what_it_observes_once()
    {
        var observer = new Recorder();
        _options.Subscribe(observer, OptionId.MaxClients, OptionId.MaxMemoryBytes);

        Assert.Null(Set("timeout", "3", "maxclients", "7000", "maxmemory", "1"));
        Assert.Null(Set("hz", "20"));

        Assert.Equal(["maxclients=7000 maxmemory=1"], observer.Calls);
    }

    [Fact]
    public void A_refusal_brings_all_values_back_and_tells_those_who_had_agreed()
    {
        var first = new Recorder();
        var second = new Recorder { Refusal = new OptionRefusal(OptionId.MaxClients, "too many") };
        var third = new Recorder();
        _options.Subscribe(first);
        _options.Subscribe(second, OptionId.MaxClients);
        _options.Subscribe(third);

        var error = Set("slave-priority", "3", "MAXCLIENTS", "9", "replica-priority", "4");

        Assert.Equal("ERR CONFIG SET failed (possibly related to argument 'MAXCLIENTS') - too many", error);
        Assert.Equal("10000", Get("maxclients"));
        Assert.Equal("100", Get("replica-priority"));
        Assert.Equal(
            ["replica-priority=4 maxclients=9 replica-priority=4", "replica-priority=100 maxclients=10000 replica-priority=100"],
            first.Calls);
        Assert.Equal(["maxclients=9"], second.Calls);
        Assert.Empty(third.Calls);
    }

    [Fact]
    public void An_observer_that_left_hears_nothing()
    {
        var observer = new Recorder();
        _options.Subscribe(observer);
        _options.Unsubscribe(observer);

        Assert.Null(Set("timeout", "3"));

        Assert.Empty(observer.Calls);
    }

    private string Get(string name) => Encoding.UTF8.GetString(Assert.Single(OptionQuery.Find(_options, Bytes(name))).Value);

    private string? Set(params string[] pairs) =>
        new OptionTransaction(_options).Run(Bytes(pairs), mayChangeProtected: false) is { } error ? Encoding.UTF8.GetString(error) : null;

    private static byte[][] Bytes(params string[] words) => Array.ConvertAll(words, Encoding.UTF8.GetBytes);

    private sealed class Recorder : IOptionObserver
    {
        public List<string> Calls { get; } = [];

        public OptionRefusal? Refusal { get; init; }

        public OptionRefusal? OnOptionsChanged(ServerOptions options, IReadOnlyList<OptionId> changed)
        {
            Calls.Add(string.Join(' ', changed.Select(id => $"{OptionTable.Get(id)}={OptionTable.Get(id).FormatText(options[id])}")));
            return Refusal;
        }
    }
}
