namespace Spinel.Engine.Tests.Commands.Server;

public sealed class InfoCommandTests : IDisposable
{
    private readonly TestEngine _engine = new();

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void ShowsTheSectionsAskedForInTheirOrder() =>
        _engine.Run("INFO cluster MODULES").ShouldBe("$43", "# Modules", "", "# Cluster", "cluster_enabled:0", "");

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
        Assert.StartsWith("=34\r\ntxt:# Cluster\r\n", _engine.Run("INFO cluster").Text, StringComparison.Ordinal);
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

    [Fact]
    public void Keysizes_counts_keys_by_type_and_size()
    {
        _engine.Run("SET empty \"\"");
        _engine.Run("SET number 12345");
        _engine.Call("SET", "k1", new string('x', 1024));
        _engine.Call("SET", "k2", new string('x', 5000));
        _engine.Run("RPUSH list a b c");
        _engine.Run("SADD set 1 2 3 4");
        _engine.Run("ZADD zset 1 a");
        _engine.Run("HSET hash a 1 b 2");
        _engine.Run("XADD stream * a 1");
        _engine.Run("SELECT 3");
        _engine.Run("SET x y");

        _engine.Run("INFO keysizes").ShouldBe(
            "$235",
            "# Keysizes",
            "db0_distrib_strings_sizes:0=1,4=1,1K=1,4K=1",
            "db0_distrib_lists_items:2=1",
            "db0_distrib_sets_items:4=1",
            "db0_distrib_zsets_items:1=1",
            "db0_distrib_hashes_items:2=1",
            "db0_distrib_streams_items:1=1",
            "db3_distrib_strings_sizes:1=1",
            "");
    }

    [Fact]
    public void Keysizes_of_a_large_database_are_scaled_from_a_sample()
    {
        const int Keys = 40_000;
        for (int i = 0; i < Keys; i++)
        {
            _engine.Call("SET", $"k{i}", i % 4 == 0 ? "ab" : "abcd");
        }

        string line = Assert.Single(_engine.Run("INFO keysizes").Text.Split("\r\n"), static line => line.StartsWith("db0", StringComparison.Ordinal));
        int[] counts = [.. line["db0_distrib_strings_sizes:2=".Length..].Split(",4=").Select(static n => int.Parse(n, System.Globalization.CultureInfo.InvariantCulture))];
        Assert.InRange(counts.Sum(), Keys - 1, Keys + 1);
        Assert.InRange(counts[0], Keys / 5, Keys * 3 / 10);
    }

    [Fact]
    public void A_small_server_is_not_called_fragmented()
    {
        string line = Assert.Single(_engine.Run("INFO memory").Text.Split("\r\n"), static line => line.StartsWith("mem_fragmentation_ratio:", StringComparison.Ordinal));
        Assert.InRange(double.Parse(line.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture), 0.99, 1.5);
    }

    [Fact]
    public void The_time_of_turns_and_of_commands_is_counted()
    {
        _engine.Time.TicksPerReading = 100 * TimeSpan.TicksPerMicrosecond;
        _engine.Turn();
        _engine.Run("GET a");
        _engine.Time.TicksPerReading = 0;

        string text = _engine.Run("INFO stats").Text;
        Assert.Contains("eventloop_cycles:1\r\n", text, StringComparison.Ordinal);
        Assert.Contains("eventloop_duration_cmd_sum:100\r\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("eventloop_duration_sum:0\r\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Fields_that_expired_are_counted()
    {
        _engine.Run("HSET h a 1 b 2");
        _engine.Run("HPEXPIRE h 10 FIELDS 1 a");
        Assert.Contains("db0:keys=1,expires=0,avg_ttl=0,subexpiry=1\r\n", _engine.Run("INFO keyspace").Text, StringComparison.Ordinal);
        _engine.Time.Advance(20);
        _engine.Run("HGET h a");

        Assert.Contains("expired_subkeys:1\r\n", _engine.Run("INFO stats").Text, StringComparison.Ordinal);
    }
}
