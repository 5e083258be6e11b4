using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Spinel.Hosting.Transport;

/// <summary>How many descriptors, and so how many clients, the system lets this process have.</summary>
public static partial class OpenFileLimit
{
    /// <summary>
    /// Descriptors kept for files, listeners and the runtime, beyond those of clients. A runtime that compiles as it goes keeps two
    /// open for each assembly that it has loaded.
    /// </summary>
    public static int ReservedDescriptors => RuntimeFeature.IsDynamicCodeCompiled ? 128 : 32;

    private static int Resource => OperatingSystem.IsMacOS() ? 8 : 7;

    /// <summary>
    /// Raises the limit to <paramref name="wanted"/> descriptors, or as far as the system allows.
    /// </summary>
    /// <param name="wanted">Descriptors needed.</param>
    /// <param name="error">Why the limit is lower than wanted; null when it is not.</param>
    /// <returns>The limit in force; <see cref="long.MaxValue"/> where there is none.</returns>
    public static long Raise(long wanted, out string? error)
    {
        error = null;
        if (OperatingSystem.IsWindows() || GetLimit(Resource, out Limit limit) != 0)
        {
            return long.MaxValue;
        }

        if (limit.Current >= (ulong)wanted)
        {
            return (long)Math.Min(limit.Current, long.MaxValue);
        }

        // Only a privileged process may raise the hard limit; everybody may go up to it.
        var raised = new Limit { Current = (ulong)wanted, Maximum = Math.Max((ulong)wanted, limit.Maximum) };
        if (SetLimit(Resource, in raised) == 0)
        {
            return wanted;
        }

        error = Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
        var highest = new Limit { Current = limit.Maximum, Maximum = limit.Maximum };
        return (long)(SetLimit(Resource, in highest) == 0 ? highest.Current : limit.Current);
    }

    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    private static partial int GetLimit(int resource, out Limit limit);

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    private static partial int SetLimit(int resource, in Limit limit);

    private struct Limit
    {
        internal ulong Current;
        internal ulong Maximum;
    }
}
