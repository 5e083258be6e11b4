namespace Spinel.Engine.Statistics.Info;

/// <summary>INFO replication: a primary without replicas.</summary>
internal static class ReplicationInfo
{
    private const string NoReplicationId = "0000000000000000000000000000000000000000";

    public static void Write(InfoWriter w, SpinelEngine engine)
    {
        w.Add("role", "master");
        w.Add("connected_slaves", 0);
        w.Add("master_failover_state", "no-failover");
        w.Add("master_replid", engine.ReplicationId);
        w.Add("master_replid2", NoReplicationId);
        w.Add("master_repl_offset", 0);
        w.Add("second_repl_offset", -1);
        w.Add("repl_backlog_active", 0);
        w.Add("repl_backlog_size", engine.Options.ReplBacklogSizeBytes);
        w.Add("repl_backlog_first_byte_offset", 0);
        w.Add("repl_backlog_histlen", 0);
    }
}
