using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Spinel.Dashboard.Channels;
using Spinel.Dashboard.Http;
using Spinel.Dashboard.Security;
using Spinel.Engine;

namespace Spinel.Dashboard.Metrics;

/// <summary>
/// The page that Prometheus reads. It is INFO in another form, run with the rights of whoever asks: by the browser's cookie, or with a user and password of the
/// server by HTTP Basic.
/// </summary>
internal sealed class MetricsEndpoint(DashboardServices services)
{
    private readonly SessionEndpoint _sessions = new(services);

    internal async Task AnswerAsync(HttpContext context)
    {
        Viewer? viewer = await IdentifyAsync(context).ConfigureAwait(false);
        if (viewer is null)
        {
            return;
        }

        byte[] reply = await OneCommand.RunAsync(services.Engine, viewer, services.Limits, "INFO", "everything").ConfigureAwait(false);
        if (reply[0] is (byte)'-' or (byte)'!')
        {
            await Answers.ErrorAsync(context, StatusCodes.Status403Forbidden, ReplyJson.ErrorText(reply)).ConfigureAwait(false);
            return;
        }

        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        await Answers.BytesAsync(context, Encoding.UTF8.GetBytes(Write(new InfoText(TextOf(reply))))).ConfigureAwait(false);
    }

    internal string Write(InfoText info)
    {
        var page = new PrometheusText();
        page.Gauge("redis_up", "The server answers.", 1);
        page.Gauge(
            "redis_instance_info",
            "What the server is.",
            1,
            ("role", info["role"]),
            ("redis_version", info["redis_version"]),
            ("redis_build_id", info["redis_build_id"]),
            ("redis_mode", info["redis_mode"]),
            ("os", info["os"]),
            ("maxmemory_policy", info["maxmemory_policy"]),
            ("tcp_port", info["tcp_port"]),
            ("run_id", info["run_id"]),
            ("process_id", info["process_id"]),
            ("master_replid", info["master_replid"]));
        if (info.TryGetNumber("uptime_in_seconds", out double uptime))
        {
            page.Gauge("redis_start_time_seconds", "When the server started, in Unix time.", services.Time.GetUtcNow().ToUnixTimeSeconds() - uptime);
        }

        foreach ((string field, string metric) in MetricNames.Gauges)
        {
            if (info.TryGetNumber(field, out double value))
            {
                page.Gauge("redis_" + metric, $"{field} of INFO.", value);
            }
        }

        foreach ((string field, string metric) in MetricNames.Counters)
        {
            if (info.TryGetNumber(field, out double value))
            {
                page.Counter("redis_" + metric, $"{field} of INFO.", value);
            }
        }

        foreach ((string field, string metric, string good) in MetricNames.States)
        {
            if (info[field].Length > 0)
            {
                page.Gauge("redis_" + metric, $"Whether {field} of INFO is {good}.", info[field] == good ? 1 : 0);
            }
        }

        WriteDatabases(page, info);
        WriteCommands(page, info);
        WriteReplication(page, info);
        WriteOwn(page);
        return page.ToString();
    }

    private async Task<Viewer?> IdentifyAsync(HttpContext context)
    {
        if (TryReadBasic(context.Request.Headers.Authorization, out string name, out string password))
        {
            return await _sessions.TryAsync(context, name, password).ConfigureAwait(false);
        }

        Viewer? viewer = await _sessions.FindAsync(context).ConfigureAwait(false);
        if (viewer is null)
        {
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"Spinel\", charset=\"UTF-8\"";
            await Answers.ErrorAsync(context, StatusCodes.Status401Unauthorized, "log in first").ConfigureAwait(false);
        }

        return viewer;
    }

