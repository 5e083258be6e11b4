using System.Diagnostics;
using System.Globalization;
using Spinel.Engine;
using Spinel.Engine.Configuration;

namespace Spinel.Bench.Micro;

/// <summary>What the eviction of a key costs, by policy, when the limit is lowered to half of what is used; and how long the longest turn is.</summary>
internal static class EvictionCost
{
    private static readonly string[] Policies = ["allkeys-lru", "allkeys-lfu", "allkeys-random", "volatile-lru", "volatile-ttl"];

    public static void Run(int keys)
    {
        foreach (string policy in Policies)
        {
            using var engine = new SpinelEngine(new EngineSettings { Options = new ServerOptions() });
            var client = new TurnClient(engine);
            var filling = new Turns();
            for (int i = 0; i < keys; i++)
            {
                client.Run(filling, "SET", string.Create(CultureInfo.InvariantCulture, $"key:{i * 7919L % keys:D12}"), new string('x', 80), "EX", "100000");
            }

            client.Run(filling, "CONFIG", "SET", "maxmemory-policy", policy, "maxmemory", (engine.Heap.BytesInUse / 2).ToString(CultureInfo.InvariantCulture));
            long before = engine.Statistics.EvictedKeys;
            long longest = 0;
            long inAll = 0;
            while (engine.NextTimeoutMs == 0)
            {
                long start = Stopwatch.GetTimestamp();
                engine.BeginTurn();
                engine.EndTurn();
                engine.RunBackground();
                long turn = Stopwatch.GetTimestamp() - start;
                longest = Math.Max(longest, turn);
                inAll += turn;
            }

            long evicted = engine.Statistics.EvictedKeys - before;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{policy,-16}{evicted,9} keys evicted, {inAll * 1e9 / Stopwatch.Frequency / Math.Max(1, evicted):F0} ns each; longest turn {longest * 1e3 / Stopwatch.Frequency:F2} ms"));
        }
    }
}
