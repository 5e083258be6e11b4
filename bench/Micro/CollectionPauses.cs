using System.Diagnostics;
using System.Globalization;
using Spinel.Engine;

namespace Spinel.Bench.Micro;

/// <summary>How long the engine is held when a collection of a million elements goes: by each way in which it can go, and in the turns after that.</summary>
internal static class CollectionPauses
{
    private const int Elements = 1_000_000;
    private const int PerCommand = 100;
    private const int LeastTurnsAfter = 20_000;
    private const long EmptyHeapBytes = 1 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The kinds of values, and the words that add the element of a number.</summary>
    private static readonly (string Name, string Command, Func<int, string[]> Element)[] Kinds =
    [
        ("list", "RPUSH", i => [Text(i)]),
        ("set", "SADD", i => [Text(i)]),
        ("hash", "HSET", i => [Text(i), "0123456789abcdef"]),
        ("sorted set", "ZADD", i => [((i * 7919L) % Elements).ToString(CultureInfo.InvariantCulture), Text(i)]),
    ];

    /// <summary>The way of a group of consumers.</summary>
    private static readonly (string Name, string[] Command)[] GroupEnds = [("XGROUP DESTROY", ["XGROUP", "DESTROY", "big", "group"]), ("DEL", ["DEL", "big"])];

    private static readonly (string Name, string[] Command)[] Ends =
    [
        ("UNLINK", ["UNLINK", "big"]),
        ("DEL", ["DEL", "big"]),
        ("SET over it", ["SET", "big", "small"]),
        ("FLUSHALL", ["FLUSHALL", "SYNC"]),
        ("PEXPIRE, then EXISTS", ["PEXPIRE", "big", "1"]),
    ];

    public static void Run()
    {
        using var engine = new SpinelEngine(new EngineSettings());
        var client = new TurnClient(engine);
        PauseMeasurements.WarmUp(client);
        foreach ((string name, string command, Func<int, string[]> element) in Kinds)
        {
            Measure(engine, client, name, Ends, turns => Fill(client, turns, command, element));
        }

        Measure(engine, client, "stream", Ends, turns => FillStream(client, turns));
        Measure(engine, client, "pending entries", GroupEnds, turns =>
        {
            FillStream(client, turns);
            client.Run(turns, "XGROUP", "CREATE", "big", "group", "0");
            for (int i = 0; i < Elements; i += PerCommand)
            {
                client.Run(turns, "XREADGROUP", "GROUP", "group", i % (PerCommand * 2) == 0 ? "one" : "other", "COUNT", "100", "STREAMS", "big", ">");
            }
        });
    }

    private static void Measure(SpinelEngine engine, TurnClient client, string name, (string Name, string[] Command)[] ends, Action<Turns> fill)
    {
        foreach ((string end, string[] command) in ends)
        {
            var filling = new Turns();
            fill(filling);
            if (end == ends[0].Name)
            {
                filling.Print($"{name} of {Elements:N0}: filling it");
            }

            var ending = new Turns();
            client.Run(ending, command);
            if (command[0] == "PEXPIRE")
            {
                Thread.Sleep(5);
                client.Run(ending, "EXISTS", "big");
            }

            var after = new Turns();
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < LeastTurnsAfter || (engine.Heap.BytesInUse > EmptyHeapBytes && Stopwatch.GetElapsedTime(start) < Patience); i++)
            {
                client.Run(after, "GET", "other");
            }

            ending.Print($"{name} of {Elements:N0}: {end}");
            after.Print("  GET while it is freed");
            client.Run(after, "DEL", "big");
        }
    }

    private static void FillStream(TurnClient client, Turns turns)
    {
        for (int i = 0; i < Elements; i++)
        {
            client.Run(turns, "XADD", "big", "*", "f", Text(i));
        }
    }

    private static void Fill(TurnClient client, Turns turns, string command, Func<int, string[]> element)
    {
        for (int i = 0; i < Elements; i += PerCommand)
        {
            client.Run(turns, [command, "big", .. Enumerable.Range(i, PerCommand).SelectMany(element)]);
        }
    }

    private static string Text(int i) => string.Create(CultureInfo.InvariantCulture, $"m:{i:D14}");
}
