using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Connection;

/// <summary>CLIENT subcommands that make clients wait, or end their waiting.</summary>
internal static class ClientWaitCommands
{
    private const CommandFlags Flags = CommandFlags.Admin | CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale;

    [Command("CLIENT|PAUSE", "timeout:integer [mode=<WRITE | ALL>]", Arity = -3, Flags = Flags, Group = CommandGroup.Connection, Since = "3.0.0", Complexity = "O(1)",
        Summary = "Lets commands wait for so many milliseconds, all of them or only those that may write.",
        History = "6.2.0 Modes WRITE and ALL.")]
    internal static void Pause(ref CommandContext c)
    {
        if (c.Count > 4)
        {
            c.Error(Errors.SubcommandSyntax(in c));
            return;
        }

        bool writesOnly = c.Count == 4 && c.Is(3, "WRITE"u8);
        if (c.Count == 4 && !writesOnly && !c.Is(3, "ALL"u8))
        {
            c.Error(Errors.PauseMode);
            return;
        }

        if (!Int64Text.TryParse(c[2], out long timeoutMs))
        {
            c.Error(Errors.TimeoutNotAnInteger);
            return;
        }

        if (timeoutMs < 0)
        {
            c.Error(Errors.TimeoutNegative);
            return;
        }

        // A time too far away to be told lies in the past for Redis too: no pause.
        if (timeoutMs > 0 && timeoutMs <= long.MaxValue - c.NowMs)
        {
            c.Engine.Pause.Start(c.NowMs + timeoutMs, writesOnly);
        }

        c.Reply.Raw(Replies.Ok);
    }

    [Command("CLIENT|UNPAUSE", "", Arity = 2, Flags = Flags, Group = CommandGroup.Connection, Since = "6.2.0",
        Complexity = "O(N) with N the number of clients that wait", Summary = "Ends a pause.")]
    internal static void Unpause(ref CommandContext c)
    {
        c.Engine.Pause.End();
        c.Reply.Raw(Replies.Ok);
    }

    [Command("CLIENT|UNBLOCK", "client-id:integer [TIMEOUT | ERROR]", Arity = -3, Flags = Flags, Group = CommandGroup.Connection, Since = "5.0.0",
        Complexity = "O(log N) with N the number of connections", Summary = "Ends the waiting of a client that a blocking command holds.")]
    internal static void Unblock(ref CommandContext c)
    {
        if (c.Count > 4)
        {
            c.Error(Errors.SubcommandSyntax(in c));
            return;
        }

        if (c.Count == 4 && !c.Is(3, "TIMEOUT"u8) && !c.Is(3, "ERROR"u8))
        {
            c.Error(Errors.UnblockReason);
            return;
        }

        if (c.TryInteger(2, out long id))
        {
            bool unblocked = c.Engine.Sessions.Find(id) is { } session && c.Engine.Blocked.Unblock(session, withError: c.Count == 4 && c.Is(3, "ERROR"u8));
            c.Reply.Integer(unblocked ? 1 : 0);
        }
    }
}
