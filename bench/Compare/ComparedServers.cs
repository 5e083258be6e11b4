using Spinel.TestSupport;

namespace Spinel.Bench.Compare;

/// <summary>The servers that take part in a run: redis-server, where it is installed, and Spinel. COMPARE_SERVERS=spinel leaves the other out.</summary>
internal static class ComparedServers
{
    public static IReadOnlyList<ServerCommand> All
    {
        get
        {
            var servers = new List<ServerCommand>();
            if (RepositoryPaths.FindOnPath("redis-server") is { } redis)
            {
                servers.Add(ServerCommand.Redis(redis));
            }

            servers.Add(ServerCommand.SpinelUnchecked());
            string? only = Environment.GetEnvironmentVariable("COMPARE_SERVERS");
            servers.RemoveAll(server => only is not null && !only.Contains(server.Name, StringComparison.Ordinal));
            return servers;
        }
    }
}
