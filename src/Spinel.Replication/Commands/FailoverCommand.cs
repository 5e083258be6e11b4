using System.Text;
using Spinel.Engine;
using Spinel.Engine.Dispatch;
using Spinel.Protocol;
using Spinel.Replication.Replica;

namespace Spinel.Replication.Commands;

/// <summary>FAILOVER.</summary>
internal static class FailoverCommand
{
    [Command("FAILOVER", "[TO host:string port:integer [FORCE]] [ABORT] [TIMEOUT milliseconds:integer]", Arity = -1,
        Flags = CommandFlags.Admin | CommandFlags.NoScript | CommandFlags.Stale, Group = CommandGroup.Server, Since = "6.2.0", Complexity = "O(1)",
        Summary = "Trades places with a replica without losing a write.")]
    internal static void Failover(ref CommandContext c)
    {
        var replication = c.Engine.Extension<ReplicationExtension>();
        Failover failover = replication.Replica.Failover;
        if (c.Count == 2 && c.Is(1, "ABORT"u8))
        {
            if (!failover.IsActive)
            {
                c.Error(ReplicaErrors.NoFailover);
                return;
            }

            failover.Abort("Failover manually aborted");
            c.Reply.Raw(Replies.Ok);
            return;
        }

        if (!TryParse(ref c, out string? host, out long port, out long timeoutMs, out bool force))
        {
            return;
        }

        ReadOnlySpan<byte> error = failover.IsActive ? ReplicaErrors.FailoverInProgress
            : replication.Replica.IsReplica ? ReplicaErrors.FailoverOfReplica
            : replication.ReplicaCount == 0 ? ReplicaErrors.FailoverWithoutReplicas
            : force && (timeoutMs == 0 || host is null) ? ReplicaErrors.FailoverForce
            : default;
        if (error.IsEmpty && host is not null)
        {
            error = !replication.TryFindReplica(host, (int)port, out bool isOnline) ? ReplicaErrors.FailoverTargetUnknown
                : !isOnline ? ReplicaErrors.FailoverTargetNotOnline
                : default;
        }

        if (!error.IsEmpty)
        {
            c.Error(error);
            return;
        }

        failover.Begin(host, (int)port, timeoutMs, force);
        c.Reply.Raw(Replies.Ok);
    }

    private static bool TryParse(ref CommandContext c, out string? host, out long port, out long timeoutMs, out bool force)
    {
        host = null;
        port = 0;
        timeoutMs = 0;
        force = false;
        for (int i = 1; i < c.Count; i++)
        {
            if (c.Is(i, "TIMEOUT"u8) && i + 1 < c.Count && timeoutMs == 0)
            {
                if (!c.TryInteger(++i, out timeoutMs))
                {
                    return false;
                }

                if (timeoutMs <= 0)
                {
                    c.Error(ReplicaErrors.FailoverTimeout);
                    return false;
                }
            }
            else if (c.Is(i, "TO"u8) && i + 2 < c.Count && host is null)
            {
                if (!c.TryInteger(i + 2, out port))
                {
                    return false;
                }

                host = Encoding.UTF8.GetString(c[i + 1]);
                i += 2;
            }
            else if (c.Is(i, "FORCE"u8))
            {
                force = true;
            }
            else
            {
                c.Error(Errors.Syntax);
                return false;
            }
        }

        return true;
    }
}
