using System.Runtime.InteropServices;

namespace Spinel.Hosting.Transport;

/// <summary>What the kernel does with a signal for which no handler is registered.</summary>
public static partial class SignalDisposition
{
    private const int Interrupt = 2;
    private const nint Default = 0;

    /// <summary>Has SIGINT delivered even when the parent process had it ignored. Handlers are to be registered afterwards.</summary>
    public static void AcceptInterrupt()
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = Signal(Interrupt, Default);
        }
    }

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint Signal(int signal, nint handler);
}
