using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Spinel.TestSupport;

namespace Spinel.Bench.Compare;

/// <summary>
/// The figures of one run; latencies in milliseconds. The generator's share of a core is NaN where it is not known.
/// </summary>
internal sealed record LoadResult(double RequestsPerSecond, double CpuMicrosecondsPerRequest, double P50, double P99, double P999, double GeneratorShare = double.NaN);

/// <summary>Runs redis-benchmark against a server and reads its report.</summary>
internal static partial class LoadRun
{
    private const int PipelineDepth = 500;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <exception cref="InvalidDataException">redis-benchmark failed, or the server answered with errors.</exception>
    public static LoadResult Execute(string program, ServerProcess server, LoadCase load, int requests)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments =
        [
            "-h", "127.0.0.1", "-p", Text(server.Port), "-c", Text(LoadCase.ConnectionCount), "-n", Text(requests), .. load.Arguments,
        ];
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        double cpuBefore = ProcessReadings.CpuSeconds(server.ProcessId);
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Limit))
        {
            process.Kill();
            throw server.Failure($"did not get through {load.Name}");
        }

        double cpu = ProcessReadings.CpuSeconds(server.ProcessId) - cpuBefore;
        string report = output.GetAwaiter().GetResult() + errors.GetAwaiter().GetResult();
        Match throughput = Throughput().Match(report);
        if (process.ExitCode != 0 || !throughput.Success || report.Contains("Error from server", StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{server.Command.Name}, {load.Name}: {report[..Math.Min(report.Length, 500)]}");
        }

        return new LoadResult(
            Number(throughput.Groups[1].Value), cpu / requests * 1e6, Percentile(report, 50), Percentile(report, 99), Percentile(report, 99.9));
    }

    /// <summary>Writes the keys that redis-benchmark will read: all of them, so that every GET is a hit.</summary>
    public static void Prepare(ServerProcess server, int keyCount, int valueBytes)
    {
        string value = new('x', valueBytes);
        Fill(server, keyCount, i => string.Create(
            CultureInfo.InvariantCulture, $"*3\r\n$3\r\nSET\r\n$16\r\nkey:{i:d12}\r\n${valueBytes}\r\n{value}\r\n"));
    }

    /// <summary>Writes what a load reads, into an empty server.</summary>
    public static void Prepare(ServerProcess server, LoadCase load, int count)
    {
        using (RespConnection connection = server.Connect())
        {
            connection.SendRaw("*1\r\n$8\r\nFLUSHALL\r\n"u8.ToArray());
            connection.ReadReply();
        }

        Fill(server, count, i =>
        {
            string[] words = load.Prepared!(i);
            return string.Concat([$"*{words.Length}\r\n", .. words.Select(word => $"${word.Length}\r\n{word}\r\n")]);
        });
    }

    /// <summary>Sends numbered requests in pipelines and checks that none is refused.</summary>
    public static void Fill(ServerProcess server, int count, Func<int, string> request)
    {
        using RespConnection connection = server.Connect();
        var batch = new StringBuilder();
        for (int begin = 0; begin < count; begin += PipelineDepth)
        {
            int size = Math.Min(PipelineDepth, count - begin);
            batch.Clear();
            for (int i = 0; i < size; i++)
            {
                batch.Append(request(begin + i));
            }

            connection.SendRaw(Encoding.ASCII.GetBytes(batch.ToString()));
            for (int i = 0; i < size; i++)
            {
                RespValue reply = connection.ReadReply().Value;
                if (reply.IsError)
                {
                    throw new InvalidDataException($"{server.Command.Name}: {reply}");
                }
            }
        }
    }

    /// <summary>The first line of the distribution that reaches the percentile.</summary>
    private static double Percentile(string report, double percent)
    {
        foreach (Match line in Distribution().Matches(report))
        {
            if (Number(line.Groups[1].Value) >= percent)
            {
                return Number(line.Groups[2].Value);
            }
        }

        return double.NaN;
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"throughput summary: ([\d.]+) requests per second")]
    private static partial Regex Throughput();

    [GeneratedRegex(@"^([\d.]+)% <= ([\d.]+) milliseconds \(cumulative", RegexOptions.Multiline)]
    private static partial Regex Distribution();
}