    private static bool TryReadBasic(string? header, out string name, out string password)
    {
        const string Scheme = "Basic ";
        name = password = "";
        if (header is null || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        byte[] bytes = new byte[header.Length];
        if (!Convert.TryFromBase64String(header[Scheme.Length..].Trim(), bytes, out int count))
        {
            return false;
        }

        string text = Encoding.UTF8.GetString(bytes, 0, count);
        int colon = text.IndexOf(':');
        if (colon < 0)
        {
            return false;
        }

        name = colon == 0 ? Engine.Security.UserTable.DefaultName : text[..colon];
        password = text[(colon + 1)..];
        return true;
    }

    /// <summary>INFO is a verbatim string in RESP3.</summary>
    private static string TextOf(byte[] reply)
    {
        int head = Array.IndexOf(reply, (byte)'\n') + 1;
        int skipped = reply[0] == (byte)'=' ? 4 : 0;
        return Encoding.UTF8.GetString(reply.AsSpan()[(head + skipped)..]);
    }

    private static void WriteDatabases(PrometheusText page, InfoText info)
    {
        (string Name, Dictionary<string, string> Parts)[] databases =
            [.. info.Fields("db").Where(static field => field.Name.Length > 0 && field.Name.All(char.IsAsciiDigit))];
        Family(page, "redis_db_keys", "gauge", "Keys of a database.", databases, "db", "db", static parts => InfoText.Number(parts, "keys"));
        Family(page, "redis_db_keys_expiring", "gauge", "Keys of a database that expire.", databases, "db", "db", static parts => InfoText.Number(parts, "expires"));
        Family(page, "redis_db_avg_ttl_seconds", "gauge", "Mean time to live.", databases, "db", "db", static parts => InfoText.Number(parts, "avg_ttl") / 1000);
    }

    private static void WriteCommands(PrometheusText page, InfoText info)
    {
        (string Name, Dictionary<string, string> Parts)[] commands = [.. info.Fields("cmdstat_")];
        Family(page, "redis_commands_total", "counter", "Calls of a command.", commands, "cmd", "", static parts => InfoText.Number(parts, "calls"));
        Family(page, "redis_commands_duration_seconds_total", "counter", "Time in a command.", commands, "cmd", "", static parts => InfoText.Number(parts, "usec") / 1e6);
        Family(page, "redis_commands_rejected_calls_total", "counter", "Calls refused before they ran.", commands, "cmd", "", static parts => InfoText.Number(parts, "rejected_calls"));
        Family(page, "redis_commands_failed_calls_total", "counter", "Calls that failed.", commands, "cmd", "", static parts => InfoText.Number(parts, "failed_calls"));
        Family(page, "redis_errors_total", "counter", "Error replies.", [.. info.Fields("errorstat_")], "err", "", static parts => InfoText.Number(parts, "count"));
        page.Begin("redis_latency_percentiles_usec", "gauge", "Percentiles of the time that a command takes.");
        foreach ((string command, Dictionary<string, string> parts) in info.Fields("latency_percentiles_usec_"))
        {
            foreach (string quantile in parts.Keys)
            {
                string share = (double.Parse(quantile.AsSpan(1), NumberStyles.Float, CultureInfo.InvariantCulture) / 100).ToString("0.######", CultureInfo.InvariantCulture);
                page.Sample("redis_latency_percentiles_usec", InfoText.Number(parts, quantile), ("cmd", command), ("quantile", share));
            }
        }
    }

    private static void WriteReplication(PrometheusText page, InfoText info)
    {
        (string Name, Dictionary<string, string> Parts)[] replicas = [.. info.Fields("slave").Where(static field => field.Parts.ContainsKey("ip"))];
        page.Begin("redis_connected_slave_offset_bytes", "gauge", "How far a replica has come.");
        foreach ((_, Dictionary<string, string> parts) in replicas)
        {
            page.Sample("redis_connected_slave_offset_bytes", InfoText.Number(parts, "offset"), Labels(parts));
        }

        page.Begin("redis_connected_slave_lag_seconds", "gauge", "Since when a replica has not been heard of.");
        foreach ((_, Dictionary<string, string> parts) in replicas)
        {
            page.Sample("redis_connected_slave_lag_seconds", InfoText.Number(parts, "lag"), Labels(parts));
        }

        if (info["master_host"].Length > 0)
        {
            page.Gauge(
                "redis_slave_info",
                "Whom the server is a replica of.",
                1,
                ("master_host", info["master_host"]),
                ("master_port", info["master_port"]),
                ("read_only", info["slave_read_only"]));
        }
    }

    private static (string Name, string Value)[] Labels(Dictionary<string, string> parts) =>
    [
        ("slave_ip", parts.GetValueOrDefault("ip", "")),
        ("slave_port", parts.GetValueOrDefault("port", "")),
        ("slave_state", parts.GetValueOrDefault("state", "")),
    ];

    private static void Family(
        PrometheusText page, string name, string type, string help, (string Name, Dictionary<string, string> Parts)[] fields, string label, string prefix, Func<Dictionary<string, string>, double> value)
    {
        page.Begin(name, type, help);
        foreach ((string field, Dictionary<string, string> parts) in fields)
        {
            page.Sample(name, value(parts), (label, prefix + field));
        }
    }

    private void WriteOwn(PrometheusText page)
    {
        page.Gauge("spinel_build_info", "The server's version.", 1, ("version", ProductVersion.Product));
        page.Gauge("spinel_dashboard_browsers", "Web sockets of the dashboard.", services.Sockets.Count);
        page.Gauge("spinel_dashboard_logins", "Logins to the dashboard.", services.Logins.Count);
        page.Gauge("spinel_managed_heap_bytes", "Memory under garbage collection; the data is not.", GC.GetTotalMemory(forceFullCollection: false));
        page.Counter("spinel_gc_collections_total", "Garbage collections.", GC.CollectionCount(0));
        page.Counter("spinel_gc_pause_seconds_total", "Time in which garbage collections held all threads.", GC.GetTotalPauseDuration().TotalSeconds);
    }
}
