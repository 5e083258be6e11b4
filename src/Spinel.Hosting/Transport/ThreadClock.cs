using System.Runtime.InteropServices;

namespace Spinel.Hosting.Transport;

/// <summary>How long the calling thread has run on a processor: Linux's clock of the thread, as opposed to the one on the wall.</summary>
internal static unsafe partial class ThreadClock
{
    private const int ClockOfThread = 3;
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Nanoseconds since some moment of the thread's own. Some hundred of them are what the call takes.</summary>
    internal static long Nanoseconds()
    {
        Timespec time = default;
        return GetTime(ClockOfThread, &time) == 0 ? (time.Seconds * NanosecondsPerSecond) + time.Nanoseconds : 0;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, Timespec* time);

    private struct Timespec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
