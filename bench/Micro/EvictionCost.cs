using System.Diagnostics;
using System.Globalization;
using System.Text;
using Spinel.Engine;
using Spinel.Engine.Configuration;
using Spinel.Engine.Sessions;

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
            var client = new Client(engine);
            for (int i = 0; i < keys; i++)
            {
                client.Run("SET", string.Create(CultureInfo.InvariantCulture, $"key:{i * 7919L % keys:D12}"), new string('x', 80), "EX", "100000");
            }

            client.Run("CONFIG", "SET", "maxmemory-policy", policy, "maxmemory", (engine.Heap.BytesInUse / 2).ToString(CultureInfo.InvariantCulture));
            long before = engine.Statistics.EvictedKeys;
            long longest = 0;
            long inAll = 0;
            while (engine.NextTimeoutMs == 0)
            {
                long start = Stopwatch.GetTimestamp();
                engine.BeginTurn();
                engine.EndTurn();
                long turn = Stopwatch.GetTimestamp() - start;
                longest = Math.Max(longest, turn);
                inAll += turn;
            }

            long evicted = engine.Statistics.EvictedKeys - before;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{policy,-16}{evicted,9} keys evicted, {inAll * 1e9 / Stopwatch.Frequency / Math.Max(1, evicted):F0} ns each; longest turn {longest * 1e3 / Stopwatch.Frequency:F2} ms"));
        }
    }

    private sealed class Client : IConnection
    {
        private readonly SpinelEngine _engine;
        private readonly Session _session;
        private readonly byte[] _buffer = new byte[4096];

        public Client(SpinelEngine engine)
        {
            _engine = engine;
            _session = engine.Accept(this);
        }

        public long FileDescriptor => -1;

        public string RemoteAddress => "127.0.0.1:1";

        public string LocalAddress => "127.0.0.1:2";

        public bool IsUnixSocket => false;

        public bool IsLoopback => true;

        public void Abort()
        {
        }

        public void Run(params string[] arguments)
        {
            string request = string.Create(CultureInfo.InvariantCulture, $"*{arguments.Length}\r\n")
                + string.Concat(arguments.Select(a => string.Create(CultureInfo.InvariantCulture, $"${a.Length}\r\n{a}\r\n")));
            int length = Encoding.ASCII.GetBytes(request, _buffer);
            _engine.BeginTurn();
            _session.EndReceive(length, _buffer);
            _engine.EndTurn();
            _session.Output.Consume(_session.Output.Length);
            _engine.ClearPendingWrites();
        }
    }
}
