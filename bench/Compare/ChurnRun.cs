using System.Diagnostics;
using System.Globalization;
using System.Text;
using Spinel.TestSupport;

namespace Spinel.Bench.Compare;

/// <summary>
/// What a server's process weighs while it stands at <c>maxmemory</c> and values of ever other sizes come and go: most are of one magnitude, which
/// wanders between 16 bytes and 16 KB, so that the room that small values leave behind is of no use to the big ones that follow, and the other way round.
/// <c>churn [seconds] [megabytes] [policy]</c>
/// </summary>
internal static class ChurnRun
{
    private const int PipelineDepth = 100;
    private const int SmallestLog2 = 4;
    private const int LargestLog2 = 14;
    private const double WindowLog2 = 1.5;
    private const double SweepSeconds = 40;
    private const int ReportSeconds = 5;
    private const double BytesPerMegabyte = 1024 * 1024;
    private const double Allowance = 1.15;

    public static int Run(string[] arguments, IReadOnlyList<ServerCommand> servers)
    {
        int seconds = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 300;
        int megabytes = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 200;
        string policy = arguments.Length > 2 ? arguments[2] : "allkeys-lru";
        bool within = true;
        foreach (ServerCommand command in servers)
        {
            using ServerProcess server = ServerProcess.Start(command.With("--maxmemory-policy", policy));
            double idle = ProcessReadings.ResidentBytes(server.ProcessId);
            double limit = megabytes * BytesPerMegabyte;
            using (RespConnection settings = server.Connect())
            {
                settings.Command("CONFIG", "SET", "maxmemory", string.Create(CultureInfo.InvariantCulture, $"{megabytes}mb"));
            }

            double worst = Churn(server, seconds, idle, limit);
            bool fits = worst <= (limit * Allowance) + idle;
            within &= fits || command.Name == "redis";
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{command.Name}: idle {idle / BytesPerMegabyte:F1} MB, at most {worst / BytesPerMegabyte:F1} MB resident; above idle {(worst - idle) / limit:F3} x maxmemory ({(fits ? "within" : "beyond")} {Allowance})"));
            server.Kill();
        }

        return within ? 0 : 1;
    }

    private static double Churn(ServerProcess server, int seconds, double idle, double limit)
    {
        using var load = new LoadConnection(server.Port);
        using RespConnection monitor = server.Connect();
        var random = new Random(1);
        byte[] value = new byte[1 << (LargestLog2 + 1)];
        random.NextBytes(value);
        Span<byte> key = stackalloc byte[NumberedKeys.MaxBytes];
        double worst = 0;
        long requests = 0;
        double nextReport = 0;
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed.TotalSeconds < seconds)
        {
            double phase = watch.Elapsed.TotalSeconds / SweepSeconds;
            double wave = (1 - Math.Cos(phase * Math.PI)) / 2;
            double focus = SmallestLog2 + (wave * (LargestLog2 - SmallestLog2 - WindowLog2));
            for (int i = 0; i < PipelineDepth; i++)
            {
                // Keys come from a space several times as large as what fits, whatever the size of the values.
                bool usual = random.Next(10) != 0;
                double log2 = usual ? focus + (random.NextDouble() * WindowLog2) : SmallestLog2 + (random.NextDouble() * (LargestLog2 - SmallestLog2));
                int size = (int)Math.Pow(2, log2);
                long space = (long)(4 * limit / (Math.Pow(2, focus) + 64));
                int length = NumberedKeys.Write(key, random.NextInt64(space));
                if (random.Next(20) == 0)
                {
                    load.Add("DEL"u8, key[..length]);
                }
                else
                {
                    load.Add("SET"u8, key[..length], value.AsSpan(random.Next(value.Length - size), size), hasValue: true);
                }
            }

            load.Send();
            for (int i = 0; i < PipelineDepth; i++)
            {
                load.Receive();
            }

            requests += PipelineDepth;
            double resident = ProcessReadings.ResidentBytes(server.ProcessId);
            worst = Math.Max(worst, resident);
            if (watch.Elapsed.TotalSeconds >= nextReport)
            {
                nextReport += ReportSeconds;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"  {watch.Elapsed.TotalSeconds,4:F0} s  {requests,9} requests  around {Math.Pow(2, focus),6:F0} B  {InfoField.Text(monitor, "db0"),-40}  used {InfoField.Number(monitor, "used_memory") / limit:F3}  heap {InfoField.Number(monitor, "allocator_resident") / limit:F3}  resident {(resident - idle) / limit:F3} x maxmemory"));
            }
        }

        return load.Errors == 0 ? worst : throw new InvalidDataException($"{server.Command.Name}: {load.Errors} errors, the first: {load.FirstError}");
    }
}
