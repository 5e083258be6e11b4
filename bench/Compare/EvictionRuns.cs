using Spinel.TestSupport;

namespace Spinel.Bench.Compare;

/// <summary>
/// What happens at <c>maxmemory</c>, on redis-server and Spinel in turn:
/// <c>churn</c> (resident memory while sizes change), <c>hits</c> (how good the choice of keys is), <c>stalls</c> (who waits when the limit is lowered).
/// And <c>save</c>: what a save in the background costs.
/// EVICTION_SERVERS=spinel leaves the other out.
/// </summary>
internal static class EvictionRuns
{
    public static int Run(string[] arguments)
    {
        string? only = Environment.GetEnvironmentVariable("EVICTION_SERVERS");
        var servers = new List<ServerCommand>();
        if (RepositoryPaths.FindOnPath("redis-server") is { } redis)
        {
            servers.Add(ServerCommand.Redis(redis));
        }

        servers.Add(ServerCommand.SpinelUnchecked());
        servers.RemoveAll(server => only is not null && !only.Contains(server.Name, StringComparison.Ordinal));
        return arguments[0] switch
        {
            "churn" => ChurnRun.Run(arguments[1..], servers),
            "hits" => HitRatioRun.Run(arguments[1..], servers),
            "save" => SaveRun.Run(arguments[1..], servers),
            _ => StallRun.Run(arguments[1..], servers),
        };
    }
}
