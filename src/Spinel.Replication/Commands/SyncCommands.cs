using System.Text;
using Spinel.Engine;
using Spinel.Engine.Dispatch;
using Spinel.Protocol;
using Spinel.Replication.Primary;

namespace Spinel.Replication.Commands;

/// <summary>PSYNC and SYNC: a connection becomes a replica.</summary>
internal static class SyncCommands
{
    private const CommandFlags Flags = CommandFlags.Admin | CommandFlags.NoScript | CommandFlags.NoAsyncLoading | CommandFlags.NoMulti;

    [Command("PSYNC", "replicationid offset:integer", Arity = -3, Flags = Flags, Group = CommandGroup.Server, Since = "2.8.0",
        Complexity = "O(1), and the size of the data where all of it is sent",
        Summary = "Makes the connection a replica, which goes on at an offset of a history or gets all of the data.")]
    internal static void PSync(ref CommandContext c)
    {
        var replication = c.Engine.Extension<ReplicationExtension>();
        if (PrimarySide.LinkOf(c.Session) is { State: not LinkState.Handshake })
        {
            return;
        }

        if (c.Count > 3 && c.Is(3, "FAILOVER"u8) && replication.Replica.TryTakeOver(ref c))
        {
            return;
        }

        if (!MayBegin(ref c, replication))
        {
            return;
        }

        ReplicaLink link = replication.Primary.LinkFor(c.Session);
        c.Engine.Log.Write(ServerLogLevel.Notice, $"Replica {link.Name} asks for synchronization");
        if (!Int64Text.TryParse(c[2], out long offset))
        {
            c.Error(Errors.NotAnInteger);
            c.Engine.Log.Write(ServerLogLevel.Warning, $"Replica {link.Name} asks for synchronization but with a wrong offset");
            return;
        }

        string id = Encoding.Latin1.GetString(c[1]);
        if (PartialSync.TryBegin(replication.Primary, link, id, offset, ref c, replication.Backlog))
        {
            c.Engine.Statistics.PartialSyncs++;
            return;
        }

        if (id is not ['?', ..])
        {
            c.Engine.Statistics.RefusedPartialSyncs++;
        }

        BeginFull(replication, link);
    }

    [Command("SYNC", "", Arity = 1, Flags = Flags, Group = CommandGroup.Server, Since = "1.0.0", Complexity = "O(N) with N the size of the data",
        Summary = "Makes the connection a replica that gets all of the data and acknowledges nothing.")]
    internal static void Sync(ref CommandContext c)
    {
        var replication = c.Engine.Extension<ReplicationExtension>();
        if (PrimarySide.LinkOf(c.Session) is { State: not LinkState.Handshake } || !MayBegin(ref c, replication))
        {
            return;
        }

        ReplicaLink link = replication.Primary.LinkFor(c.Session);
        c.Engine.Log.Write(ServerLogLevel.Notice, $"Replica {link.Name} asks for synchronization");
        link.IsSimple = true;
        BeginFull(replication, link);
    }

    private static bool MayBegin(ref CommandContext c, ReplicationExtension replication)
    {
        if (replication.Replica.IsFailingOver)
        {
            c.Error(ReplicationErrors.FailingOver);
            return false;
        }

        if (!replication.Replica.CanServeReplicas)
        {
            c.Error(ReplicationErrors.NoPrimaryLink);
            return false;
        }

        if (!c.Session.Output.IsEmpty || c.Reply.BytesWritten > 0)
        {
            c.Error(ReplicationErrors.PendingOutput);
            return false;
        }

        if (PrimarySide.LinkOf(c.Session) is { CanRecognizeEnd: false, ExcludesData: true })
        {
            c.Error(ReplicationErrors.FilterNeedsEnd);
            return false;
        }

        return true;
    }

    private static void BeginFull(ReplicationExtension replication, ReplicaLink link)
    {
        replication.Engine.Statistics.FullSyncs++;
        replication.Primary.Attach(link);
        replication.Primary.FullSyncs.Add(link);
    }
}
