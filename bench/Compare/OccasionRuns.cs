namespace Spinel.Bench.Compare;

/// <summary>
/// Runs that load redis-server and Spinel in turn and tell what clients and the machine feel of it. At <c>maxmemory</c>:
/// <c>churn</c> (resident memory while sizes change), <c>hits</c> (how good the choice of keys is), <c>stalls</c> (who waits when the limit is lowered).
/// And <c>save</c>: what a save in the background costs; <c>load</c>: how long a start with data takes.
/// </summary>
internal static class OccasionRuns
{
    public static int Run(string[] arguments) => arguments[0] switch
    {
        "churn" => ChurnRun.Run(arguments[1..], ComparedServers.All),
        "hits" => HitRatioRun.Run(arguments[1..], ComparedServers.All),
        "load" => LoadingRun.Run(arguments[1..], ComparedServers.All),
        "save" => SaveRun.Run(arguments[1..], ComparedServers.All),
        _ => StallRun.Run(arguments[1..], ComparedServers.All),
    };
}
