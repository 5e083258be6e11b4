using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Connection;

/// <summary>Commands that say whether the server is there.</summary>
internal static class PingCommands
{
    [Command("PING", "[message]", Arity = -1, Flags = CommandFlags.Fast, Group = CommandGroup.Connection, Since = "1.0.0", Complexity = "O(1)",
        Tips = "request_policy:all_shards response_policy:all_succeeded",
        Summary = "Replies PONG, or with the argument.")]
    internal static void Ping(ref CommandContext c)
    {
        if (c.Count > 2)
        {
            c.Error(Errors.WrongArity(c.Command.Name));
        }
        else if (c.Count == 2)
        {
            c.Reply.BulkString(c[1]);
        }
        else
        {
            c.Reply.Raw(Replies.Pong);
        }
    }

    [Command("ECHO", "message", Arity = 2, Flags = CommandFlags.Fast | CommandFlags.Loading | CommandFlags.Stale, Group = CommandGroup.Connection, Since = "1.0.0", Complexity = "O(1)",
        Summary = "Replies with the argument.")]
    internal static void Echo(ref CommandContext c) => c.Reply.BulkString(c[1]);
}
