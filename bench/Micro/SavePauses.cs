using System.Diagnostics;
using System.Globalization;
using Spinel.Engine;
using Spinel.Engine.Configuration;
using Spinel.Persistence;

namespace Spinel.Bench.Micro;

/// <summary>How long the engine is held at once while a collection of a million elements is changed during its own save, and when it is deleted then.</summary>
internal static class SavePauses
{
    private const int Elements = 1_000_000;
    private const int PerCommand = 100;
    private const long LineBytes = 1 << 20;

    private static readonly (string Name, Action<TurnClient, Turns, int> Fill, Func<Random, string[]> Change)[] Kinds =
    [
        ("hash", (c, t, i) => c.Run(t, Many("HSET", i, n => [Text(n), "0123456789abcdef"])), r => ["HSET", "big", Any(r), "changed"]),
        ("set", (c, t, i) => c.Run(t, Many("SADD", i, n => [Text(n)])), r => [r.Next(2) == 0 ? "SREM" : "SADD", "big", Any(r)]),
        ("sorted set", (c, t, i) => c.Run(t, Many("ZADD", i, n => [((n * 7919L) % Elements).ToString(CultureInfo.InvariantCulture), Text(n)])),
            r => ["ZINCRBY", "big", r.Next(1000).ToString(CultureInfo.InvariantCulture), Any(r)]),
        ("list", (c, t, i) => c.Run(t, Many("RPUSH", i, n => [Text(n)])), r => r.Next(3) switch
        {
            0 => ["LPOP", "big"],
            1 => ["RPOP", "big"],
            _ => ["LSET", "big", r.Next(-2000, 2000).ToString(CultureInfo.InvariantCulture), "changed"],
        }),
        ("stream", FillStream, r => r.Next(3) switch
        {
            0 => ["XADD", "big", "*", "f", "changed"],
            1 => ["XDEL", "big", string.Create(CultureInfo.InvariantCulture, $"{1 + r.Next(Elements)}-0")],
            _ => ["XACK", "big", "g", string.Create(CultureInfo.InvariantCulture, $"{1 + r.Next(Elements)}-0")],
        }),
        ("string of 64 MB", FillString, r => ["SETRANGE", "big", r.Next(64 << 20).ToString(CultureInfo.InvariantCulture), "changed"]),
    ];

    public static void Run(string? only)
    {
        string directory = Directory.CreateTempSubdirectory("spinel-saves-").FullName;
        try
        {
            foreach ((string name, Action<TurnClient, Turns, int> fill, Func<Random, string[]> change) in Kinds)
            {
                if (only is null || name.StartsWith(only, StringComparison.Ordinal))
                {
                    Measure(directory, name, fill, change);
                }
            }
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static void Measure(string directory, string name, Action<TurnClient, Turns, int> fill, Func<Random, string[]> change)
    {
        var options = new ServerOptions();
        options.Set("dir", directory).Set("save", "");
        using var engine = new SpinelEngine(new EngineSettings { Options = options, Extensions = [new PersistenceExtension()] });
        var client = new TurnClient(engine);
        PauseMeasurements.WarmUp(client);
        var filling = new Turns();
        for (int i = 0; i < Elements; i += PerCommand)
        {
            fill(client, filling, i);
        }

        var random = new Random(1);
        for (int round = 0; round < 3; round++)
        {
            var turns = new Turns();
            long start = Stopwatch.GetTimestamp();
            long heap = engine.Heap.BytesInUse;
            long most = heap;
            client.Run(turns, "BGSAVE");
            bool deletes = round == 2;
            int count = 0;
            while (engine.Keyspace.FlushHeir is not null)
            {
                count++;
                client.Run(turns, deletes && count == 200 ? ["DEL", "big"] : deletes && count > 200 ? ["PING"] : change(random));
                most = Math.Max(most, engine.Heap.BytesInUse);
            }

            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            turns.Print(string.Create(CultureInfo.InvariantCulture,
                $"{name}{(deletes ? ", deleted" : round == 0 ? ", first time" : "")}: {seconds:F2} s, heap {heap / LineBytes} MB and up to {(most - heap) / (double)LineBytes:F1} MB more"));

            for (int i = 0; i < 100; i++)
            {
                // The rest is the other thread's.
                client.Run(new Turns(), "PING");
                Thread.Sleep(10);
            }
        }
    }

    private static void FillStream(TurnClient client, Turns turns, int i)
    {
        for (int n = i; n < i + PerCommand; n++)
        {
            client.Run(turns, "XADD", "big", string.Create(CultureInfo.InvariantCulture, $"{n + 1}-0"), "f", Text(n));
        }

        if (i == 0)
        {
            client.Run(turns, "XGROUP", "CREATE", "big", "g", "0");
        }

        client.Run(turns, "XREADGROUP", "GROUP", "g", "c", "COUNT", "100", "STREAMS", "big", ">");
    }

    private static void FillString(TurnClient client, Turns turns, int i)
    {
        if (i == 0)
        {
            client.Run(turns, "SETBIT", "big", ((64L << 23) - 1).ToString(CultureInfo.InvariantCulture), "1");
        }
    }

    private static string[] Many(string command, int first, Func<int, string[]> element) =>
        [command, "big", .. Enumerable.Range(first, PerCommand).SelectMany(element)];

    private static string Any(Random random) => Text(random.Next(Elements));

    private static string Text(int i) => string.Create(CultureInfo.InvariantCulture, $"m:{i:D14}");
}
