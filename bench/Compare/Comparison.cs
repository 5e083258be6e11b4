using System.Globalization;
using Spinel.TestSupport;

namespace Spinel.Bench.Compare;

/// <summary>
/// Measures all servers on the same work and prints a row a case. Rounds alternate between the servers, so that what disturbs
/// the machine disturbs all of them; medians are printed, and the ratio to the first server is the figure to trust.
/// </summary>
internal sealed class Comparison(ComparisonOptions options, string benchmark)
{
    private const int NameWidth = 40;
    private const int QuickRequests = 4000;
    private const int QuickElements = 5000;
    private const int Elements = 500_000;
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(1);

    /// <summary>What went wrong so far, a line each: servers need not have all commands.</summary>
    public List<string> Failures { get; } = [];

    /// <summary>The time until PING is answered, and resident memory a second later.</summary>
    public void MeasureStart()
    {
        if (!options.Wants("start-up, idle memory"))
        {
            return;
        }

        int times = options.Quick ? 1 : 5;
        var start = new List<double>();
        var idle = new List<double>();
        foreach (ServerCommand command in options.Servers)
        {
            var milliseconds = new List<double>();
            var megabytes = new List<double>();
            for (int i = 0; i < times; i++)
            {
                using ServerProcess server = ServerProcess.Start(command);
                milliseconds.Add(server.StartupTime.TotalMilliseconds);
                Thread.Sleep(options.Quick ? TimeSpan.Zero : Settle);
                megabytes.Add(ProcessReadings.ResidentBytes(server.ProcessId) / (1024 * 1024));
                server.Kill();
            }

            start.Add(Median(milliseconds));
            idle.Add(Median(megabytes));
        }

        Print("start-up until PING, ms", start, "F0");
        Print("idle memory, MB", idle, "F1");
    }

    /// <summary>Resident bytes per element of each data set.</summary>
    public void MeasureMemory()
    {
        int count = options.Quick ? QuickElements : Elements;
        foreach (MemoryCase memory in MemoryCase.All.Where(memory => options.Wants(memory.Name)))
        {
            Print($"{memory.Name}, B", [.. options.Servers.Select(command => memory.Measure(command, count))], "F1");
        }
    }

    /// <summary>Throughput, processor time and latency of each kind of load.</summary>
    public void MeasureLoad()
    {
        LoadCase[] loads = [.. LoadCase.All.Where(load => load.Group == options.Group && options.Wants(load.Name))];
        var servers = new List<ServerProcess>();
        try
        {
            foreach (ServerCommand command in loads.Length == 0 ? [] : options.Servers)
            {
                servers.Add(ServerProcess.Start(command));
            }

            foreach (LoadCase load in loads)
            {
                MeasureLoad(load, servers);
            }
        }
        finally
        {
            foreach (ServerProcess server in servers)
            {
                server.Kill();
                server.Dispose();
            }
        }
    }

    private void MeasureLoad(LoadCase load, List<ServerProcess> servers)
    {
        int requests = options.Quick ? Math.Min(QuickRequests, load.Requests / 10) : load.Requests;
        var results = servers.ToDictionary(server => server, _ => new List<LoadResult>());
        foreach (ServerProcess server in servers.Where(_ => load.PreparedValueBytes > 0))
        {
            LoadRun.Prepare(server, options.Quick ? Math.Min(load.KeyCount, QuickElements) : load.KeyCount, load.PreparedValueBytes);
        }

        // Where the load consumes what was prepared, there must be as much as it asks for.
        int prepared = options.Quick && load.Consumes ? requests + 1 : options.Quick ? Math.Min(load.KeyCount, QuickElements) : load.KeyCount;
        PipelineLoad? pipeline = load.Request is null || options.UsesRedisBenchmark ? null : new PipelineLoad(load, requests);
        for (int round = 0; round <= options.Rounds; round++)
        {
            foreach (ServerProcess server in servers.Where(results.ContainsKey))
            {
                try
                {
                    if (load.Prepared is not null && (round == 0 || load.Consumes))
                    {
                        LoadRun.Prepare(server, load, prepared);
                    }

                    LoadResult result = pipeline?.Run(server) ?? LoadRun.Execute(benchmark, server, load, round == 0 ? requests / 2 : requests);
                    if (round > 0)
                    {
                        results[server].Add(result);
                    }
                }
                catch (InvalidDataException failure)
                {
                    results.Remove(server);
                    Failures.Add(failure.Message);
                }
            }
        }

        double reference = results.TryGetValue(servers[0], out List<LoadResult>? first)
            ? Median(first.Select(result => result.RequestsPerSecond))
            : double.NaN;
        double referenceCpu = double.NaN;
        foreach (ServerProcess server in servers)
        {
            List<LoadResult> own = results.GetValueOrDefault(server, []);
            double throughput = Median(own.Select(result => result.RequestsPerSecond));
            double cpu = Median(own.Select(result => result.CpuMicrosecondsPerRequest));
            referenceCpu = server == servers[0] ? cpu : referenceCpu;
            double share = Median(own.Select(result => result.GeneratorShare));
            string generator = double.IsNaN(share) ? "" : string.Create(CultureInfo.InvariantCulture, $"  generator {share:P0}");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{(server == servers[0] ? load.Name : ""),-NameWidth}{server.Command.Name,-8}{throughput,10:F0}/s  x{throughput / reference:F2}  cpu {cpu,6:F2} us x{cpu / referenceCpu:F2}  p50 {Median(own.Select(result => result.P50)):F3}  p99 {Median(own.Select(result => result.P99)):F3}  p99.9 {Median(own.Select(result => result.P999)):F3} ms{generator}"));
        }
    }

    private void Print(string name, List<double> values, string format) =>
        Console.WriteLine(name.PadRight(NameWidth) + string.Join("  ", values.Select((value, i) => string.Create(CultureInfo.InvariantCulture,
            $"{options.Servers[i].Name} {value.ToString(format, CultureInfo.InvariantCulture),8} (x{value / values[0]:F2})"))));

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
