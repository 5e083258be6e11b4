using System.Runtime.InteropServices;

namespace Spinel.Sentinel.Tests;

/// <summary>Signals that a process cannot refuse.</summary>
internal static class Signals
{
    public const int Stop = 19;
    public const int Continue = 18;

    /// <summary>Sends a signal; a process that has ended meanwhile is passed over.</summary>
    public static void Send(int processId, int signal) => _ = kill(processId, signal);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
#pragma warning disable IDE1006, SYSLIB1054 // The C library's own name; the source-generated form needs unsafe code, which tests do without.
    private static extern int kill(int processId, int signal);
#pragma warning restore IDE1006, SYSLIB1054
}
