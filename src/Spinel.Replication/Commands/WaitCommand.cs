using Spinel.Engine;
using Spinel.Engine.Blocking;
using Spinel.Engine.Dispatch;

namespace Spinel.Replication.Commands;

/// <summary>WAIT: certainty about replicas for the one who asks for it.</summary>
internal static class WaitCommand
{
    [Command("WAIT", "numreplicas:integer timeout:integer", Arity = 3, Flags = CommandFlags.NoScript, Group = CommandGroup.Generic, Since = "3.0.0",
        Complexity = "O(1)", Tips = "request_policy:all_shards response_policy:agg_min", AclCategories = "-keyspace connection",
        Summary = "Waits until so many replicas have applied what was written so far, and says how many have.")]
    internal static void Wait(ref CommandContext c)
    {
        var replication = c.Engine.Extension<ReplicationExtension>();
        if (replication.State.Role == ReplicationRole.Replica)
        {
            c.Error(ReplicationErrors.WaitOnReplica);
            return;
        }

        if (!c.TryInteger(1, out long replicas) || !TimeoutArgument.TryReadMilliseconds(ref c, 2, out long deadlineMs))
        {
            return;
        }

        replication.Primary.Waiters.Wait(ref c, replicas, deadlineMs);
    }
}
