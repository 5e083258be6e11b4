using System.Globalization;
using Spinel.Conformance.Tests.Differential;
using Spinel.TestSupport;

namespace Spinel.Conformance.Tests;

/// <summary>
/// Replies whose figures belong to each server alone: INFO, CLIENT LIST, CLIENT INFO. What tools read out of them is there under
/// the same names.
/// </summary>
public sealed class ReportTests(ServerPair servers) : IClassFixture<ServerPair>
{
    /// <summary>Fields of CLIENT LIST that came after 7.0.</summary>
    private static readonly string[] NewerClientFields = ["lib-name", "lib-ver", "tot-net-in", "tot-net-out", "tot-cmds", "io-thread"];

    /// <summary>Fields of INFO that monitoring tools and clients rely on, by section.</summary>
    public static TheoryData<string, string> InfoFields => new()
    {
        { "server", "redis_version redis_mode os arch_bits process_id run_id tcp_port server_time_usec uptime_in_seconds uptime_in_days hz configured_hz lru_clock executable config_file" },
        { "clients", "connected_clients maxclients blocked_clients tracking_clients client_recent_max_input_buffer client_recent_max_output_buffer clients_in_timeout_table" },
        { "memory", "used_memory used_memory_human used_memory_rss used_memory_peak used_memory_peak_human used_memory_dataset maxmemory maxmemory_human maxmemory_policy mem_fragmentation_ratio mem_allocator total_system_memory lazyfree_pending_objects" },
        { "persistence", "loading rdb_changes_since_last_save rdb_bgsave_in_progress rdb_last_save_time rdb_last_bgsave_status aof_enabled aof_rewrite_in_progress" },
        { "stats", "total_connections_received total_commands_processed instantaneous_ops_per_sec total_net_input_bytes total_net_output_bytes rejected_connections expired_keys evicted_keys keyspace_hits keyspace_misses pubsub_channels pubsub_patterns total_error_replies" },
        { "replication", "role connected_slaves master_failover_state master_replid master_repl_offset repl_backlog_active" },
        { "cpu", "used_cpu_sys used_cpu_user" },
        { "cluster", "cluster_enabled" },
        { "keyspace", "db0" },
    };

    [Theory]
    [MemberData(nameof(InfoFields))]
    public void Info_has_the_fields_that_tools_read(string section, string fields)
    {
        using RespConnection subject = servers.Subject.Connect();
        subject.Command("SET", "a", "1");
        Dictionary<string, string> found = Info(subject, section);
        Assert.Equal("", string.Join(' ', fields.Split(' ').Where(field => !found.ContainsKey(field))));

        Dictionary<string, string> all = Info(subject);
        Assert.Equal("", string.Join(' ', fields.Split(' ').Where(field => !all.ContainsKey(field))));
    }

    [Fact]
    public void Info_commandstats_and_errorstats_count_alike()
    {
        string[] lines = ["SET a 1", "GET a", "GET missing", "GET", "NOSUCH", "INCR a", "INCRBY a x", "EXPIRE a 100000", "OBJECT ENCODING a"];
        var counts = new List<string>();
        foreach (ServerProcess server in (ServerProcess[])[servers.Oracle, servers.Subject])
        {
            using RespConnection connection = server.Connect();
            connection.Command("CONFIG", "RESETSTAT");
            foreach (string line in lines)
            {
                connection.CommandLine(line);
            }

            IEnumerable<string> commands = Info(connection, "commandstats")
                .Where(pair => pair.Key is not ("cmdstat_info" or "cmdstat_config|resetstat"))
                .Select(pair => $"{pair.Key} {string.Join(' ', pair.Value.Split(',').Where(IsCount))}");
            IEnumerable<string> errors = Info(connection, "errorstats")
                .Select(pair => $"{pair.Key} {pair.Value}");
            counts.Add(string.Join('\n', commands.Concat(errors).Order(StringComparer.Ordinal)));
        }

        Assert.Equal(counts[0], counts[1]);
    }

    [Fact]
    public void Keyspace_counts_agree()
    {
        var texts = new List<string>();
        servers.Flush();
        foreach (ServerProcess server in (ServerProcess[])[servers.Oracle, servers.Subject])
        {
            using RespConnection connection = server.Connect();
            foreach (string line in (string[])["SET a 1", "SET b 1 EXAT 4102444800", "SELECT 3", "SET c 1"])
            {
                connection.CommandLine(line);
            }

            texts.Add(string.Join('\n', Info(connection, "keyspace").Select(pair =>
                $"{pair.Key} {string.Join(',', pair.Value.Split(',').Where(part => !part.StartsWith("avg_ttl", StringComparison.Ordinal)))}")));
        }

        Assert.Equal(texts[0], texts[1]);
    }

    [Theory]
    [InlineData("CLIENT", "INFO")]
    [InlineData("CLIENT", "LIST")]
    public void Client_lines_have_the_same_fields(string command, string subcommand)
    {
        var fields = new List<string>();
        foreach (ServerProcess server in (ServerProcess[])[servers.Oracle, servers.Subject])
        {
            using RespConnection connection = server.Connect();
            connection.Command("CLIENT", "SETNAME", "me");
            connection.Command("SELECT", "2");
            string text = connection.Command(command, subcommand).Text;
            string[] words = text.TrimEnd('\n').Split('\n')[^1].Split(' ');
            Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"addr=127.0.0.1:{connection.LocalPort}"), words);
            Assert.Contains("name=me", words);
            Assert.Contains("db=2", words);
            Assert.Contains($"cmd={command.ToLowerInvariant()}|{subcommand.ToLowerInvariant()}", words);
            Assert.Contains("user=default", words);
            fields.Add(string.Join(' ', words.Select(word => word.Split('=')[0]).Where(field => !NewerClientFields.Contains(field))));
        }

        Assert.Equal(fields[0], fields[1]);
    }

    private static bool IsCount(string part) =>
        part.StartsWith("calls=", StringComparison.Ordinal) || part.StartsWith("rejected_calls=", StringComparison.Ordinal)
        || part.StartsWith("failed_calls=", StringComparison.Ordinal);

    private static Dictionary<string, string> Info(RespConnection connection, params string[] sections)
    {
        RespValue reply = connection.Command(["INFO", .. sections]);
        Assert.False(reply.IsError, reply.ToString());
        return reply.Text.Split("\r\n").Where(line => line.Contains(':', StringComparison.Ordinal))
            .Select(line => line.Split(':', 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
    }
}
