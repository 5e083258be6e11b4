using System.Globalization;
using System.Text;
using Spinel.Engine.Statistics;

namespace Spinel.Engine.Commands.Server;

/// <summary>Reads the latency events as an experienced operator would, and says what they are and what helps.</summary>
internal static class LatencyDoctor
{
    public static string Examine(SpinelEngine engine)
    {
        LatencyMonitor monitor = engine.Latency;
        if (monitor.Events.Count == 0)
        {
            return monitor.IsOn
                ? "Nothing has taken longer than latency-monitor-threshold.\n"
                : "Latency is not monitored. CONFIG SET latency-monitor-threshold <milliseconds> turns it on.\n";
        }

        var text = new StringBuilder("What kept this server from answering:\n");
        foreach ((string name, LatencySeries series) in monitor.Events)
        {
            Describe(text, name, series);
        }

        text.Append("What may help:\n");
        var advice = new List<string>();
        foreach (string name in monitor.Events.Keys)
        {
            string line = AdviceOn(name);
            if (!advice.Contains(line))
            {
                advice.Add(line);
            }
        }

        advice.ForEach(line => text.Append(" * ").Append(line).Append('\n'));
        if (engine.Options.SlowlogLogSlowerThanMicroseconds < 0)
        {
            text.Append(" * The slow log is off. CONFIG SET slowlog-log-slower-than 10000 has it show commands of ten milliseconds and more.\n");
        }

        return text.ToString();
    }

    private static void Describe(StringBuilder text, string name, LatencySeries series)
    {
        double sum = 0;
        for (int i = 0; i < series.Count; i++)
        {
            sum += series[i].Milliseconds;
        }

        double mean = sum / series.Count;
        double deviation = 0;
        for (int i = 0; i < series.Count; i++)
        {
            deviation += Math.Abs(series[i].Milliseconds - mean);
        }

        long span = series.Last.UnixSeconds - series[0].UnixSeconds;
        string period = series.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $", every {(double)span / (series.Count - 1):F1} s") : "";
        text.Append(
            CultureInfo.InvariantCulture,
            $" * {name}: {series.Count} times{period}, mean {mean:F0} ms, mean deviation {deviation / series.Count:F0} ms, longest ever {series.MaxMs} ms.\n");
    }

    private static string AdviceOn(string name) => name switch
    {
        LatencyEvents.Command => "SLOWLOG GET shows the commands that took long. Take large collections in portions (SCAN, HSCAN, ranges) and delete them with UNLINK.",
        LatencyEvents.FastCommand => "Commands that are quick by nature took long: the machine had no processor for the server, or memory is swapped out. Long arguments and replies have the same effect.",
        LatencyEvents.CommandUnblocking => "Clients that had waited for a key were given much at once. Ask for less with COUNT.",
        LatencyEvents.ExpireCycle or LatencyEvents.ExpireDelete => "Many keys, or large ones, expire at the same time. Spread their times, or set lazyfree-lazy-expire.",
        LatencyEvents.EvictionCycle or LatencyEvents.EvictionDelete => "Much had to be evicted at once. Raise maxmemory, write more slowly, or set lazyfree-lazy-eviction.",
        LatencyEvents.Turn => "A turn of the loop serves all clients that have sent something. Shorter pipelines and fewer large replies make turns shorter.",
        _ => $"Event {name} has no advice of its own: LATENCY GRAPH shows when it takes long, and SLOWLOG GET what ran then.",
    };
}
