using System.Buffers;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Sessions;

namespace Spinel.Engine.Commands.Connection;

/// <summary>CLIENT subcommands that tell about connections.</summary>
[CommandContainer("CLIENT", Group = CommandGroup.Connection, Since = "2.4.0", Summary = "Tells about connections and changes how they are treated.")]
internal static class ClientListCommands
{
    private const CommandFlags Flags = CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale;

    [Command("CLIENT|ID", "", Arity = 2, Flags = Flags, Group = CommandGroup.Connection, Since = "5.0.0", Complexity = "O(1)",
        Summary = "Tells the number of the connection, which grows from one connection to the next.")]
    internal static void Id(ref CommandContext c) => c.Reply.Integer(c.Session.Id);

    [Command("CLIENT|INFO", "", Arity = 2, Flags = Flags, Group = CommandGroup.Connection, Since = "6.2.0", Complexity = "O(1)",
        Tips = "nondeterministic_output", Summary = "Describes this connection as CLIENT LIST would.")]
    internal static void Info(ref CommandContext c)
    {
        var text = new ArrayBufferWriter<byte>(ClientLine.UsualLength);
        ClientLine.Write(text, c.Session, in c);
        c.Reply.VerbatimString("txt"u8, text.WrittenSpan);
    }

    [Command("CLIENT|LIST", "[TYPE <NORMAL | MASTER | REPLICA | PUBSUB>] [ID client-id:integer [client-id:integer ...]]", Arity = -2,
        Flags = Flags | CommandFlags.Admin, Group = CommandGroup.Connection, Since = "2.4.0", Complexity = "O(N) with N the number of connections",
        Tips = "nondeterministic_output",
        Summary = "Describes connections, a line each: all, or those that meet all conditions given. Besides TYPE and ID there are USER, ADDR, LADDR, IP, SKIPME, MAXAGE, IDLE, NAME, FLAGS, DB, LIB-NAME and LIB-VER; NOT- before any but SKIPME, MAXAGE and IDLE turns it around.",
        History = "2.8.12 Field id.; 5.0.0 Option TYPE.; 6.2.0 Option ID.; 6.2.0 Fields laddr, redir, user, argv-mem and tot-mem.; 7.0.0 Fields resp, multi-mem, rbs and rbp.; 7.0.3 Field ssub.; 7.2.0 Fields lib-name and lib-ver.; 8.0.0 The other conditions.")]
    internal static void List(ref CommandContext c)
    {
        ClientFilter? filter = ClientFilter.Parse(ref c, 2, skipsSelf: false, long.MinValue, Errors.InvalidClientId);
        if (filter is null)
        {
            return;
        }

        var text = new ArrayBufferWriter<byte>(ClientLine.UsualLength * Math.Max(1, c.Engine.Sessions.Count));
        foreach (Session session in Candidates(c.Engine.Sessions, filter))
        {
            if (!session.IsClosed && filter.Meets(session) && (session != c.Session || !filter.SkipsSelf))
            {
                ClientLine.Write(text, session, in c);
            }
        }

        c.Reply.VerbatimString("txt"u8, text.WrittenSpan);
    }

    [Command("CLIENT|HELP", "", Arity = 2, Flags = CommandFlags.Loading | CommandFlags.Stale, Group = CommandGroup.Connection, Since = "5.0.0", Complexity = "O(1)",
        Summary = "Lists the subcommands.")]
    internal static void Help(ref CommandContext c) => CommandTableHelp.Write(ref c);

    /// <summary>Clients named by their identifiers are told of in the order of these, the others in that of their coming.</summary>
    private static IEnumerable<Session> Candidates(SessionRegistry sessions, ClientFilter filter) =>
        filter.OnlyIds is { } ids ? ids.Select(sessions.Find).OfType<Session>() : sessions.All.OrderBy(static session => session.Id);
}
