using System.Numerics;
using System.Runtime.CompilerServices;

namespace Spinel.Engine.Statistics;

/// <summary>
/// How often something took how long, in buckets a sixteenth of a doubling wide: a percentile is right to six percent. An eighth of the size of
/// <see cref="LatencyHistogram"/>, so that a second one for every command stays in the cache.
/// </summary>
public sealed class WaitHistogram
{
    /// <summary>The number of buckets.</summary>
    public const int BucketCount = (Doublings + 1) * BucketsPerDoubling;

    private const int BucketsPerDoubling = 16;
    private const int PrecisionBits = 5;

    /// <summary>Nanoseconds count from 256 up: 2^8 to 2^36, which is a minute.</summary>
    private const int UnitBits = 8;
    private const int Doublings = 28 - PrecisionBits + 1;
    private const ulong MaxUnits = 1UL << 28;

    private readonly long[] _counts = new long[BucketCount];

    /// <summary>The number of durations counted.</summary>
    public long Count { get; private set; }

    /// <summary>How often each bucket was counted.</summary>
    public ReadOnlySpan<long> Counts => _counts;

    /// <summary>Counts a duration so many times.</summary>
    public void Add(long nanoseconds, long times)
    {
        _counts[BucketOf(nanoseconds)] += times;
        Count += times;
    }

    /// <summary>The duration in nanoseconds that the given share of durations does not exceed, 0 when there are none.</summary>
    public static long AtPercentile(ReadOnlySpan<long> counts, double percentile)
    {
        long total = 0;
        foreach (long count in counts)
        {
            total += count;
        }

        if (total == 0)
        {
            return 0;
        }

        long wanted = Math.Max(1, (long)((percentile / 100 * total) + 0.5));
        long seen = 0;
        for (int bucket = 0; bucket < counts.Length; bucket++)
        {
            seen += counts[bucket];
            if (seen >= wanted)
            {
                return HighestOf(bucket);
            }
        }

        return HighestOf(counts.Length - 1);
    }

    /// <summary>The longest duration, in nanoseconds, that a bucket counts.</summary>
    public static long HighestOf(int bucket)
    {
        int doubling = Math.Max(0, (bucket / BucketsPerDoubling) - 1);
        long lowest = (long)(bucket - (doubling * BucketsPerDoubling)) << doubling;
        return ((lowest + (1L << doubling)) << UnitBits) - 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int BucketOf(long nanoseconds)
    {
        ulong units = Math.Min((ulong)Math.Max(0, nanoseconds) >> UnitBits, MaxUnits - 1);
        int doubling = Math.Max(0, BitOperations.Log2(units | 1) - (PrecisionBits - 1));
        return (doubling * BucketsPerDoubling) + (int)(units >> doubling);
    }
}
