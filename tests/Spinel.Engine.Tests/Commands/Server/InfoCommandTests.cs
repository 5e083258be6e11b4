namespace Spinel.Engine.Tests.Commands.Server;

public sealed class InfoCommandTests : IDisposable
{
    private readonly TestEngine _engine = new();

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void ShowsTheSectionsAskedForInTheirOrder() =>
        _engine.Run("INFO cluster MODULES").ShouldBe("$50", "# Modules", "", "# Cluster", "cluster_enabled:0", "");

    [Fact]
    public void AnUnknownSectionIsEmpty() => _engine.Run("INFO foo").ShouldBe("$0", "");

    [Fact]
    public void KeyspaceCountsKeysAndExpiringKeys()
    {
        _engine.Run("SET a 1");
        _engine.Run("SET b 1 EX 100");
        string text = _engine.Run("INFO keyspace").Text;
        Assert.Contains("# Keyspace\r\ndb0:keys=2,expires=1,avg_ttl=", text, StringComparison.Ordinal);
    }

    [Fact]
    public void DefaultLeavesOutTheCostlySections()
    {
        string text = _engine.Run("INFO").Text;
        Assert.Contains("# Errorstats\r\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("# Commandstats", text, StringComparison.Ordinal);
        Assert.Equal(text.Split('\n').Length, _engine.Run("INFO default").Text.Split('\n').Length);
        Assert.Contains("# Commandstats", _engine.Run("INFO everything").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void CountsCallsFailuresAndErrors()
    {
        _engine.Run("SET a x");
        _engine.Run("SET a x FOO");
        _engine.Run("SET a");
        string text = _engine.Run("INFO commandstats errorstats").Text;
        Assert.Contains("cmdstat_set:calls=2,", text, StringComparison.Ordinal);
        Assert.Contains(",rejected_calls=1,failed_calls=1\r\n", text, StringComparison.Ordinal);
        Assert.Contains("errorstat_ERR:count=2\r\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void IsVerbatimTextInResp3()
    {
        _engine.Run("HELLO 3");
        Assert.StartsWith("=32\r\ntxt:# Cluster\r\n", _engine.Run("INFO cluster").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryFieldOfRedisIsThere()
    {
        string text = _engine.Run("INFO all").Text;
        string[] fields =
        [
            "redis_version:7.0.15", "redis_mode:standalone", "run_id:", "tcp_port:6379", "uptime_in_seconds:0", "connected_clients:1", "maxclients:10000",
            "used_memory:", "used_memory_human:", "used_memory_peak_perc:", "maxmemory_policy:noeviction", "mem_fragmentation_ratio:", "loading:0",
            "rdb_changes_since_last_save:0", "aof_enabled:0", "total_commands_processed:", "keyspace_hits:0", "role:master", "master_replid:", "used_cpu_user:",
        ];
        Assert.All(fields, field => Assert.Contains("\r\n" + field, text, StringComparison.Ordinal));
    }
}
