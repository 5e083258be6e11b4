using Spinel.Engine.Sessions;

namespace Spinel.Engine.Statistics.Info;

/// <summary>INFO clients: who is connected and who waits.</summary>
internal static class ClientsInfo
{
    public static void Write(InfoWriter w, SpinelEngine engine)
    {
        long largestInput = 0;
        long largestOutput = 0;
        foreach (Session session in engine.Sessions.All)
        {
            largestInput = Math.Max(largestInput, session.Input.CapacityBytes);
            largestOutput = Math.Max(largestOutput, session.Output.CapacityBytes);
        }

        w.Add("connected_clients", engine.Sessions.Count);
        w.Add("cluster_connections", 0);
        w.Add("maxclients", engine.Options.MaxClients);
        w.Add("client_recent_max_input_buffer", largestInput);
        w.Add("client_recent_max_output_buffer", largestOutput);
        w.Add("blocked_clients", engine.Blocked.Count + engine.Pause.WaitingCount);
        w.Add("tracking_clients", engine.Invalidations.ClientCount);
        w.Add("pubsub_clients", engine.Broker.ClientCount);
        w.Add("watching_clients", engine.Watches.ClientCount);
        w.Add("total_watched_keys", engine.Watches.KeyCount);
        w.Add("clients_in_timeout_table", engine.Blocked.DeadlineCount);
        w.Add("total_blocking_keys", engine.Blocked.KeyCount);
    }
}
