using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Connection;

/// <summary>CLIENT subcommands by which a client introduces itself.</summary>
internal static class ClientNameCommands
{
    private const CommandFlags Flags = CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale;

    [Command("CLIENT|SETNAME", "connection-name", Arity = 3, Flags = Flags, Group = CommandGroup.Connection, Since = "2.6.9", Complexity = "O(1)",
        Summary = "Names the connection; an empty name takes the name away.")]
    internal static void SetName(ref CommandContext c)
    {
        if (TrySetName(ref c, c[2]))
        {
            c.Reply.Raw(Replies.Ok);
        }
    }

    [Command("CLIENT|GETNAME", "", Arity = 2, Flags = Flags, Group = CommandGroup.Connection, Since = "2.6.9", Complexity = "O(1)",
        Summary = "Tells the name of the connection.")]
    internal static void GetName(ref CommandContext c)
    {
        if (c.Session.Name.Length == 0)
        {
            c.Reply.NullBulk();
        }
        else
        {
            c.Reply.BulkString(c.Session.Name);
        }
    }

    [Command("CLIENT|SETINFO", "<LIB-NAME libname | LIB-VER libver>", Arity = 4, Flags = Flags, Group = CommandGroup.Connection, Since = "7.2.0", Complexity = "O(1)",
        Tips = "request_policy:all_nodes response_policy:all_succeeded",
        Summary = "Notes which client library, in which version, is on the other end.")]
    internal static void SetInfo(ref CommandContext c)
    {
        bool isName = c.Is(2, "LIB-NAME"u8);
        if (!isName && !c.Is(2, "LIB-VER"u8))
        {
            c.Error(Errors.UnknownClientAttribute(c[2]));
            return;
        }

        if (!IsPrintable(c[3]))
        {
            c.Error(Errors.InvalidClientAttribute(c[2]));
            return;
        }

        if (isName)
        {
            c.Session.LibraryName = c[3].ToArray();
        }
        else
        {
            c.Session.LibraryVersion = c[3].ToArray();
        }

        c.Reply.Raw(Replies.Ok);
    }

    /// <summary>Names the connection, or replies with an error and returns false.</summary>
    internal static bool TrySetName(ref CommandContext c, ReadOnlySpan<byte> name)
    {
        if (!IsPrintable(name))
        {
            c.Error(Errors.InvalidClientName);
            return false;
        }

        c.Session.Name = name.ToArray();
        return true;
    }

    /// <summary>The lists of clients separate fields by blanks and clients by line ends, so neither may stand in a field.</summary>
    private static bool IsPrintable(ReadOnlySpan<byte> text) => !text.ContainsAnyExceptInRange((byte)'!', (byte)'~');
}
