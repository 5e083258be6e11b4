using Spinel.Engine;
using Spinel.Engine.Blocking;
using Spinel.Engine.Dispatch;

namespace Spinel.Persistence.Commands;

/// <summary>WAITAOF: durability for the one who asks for it.</summary>
internal static class WaitAofCommand
{
    [Command("WAITAOF", "numlocal:integer numreplicas:integer timeout:integer", Arity = 4, Flags = CommandFlags.Blocking | CommandFlags.NoScript,
        Group = CommandGroup.Generic, Since = "7.2.0", Complexity = "O(1)", AclCategories = "-keyspace connection",
        Summary = "Waits until what the client has written so far has been forced to disk, here and on so many replicas.")]
    internal static void WaitAof(ref CommandContext c)
    {
        if (!c.TryInteger(1, out long local))
        {
            return;
        }

        if (local is < 0 or > 1)
        {
            c.Error(PersistenceErrors.LocalCountOutOfRange);
            return;
        }

        if (!c.TryInteger(2, out long replicas))
        {
            return;
        }

        if (replicas < 0)
        {
            c.Error(Errors.OutOfRangePositive);
            return;
        }

        if (!TimeoutArgument.TryReadMilliseconds(ref c, 3, out long deadlineMs))
        {
            return;
        }

        var persistence = c.Engine.Extension<PersistenceExtension>();
        if (persistence.Waiters.Replicas is { IsReplica: true })
        {
            c.Error(PersistenceErrors.WaitOnReplica);
            return;
        }

        if (local > 0 && !persistence.Log.IsOn)
        {
            c.Error(PersistenceErrors.WaitWithoutLog);
            return;
        }

        persistence.Waiters.Wait(ref c, local > 0, replicas, deadlineMs);
    }
}
