using System.Globalization;
using Spinel.TestSupport;

namespace Spinel.Bench.Compare;

/// <summary>
/// The share of hits of a look-aside cache (GET, and SET after a miss) under a Zipf-distributed load, against an exact LRU of as many keys.
/// Two settings: equal memory, in which the server that needs fewer bytes a key has more of them; and equal numbers of keys, for which each server's
/// limit is set to what it uses with so many keys. <c>hits [requests] [keys] [policy]</c>
/// </summary>
internal static class HitRatioRun
{
    private const int PipelineDepth = 50;
    private const int ValueBytes = 100;
    private const double Skew = 0.99;
    private const double Share = 0.3;

    public static int Run(string[] arguments, IReadOnlyList<ServerCommand> servers)
    {
        int requests = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 5_000_000;
        int keys = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 300_000;
        string policy = arguments.Length > 2 ? arguments[2] : "allkeys-lru";
        int[] trace = ZipfTrace(requests, keys);
        int fitting = (int)(keys * Share);
        long equalBytes = 0;
        foreach (ServerCommand command in servers)
        {
            long bytes = BytesOf(command, fitting);
            equalBytes = equalBytes == 0 ? bytes : equalBytes;
            Measure(command, "equal keys", trace, bytes, policy);
            if (bytes != equalBytes)
            {
                Measure(command, "equal memory", trace, equalBytes, policy);
            }
        }

        return 0;
    }

    /// <summary>The memory that a server uses with so many keys.</summary>
    private static long BytesOf(ServerCommand command, int keys)
    {
        using ServerProcess server = ServerProcess.Start(command);
        NumberedKeys.Fill(server, keys, ValueBytes);
        using RespConnection connection = server.Connect();
        long bytes = InfoField.Integer(connection, "used_memory");
        server.Kill();
        return bytes;
    }

    private static void Measure(ServerCommand command, string what, int[] trace, long limitBytes, string policy)
    {
        using ServerProcess server = ServerProcess.Start(command.With(
            "--maxmemory", limitBytes.ToString(CultureInfo.InvariantCulture), "--maxmemory-policy", policy));
        using var load = new LoadConnection(server.Port);
        byte[] value = new byte[ValueBytes];
        Span<byte> key = stackalloc byte[NumberedKeys.MaxBytes];
        int[] missed = new int[PipelineDepth];
        long hits = 0;
        long counted = 0;
        long held = 0;
        long samples = 0;
        for (int i = 0; i + PipelineDepth <= trace.Length; i += PipelineDepth)
        {
            for (int j = 0; j < PipelineDepth; j++)
            {
                load.Add("GET"u8, key[..NumberedKeys.Write(key, trace[i + j])]);
            }

            load.Send();
            int misses = 0;
            for (int j = 0; j < PipelineDepth; j++)
            {
                if (!load.Receive())
                {
                    missed[misses++] = trace[i + j];
                }
            }

            for (int j = 0; j < misses; j++)
            {
                load.Add("SET"u8, key[..NumberedKeys.Write(key, missed[j])], value, hasValue: true);
            }

            load.Send();
            for (int j = 0; j < misses; j++)
            {
                load.Receive();
            }

            // The first half fills the cache.
            if (i >= trace.Length / 2)
            {
                hits += PipelineDepth - misses;
                counted += PipelineDepth;
                if (i % (trace.Length / 20 / PipelineDepth * PipelineDepth) == 0)
                {
                    using RespConnection connection = server.Connect();
                    held += connection.Command("DBSIZE").Integer;
                    samples++;
                }
            }
        }

        int capacity = (int)(held / Math.Max(1, samples));
        double exact = ExactRatio(trace, capacity);
        double ratio = (double)hits / counted;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{command.Name,-8}{policy,-12}{what,-14}{limitBytes / 1e6,7:F1} MB  {capacity,8} keys held  hits {ratio:P2}  exact LRU of as many {exact:P2}  difference {(ratio - exact) * 100:F2} points  errors {load.Errors}"));
        server.Kill();
    }

    /// <summary>The hits of the second half of the trace in an exact LRU cache, with the same delay between a batch of misses and their insertion.</summary>
    private static double ExactRatio(int[] trace, int capacity)
    {
        var order = new LinkedList<int>();
        var places = new Dictionary<int, LinkedListNode<int>>();
        var missed = new List<int>();
        long hits = 0;
        long counted = 0;
        for (int i = 0; i + PipelineDepth <= trace.Length; i += PipelineDepth)
        {
            missed.Clear();
            for (int j = 0; j < PipelineDepth; j++)
            {
                if (places.TryGetValue(trace[i + j], out LinkedListNode<int>? node))
                {
                    order.Remove(node);
                    order.AddFirst(node);
                    hits += i >= trace.Length / 2 ? 1 : 0;
                }
                else
                {
                    missed.Add(trace[i + j]);
                }

                counted += i >= trace.Length / 2 ? 1 : 0;
            }

            foreach (int key in missed)
            {
                if (places.ContainsKey(key))
                {
                    continue;
                }

                places[key] = order.AddFirst(key);
                if (places.Count > capacity)
                {
                    places.Remove(order.Last!.Value);
                    order.RemoveLast();
                }
            }
        }

        return (double)hits / counted;
    }

    private static int[] ZipfTrace(int requests, int keys)
    {
        double[] cumulative = new double[keys];
        double sum = 0;
        for (int i = 0; i < keys; i++)
        {
            sum += 1 / Math.Pow(i + 1, Skew);
            cumulative[i] = sum;
        }

        var random = new Random(1);
        int[] trace = new int[requests];
        for (int i = 0; i < requests; i++)
        {
            int at = Array.BinarySearch(cumulative, random.NextDouble() * sum);
            trace[i] = at < 0 ? ~at : at;
        }

        return trace;
    }
}
