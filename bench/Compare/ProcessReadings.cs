using System.Globalization;

namespace Spinel.Bench.Compare;

/// <summary>What the Linux kernel knows about a process; NaN on other systems.</summary>
internal static class ProcessReadings
{
    private const double TicksPerSecond = 100; // USER_HZ, the unit of /proc/pid/stat on every Linux platform .NET supports

    /// <summary>Processor time used so far by all threads, user and system, in seconds.</summary>
    public static double CpuSeconds(int processId)
    {
        string path = string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/stat");
        if (!File.Exists(path))
        {
            return double.NaN;
        }

        // The second field is the program's name in parentheses and may hold spaces; utime and stime are fields 14 and 15.
        string text = File.ReadAllText(path);
        string[] fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond;
    }

    /// <summary>Resident memory in bytes.</summary>
    public static double ResidentBytes(int processId)
    {
        string path = string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/status");
        string? line = File.Exists(path) ? File.ReadLines(path).FirstOrDefault(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)) : null;
        return line is null
            ? double.NaN
            : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024.0;
    }
}
