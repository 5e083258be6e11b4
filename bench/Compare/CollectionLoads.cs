using System.Globalization;

namespace Spinel.Bench.Compare;

/// <summary>Loads on collections, <c>--group collections</c>. Requests that take long run with fewer clients, so that latencies mean something.</summary>
internal static class CollectionLoads
{
    private const string Group = "collections";
    private const int Members = 100_000;
    private static readonly string[] Pipelined = ["-P", "16"];
    private static readonly string[] Heavy = ["-P", "4"];

    public static readonly LoadCase[] All =
    [
        new("LPUSH P16", 1_000_000, [.. Pipelined, "-t", "lpush"], Group: Group),
        new("LPOP P16", 500_000, [.. Pipelined, "LPOP", "popped"], KeyCount: 500_000, Group: Group, Prepared: i => ["RPUSH", "popped", Element(i)], Consumes: true),
        new("RPOP P16", 500_000, [.. Pipelined, "RPOP", "popped"], KeyCount: 500_000, Group: Group, Prepared: i => ["RPUSH", "popped", Element(i)], Consumes: true),
        new("SADD P16", 1_000_000, [.. Pipelined, "-r", "1000000", "-t", "sadd"], Group: Group),
        new("HSET P16", 1_000_000, [.. Pipelined, "-r", "1000000", "-t", "hset"], Group: Group),
        new("ZADD P16", 500_000, [.. Pipelined, "-r", "1000000", "-t", "zadd"], Group: Group),
        new("ZRANGE 10 of 100,000 P16", 500_000, [.. Pipelined, "ZRANGE", "scores", "5000", "5009"], KeyCount: Members, Group: Group, Prepared: Scored),
        new("ZRANK in 100,000 P16", 500_000, [.. Pipelined, "-r", "100000", "ZRANK", "scores", "element:__rand_int__"], KeyCount: Members, Group: Group,
            Prepared: Scored),
        new("XADD P16", 500_000, [.. Pipelined, "XADD", "stream", "*", "field", "value"], Group: Group),
        new("SINTER of 2 x 10,000 P4", 1000, [.. Heavy, "SINTER", "left", "right"], KeyCount: 20_000, Group: Group,
            Prepared: i => ["SADD", i % 2 == 0 ? "left" : "right", Element((i / 2) + (i % 2 * 5000))]),
        new("PFADD P16", 1_000_000, [.. Pipelined, "-r", "1000000", "PFADD", "visitors", "visitor:__rand_int__"], Group: Group),
        new("BITCOUNT of 1 MB P4", 5000, [.. Heavy, "BITCOUNT", "bits"], KeyCount: 1, Group: Group, Prepared: _ => ["SETRANGE", "bits", "1048575", "x"]),
        new("SORT of 10,000 P4", 1000, [.. Heavy, "SORT", "numbers"], KeyCount: 10_000, Group: Group,
            Prepared: i => ["RPUSH", "numbers", Text((i * 7919 % 10_007) + i)]),
        new("LRANGE of 100 P16", 200_000, [.. Pipelined, "LRANGE", "list", "0", "99"], KeyCount: 1000, Group: Group, Prepared: i => ["RPUSH", "list", Element(i)]),
    ];

    private static string[] Scored(int i) => ["ZADD", "scores", Text(i * 7919 % Members), Element(i)];

    private static string Element(int i) => string.Create(CultureInfo.InvariantCulture, $"element:{i:d12}");

    private static string Text(int i) => i.ToString(CultureInfo.InvariantCulture);
}
