using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Server;

/// <summary>MONITOR: a connection to which all commands are shown.</summary>
internal static class MonitorCommand
{
    [Command("MONITOR", "", Arity = 1, Flags = CommandFlags.Admin | CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale,
        Group = CommandGroup.Server, Since = "1.0.0", Summary = "Shows the connection every command that the server runs from now on.")]
    internal static void Monitor(ref CommandContext c)
    {
        if (c.Session.MustNotBlock)
        {
            c.Error(Errors.MonitorNotAllowed);
        }
        else if (!c.Session.IsMonitor)
        {
            // A second time it is not even answered.
            c.Engine.Monitors.Add(c.Session);
            c.Reply.Raw(Replies.Ok);
        }
    }
}
