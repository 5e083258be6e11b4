using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Connection;

/// <summary>HELLO: the handshake.</summary>
internal static class HelloCommand
{
    private const int ReplyPairs = 7;

    /// <remarks>
    /// Options take effect one after the other, those before a wrong one included: that is what clients see of Redis. Only the protocol version
    /// changes last, so that every error comes in the version that the client has understood so far.
    /// </remarks>
    [Command("HELLO", "[arguments=[protover:integer [AUTH username password] [SETNAME clientname]]]", Arity = -1,
        Flags = CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale | CommandFlags.Fast | CommandFlags.NoAuth | CommandFlags.AllowBusy,
        Group = CommandGroup.Connection, Since = "6.0.0", Complexity = "O(1)",
        Summary = "Chooses the protocol version, authenticates and names the connection in one call.",
        History = "6.2.0 The protocol version may be left out.")]
    internal static void Hello(ref CommandContext c)
    {
        RespVersion version = c.Session.Protocol;
        if (c.Count > 1 && !TryVersion(ref c, out version))
        {
            return;
        }

        for (int i = 2; i < c.Count; i++)
        {
            int following = c.Count - i - 1;
            if (following >= 2 && c.Is(i, "AUTH"u8))
            {
                if (!AuthenticationCommands.TryAuthenticate(ref c, c[i + 1], c[i + 2]))
                {
                    return;
                }

                i += 2;
            }
            else if (following >= 1 && c.Is(i, "SETNAME"u8))
            {
                if (!ClientNameCommands.TrySetName(ref c, c[i + 1]))
                {
                    return;
                }

                i++;
            }
            else
            {
                c.Error(Errors.HelloOption(c[i]));
                return;
            }
        }

        if (!c.Session.IsAuthenticated && c.Engine.Users.AuthenticationRequired)
        {
            c.Error(Errors.HelloAuthenticationRequired);
            return;
        }

        c.Session.Protocol = version;
        c.Reply.Version = version;
        WriteGreeting(ref c);
    }

    private static bool TryVersion(ref CommandContext c, out RespVersion version)
    {
        version = default;
        if (!Int64Text.TryParse(c[1], out long number))
        {
            c.Error(Errors.ProtocolVersionNotAnInteger);
            return false;
        }

        if (number is < (long)RespVersion.Resp2 or > (long)RespVersion.Resp3)
        {
            c.Error(Errors.UnsupportedProtocol);
            return false;
        }

        version = (RespVersion)number;
        return true;
    }

    private static void WriteGreeting(ref CommandContext c)
    {
        ref ReplyWriter reply = ref c.Reply;
        reply.MapHeader(ReplyPairs);
        reply.BulkString("server"u8);
        reply.BulkString("redis"u8);
        reply.BulkString("version"u8);
        reply.BulkString(ProductVersion.CompatibleUtf8);
        reply.BulkString("proto"u8);
        reply.Integer((long)c.Session.Protocol);
        reply.BulkString("id"u8);
        reply.Integer(c.Session.Id);
        reply.BulkString("mode"u8);
        reply.BulkString("standalone"u8);
        reply.BulkString("role"u8);
        reply.BulkString("master"u8);
        reply.BulkString("modules"u8);
        reply.ArrayHeader(0);
    }
}
