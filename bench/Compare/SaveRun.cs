using System.Diagnostics;
using System.Globalization;
using Spinel.TestSupport;

namespace Spinel.Bench.Compare;

/// <summary>
/// What a BGSAVE costs those who are served meanwhile: how long one client waits for its replies while another one writes at a steady rate, and how much more memory
/// the server takes (of redis-server: what the child made it copy), with the save and without.
/// <c>save [keys] [writes per second]</c>
/// </summary>
internal static class SaveRun
{
    private const int WritesAtOnce = 20;
    private const int ValueBytes = 100;
    private const double MegaByte = 1 << 20;
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    public static int Run(string[] arguments, IReadOnlyList<ServerCommand> servers)
    {
        int keys = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 5_000_000;
        int rate = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 20_000;
        foreach (ServerCommand command in servers)
        {
            using ServerProcess server = ServerProcess.Start(command);
            NumberedKeys.Fill(server, keys, ValueBytes);
            using RespConnection monitor = server.Connect();
            using var stop = new CancellationTokenSource();
            var writer = new Thread(() => WriteSteadily(server, keys, rate, stop.Token)) { IsBackground = true };
            writer.Start();
            double before = ProcessReadings.ResidentBytes(server.ProcessId);
            double most = before;

            // Without the save it is asked for just as often.
            bool Looks() => !IsSaved(server, monitor, ref most);
            Measure(server, keys, Stopwatch.StartNew(), Looks, TimeSpan.FromSeconds(2));
            Waits quiet = Measure(server, keys, Stopwatch.StartNew(), Looks, Quiet);

            before = ProcessReadings.ResidentBytes(server.ProcessId);
            most = before;
            var watch = Stopwatch.StartNew();
            monitor.Command("BGSAVE");
            Waits saving = Measure(server, keys, watch, () => IsSaved(server, monitor, ref most), Patience);
            double copied = command.Name == "redis" ? InfoField.Integer(monitor, "rdb_last_cow_size") : most - before;
            stop.Cancel();
            writer.Join();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{command.Name,-8}{keys} keys, {rate} writes/s: save {watch.Elapsed.TotalSeconds:F1} s; memory {before / MegaByte:F0} MB and {copied / MegaByte:F0} MB more ({copied / before:P1})"));
            Console.WriteLine($"  without: {quiet}");
            Console.WriteLine($"  saving:  {saving}");
            server.Kill();
        }

        return 0;
    }

    private static bool IsSaved(ServerProcess server, RespConnection monitor, ref double most)
    {
        most = Math.Max(most, ProcessReadings.ResidentBytes(server.ProcessId));
        return InfoField.Integer(monitor, "rdb_bgsave_in_progress") == 0;
    }

    /// <summary>Reads and writes one key after the other and notes how long each took; looks for the end twenty times a second.</summary>
    private static Waits Measure(ServerProcess server, int keys, Stopwatch watch, Func<bool> isDone, TimeSpan limit)
    {
        var random = new Random(2);
        byte[] value = new byte[ValueBytes];
        Span<byte> key = stackalloc byte[NumberedKeys.MaxBytes];
        var waits = new Waits();
        using var connection = new LoadConnection(server.Port);
        long nextLook = 50;
        while (watch.Elapsed < limit)
        {
            if (watch.ElapsedMilliseconds >= nextLook)
            {
                if (isDone())
                {
                    break;
                }

                nextLook = watch.ElapsedMilliseconds + 50;
            }

            int length = NumberedKeys.Write(key, random.Next(keys));
            if (random.Next(2) == 0)
            {
                connection.Add("SET"u8, key[..length], value, hasValue: true);
            }
            else
            {
                connection.Add("GET"u8, key[..length]);
            }

            long start = Stopwatch.GetTimestamp();
            connection.Send();
            connection.Receive();
            waits.Add(Stopwatch.GetTimestamp() - start);
        }

        return waits;
    }

    private static void WriteSteadily(ServerProcess server, int keys, int rate, CancellationToken stop)
    {
        var random = new Random(3);
        byte[] value = new byte[ValueBytes];
        Span<byte> key = stackalloc byte[NumberedKeys.MaxBytes];
        using var connection = new LoadConnection(server.Port);
        var watch = Stopwatch.StartNew();
        for (long sent = 0; !stop.IsCancellationRequested;)
        {
            if (sent > watch.Elapsed.TotalSeconds * rate)
            {
                Thread.Sleep(1);
                continue;
            }

            for (int i = 0; i < WritesAtOnce; i++)
            {
                connection.Add("SET"u8, key[..NumberedKeys.Write(key, random.Next(keys))], value, hasValue: true);
            }

            connection.Send();
            for (int i = 0; i < WritesAtOnce; i++)
            {
                connection.Receive();
            }

            sent += WritesAtOnce;
        }
    }

    /// <summary>How long replies took.</summary>
    private sealed class Waits
    {
        private readonly List<long> _ticks = [];

        public void Add(long ticks) => _ticks.Add(ticks);

        public override string ToString()
        {
            _ticks.Sort();
            return string.Create(CultureInfo.InvariantCulture,
                $"p50 {At(0.5):F3} ms, p99 {At(0.99):F3} ms, p99.9 {At(0.999):F3} ms, longest {At(1):F2} ms of {_ticks.Count}");
        }

        private double At(double part) => _ticks.Count == 0 ? 0 : _ticks[(int)((_ticks.Count - 1) * part)] * 1000.0 / Stopwatch.Frequency;
    }
}
