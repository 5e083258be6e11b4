using System.Globalization;
using Spinel.Engine.Statistics.Info;
using Spinel.Replication.Primary;

namespace Spinel.Replication;

/// <summary>The replication section of INFO.</summary>
internal static class ReplicationReport
{
    public static void Write(InfoWriter w, ReplicationExtension replication)
    {
        ReplicationState state = replication.State;
        w.Add("role", state.Role == ReplicationRole.Primary ? "master" : "slave");
        replication.Replica.WriteInfo(w);
        WriteReplicas(w, replication);
        w.Add("master_failover_state", replication.Replica.FailoverState);
        w.Add("master_replid", state.Id);
        w.Add("master_replid2", state.SecondId);
        w.Add("master_repl_offset", state.Offset);
        w.Add("second_repl_offset", state.SecondOffset);
        w.Add("repl_backlog_active", replication.Backlog.IsActive);
        w.Add("repl_backlog_size", replication.Backlog.SizeBytes);
        w.Add("repl_backlog_first_byte_offset", replication.Backlog.IsActive ? replication.Backlog.StartOffset + 1 : 0);
        w.Add("repl_backlog_histlen", replication.Backlog.Length);
    }

    private static void WriteReplicas(InfoWriter w, ReplicationExtension replication)
    {
        PrimarySide primary = replication.Primary;
        long now = replication.Engine.Clock.NowMs;
        w.Add("connected_slaves", primary.Links.Count);
        if (replication.Engine.Options.MinReplicasToWrite > 0 && replication.Engine.Options.MinReplicasMaxLagSeconds > 0)
        {
            w.Add("min_slaves_good_slaves", primary.GoodReplicas);
        }

        for (int i = 0; i < primary.Links.Count; i++)
        {
            ReplicaLink link = primary.Links[i];
            w.Line(string.Create(
                CultureInfo.InvariantCulture,
                $"slave{i}:ip={link.Address},port={link.ListeningPort},state={link.State.Word()},offset={link.AcknowledgedOffset},lag={link.LagSeconds(now)}"));
        }
    }
}
