using System.Numerics;

namespace Spinel.Engine.Statistics;

/// <summary>
/// How often a command took how long.
/// <para>
/// Durations are counted in buckets that are at most 0.8 % wide: 128 to each doubling, single nanoseconds below 256. What takes longer than a second is
/// counted as a second. An addition is one increment; a command that is called costs 24 kilobytes, allocated with its first call, of which its calls
/// touch a few cache lines.
/// </para>
/// The layout is that of HdrHistogram (http://hdrhistogram.org) with two significant digits, so that bounds and percentiles are those that Redis shows.
/// </summary>
public sealed class LatencyHistogram
{
    /// <summary>The longest duration that is told apart from longer ones.</summary>
    public const long MaxNanoseconds = 1_000_000_000;

    private const int BucketsPerDoubling = 128;
    private const int Doublings = 23;
    private const int BucketCount = (Doublings + 1) * BucketsPerDoubling;

    /// <summary>The number of bits of a duration that its bucket knows.</summary>
    private const int PrecisionBits = 8;

    private readonly long[] _counts = new long[BucketCount];

    /// <summary>The number of buckets.</summary>
    public const int Buckets = BucketCount;

    /// <summary>The number of durations counted.</summary>
    public long Count { get; private set; }

    /// <summary>How often each bucket was counted.</summary>
    public ReadOnlySpan<long> Counts => _counts;

    /// <summary>The number of the bucket of a duration: worth keeping where the same duration is counted for several commands.</summary>
    public static int BucketOf(long nanoseconds)
    {
        ulong value = (ulong)Math.Clamp(nanoseconds, 1, MaxNanoseconds);
        int doubling = Math.Max(0, BitOperations.Log2(value) - (PrecisionBits - 1));

        // Of what is left after the shift the upper half follows on the doubling before.
        return (doubling * BucketsPerDoubling) + (int)(value >> doubling);
    }

    /// <summary>Counts a duration, given by its bucket, so many times.</summary>
    public void Add(int bucket, long times)
    {
        _counts[bucket] += times;
        Count += times;
    }

    /// <summary>The duration, in nanoseconds, that the given share of all durations does not exceed; 0 when nothing was counted.</summary>
    /// <param name="percentile">From 0 to 100.</param>
    public long AtPercentile(double percentile)
    {
        long wanted = Math.Max(1, (long)((percentile / 100 * Count) + 0.5));
        long seen = 0;
        for (int bucket = 0; bucket < BucketCount; bucket++)
        {
            seen += _counts[bucket];
            if (seen >= wanted)
            {
                return percentile == 0 ? LowestOf(bucket) : HighestOf(bucket);
            }
        }

        return 0;
    }

    /// <summary>
    /// Collects how many durations did not exceed about one microsecond, two, four and so on, without the steps that add nothing.
    /// </summary>
    public void CollectSteps(List<(long Microseconds, long CumulativeCount)> steps)
    {
        const long FirstBoundNanoseconds = 1024;
        const int NanosecondsPerMicrosecond = 1000;
        long seen = 0;
        long told = 0;
        int bucket = 0;
        for (int bound = BucketOf(FirstBoundNanoseconds); told < Count; bound += BucketsPerDoubling)
        {
            // The bucket that begins with a bound belongs to the step below it.
            for (; bucket <= bound && bucket < BucketCount; bucket++)
            {
                seen += _counts[bucket];
            }

            if (seen > told)
            {
                steps.Add((HighestOf(bound) / NanosecondsPerMicrosecond, seen));
                told = seen;
            }
        }
    }

    /// <summary>The longest duration, in nanoseconds, that a bucket counts.</summary>
    public static long LongestOf(int bucket) => HighestOf(bucket);

    private static long LowestOf(int bucket)
    {
        int doubling = Math.Max(0, (bucket / BucketsPerDoubling) - 1);
        return (long)(bucket - (doubling * BucketsPerDoubling)) << doubling;
    }

    private static long HighestOf(int bucket)
    {
        int doubling = Math.Max(0, (bucket / BucketsPerDoubling) - 1);
        return LowestOf(bucket) + (1L << doubling) - 1;
    }
}
