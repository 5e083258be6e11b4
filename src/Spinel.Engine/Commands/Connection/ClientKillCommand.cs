using Spinel.Engine.Dispatch;
using Spinel.Engine.Security;
using Spinel.Engine.Sessions;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Connection;

/// <summary>CLIENT KILL: closes connections, by address as of old or by conditions that must all hold.</summary>
internal static class ClientKillCommand
{
    [Command("CLIENT|KILL", "<address | ID client-id:integer | TYPE <NORMAL | MASTER | SLAVE | REPLICA | PUBSUB> | USER username | ADDR peer-address | LADDR local-address | SKIPME yes-or-no | MAXAGE seconds:integer>",
        Arity = -3, Flags = CommandFlags.Admin | CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale,
        Group = CommandGroup.Connection, Since = "2.4.0", Complexity = "O(N) with N the number of connections",
        Summary = "Closes the connections that meet all conditions: those of CLIENT LIST, of which ID may name several clients and most may be turned around with NOT-.",
        History = "2.8.12 Conditions instead of an address.; 2.8.12 Condition ID.; 3.2.0 Type master.; 5.0.0 Type replica.; 6.2.0 Condition LADDR.; 7.4.0 Condition MAXAGE.; 8.0.0 Several identifiers, and the other conditions of CLIENT LIST.")]
    internal static void Kill(ref CommandContext c)
    {
        bool byAddressAlone = c.Count == 3;
        ClientFilter? filter = byAddressAlone ? ClientFilter.ByAddress(c[2]) : ClientFilter.Parse(ref c, 2, skipsSelf: true, lowestId: 1, Errors.ClientIdNotPositive);
        if (filter is null)
        {
            return;
        }

        int killed = 0;
        bool killsSelf = false;
        foreach (Session session in c.Engine.Sessions.All)
        {
            if (session.IsClosed || !filter.Meets(session))
            {
                continue;
            }

            if (session != c.Session)
            {
                session.Close();
                session.LeaveAll();
            }
            else if (filter.SkipsSelf)
            {
                continue;
            }
            else
            {
                killsSelf = true;
            }

            killed++;
        }

        if (!byAddressAlone)
        {
            c.Reply.Integer(killed);
        }
        else if (killed > 0)
        {
            c.Reply.Raw(Replies.Ok);
        }
        else
        {
            c.Error(Errors.NoSuchClient);
        }

        if (killsSelf)
        {
            c.Session.CloseWhenFlushed();
        }
    }
}
