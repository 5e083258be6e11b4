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
    /// From now on the calling thread gives way to threads that serve clients. For work that nobody waits for: it may take longer, and must not hold a lock
    /// for long that others need. A system that refuses leaves things as they are.
    /// </summary>
    public static void GiveWay()
    {
        if (OperatingSystem.IsLinux())
        {
            // On Linux this is a property of the thread, whatever POSIX says.
            _ = Nice(BackgroundNice);
        }
        else
        {
            Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
        }
    }

    [LibraryImport("libc", EntryPoint = "nice")]
    private static partial int Nice(int increment);
}
