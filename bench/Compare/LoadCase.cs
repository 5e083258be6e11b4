namespace Spinel.Bench.Compare;

/// <summary>One kind of load, by redis-benchmark or by <see cref="PipelineLoad"/>.</summary>
/// <param name="Name">The row's name.</param>
/// <param name="Requests">Requests a round.</param>
/// <param name="Arguments">Arguments of redis-benchmark besides the port, the connections and the number of requests.</param>
/// <param name="PreparedValueBytes">When not 0: the keys are there beforehand, with values of this size.</param>
/// <param name="KeyCount">How many different keys the load touches.</param>
/// <param name="Group">Rows of a group are measured when it is asked for, those without one when none is.</param>
/// <param name="Prepared">When given: the requests, numbered from 0 and as many as <paramref name="KeyCount"/>, that write what the load reads.</param>
/// <param name="Consumes">The load removes what was prepared, so it is written again before each round; one element a request.</param>
/// <param name="Request">When given: the requests of the load, numbered from 0, which <see cref="PipelineLoad"/> then sends. The arguments say the same to redis-benchmark.</param>
/// <param name="PipelineDepth">How many requests <see cref="PipelineLoad"/> sends at once on each connection.</param>
/// <param name="IsRepeated">All requests are the same.</param>
internal sealed record LoadCase(
    string Name,
    int Requests,
    string[] Arguments,
    int PreparedValueBytes = 0,
    int KeyCount = 1_000_000,
    string? Group = null,
    Func<int, string[]>? Prepared = null,
    bool Consumes = false,
    Func<int, string[]>? Request = null,
    int PipelineDepth = 16,
    bool IsRepeated = false)
{
    public const int ConnectionCount = 50;

    public static readonly LoadCase[] All =
    [
        new("SET P1", 200_000, ["-t", "set", "-P", "1", "-r", "1000000", "-d", "32"]),
        new("GET P1", 200_000, ["-t", "get", "-P", "1", "-r", "1000000", "-d", "32"], PreparedValueBytes: 32),
        new("SET P16", 1_000_000, ["-t", "set", "-P", "16", "-r", "1000000", "-d", "32"]),
        new("GET P16", 1_000_000, ["-t", "get", "-P", "16", "-r", "1000000", "-d", "32"], PreparedValueBytes: 32),
        new("SET P64", 2_000_000, ["-t", "set", "-P", "64", "-r", "1000000", "-d", "32"]),
        new("GET P64", 2_000_000, ["-t", "get", "-P", "64", "-r", "1000000", "-d", "32"], PreparedValueBytes: 32),
        new("INCR P16", 1_000_000, ["-t", "incr", "-P", "16", "-r", "1000000"]),
        new("MSET of 10 P1", 100_000, ["-t", "mset", "-P", "1", "-r", "1000000", "-d", "32"]),
        new("GET 4 KB P1", 100_000, ["-t", "get", "-P", "1", "-r", "10000", "-d", "4096"], PreparedValueBytes: 4096, KeyCount: 10_000),
        .. CollectionLoads.All,
    ];
}
