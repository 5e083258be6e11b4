using System.Text;
using Spinel.Engine;
using Spinel.Engine.Configuration;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Statistics.Info;

namespace Spinel.Replication.Replica;

/// <summary>What a replica says about itself: its part of INFO, and ROLE.</summary>
internal static class ReplicaReport
{
    public static void WriteInfo(InfoWriter w, ReplicationExtension replication, ReplicaSide side)
    {
        long now = replication.Engine.Clock.NowMs;
        LinkStage stage = side.Stage;
        PrimaryLink? link = side.Link;
        bool isStreaming = stage == LinkStage.Streaming;
        long offset = isStreaming || side.CanResume ? replication.State.Offset : 1;
        w.Add("master_host", side.Host!);
        w.Add("master_port", side.Port);
        w.Add("master_link_status", isStreaming ? "up" : "down");
        w.Add("master_last_io_seconds_ago", isStreaming ? (now - link!.LastIoMs) / 1000 : -1);
        w.Add("master_sync_in_progress", stage.IsSync());
        w.Add("slave_read_repl_offset", offset + (link?.Applier?.HeldBytes ?? 0));
        w.Add("slave_repl_offset", offset);
        if (stage.IsSync())
        {
            long total = link!.Sync?.TotalBytes ?? 0;
            long received = link.Sync?.ReceivedBytes ?? 0;
            w.Add("master_sync_total_bytes", total);
            w.Add("master_sync_read_bytes", received);
            w.Add("master_sync_left_bytes", total - received);
            w.Add("master_sync_perc", total > 0 ? received * 100.0 / total : 0, 2);
            w.Add("master_sync_last_io_seconds_ago", (now - link.LastIoMs) / 1000);
        }

        if (!isStreaming)
        {
            w.Add("master_link_down_since_seconds", side.DownSinceMs > 0 ? (now - side.DownSinceMs) / 1000 : -1);
        }

        ServerOptions options = replication.Engine.Options;
        w.Add("slave_priority", options.ReplicaPriority);
        w.Add("slave_read_only", options.ReplicaReadOnly);
        w.Add("replica_announced", options.ReplicaAnnounced);
    }

    public static void WriteRole(ref CommandContext c, ReplicationExtension replication, ReplicaSide side)
    {
        c.Reply.ArrayHeader(5);
        c.Reply.BulkString("slave"u8);
        c.Reply.BulkString(Encoding.UTF8.GetBytes(side.Host!));
        c.Reply.Integer(side.Port);
        c.Reply.BulkString(LinkStages.WordOf(side.Stage));
        c.Reply.Integer(side.Stage == LinkStage.Streaming ? replication.State.Offset : -1);
    }
}
