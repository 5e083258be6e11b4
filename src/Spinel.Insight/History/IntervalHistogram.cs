namespace Spinel.Insight.History;

/// <summary>
/// Percentiles of what the histograms of all commands have counted since the last look: their sum, less the sum of last time. The histograms themselves are never
/// cleared for it, and commands pay nothing for it.
/// </summary>
internal sealed class IntervalHistogram(int buckets, Func<int, long> longestOf)
{
    private long[] _sum = new long[buckets];
    private long[] _previous = new long[buckets];

    /// <summary>Begins a look.</summary>
    public void Begin() => Array.Clear(_sum);

    /// <summary>Adds the histogram of one command.</summary>
    public void Add(ReadOnlySpan<long> counts)
    {
        for (int i = 0; i < counts.Length; i++)
        {
            _sum[i] += counts[i];
        }
    }

    /// <summary>Ends the look.</summary>
    /// <param name="percentiles">Ascending, 0 to 100.</param>
    /// <param name="found">The durations, in the unit of the buckets; NaN when nothing was counted.</param>
    public void End(ReadOnlySpan<double> percentiles, Span<double> found)
    {
        long total = 0;
        bool wasReset = false;
        for (int i = 0; i < _sum.Length; i++)
        {
            wasReset |= _sum[i] < _previous[i];
            total += _sum[i] - _previous[i];
        }

        if (wasReset)
        {
            // What was counted before is forgotten everywhere: what there is now is all of this interval.
            Array.Clear(_previous);
            total = 0;
            foreach (long count in _sum)
            {
                total += count;
            }
        }

        found.Fill(double.NaN);
        long seen = 0;
        int next = 0;
        for (int i = 0; i < _sum.Length && next < percentiles.Length && total > 0; i++)
        {
            seen += _sum[i] - _previous[i];
            while (next < percentiles.Length && seen >= Math.Max(1, Math.Ceiling(percentiles[next] / 100 * total)))
            {
                found[next++] = longestOf(i);
            }
        }

        (_sum, _previous) = (_previous, _sum);
    }
}
