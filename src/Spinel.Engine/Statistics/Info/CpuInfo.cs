using System.Globalization;

namespace Spinel.Engine.Statistics.Info;

/// <summary>INFO cpu: processor time of the process and, on Linux, of the engine thread.</summary>
internal static class CpuInfo
{
    private const int Decimals = 6;

    public static void Write(InfoWriter w, SpinelEngine engine)
    {
        Environment.ProcessCpuUsage usage = Usage();
        w.Add("used_cpu_sys", usage.PrivilegedTime.TotalSeconds, Decimals);
        w.Add("used_cpu_user", usage.UserTime.TotalSeconds, Decimals);
        w.Add("used_cpu_sys_children", 0, Decimals);
        w.Add("used_cpu_user_children", 0, Decimals);
        if (TryEngineThread(out double system, out double user))
        {
            w.Add("used_cpu_sys_main_thread", system, Decimals);
            w.Add("used_cpu_user_main_thread", user, Decimals);
        }
    }

    private static Environment.ProcessCpuUsage Usage() =>
        OperatingSystem.IsIOS() || OperatingSystem.IsTvOS() || OperatingSystem.IsBrowser() ? default : Environment.CpuUsage;

    /// <summary>Reads the times of the calling thread, which is the engine's, in seconds.</summary>
    private static bool TryEngineThread(out double system, out double user)
    {
        // Fields 14 and 15 of proc_pid_stat(5), counted from 1; the second is a name in parentheses and may hold blanks.
        // They count hundredths of a second: USER_HZ is 100 on every architecture that .NET runs on.
        const int UserAfterName = 11;
        const double TicksPerSecond = 100;
        system = user = 0;
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        try
        {
            string line = File.ReadAllText("/proc/thread-self/stat");
            string[] fields = line[(line.LastIndexOf(')') + 2)..].Split(' ');
            user = long.Parse(fields[UserAfterName], CultureInfo.InvariantCulture) / TicksPerSecond;
            system = long.Parse(fields[UserAfterName + 1], CultureInfo.InvariantCulture) / TicksPerSecond;
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or IndexOutOfRangeException)
        {
            return false;
        }
    }
}
