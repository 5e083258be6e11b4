namespace Spinel.Bench.Compare;

/// <summary>
/// What happens at <c>maxmemory</c>, on the servers in turn:
/// <c>churn</c> (resident memory while sizes change), <c>hits</c> (how good the choice of keys is), <c>stalls</c> (who waits when the limit is lowered).
/// </summary>
internal static class EvictionRuns
{
    public static int Run(string[] arguments) => arguments[0] switch
    {
        "churn" => ChurnRun.Run(arguments[1..], ComparedServers.All),
        "hits" => HitRatioRun.Run(arguments[1..], ComparedServers.All),
        _ => StallRun.Run(arguments[1..], ComparedServers.All),
    };
}
