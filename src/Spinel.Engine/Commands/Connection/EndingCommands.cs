using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Connection;

/// <summary>Commands that end a conversation: by closing the connection, or by making it as good as new.</summary>
internal static class EndingCommands
{
    private const CommandFlags Flags =
        CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale | CommandFlags.Fast | CommandFlags.NoAuth | CommandFlags.AllowBusy;

    [Command("QUIT", "", Arity = -1, Flags = Flags, Group = CommandGroup.Connection, Since = "1.0.0", Complexity = "O(1)",
        Summary = "Closes the connection, once the replies so far are sent.")]
    internal static void Quit(ref CommandContext c)
    {
        c.Reply.Raw(Replies.Ok);
        c.Session.CloseWhenFlushed();
    }

    [Command("RESET", "", Arity = 1, Flags = Flags, Group = CommandGroup.Connection, Since = "6.2.0", Complexity = "O(1)",
        Summary = "Undoes everything that was set on the connection: protocol version, database, name, authentication and modes.")]
    internal static void Reset(ref CommandContext c)
    {
        c.Session.ResetSettings();
        c.Reply.Version = c.Session.Protocol;
        c.Reply.SimpleString("RESET"u8);
    }
}
