using System.Text;
using Spinel.Engine;
using Spinel.Engine.Dispatch;
using Spinel.Replication.Primary;

namespace Spinel.Replication.Commands;

/// <summary>ROLE.</summary>
internal static class RoleCommand
{
    [Command("ROLE", "", Arity = 1, Flags = CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale | CommandFlags.Fast,
        Group = CommandGroup.Server, Since = "2.8.12", Complexity = "O(N) with N the number of replicas", AclCategories = "admin dangerous",
        Summary = "Says whether the server is a primary or a replica, and who its counterparts are.")]
    internal static void Role(ref CommandContext c)
    {
        var replication = c.Engine.Extension<ReplicationExtension>();
        if (replication.State.Role == ReplicationRole.Replica)
        {
            replication.Replica.WriteRole(ref c);
            return;
        }

        List<ReplicaLink> online = replication.Primary.Links.FindAll(static link => link.State == LinkState.Online);
        c.Reply.ArrayHeader(3);
        c.Reply.BulkString("master"u8);
        c.Reply.Integer(replication.State.Offset);
        c.Reply.ArrayHeader(online.Count);
        foreach (ReplicaLink link in online)
        {
            c.Reply.ArrayHeader(3);
            c.Reply.BulkString(Encoding.UTF8.GetBytes(link.Address));
            c.Reply.BulkString(link.ListeningPort);
            c.Reply.BulkString(link.AcknowledgedOffset);
        }
    }
}
