using System.Text;
using Spinel.Engine.Configuration;
using Spinel.Hosting;
using Spinel.Hosting.Logging;
using Spinel.Persistence.Aof;
using Spinel.Persistence.Rdb;

namespace Spinel.Server;

/// <summary>The program as a tool that looks through files: <c>check-rdb</c> and <c>check-aof</c>. What is wrong with a file makes the exit code 1.</summary>
internal static class CheckCommands
{
    private const string RdbUsage = "Usage: spinel-server check-rdb FILE\n";
    private const string AofUsage = "Usage: spinel-server check-aof [--fix] [--config REDIS.CONF] FILE.manifest|FILE.aof\n";

    /// <summary>Runs a check if that is what the arguments ask for.</summary>
    /// <returns>The exit code; null when they do not.</returns>
    public static int? TryRun(string[] arguments)
    {
        switch (arguments)
        {
            case ["check-rdb", string file] when !file.StartsWith('-'):
                var report = new StringWriter();
                return End(report, RdbCheck.Run(file, report));
            case ["check-rdb", ..]:
                return Refuse(RdbUsage);
            case ["check-aof", .. var rest]:
                return CheckLog(rest);
            default:
                return null;
        }
    }

    private static int CheckLog(ReadOnlySpan<string> arguments)
    {
        bool fix = false;
        ServerOptions? options = null;
        while (arguments is [['-', ..] option, ..])
        {
            arguments = arguments[1..];
            if (option == "--fix")
            {
                fix = true;
            }
            else if (option == "--config" && arguments is [string path, ..])
            {
                arguments = arguments[1..];
                ConfigurationResult configuration = ConfigurationLoader.Load([path], StandardStream.OpenInput, ServerVersion.Product, SpinelServer.DeclaredCommands);
                if (configuration.Error is { } error)
                {
                    return Refuse(error);
                }

                options = configuration.Options;
            }
            else
            {
                return Refuse(AofUsage);
            }
        }

        if (arguments is not [string file])
        {
            return Refuse(AofUsage);
        }

        var report = new StringWriter();
        return End(report, AofCheck.Run(file, fix, report, options, SpinelServer.DeclaredCommands()));
    }

    private static int End(StringWriter report, bool isValid)
    {
        StandardStream.Output.Write(Encoding.UTF8.GetBytes(report.ToString()));
        return isValid ? 0 : 1;
    }

    private static int Refuse(string text)
    {
        StandardStream.Error.Write(Encoding.UTF8.GetBytes(text));
        return 1;
    }
}
