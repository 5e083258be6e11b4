using System.Globalization;

namespace Spinel.Bench.Micro;

/// <summary>The durations of turns: count, longest, and how many were long.</summary>
internal sealed class Turns
{
    private long _count;
    private long _longest;
    private long _overMillisecond;
    private long _over100Microseconds;

    public void Add(long nanoseconds)
    {
        _count++;
        _longest = Math.Max(_longest, nanoseconds);
        double microseconds = nanoseconds / 1e3;
        _overMillisecond += microseconds > 1000 ? 1 : 0;
        _over100Microseconds += microseconds > 100 ? 1 : 0;
    }

    public void Print(string what) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: longest {_longest / 1e3:F0} us, above 1 ms {_overMillisecond}, above 100 us {_over100Microseconds}, of {_count:N0}"));
}
