using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Spinel.Memory;

/// <summary>
/// The scheduling of threads, where the framework's own setting (<see cref="Thread.Priority"/>) does nothing: on Linux.
/// It stands here because this is the lowest project that calls the operating system.
/// </summary>
public static partial class SystemThread
{
    /// <summary>About a tenth of the processor time that a thread which serves clients gets, when both want the same processor; all of it when nobody else wants it.</summary>
    private const int BackgroundNice = 10;

    /// <summary>
    /// How long the thread asks to run at a time. Linux (from 6.12) lets a thread that wakes up and asks for less take the processor at once; otherwise it waits until the running one
    /// has had a millisecond or more, whatever their priorities.
    /// </summary>
    private const ulong BackgroundSliceNanoseconds = 20_000_000;

    /// <summary>SCHED_FLAG_KEEP_POLICY: somebody may have started the whole process as a batch job.</summary>
    private const ulong KeepPolicy = 0x08;

    private const int MaxNice = 19;
    private const int OfThread = 0;
    private const int Self = 0;

    /// <summary>
    /// From now on the calling thread gives way to threads that serve clients. For work that nobody waits for: it may take longer, and must not hold a lock
    /// for long that others need. A system that refuses leaves things as they are.
    /// </summary>
    public static void GiveWay()
    {
        if (OperatingSystem.IsLinux())
        {
            // On Linux both are properties of the thread, whatever POSIX says. Older systems know of the nice value only, and some containers of no more than the old call for it.
            var attributes = new SchedulingAttributes
            {
                Size = (uint)Unsafe.SizeOf<SchedulingAttributes>(),
                Flags = KeepPolicy,
                Nice = Math.Min(Priority(OfThread, Self) + BackgroundNice, MaxNice),
                RuntimeNanoseconds = BackgroundSliceNanoseconds,
            };
            if (SetAttributesCall is not { } call || SystemCall(call, Self, in attributes, 0) != 0)
            {
                _ = Nice(BackgroundNice);
            }
        }
        else
        {
            Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
        }
    }

    /// <summary>The number of sched_setattr, which most C libraries have no function for.</summary>
    private static nint? SetAttributesCall => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 314,
        Architecture.Arm64 => 274,
        _ => null,
    };

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint SystemCall(nint number, nint thread, in SchedulingAttributes attributes, nint flags);

    [LibraryImport("libc", EntryPoint = "getpriority")]
    private static partial int Priority(int which, int who);

    [LibraryImport("libc", EntryPoint = "nice")]
    private static partial int Nice(int increment);

    /// <summary>struct sched_attr of sched_setattr(2), first version.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct SchedulingAttributes
    {
        public uint Size;
        public uint Policy;
        public ulong Flags;
        public int Nice;
        public uint Priority;
        public ulong RuntimeNanoseconds;
        public ulong DeadlineNanoseconds;
        public ulong PeriodNanoseconds;
    }
}
