using System.Text;
using Spinel.Hosting;
using Spinel.Hosting.Logging;
using Spinel.Persistence.Aof;
using Spinel.Persistence.Rdb;

namespace Spinel.Server;

/// <summary>The program as a tool that looks through files: <c>check-rdb</c> and <c>check-aof</c>. What is wrong with a file makes the exit code 1.</summary>
internal static class CheckCommands
{
    private const string RdbUsage = "Usage: spinel-server check-rdb FILE\n";
    private const string AofUsage = "Usage: spinel-server check-aof [--fix] FILE.manifest|FILE.aof\n";

    /// <summary>Runs a check if that is what the arguments ask for.</summary>
    /// <returns>The exit code; null when they do not.</returns>
    public static int? TryRun(string[] arguments)
    {
        var report = new StringWriter();
        bool isValid;
        switch (arguments)
        {
            case ["check-rdb", string file] when !file.StartsWith('-'):
                isValid = RdbCheck.Run(file, report);
                break;
            case ["check-aof", string file] when !file.StartsWith('-'):
                isValid = AofCheck.Run(file, fix: false, report, SpinelServer.DeclaredCommands());
                break;
            case ["check-aof", "--fix", string file] when !file.StartsWith('-'):
                isValid = AofCheck.Run(file, fix: true, report, SpinelServer.DeclaredCommands());
                break;
            case ["check-rdb", ..]:
                StandardStream.Error.Write(Encoding.UTF8.GetBytes(RdbUsage));
                return 1;
            case ["check-aof", ..]:
                StandardStream.Error.Write(Encoding.UTF8.GetBytes(AofUsage));
                return 1;
            default:
                return null;
        }

        StandardStream.Output.Write(Encoding.UTF8.GetBytes(report.ToString()));
        return isValid ? 0 : 1;
    }
}
