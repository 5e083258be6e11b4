using System.Globalization;
using System.Text;
using Spinel.Engine.Statistics;

namespace Spinel.Engine.Commands.Server;

/// <summary>
/// Draws a series of latency samples with characters: a column for each second in which the event occurred, the oldest on the left, and under it how long ago
/// that was, written downwards.
/// </summary>
internal static class LatencyGraph
{
    private const int Rows = 4;
    private const int Width = 80;

    /// <summary>Three heights within a row.</summary>
    private const string Tops = "_o#";

    public static string Draw(string name, LatencySeries series, long nowUnixSeconds)
    {
        long low = long.MaxValue;
        long high = 0;
        for (int i = 0; i < series.Count; i++)
        {
            low = Math.Min(low, series[i].Milliseconds);
            high = Math.Max(high, series[i].Milliseconds);
        }

        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{name} - high {high} ms, low {low} ms (all time high {series.MaxMs} ms)\n");
        text.Append('-', Width).Append('\n');
        for (int first = 0; first < series.Count; first += Width)
        {
            DrawPart(text, series, first, Math.Min(series.Count, first + Width), low, high, nowUnixSeconds);
        }

        return text.ToString();
    }

    private static void DrawPart(StringBuilder text, LatencySeries series, int first, int end, long low, long high, long nowUnixSeconds)
    {
        for (int row = Rows - 1; row >= 0; row--)
        {
            for (int i = first; i < end; i++)
            {
                text.Append(Character(series[i].Milliseconds, low, high, row));
            }

            text.Append('\n');
        }

        string[] ages = [.. Enumerable.Range(first, end - first).Select(i => Age(nowUnixSeconds - series[i].UnixSeconds))];
        int longest = ages.Max(static age => age.Length);
        text.Append('\n');
        for (int line = 0; line < longest; line++)
        {
            foreach (string age in ages)
            {
                text.Append(line < age.Length ? age[line] : ' ');
            }

            text.Append('\n');
        }
    }

    private static char Character(long value, long low, long high, int row)
    {
        int steps = Rows * Tops.Length;
        long height = high == low ? 0 : Math.Min(steps - 1, (value - low) * steps / (high - low));
        long top = height / Tops.Length;
        return row > top ? ' ' : row < top ? '|' : Tops[(int)(height % Tops.Length)];
    }

    private static string Age(long seconds) => Math.Max(0, seconds) switch
    {
        < 60 and var s => string.Create(CultureInfo.InvariantCulture, $"{s}s"),
        < 3600 and var s => string.Create(CultureInfo.InvariantCulture, $"{s / 60}m"),
        < 86_400 and var s => string.Create(CultureInfo.InvariantCulture, $"{s / 3600}h"),
        var s => string.Create(CultureInfo.InvariantCulture, $"{s / 86_400}d"),
    };
}
