using System.Buffers;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Sessions;
using Spinel.Protocol;

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
        ClientLine.Write(text, c.Session, c.NowMs);
        c.Reply.VerbatimString("txt"u8, text.WrittenSpan);
    }

    [Command("CLIENT|LIST", "[TYPE <NORMAL | MASTER | REPLICA | PUBSUB>] [ID client-id:integer [client-id:integer ...]]", Arity = -2,
        Flags = Flags | CommandFlags.Admin, Group = CommandGroup.Connection, Since = "2.4.0", Complexity = "O(N) with N the number of connections",
        Tips = "nondeterministic_output", Summary = "Describes connections, a line each.",
        History = "2.8.12 Field id.; 5.0.0 Option TYPE.; 6.2.0 Option ID.; 6.2.0 Fields laddr, redir, user, argv-mem and tot-mem.; 7.0.0 Fields resp, multi-mem, rbs and rbp.; 7.0.3 Field ssub.; 7.2.0 Fields lib-name and lib-ver.")]
    internal static void List(ref CommandContext c)
    {
        if (c.Count == 2)
        {
            WriteAll(ref c, null);
        }
        else if (c.Count == 4 && c.Is(2, "TYPE"u8))
        {
            if (!ClientTypes.TryParse(c[3], out ClientType type))
            {
                c.Error(Errors.UnknownClientType(c[3]));
                return;
            }

            WriteAll(ref c, type);
        }
        else if (c.Count > 3 && c.Is(2, "ID"u8))
        {
            WriteChosen(ref c);
        }
        else
        {
            c.Error(Errors.Syntax);
        }
    }

    [Command("CLIENT|HELP", "", Arity = 2, Flags = CommandFlags.Loading | CommandFlags.Stale, Group = CommandGroup.Connection, Since = "5.0.0", Complexity = "O(1)",
        Summary = "Lists the subcommands.")]
    internal static void Help(ref CommandContext c) => CommandTableHelp.Write(ref c);

    private static void WriteAll(ref CommandContext c, ClientType? type)
    {
        var text = new ArrayBufferWriter<byte>(ClientLine.UsualLength * Math.Max(1, c.Engine.Sessions.Count));
        Session[] sessions = [.. c.Engine.Sessions.All];
        Array.Sort(sessions, static (a, b) => a.Id.CompareTo(b.Id));
        foreach (Session session in sessions)
        {
            if (!session.IsClosed && (type is null || session.Type == type))
            {
                ClientLine.Write(text, session, c.NowMs);
            }
        }

        c.Reply.VerbatimString("txt"u8, text.WrittenSpan);
    }

    private static void WriteChosen(ref CommandContext c)
    {
        var text = new ArrayBufferWriter<byte>(ClientLine.UsualLength);
        for (int i = 3; i < c.Count; i++)
        {
            if (!Int64Text.TryParse(c[i], out long id))
            {
                c.Error(Errors.InvalidClientId);
                return;
            }

            if (c.Engine.Sessions.Find(id) is { IsClosed: false } session)
            {
                ClientLine.Write(text, session, c.NowMs);
            }
        }

        c.Reply.VerbatimString("txt"u8, text.WrittenSpan);
    }
}
