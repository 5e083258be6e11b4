using System.Diagnostics;
using System.Globalization;
using System.Text;
using Spinel.Engine;

namespace Spinel.Bench.Micro;

/// <summary>
/// How long the engine is held at once by what used to be pauses: growth of the table, a wave of expiries, the deletion of everything. Drives an
/// engine in process, one command a turn, and prints the longest turns by the processor time of the thread: on a shared machine the longest wall time
/// is the scheduler's, not the engine's.
/// </summary>
internal static class PauseMeasurements
{
    private const int ExpiringKeys = 1_000_000;

    public static void Run(long keys)
    {
        using var engine = new SpinelEngine(new EngineSettings());
        var client = new TurnClient(engine);
        WarmUp(client);
        var sets = new Turns();
        for (long i = 0; i < keys; i++)
        {
            client.Run(sets, "SET", Key(i), "0123456789abcdef0123456789abcdef"u8);
        }

        sets.Print($"SET of {keys:N0} new keys, while the table grows");
        var gets = new Turns();
        for (long i = 0; i < Math.Min(keys, 1_000_000); i++)
        {
            client.Run(gets, "GET", Key(i), default);
        }

        gets.Print("GET of those keys, for comparison");
        var flush = new Turns();
        client.Run(flush, "FLUSHALL", "ASYNC"u8, default);
        flush.Print($"FLUSHALL ASYNC of {keys:N0} keys");
        MeasureExpiry(engine, client);
    }

    /// <summary>Runs every command until it is compiled for good: the compiler's pauses are those of the first second, not of growth.</summary>
    internal static void WarmUp(TurnClient client)
    {
        var turns = new Turns();
        for (int round = 0; round < 20; round++)
        {
            for (int i = 0; i < 20_000; i++)
            {
                client.Run(turns, "SET", Key(i), "value"u8);
                client.Run(turns, "GET", Key(i), default);
                client.Run(turns, "PEXPIREAT", Key(i), "99999999999999"u8);
            }

            client.Run(turns, "FLUSHALL", "ASYNC"u8, default);
        }

        Thread.Sleep(500);
    }

    private static void MeasureExpiry(SpinelEngine engine, TurnClient client)
    {
        var sets = new Turns();
        long at = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() + 15_000;
        byte[] time = Encoding.ASCII.GetBytes(at.ToString(CultureInfo.InvariantCulture));
        for (int i = 0; i < ExpiringKeys; i++)
        {
            client.Run(sets, "SET", Key(i), "value"u8);
            client.Run(sets, "PEXPIREAT", Key(i), time);
        }

        while (DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() < at)
        {
            Thread.Sleep(10);
        }

        var turns = new Turns();
        long start = Stopwatch.GetTimestamp();
        while (engine.Keyspace[0].Expires.Count > 0)
        {
            client.Run(turns, "GET", "other"u8, default);
        }

        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        turns.Print($"GET while {ExpiringKeys:N0} keys expire at once ({seconds:F1} s in all)");
    }

    private static byte[] Key(long i) => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"key:{i:D12}"));
}
