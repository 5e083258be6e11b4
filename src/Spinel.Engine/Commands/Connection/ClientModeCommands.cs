using Spinel.Engine.Dispatch;
using Spinel.Engine.Sessions;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Connection;

/// <summary>CLIENT subcommands that change, or tell, how the connection is treated.</summary>
internal static class ClientModeCommands
{
    private const CommandFlags Flags = CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale;

    [Command("CLIENT|REPLY", "<ON | OFF | SKIP>", Arity = 3, Flags = Flags, Group = CommandGroup.Connection, Since = "3.2.0", Complexity = "O(1)",
        Summary = "Turns replies to this connection on or off, or off for one command.")]
    internal static void Reply(ref CommandContext c)
    {
        if (c.Is(2, "ON"u8))
        {
            c.Session.ReplyMode = ReplyMode.On;
            c.Reply.Raw(Replies.Ok);
        }
        else if (c.Is(2, "OFF"u8))
        {
            c.Session.ReplyMode = ReplyMode.Off;
        }
        else if (c.Is(2, "SKIP"u8))
        {
            if (c.Session.ReplyMode != ReplyMode.Off)
            {
                c.Session.ReplyMode = ReplyMode.SkipNext;
            }
        }
        else
        {
            c.Error(Errors.Syntax);
        }
    }

    [Command("CLIENT|NO-EVICT", "<ON | OFF>", Arity = 3, Flags = Flags | CommandFlags.Admin, Group = CommandGroup.Connection, Since = "7.0.0", Complexity = "O(1)",
        Summary = "Exempts the connection from being closed for the memory that clients take.")]
    internal static void NoEvict(ref CommandContext c)
    {
        if (TrySwitch(ref c, out bool on))
        {
            c.Session.IsProtectedFromEviction = on;
        }
    }

    [Command("CLIENT|NO-TOUCH", "<ON | OFF>", Arity = 3, Flags = Flags, Group = CommandGroup.Connection, Since = "7.2.0", Complexity = "O(1)",
        Summary = "Lets the connection use keys without their being marked as used.")]
    internal static void NoTouch(ref CommandContext c)
    {
        if (TrySwitch(ref c, out bool on))
        {
            c.Session.LookupFlags = on ? c.Session.LookupFlags | LookupFlags.NoTouch : c.Session.LookupFlags & ~LookupFlags.NoTouch;
        }
    }

    private static bool TrySwitch(ref CommandContext c, out bool on)
    {
        on = c.Is(2, "ON"u8);
        if (!on && !c.Is(2, "OFF"u8))
        {
            c.Error(Errors.Syntax);
            return false;
        }

        c.Reply.Raw(Replies.Ok);
        return true;
    }
}
