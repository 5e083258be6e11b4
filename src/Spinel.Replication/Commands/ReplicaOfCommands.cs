using System.Globalization;
using System.Text;
using Spinel.Engine;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Sessions;
using Spinel.Protocol;
using Spinel.Replication.Replica;

namespace Spinel.Replication.Commands;

/// <summary>REPLICAOF, and SLAVEOF as it was called first.</summary>
internal static class ReplicaOfCommands
{
    private const CommandFlags Flags = CommandFlags.Admin | CommandFlags.NoScript | CommandFlags.Stale | CommandFlags.NoAsyncLoading;

    [Command("REPLICAOF", "<host:string port:integer | NO ONE>", Arity = 3, Flags = Flags, Group = CommandGroup.Server, Since = "5.0.0", Complexity = "O(1)",
        Summary = "Makes the server a replica of another one, or a primary.")]
    internal static void ReplicaOf(ref CommandContext c)
    {
        var replication = c.Engine.Extension<ReplicationExtension>();
        ReplicaSide side = replication.Replica;
        if (side.Failover.IsActive)
        {
            c.Error(ReplicaErrors.NotWhileFailingOver);
            return;
        }

        if (c.Is(1, "NO"u8) && c.Is(2, "ONE"u8))
        {
            Promote(ref c, side);
            return;
        }

        if (c.Session.Type == ClientType.Replica)
        {
            // Its output is a stream, in which a reply has no place.
            c.Error(ReplicaErrors.NotFromReplica);
            return;
        }

        if (!Int64Text.TryParse(c[2], out long port) || port is < 0 or > ushort.MaxValue)
        {
            c.Error(ReplicaErrors.InvalidPort);
            return;
        }

        string host = Encoding.UTF8.GetString(c[1]);
        if (side.IsReplica && side.Port == port && string.Equals(side.Host, host, StringComparison.OrdinalIgnoreCase))
        {
            c.Engine.Log.Write(ServerLogLevel.Notice, "REPLICAOF would result into synchronization with the master we are already connected with. No operation performed.");
            c.Reply.SimpleString("OK Already connected to specified master"u8);
            return;
        }

        c.Engine.Log.Write(ServerLogLevel.Notice, string.Create(CultureInfo.InvariantCulture, $"REPLICAOF {host}:{port} enabled (user request from '{ClientOf(in c)}')"));
        side.Follow(host, (int)port);
        c.Reply.Raw(Replies.Ok);
    }

    [Command("SLAVEOF", "<host:string port:integer | NO ONE>", Arity = 3, Flags = Flags, Group = CommandGroup.Server, Since = "1.0.0", Complexity = "O(1)",
        Summary = "Makes the server a replica of another one, or a primary.", Deprecated = "5.0.0 `REPLICAOF`")]
    internal static void SlaveOf(ref CommandContext c) => ReplicaOf(ref c);

    private static void Promote(ref CommandContext c, ReplicaSide side)
    {
        if (side.IsReplica)
        {
            side.Promote();
            c.Engine.Log.Write(ServerLogLevel.Notice, $"MASTER MODE enabled (user request from '{ClientOf(in c)}')");
        }

        c.Reply.Raw(Replies.Ok);
    }

    private static string ClientOf(ref readonly CommandContext c) =>
        string.Create(CultureInfo.InvariantCulture, $"id={c.Session.Id} addr={c.Session.Connection.RemoteAddress} laddr={c.Session.Connection.LocalAddress} fd={c.Session.Connection.FileDescriptor} name={Encoding.UTF8.GetString(c.Session.Name)}");
}
