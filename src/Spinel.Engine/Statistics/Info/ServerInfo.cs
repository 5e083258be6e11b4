using System.Runtime.InteropServices;

namespace Spinel.Engine.Statistics.Info;

/// <summary>INFO server: what runs, where, and since when.</summary>
internal static class ServerInfo
{
    private const long MsPerSecond = 1000;
    private const long SecondsPerDay = 86_400;

    public static void Write(InfoWriter w, SpinelEngine engine)
    {
        long uptimeSeconds = Math.Max(0, engine.Clock.NowMs - engine.Clock.StartMs) / MsPerSecond;
        w.Add("redis_version", ProductVersion.Compatible);
        w.Add("redis_git_sha1", "00000000");
        w.Add("redis_git_dirty", 0);
        w.Add("redis_build_id", "0");
        w.Add("redis_mode", "standalone");
        w.Add("server_name", "spinel");
        w.Add("spinel_version", ProductVersion.Product);
        w.Add("dotnet_version", Environment.Version.ToString());
        w.Add("os", OperatingSystemName());
        w.Add("arch_bits", IntPtr.Size * 8);
        w.Add("monotonic_clock", "POSIX clock_gettime");
        w.Add("multiplexing_api", engine.TransportName);

        // What builds Redis builds nothing here. The lines are there for tools that read a fixed set of them: 0.0.0 is what Redis says when it does not know either.
        w.Add("atomicvar_api", "dotnet-interlocked");
        w.Add("gcc_version", "0.0.0");
        w.Add("process_id", Environment.ProcessId);
        w.Add("process_supervised", "no");
        w.Add("run_id", engine.RunId);
        w.Add("tcp_port", engine.TcpPort);
        w.Add("server_time_usec", engine.Clock.ReadMicroseconds());
        w.Add("uptime_in_seconds", uptimeSeconds);
        w.Add("uptime_in_days", uptimeSeconds / SecondsPerDay);
        w.Add("hz", engine.Options.Hz);
        w.Add("configured_hz", engine.Options.Hz);
        w.Add("lru_clock", engine.Clock.AccessSeconds);
        w.Add("executable", Environment.ProcessPath ?? "");
        w.Add("config_file", engine.Options.ConfigurationFile ?? "");
        w.Add("io_threads_active", 0);
        if (engine.Shutdown.IsPending)
        {
            w.Add("shutdown_in_milliseconds", engine.Shutdown.DeadlineMs - engine.Clock.NowMs);
        }
    }

    /// <summary>System, kernel release and processor, as <c>uname</c> gives them.</summary>
    private static string OperatingSystemName()
    {
        string processor = RuntimeInformation.OSArchitecture switch
        {
            Architecture.X64 => "x86_64",
            Architecture.Arm64 => "aarch64",
            Architecture other => other.ToString(),
        };
        try
        {
            return OperatingSystem.IsLinux()
                ? $"Linux {File.ReadAllText("/proc/sys/kernel/osrelease").Trim()} {processor}"
                : $"{RuntimeInformation.OSDescription} {processor}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{RuntimeInformation.OSDescription} {processor}";
        }
    }
}
