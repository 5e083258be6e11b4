using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Spinel.Bench.Micro;

/// <summary>The processor time of the calling thread; the time of day where the system has no such clock to read.</summary>
internal static partial class ThreadClock
{
    private const int ThreadCpuTime = 3;

    public static unsafe long Nanoseconds()
    {
        if (!OperatingSystem.IsLinux())
        {
            return (long)(Stopwatch.GetTimestamp() * 1e9 / Stopwatch.Frequency);
        }

        // struct timespec on 64-bit Linux: two longs, seconds and nanoseconds.
        long* time = stackalloc long[2];
        _ = GetTime(ThreadCpuTime, time);
        return (time[0] * 1_000_000_000) + time[1];
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static unsafe partial int GetTime(int clock, long* time);
}
