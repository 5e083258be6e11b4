using System.Runtime.InteropServices;
using System.Text;
using Spinel.Engine;
using Spinel.Hosting.Logging;

namespace Spinel.Server;

/// <summary>What is left behind when a bug stops the server: enough to report it with.</summary>
internal static class CrashReport
{
    /// <summary>Writes the report to standard error and to the log.</summary>
    internal static void Write(object exception, ServerLog log)
    {
        string report =
            $"""

            === SPINEL CRASH REPORT: START. Please report this with all lines down to END ===
            {ServerVersion.Line}
            {RuntimeInformation.FrameworkDescription} on {RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}
            {exception}
            === SPINEL CRASH REPORT: END ===

            """;
        StandardStream.Error.Write(Encoding.UTF8.GetBytes(report));
        log.Write(ServerLogLevel.Warning, report);
    }
}
