using Spinel.Engine.Dispatch;
using Spinel.Engine.Security;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Server;

/// <summary>ACL LOG: what was refused.</summary>
internal static class AclLogCommands
{
    private const long UsualCount = 10;
    private const int Fields = 10;
    private const double MsPerSecond = 1000;

    [Command("ACL|LOG", "[operation=<count:integer | RESET>]", Arity = -2,
        Flags = CommandFlags.Admin | CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale, Group = CommandGroup.Server, Since = "6.0.0",
        Complexity = "O(N) with N the number of entries shown", Summary = "Shows what clients tried and were not allowed to, newest first, or forgets it.",
        History = "7.2.0 Entries have a number and two times.")]
    internal static void Log(ref CommandContext c)
    {
        AccessLog log = c.Engine.Users.Log;
        long count = UsualCount;
        if (c.Count > 3)
        {
            c.Error(Errors.SubcommandSyntax(in c));
            return;
        }

        if (c.Count == 3 && c.Is(2, "RESET"u8))
        {
            log.Clear();
            c.Reply.Raw(Replies.Ok);
            return;
        }

        if (c.Count == 3 && !c.TryInteger(2, out count))
        {
            return;
        }

        int shown = (int)Math.Clamp(count, 0, log.Count);
        c.Reply.ArrayHeader(shown);
        foreach (AccessLogEntry entry in log.Entries.Take(shown))
        {
            Write(ref c, entry);
        }
    }

    private static void Write(ref CommandContext c, AccessLogEntry entry)
    {
        ref ReplyWriter reply = ref c.Reply;
        reply.MapHeader(Fields);
        reply.BulkString("count"u8);
        reply.Integer(entry.Count);
        reply.BulkString("reason"u8);
        reply.BulkString(entry.Reason switch
        {
            Denial.Key => "key"u8,
            Denial.Channel => "channel"u8,
            Denial.Authentication => "auth"u8,
            _ => "command"u8,
        });
        reply.BulkString("context"u8);
        reply.BulkString(entry.Context switch
        {
            AccessContext.Transaction => "multi"u8,
            AccessContext.Script => "lua"u8,
            _ => "toplevel"u8,
        });
        reply.BulkString("object"u8);
        reply.BulkString(entry.Subject);
        reply.BulkString("username"u8);
        reply.BulkString(entry.UserName);
        reply.BulkString("age-seconds"u8);
        reply.Double((c.NowMs - entry.UpdatedMs) / MsPerSecond);
        reply.BulkString("client-info"u8);
        reply.BulkString(entry.Client);
        reply.BulkString("entry-id"u8);
        reply.Integer(entry.Id);
        reply.BulkString("timestamp-created"u8);
        reply.Integer(entry.CreatedMs);
        reply.BulkString("timestamp-last-updated"u8);
        reply.Integer(entry.UpdatedMs);
    }
}
