using System.Globalization;
using System.Text;
using Spinel.Dashboard;
using Spinel.Engine;
using Spinel.Engine.Configuration;
using Spinel.Engine.Security;
using Spinel.Hosting;
using Spinel.Hosting.Logging;
using Spinel.Persistence;

namespace Spinel.Server;

/// <summary>
/// The server as a program. Everything here runs before the first client can be answered, so it stays clear of the expensive parts
/// of the framework (console, regular expressions, LINQ, asynchronous code): starting takes a few tens of milliseconds.
/// </summary>
internal static class Program
{
    private const int Success = 0;
    private const int Failure = 1;

    private const string Usage =
        """
        Usage: ./spinel-server [/path/to/redis.conf] [options] [-]
               ./spinel-server - (read config from stdin)
               ./spinel-server -v or --version
               ./spinel-server -h or --help
               ./spinel-server check-rdb FILE (look through an RDB file)
               ./spinel-server check-aof [--fix] [--config REDIS.CONF] FILE (look through an append-only file, or through all that a manifest names)

        Examples:
               ./spinel-server (run the server with default conf)
               echo 'maxmemory 128mb' | ./spinel-server -
               ./spinel-server /etc/spinel/6379.conf
               ./spinel-server --port 7777
               ./spinel-server /etc/spinel/6379.conf --loglevel verbose

        """;

    private static int Main(string[] args)
    {
        if (CheckCommands.TryRun(args) is { } exitCode)
        {
            return exitCode;
        }

        ConfigurationResult configuration = ConfigurationLoader.Load(args, StandardStream.OpenInput, ServerVersion.Product, SpinelServer.DeclaredCommands);
        if (configuration.Request == StartRequest.Version)
        {
            StandardStream.Output.Write(Encoding.UTF8.GetBytes(ServerVersion.Line + "\n"));
            return Success;
        }

        if (configuration.Request == StartRequest.Help)
        {
            StandardStream.Error.Write(Encoding.UTF8.GetBytes(Usage));
            return Failure;
        }

        if (configuration.Error is not null)
        {
            StandardStream.Error.Write(Encoding.UTF8.GetBytes(configuration.Error));
            return Failure;
        }

        ServerOptions options = configuration.Options;

        // Names of files are relative to the directory that the configuration gives: those of the log and the sockets, too.
        Directory.SetCurrentDirectory(options.WorkingDirectory);
        var log = new ServerLog((ServerLogLevel)options.LogLevel, options.LogFile, TimeProvider.System);
        return Start(options, configuration.Warnings, log);
    }

    private static int Start(ServerOptions options, IReadOnlyList<string> warnings, ServerLog log)
    {
        try
        {
            log.EnsureWritable();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            StandardStream.Error.Write(Encoding.UTF8.GetBytes("Can't open the log file: " + FileErrorText.Of(e) + "\n"));
            return Failure;
        }

        AppDomain.CurrentDomain.UnhandledException += (_, e) => CrashReport.Write(e.ExceptionObject, log);
        log.Write(ServerLogLevel.Notice, "Spinel is starting");
        log.Write(ServerLogLevel.Notice, $"Spinel version={ServerVersion.Number}, compatible with Redis {ServerVersion.Compatible}, bits=64, just started, PID: {Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}");
        for (int i = 0; i < warnings.Count; i++)
        {
            log.Write(ServerLogLevel.Warning, warnings[i]);
        }

        long clients = ClientLimit.Fit(options.MaxClients, log);
        if (clients == 0)
        {
            return Failure;
        }

        if (clients < options.MaxClients)
        {
            options.Set("maxclients", clients.ToString(CultureInfo.InvariantCulture));
        }

        new RunningOptions(log).Follow(options);
        try
        {
            using var server = new SpinelServer(new SpinelServerSettings { Options = options, Log = log, KeepsSnapshots = true, Extensions = Extensions(options) });
            server.Open();
            return Serve(server, options, log);
        }
        catch (ListenException)
        {
            // The log has the reason.
            return Failure;
        }
        catch (Exception e) when (e is PersistenceException or UserConfigurationException)
        {
            log.Write(ServerLogLevel.Warning, e.Message);
            return Failure;
        }
    }

    private static IEngineExtension[] Extensions(ServerOptions options) => options.DashboardPort == 0 ? [] : [new DashboardExtension()];

    private static void LogReady(bool listensOnTcp, ServerOptions options, ServerLog log)
    {
        if (listensOnTcp)
        {
            log.Write(ServerLogLevel.Notice, "Ready to accept connections");
        }

        if (options.UnixSocket.Length > 0)
        {
            log.Write(ServerLogLevel.Notice, "The server is now ready to accept connections at " + options.UnixSocket);
        }
    }

    private static int Serve(SpinelServer server, ServerOptions options, ServerLog log)
    {
        using (PidFile.Write(options.PidFile, log))
        {
            using var signals = new ShutdownSignals(server, log);
            log.Write(ServerLogLevel.Notice, $"Running mode=standalone, port={options.Port.ToString(CultureInfo.InvariantCulture)}.");
            log.Write(ServerLogLevel.Notice, "Server initialized");
            bool listensOnTcp = server.Endpoints.Count > 0;
            server.Engine.WhenLoaded(() => LogReady(listensOnTcp, options, log));

            try
            {
                server.Run();
            }
            catch (Exception e) when (e is not PersistenceException)
            {
                CrashReport.Write(e, log);

                // Nothing that the engine holds can be trusted any more, so nothing is tidied up either.
                Environment.Exit(Failure);
            }
        }

        log.Write(ServerLogLevel.Warning, "Spinel is now ready to exit, bye bye...");
        return Success;
    }
}
