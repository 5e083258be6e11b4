using System.Text;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Statistics;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Server;

/// <summary>SLOWLOG: the commands that took longest.</summary>
[CommandContainer("SLOWLOG", Group = CommandGroup.Server, Since = "2.2.12", Summary = "Shows the commands that took longest.")]
internal static class SlowlogCommands
{
    private const CommandFlags Flags = CommandFlags.Admin | CommandFlags.Loading | CommandFlags.Stale;
    private const int UsualCount = 10;
    private const int Fields = 6;

    [Command("SLOWLOG|GET", "[count:integer] [EXTENDED]", Arity = -2, Flags = Flags, Group = CommandGroup.Server, Since = "2.2.12",
        Complexity = "O(N) with N the number of entries shown", Tips = "request_policy:all_nodes nondeterministic_output",
        History = "4.0.0 Address and name of the client.",
        Summary = "Shows the latest entries: number, Unix time, microseconds, arguments, address and name of the client; with EXTENDED also the microseconds for which the command had waited before it ran.")]
    internal static void Get(ref CommandContext c)
    {
        bool isExtended = c.Count > 2 && c.Is(c.Count - 1, "EXTENDED"u8);
        int words = isExtended ? c.Count - 1 : c.Count;
        if (words > 3)
        {
            c.Error(Errors.SubcommandSyntax(in c));
            return;
        }

        long count = UsualCount;
        if (words == 3 && (!Int64Text.TryParse(c[2], out count) || count < -1))
        {
            c.Error(Errors.SlowlogCount);
            return;
        }

        SlowLog log = c.Engine.SlowLog;
        int shown = count == -1 ? log.Count : (int)Math.Min(count, log.Count);
        c.Reply.ArrayHeader(shown);
        for (int i = 0; i < shown; i++)
        {
            Write(ref c.Reply, log[i], isExtended);
        }
    }

    [Command("SLOWLOG|LEN", "", Arity = 2, Flags = Flags, Group = CommandGroup.Server, Since = "2.2.12", Complexity = "O(1)",
        Tips = "request_policy:all_nodes response_policy:agg_sum nondeterministic_output", Summary = "Counts the entries.")]
    internal static void Length(ref CommandContext c) => c.Reply.Integer(c.Engine.SlowLog.Count);

    [Command("SLOWLOG|RESET", "", Arity = 2, Flags = Flags, Group = CommandGroup.Server, Since = "2.2.12", Complexity = "O(N) with N the number of entries",
        Tips = "request_policy:all_nodes response_policy:all_succeeded", Summary = "Forgets all entries.")]
    internal static void Reset(ref CommandContext c)
    {
        c.Engine.SlowLog.Clear();
        c.Reply.Raw(Replies.Ok);
    }

    [Command("SLOWLOG|HELP", "", Arity = 2, Flags = CommandFlags.Loading | CommandFlags.Stale, Group = CommandGroup.Server, Since = "6.2.0", Complexity = "O(1)",
        Summary = "Lists the subcommands.")]
    internal static void Help(ref CommandContext c) => CommandTableHelp.Write(ref c);

    private static void Write(ref ReplyWriter reply, SlowLogEntry entry, bool isExtended)
    {
        reply.ArrayHeader(Fields + (isExtended ? 1 : 0));
        reply.Integer(entry.Id);
        reply.Integer(entry.UnixSeconds);
        reply.Integer(entry.RunMicroseconds);
        reply.ArrayHeader(entry.ArgumentCount);
        for (int i = 0; i < entry.ArgumentCount; i++)
        {
            reply.BulkString(entry.Argument(i));
        }

        reply.BulkString(Encoding.UTF8.GetBytes(entry.ClientAddress));
        reply.BulkString(entry.ClientName);
        if (isExtended)
        {
            reply.Integer(entry.WaitMicroseconds);
        }
    }
}
