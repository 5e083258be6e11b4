using System.Globalization;

namespace Spinel.Bench.Compare;

/// <summary>Loads on collections, <c>--group collections</c>. Requests that take long run with shorter pipelines, so that latencies mean something.</summary>
internal static class CollectionLoads
{
    private const string Group = "collections";
    private const int Members = 100_000;
    private const int Names = 1_000_000;
    private const int Popped = 500_000;
    private const int HeavyDepth = 4;
    private static readonly string[] Pipelined = ["-P", "16"];
    private static readonly string[] Heavy = ["-P", "4"];

    public static readonly LoadCase[] All =
    [
        Cheap("LPUSH P16", 1_000_000, ["-t", "lpush"], _ => ["LPUSH", "mylist", "xxx"], isRepeated: true),
        Pop("LPOP"),
        Pop("RPOP"),
        Cheap("SADD P16", 1_000_000, ["-r", "1000000", "-t", "sadd"], i => ["SADD", "myset", Element(Random(i, Names))]),
        Cheap("HSET P16", 1_000_000, ["-r", "1000000", "-t", "hset"], i => ["HSET", "myhash", Element(Random(i, Names)), "xxx"]),
        Cheap("ZADD P16", 500_000, ["-r", "1000000", "-t", "zadd"], i => ["ZADD", "myzset", Text(Random(i, Names)), Element(Random(i, Names))]),
        Cheap("ZRANGE 10 of 100,000 P16", 500_000, ["ZRANGE", "scores", "5000", "5009"], _ => ["ZRANGE", "scores", "5000", "5009"], isRepeated: true)
            with { KeyCount = Members, Prepared = Scored },
        Cheap("ZRANK in 100,000 P16", 500_000, ["-r", "100000", "ZRANK", "scores", "element:__rand_int__"], i => ["ZRANK", "scores", Element(Random(i, Members))])
            with { KeyCount = Members, Prepared = Scored },
        Cheap("XADD P16", 500_000, ["XADD", "stream", "*", "field", "value"], _ => ["XADD", "stream", "*", "field", "value"], isRepeated: true),
        Dear("SINTER of 2 x 10,000 P4", 1000, ["SINTER", "left", "right"]) with
        {
            KeyCount = 20_000, Prepared = i => ["SADD", i % 2 == 0 ? "left" : "right", Element((i / 2) + (i % 2 * 5000))],
        },
        Cheap("PFADD P16", 1_000_000, ["-r", "1000000", "PFADD", "visitors", "visitor:__rand_int__"], i => ["PFADD", "visitors", Visitor(Random(i, Names))]),
        Dear("BITCOUNT of 1 MB P4", 5000, ["BITCOUNT", "bits"]) with { KeyCount = 1, Prepared = _ => ["SETRANGE", "bits", "1048575", "x"] },
        Dear("SORT of 10,000 P4", 1000, ["SORT", "numbers"]) with { KeyCount = 10_000, Prepared = i => ["RPUSH", "numbers", Text((i * 7919 % 10_007) + i)] },
        Cheap("LRANGE of 100 P16", 200_000, ["LRANGE", "list", "0", "99"], _ => ["LRANGE", "list", "0", "99"], isRepeated: true)
            with { KeyCount = 1000, Prepared = i => ["RPUSH", "list", Element(i)] },
    ];

    private static LoadCase Cheap(string name, int requests, string[] arguments, Func<int, string[]> request, bool isRepeated = false) =>
        new(name, requests, [.. Pipelined, .. arguments], Group: Group, Request: request, IsRepeated: isRepeated);

    private static LoadCase Dear(string name, int requests, string[] command) =>
        new(name, requests, [.. Heavy, .. command], Group: Group, Request: _ => command, PipelineDepth: HeavyDepth, IsRepeated: true);

    // One more than is asked for goes to whoever looks what a reply is like.
    private static LoadCase Pop(string command) => Cheap($"{command} P16", Popped, [command, "popped"], _ => [command, "popped"], isRepeated: true) with
    {
        KeyCount = Popped + 1,
        Prepared = i => ["RPUSH", "popped", Element(i)],
        Consumes = true,
    };

    private static string[] Scored(int i) => ["ZADD", "scores", Text(i * 7919 % Members), Element(i)];

    /// <summary>A number below <paramref name="limit"/> that looks random and is the same in every run (the finalizer of SplitMix64).</summary>
    private static int Random(int i, int limit)
    {
        ulong mixed = ((ulong)i + 1) * 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return (int)((mixed ^ (mixed >> 31)) % (ulong)limit);
    }

    private static string Element(int i) => string.Create(CultureInfo.InvariantCulture, $"element:{i:d12}");

    private static string Visitor(int i) => string.Create(CultureInfo.InvariantCulture, $"visitor:{i:d12}");

    private static string Text(int i) => i.ToString(CultureInfo.InvariantCulture);
}
