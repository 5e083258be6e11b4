using System.Globalization;
using System.Text;
using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Statistics.Info;

/// <summary>INFO latencystats: percentiles of the duration of each command.</summary>
internal static class LatencyInfo
{
    private const double NanosecondsPerMicrosecond = 1000;

    public static void Write(InfoWriter w, SpinelEngine engine)
    {
        IReadOnlyList<double> percentiles = engine.Options.LatencyTrackingInfoPercentiles;
        var line = new StringBuilder();
        foreach (CommandDescriptor command in engine.Commands.All)
        {
            if (engine.Statistics.Commands[command.Id].Latency is not { } histogram)
            {
                continue;
            }

            line.Clear().Append("latency_percentiles_usec_").Append(command.Name);
            char separator = ':';
            foreach (double percentile in percentiles)
            {
                string value = InfoWriter.Fixed(histogram.AtPercentile(percentile) / NanosecondsPerMicrosecond, 3);
                line.Append(separator).Append('p').Append(percentile.ToString("0.######", CultureInfo.InvariantCulture)).Append('=').Append(value);
                separator = ',';
            }

            w.Line(separator == ':' ? line.Append(separator).ToString() : line.ToString());
        }
    }
}
