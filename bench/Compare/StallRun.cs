using System.Diagnostics;
using System.Globalization;
using Spinel.TestSupport;

namespace Spinel.Bench.Compare;

/// <summary>
/// How long a client that reads and one that writes wait for their replies, at worst, when <c>maxmemory</c> is set to half of what is used.
/// <c>stalls [keys]</c>
/// </summary>
internal static class StallRun
{
    private const int ValueBytes = 100;
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(2);

    public static int Run(string[] arguments, IReadOnlyList<ServerCommand> servers)
    {
        int keys = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 2_000_000;
        foreach (ServerCommand command in servers)
        {
            using ServerProcess server = ServerProcess.Start(command.With("--maxmemory-policy", "allkeys-lru"));
            NumberedKeys.Fill(server, keys, ValueBytes);
            using RespConnection settings = server.Connect();
            long used = InfoField.Integer(settings, "used_memory");
            using var reader = new LoadConnection(server.Port);
            double quiet = Longest(reader, keys, () => false, Before, out long quietCount);
            settings.Command("CONFIG", "SET", "maxmemory", (used / 2).ToString(CultureInfo.InvariantCulture));

            // Once it is there, it wavers about the limit by what the last write has added.
            long target = (used / 2) + (used / 200);
            var watch = Stopwatch.StartNew();
            using RespConnection monitor = server.Connect();
            double worst = Longest(reader, keys, () => watch.ElapsedMilliseconds % 16 == 0 && InfoField.Integer(monitor, "used_memory") <= target, TimeSpan.FromSeconds(60), out long count);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{command.Name,-8}{keys} keys, limit halved: reached after {watch.Elapsed.TotalSeconds:F2} s, {InfoField.Integer(monitor, "evicted_keys")} evicted; longest wait {worst:F2} ms of {count} (before: {quiet:F2} ms of {quietCount})"));
            server.Kill();
        }

        return 0;
    }

    /// <summary>The longest time that a reply took, in milliseconds; one in ten requests writes.</summary>
    private static double Longest(LoadConnection connection, int keys, Func<bool> isDone, TimeSpan limit, out long count)
    {
        var random = new Random(2);
        byte[] value = new byte[ValueBytes];
        Span<byte> key = stackalloc byte[NumberedKeys.MaxBytes];
        long longest = 0;
        count = 0;
        long begin = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begin) < limit && !isDone())
        {
            int length = NumberedKeys.Write(key, random.Next(keys));
            if (count++ % 10 == 0)
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
            longest = Math.Max(longest, Stopwatch.GetTimestamp() - start);
        }

        return longest * 1000.0 / Stopwatch.Frequency;
    }
}
