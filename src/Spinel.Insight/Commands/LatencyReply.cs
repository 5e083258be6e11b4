using Spinel.Engine;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Observation;
using Spinel.Engine.Statistics;

namespace Spinel.Insight.Commands;

/// <summary>Writes the replies of INSIGHT LATENCY and TURNS.</summary>
internal static class LatencyReply
{
    private const double NanosecondsPerMicrosecond = 1000;

    public static void Write(ref CommandContext c)
    {
        var named = new HashSet<CommandDescriptor>();
        var chosen = new List<CommandDescriptor>();
        if (c.Count == 2)
        {
            chosen.AddRange(c.Engine.Commands.All);
        }

        for (int i = 2; i < c.Count; i++)
        {
            if (c.Engine.Commands.FindFull(c[i]) is { } command && named.Add(command))
            {
                chosen.Add(command);
                chosen.AddRange(command.Subcommands);
            }
        }

        CommandCounters[] counters = c.Engine.Statistics.Commands;
        chosen.RemoveAll(command => counters[command.Id].Latency is null);
        c.Reply.MapHeader(chosen.Count);
        foreach (CommandDescriptor command in chosen)
        {
            CommandCounters counter = counters[command.Id];
            c.Reply.BulkString(command.NameUtf8.Span);
            c.Reply.MapHeader(7);
            InsightCommands.Pair(ref c, "calls"u8, counter.Calls);
            Number(ref c, "runP50"u8, counter.Latency!.AtPercentile(50) / NanosecondsPerMicrosecond);
            Number(ref c, "runP99"u8, counter.Latency.AtPercentile(99) / NanosecondsPerMicrosecond);
            Number(ref c, "runP999"u8, counter.Latency.AtPercentile(99.9) / NanosecondsPerMicrosecond);
            ReadOnlySpan<long> waits = counter.Wait is { } wait ? wait.Counts : default;
            Number(ref c, "waitP50"u8, WaitHistogram.AtPercentile(waits, 50) / NanosecondsPerMicrosecond);
            Number(ref c, "waitP99"u8, WaitHistogram.AtPercentile(waits, 99) / NanosecondsPerMicrosecond);
            Number(ref c, "waitP999"u8, WaitHistogram.AtPercentile(waits, 99.9) / NanosecondsPerMicrosecond);
        }
    }

    public static void WriteTurns(ref CommandContext c, int count)
    {
        TurnRecord[] records = c.Engine.Turns.Records.ToArray();
        Array.Sort(records, static (a, b) => b.TotalMicroseconds.CompareTo(a.TotalMicroseconds));
        count = Math.Min(count, records.Length);
        c.Reply.ArrayHeader(count);
        for (int i = 0; i < count; i++)
        {
            TurnRecord record = records[i];
            c.Reply.MapHeader(record.CpuMicroseconds is null ? 11 : 12);
            InsightCommands.Pair(ref c, "time"u8, record.EndMs);
            InsightCommands.Pair(ref c, "us"u8, record.TotalMicroseconds);
            if (record.CpuMicroseconds is { } cpu)
            {
                InsightCommands.Pair(ref c, "cpuUs"u8, cpu);
            }

            InsightCommands.Pair(ref c, "commands"u8, record.Commands);
            InsightCommands.Pair(ref c, "commandsUs"u8, record.CommandMicroseconds);
            InsightCommands.Pair(ref c, "networkUs"u8, record.NetworkMicroseconds);
            InsightCommands.Pair(ref c, "expiryUs"u8, record.ExpiryMicroseconds);
            InsightCommands.Pair(ref c, "evictionUs"u8, record.EvictionMicroseconds);
            InsightCommands.Pair(ref c, "snapshotUs"u8, record.SnapshotMicroseconds);
            InsightCommands.Pair(ref c, "logUs"u8, record.LogMicroseconds);
            InsightCommands.Pair(ref c, "insightUs"u8, record.InsightMicroseconds);
            InsightCommands.Pair(ref c, "gcUs"u8, record.PauseMicroseconds);
        }
    }

    private static void Number(ref CommandContext c, ReadOnlySpan<byte> name, double value)
    {
        c.Reply.BulkString(name);
        c.Reply.Double(value);
    }
}
