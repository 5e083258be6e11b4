using System.Diagnostics;
using System.Globalization;
using Spinel.TestSupport;

namespace Spinel.Bench.Compare;

/// <summary>
/// What a replica costs: the time of a full synchronization of many keys and what a client of the primary feels meanwhile, and the pipelined SETs that a
/// primary manages with and without a replica that follows. <c>replication [keys]</c>
/// </summary>
internal static class ReplicationRun
{
    private const int ValueBytes = 100;
    private const int Requests = 2_000_000;
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);
    private static readonly LoadCase Load = new("SET P16", Requests, ["-t", "set", "-P", "16", "-r", "100000", "-d", "32"]);

    public static int Run(string[] arguments, IReadOnlyList<ServerCommand> servers, string benchmark)
    {
        int keys = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 2_000_000;
        foreach (ServerCommand command in servers)
        {
            ServerCommand server = command.With("--repl-diskless-sync-delay", "0");
            MeasureSynchronization(server, keys);
            MeasureStream(server, benchmark);
        }

        return 0;
    }

    private static void MeasureSynchronization(ServerCommand command, int keys)
    {
        using ServerProcess primary = ServerProcess.Start(command);
        using (RespConnection fill = new(primary.Port, timeoutMs: 120_000))
        {
            fill.Command("DEBUG", "POPULATE", keys.ToString(CultureInfo.InvariantCulture), "key", ValueBytes.ToString(CultureInfo.InvariantCulture));
        }

        using var client = new LoadConnection(primary.Port);
        var quiet = new Waits(client, keys);
        long begin = Stopwatch.GetTimestamp();
        quiet.Measure(() => Stopwatch.GetElapsedTime(begin) > Before);

        double cpu = ProcessReadings.CpuSeconds(primary.ProcessId);
        double resident = ProcessReadings.ResidentBytes(primary.ProcessId);
        double peak = resident;
        using ServerProcess replica = ServerProcess.Start(command.With("--replicaof", $"127.0.0.1 {primary.Port}"));
        begin = Stopwatch.GetTimestamp();
        double seconds = 0;
        var done = new ManualResetEventSlim();
        var watcher = new Thread(() =>
        {
            while (!IsInStep(replica, keys) && Stopwatch.GetElapsedTime(begin) < Limit)
            {
                peak = Math.Max(peak, ProcessReadings.ResidentBytes(primary.ProcessId));
                Thread.Sleep(10);
            }

            seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds + replica.StartupTime.TotalSeconds;
            done.Set();
        });
        watcher.Start();
        var busy = new Waits(client, keys);
        busy.Measure(() => done.IsSet);
        watcher.Join();
        cpu = ProcessReadings.CpuSeconds(primary.ProcessId) - cpu;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{command.Name,-8}full sync of {keys} keys: {seconds:F2} s; a client's p99.9 {quiet.P999Ms:F2} -> {busy.P999Ms:F2} ms, longest {quiet.LongestMs:F1} -> {busy.LongestMs:F1} ms ({busy.Count} requests, one in ten a SET); primary's memory +{(peak / resident) - 1:P0}; replica's processor time {ProcessReadings.CpuSeconds(replica.ProcessId):F2} s"));
        replica.Kill();
        primary.Kill();
    }

    private static void MeasureStream(ServerCommand command, string benchmark)
    {
        using ServerProcess primary = ServerProcess.Start(command);
        LoadRun.Execute(benchmark, primary, Load, Requests);
        LoadResult alone = LoadRun.Execute(benchmark, primary, Load, Requests);
        using ServerProcess replica = ServerProcess.Start(command.With("--replicaof", $"127.0.0.1 {primary.Port}"));
        long begin = Stopwatch.GetTimestamp();
        while (!IsInStep(replica, 0) && Stopwatch.GetElapsedTime(begin) < Limit)
        {
            Thread.Sleep(10);
        }

        LoadResult followed = LoadRun.Execute(benchmark, primary, Load, Requests);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{command.Name,-8}{Load.Name}: {alone.RequestsPerSecond:F0} requests/s alone, {followed.RequestsPerSecond:F0} with a replica (x {followed.RequestsPerSecond / alone.RequestsPerSecond:F2}); processor time a request {alone.CpuMicrosecondsPerRequest:F2} -> {followed.CpuMicrosecondsPerRequest:F2} us (x {followed.CpuMicrosecondsPerRequest / alone.CpuMicrosecondsPerRequest:F2})"));
        replica.Kill();
        primary.Kill();
    }

    private static bool IsInStep(ServerProcess replica, int keys)
    {
        using RespConnection connection = replica.Connect();
        RespValue size = connection.Command("DBSIZE");
        return connection.Command("INFO", "replication").Text.Contains("master_link_status:up", StringComparison.Ordinal) && !size.IsError && size.Integer >= keys;
    }

    /// <summary>How long the requests of one client take.</summary>
    private sealed class Waits(LoadConnection connection, int keys)
    {
        private readonly List<long> _ticks = [];

        public int Count => _ticks.Count;

        public double P999Ms => Milliseconds(_ticks.Order().ElementAt((int)(_ticks.Count * 0.999)));

        public double LongestMs => Milliseconds(_ticks.Max());

        public void Measure(Func<bool> isDone)
        {
            var random = new Random(3);
            byte[] value = new byte[ValueBytes];
            Span<byte> key = stackalloc byte[24];
            while (!isDone())
            {
                "key:"u8.CopyTo(key);
                random.Next(keys).TryFormat(key[4..], out int digits, provider: CultureInfo.InvariantCulture);
                bool writes = _ticks.Count % 10 == 0;
                connection.Add(writes ? "SET"u8 : "GET"u8, key[..(4 + digits)], value, hasValue: writes);
                long start = Stopwatch.GetTimestamp();
                connection.Send();
                connection.Receive();
                _ticks.Add(Stopwatch.GetTimestamp() - start);
            }
        }

        private static double Milliseconds(long ticks) => ticks * 1000.0 / Stopwatch.Frequency;
    }
}
