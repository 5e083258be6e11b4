using System.Text;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Statistics;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Server;

/// <summary>LATENCY: what kept the server from answering, and how long commands take.</summary>
[CommandContainer("LATENCY", Group = CommandGroup.Server, Since = "2.8.13", Summary = "Shows what kept the server from answering, and how long commands take.")]
internal static class LatencyCommands
{
    private const CommandFlags Flags = CommandFlags.Admin | CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale;
    private const string NodeTips = "nondeterministic_output request_policy:all_nodes response_policy:special";

    [Command("LATENCY|LATEST", "", Arity = 2, Flags = Flags, Group = CommandGroup.Server, Since = "2.8.13", Complexity = "O(1)", Tips = NodeTips,
        Summary = "Shows of every kind of event the latest one: name, Unix time, milliseconds, and the most milliseconds ever.")]
    internal static void Latest(ref CommandContext c)
    {
        c.Reply.ArrayHeader(c.Engine.Latency.Events.Count);
        foreach ((string name, LatencySeries series) in c.Engine.Latency.Events)
        {
            c.Reply.ArrayHeader(4);
            c.Reply.BulkString(Encoding.UTF8.GetBytes(name));
            c.Reply.Integer(series.Last.UnixSeconds);
            c.Reply.Integer(series.Last.Milliseconds);
            c.Reply.Integer(series.MaxMs);
        }
    }

    [Command("LATENCY|HISTORY", "event", Arity = 3, Flags = Flags, Group = CommandGroup.Server, Since = "2.8.13", Complexity = "O(1)", Tips = NodeTips,
        Summary = "Shows the events of a kind: Unix time and milliseconds of each.")]
    internal static void History(ref CommandContext c)
    {
        LatencySeries? series = Find(in c);
        int count = series?.Count ?? 0;
        c.Reply.ArrayHeader(count);
        for (int i = 0; i < count; i++)
        {
            c.Reply.ArrayHeader(2);
            c.Reply.Integer(series![i].UnixSeconds);
            c.Reply.Integer(series[i].Milliseconds);
        }
    }

    [Command("LATENCY|RESET", "[event [event ...]]", Arity = -2, Flags = Flags, Group = CommandGroup.Server, Since = "2.8.13", Complexity = "O(1)",
        Tips = "request_policy:all_nodes response_policy:all_succeeded", Summary = "Forgets the events of some kinds, or all.")]
    internal static void Reset(ref CommandContext c)
    {
        int count = 0;
        if (c.Count == 2)
        {
            count = c.Engine.Latency.Clear();
        }

        for (int i = 2; i < c.Count; i++)
        {
            count += c.Engine.Latency.Forget(Encoding.UTF8.GetString(c[i])) ? 1 : 0;
        }

        c.Reply.Integer(count);
    }

    [Command("LATENCY|GRAPH", "event", Arity = 3, Flags = Flags, Group = CommandGroup.Server, Since = "2.8.13", Complexity = "O(1)", Tips = NodeTips,
        Summary = "Draws the events of a kind over time.")]
    internal static void Graph(ref CommandContext c)
    {
        string name = Encoding.UTF8.GetString(c[2]);
        if (!c.Engine.Latency.Events.TryGetValue(name, out LatencySeries? series))
        {
            c.Error(Errors.NoLatencySamples(c[2]));
            return;
        }

        c.Reply.VerbatimString("txt"u8, Encoding.UTF8.GetBytes(LatencyGraph.Draw(name, series, c.NowMs / 1000)));
    }

    [Command("LATENCY|DOCTOR", "", Arity = 2, Flags = Flags, Group = CommandGroup.Server, Since = "2.8.13", Complexity = "O(1)", Tips = NodeTips,
        Summary = "Says in words what the events are and what can be done about them.")]
    internal static void Doctor(ref CommandContext c) => c.Reply.VerbatimString("txt"u8, Encoding.UTF8.GetBytes(LatencyDoctor.Examine(c.Engine)));

    [Command("LATENCY|HISTOGRAM", "[command [command ...]]", Arity = -2, Flags = Flags, Group = CommandGroup.Server, Since = "7.0.0",
        Complexity = "O(N) with N the number of commands shown", Tips = NodeTips,
        Summary = "Shows of commands how many calls took at most one microsecond, two, four and so on.")]
    internal static void Histogram(ref CommandContext c)
    {
        var chosen = new List<CommandDescriptor>();
        if (c.Count == 2)
        {
            chosen.AddRange(c.Engine.Commands.All);
        }

        for (int i = 2; i < c.Count; i++)
        {
            if (c.Engine.Commands.FindFull(c[i]) is { } command)
            {
                chosen.Add(command);
                chosen.AddRange(command.Subcommands);
            }
        }

        CommandCounters[] counters = c.Engine.Statistics.Commands;
        chosen.RemoveAll(command => counters[command.Id].Latency is null);
        c.Reply.MapHeader(chosen.Count);
        var steps = new List<(long Microseconds, long CumulativeCount)>();
        foreach (CommandDescriptor command in chosen)
        {
            LatencyHistogram histogram = counters[command.Id].Latency!;
            steps.Clear();
            histogram.CollectSteps(steps);
            c.Reply.BulkString(command.NameUtf8.Span);
            c.Reply.MapHeader(2);
            c.Reply.BulkString("calls"u8);
            c.Reply.Integer(histogram.Count);
            c.Reply.BulkString("histogram_usec"u8);
            c.Reply.MapHeader(steps.Count);
            foreach ((long microseconds, long cumulativeCount) in steps)
            {
                c.Reply.Integer(microseconds);
                c.Reply.Integer(cumulativeCount);
            }
        }
    }

    [Command("LATENCY|HELP", "", Arity = 2, Flags = CommandFlags.Loading | CommandFlags.Stale, Group = CommandGroup.Server, Since = "2.8.13", Complexity = "O(1)",
        Summary = "Lists the subcommands.")]
    internal static void Help(ref CommandContext c) => CommandTableHelp.Write(ref c);

    private static LatencySeries? Find(ref readonly CommandContext c) => c.Engine.Latency.Events.GetValueOrDefault(Encoding.UTF8.GetString(c[2]));
}
