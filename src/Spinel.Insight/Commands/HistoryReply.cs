using System.Text;
using Spinel.Engine;
using Spinel.Insight.History;

namespace Spinel.Insight.Commands;

/// <summary>Writes the replies of INSIGHT HISTORY and SERIES.</summary>
internal static class HistoryReply
{
    public static void Write(ref CommandContext c, List<string> names, HistoryWindow window)
    {
        c.Reply.MapHeader(4);
        InsightCommands.Pair(ref c, "from"u8, window.FromMs);
        InsightCommands.Pair(ref c, "stepMs"u8, window.StepMs);
        InsightCommands.Pair(ref c, "points"u8, window.Points);
        c.Reply.BulkString("series"u8);
        c.Reply.MapHeader(names.Count);
        for (int i = 0; i < names.Count; i++)
        {
            c.Reply.BulkString(Encoding.UTF8.GetBytes(names[i]));
            c.Reply.ArrayHeader(window.Points);
            for (int point = 0; point < window.Points; point++)
            {
                Value(ref c, window[i, point]);
            }
        }
    }

    public static void WriteSeries(ref CommandContext c, InsightExtension insight)
    {
        c.Reply.ArrayHeader(SeriesCatalog.All.Count);
        for (int i = 0; i < SeriesCatalog.All.Count; i++)
        {
            Series series = SeriesCatalog.All[i];
            c.Reply.MapHeader(6);
            Text(ref c, "name"u8, series.Name);
            Text(ref c, "unit"u8, series.Unit);
            Text(ref c, "kind"u8, series.Kind == SeriesKind.Rate ? "rate" : "gauge");
            Text(ref c, "group"u8, series.Group);
            Text(ref c, "summary"u8, series.Summary);
            c.Reply.BulkString("latest"u8);
            Value(ref c, insight.LatestSample[i]);
        }
    }

    private static void Value(ref CommandContext c, double value)
    {
        if (double.IsNaN(value))
        {
            c.Reply.NullBulk();
        }
        else
        {
            c.Reply.Double(value);
        }
    }

    private static void Text(ref CommandContext c, ReadOnlySpan<byte> name, string value)
    {
        c.Reply.BulkString(name);
        c.Reply.BulkString(Encoding.UTF8.GetBytes(value));
    }
}
