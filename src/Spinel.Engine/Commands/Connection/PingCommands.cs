using Spinel.Engine.Dispatch;
using Spinel.Engine.Sessions;
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
        else if ((c.Session.Gate & SessionGate.SubscribedResp2) != 0)
        {
            // In the form of a message, which is all that such a client expects.
            c.Reply.ArrayHeader(2);
            c.Reply.BulkString("pong"u8);
            c.Reply.BulkString(c.Count == 2 ? c[1] : default);
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
