using CsCheck;
using Spinel.Engine.Statistics;

namespace Spinel.Engine.Tests.Statistics;

public sealed class LatencyHistogramTests
{
    private static readonly Gen<long> Durations = Gen.OneOf(Gen.Long[0, 300], Gen.Long[0, 40_000], Gen.Long[0, 2 * LatencyHistogram.MaxNanoseconds]);

    [Fact]
    public void Percentiles_are_those_of_the_sorted_durations_up_to_the_width_of_a_bucket() =>
        Durations.List[1, 300].Select(Gen.Double[0.001, 100]).Sample((durations, percentile) =>
        {
            LatencyHistogram histogram = Count(durations);
            long[] sorted = [.. durations.Select(static d => Math.Clamp(d, 1, LatencyHistogram.MaxNanoseconds)).Order()];
            long rank = Math.Max(1, (long)((percentile / 100 * sorted.Length) + 0.5));
            long expected = sorted[rank - 1];

            Assert.InRange(histogram.AtPercentile(percentile), expected, expected + (expected / 128));
        });

    [Fact]
    public void Steps_count_what_is_below_their_bounds() =>
        Durations.List[0, 300].Sample(durations =>
        {
            LatencyHistogram histogram = Count(durations);
            List<(long Microseconds, long CumulativeCount)> steps = [];
            histogram.CollectSteps(steps);

            List<(long, long)> expected = [];
            long previous = 0;
            for (long bound = 1024; previous < durations.Count; bound *= 2)
            {
                // The bucket that starts with the bound is counted to it.
                long inclusive = bound + (bound / 128) - 1;
                long count = durations.Count(d => Math.Min(d, LatencyHistogram.MaxNanoseconds) <= inclusive);
                if (count > previous)
                {
                    expected.Add((inclusive / 1000, count));
                }

                previous = count;
            }

            Assert.Equal(expected, steps);
        });

    [Fact]
    public void Nothing_counted_has_no_percentiles()
    {
        LatencyHistogram histogram = new();

        Assert.Equal(0, histogram.AtPercentile(50));
        Assert.Equal(0, histogram.Count);
    }

    private static LatencyHistogram Count(List<long> durations)
    {
        LatencyHistogram histogram = new();
        foreach (long duration in durations)
        {
            histogram.Add(LatencyHistogram.BucketOf(duration), 1);
        }

        return histogram;
    }
}
