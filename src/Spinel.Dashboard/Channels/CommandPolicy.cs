using Spinel.Engine.Dispatch;

namespace Spinel.Dashboard.Channels;

/// <summary>
/// Which commands may be run from a browser at all, and which in a read-only dashboard. What a user may do is not decided here but in the engine.
/// </summary>
internal static class CommandPolicy
{
    internal const string ReadOnly = "READONLY the dashboard is read-only";

    /// <summary>Commands of administrators, or dangerous ones, that only tell something.</summary>
    private static readonly HashSet<string> Telling = new(StringComparer.Ordinal)
    {
        "info", "role", "lastsave", "monitor", "keys", "config|get", "config|help",
        "client|list", "client|info", "client|id", "client|getname", "client|getredir", "client|trackinginfo", "client|help",
        "slowlog|get", "slowlog|len", "slowlog|help", "latency|latest", "latency|history", "latency|histogram", "latency|graph", "latency|doctor",
        "latency|help", "acl|whoami", "acl|list", "acl|users", "acl|getuser", "acl|cat", "acl|log", "acl|dryrun", "acl|help", "module|list",
        "cluster|info", "cluster|nodes", "cluster|shards", "cluster|slots", "insight",
    };

    /// <summary>Why a command is not run; null: it is.</summary>
    internal static string? Refuse(CommandTable commands, byte[][] arguments, bool isReadOnly)
    {
        CommandDescriptor? command = commands.Find(arguments[0]);
        if (command is null)
        {
            // The engine knows how to say that.
            return null;
        }

        if (command.HasSubcommands && arguments.Length > 1 && command.FindSubcommand(arguments[1]) is { } subcommand)
        {
            command = subcommand;
        }

        return RefuseAlways(command, arguments) ?? (isReadOnly && !OnlyReads(command, arguments) ? ReadOnly : null);
    }

    /// <summary>Whether a command can be asked again and again in the background: it changes neither data nor its session, and does not wait.</summary>
    internal static bool CanBeWatched(CommandTable commands, byte[][] arguments)
    {
        CommandDescriptor? command = commands.Find(arguments[0]);
        if (command is null)
        {
            return true;
        }

        command = command.HasSubcommands && arguments.Length > 1 ? command.FindSubcommand(arguments[1]) ?? command : command;
        return RefuseAlways(command, arguments) is null
            && OnlyReads(command, arguments)
            && (command.Flags & (CommandFlags.Blocking | CommandFlags.NoAuth)) == 0
            && (command.AclCategories & AclCategories.Transaction) == 0
            && command.Name is not ("monitor" or "select" or "subscribe" or "psubscribe" or "ssubscribe" or "unsubscribe" or "punsubscribe" or "sunsubscribe"
                or "client|tracking" or "client|caching" or "client|setname" or "client|setinfo" or "client|no-touch" or "client|no-evict");
    }

    /// <summary>
    /// What would leave the channel without its protocol: another version of RESP, replies that do not come, a session that is a replica's.
    /// </summary>
    private static string? RefuseAlways(CommandDescriptor command, byte[][] arguments) => command.Name switch
    {
        "client|reply" or "reset" or "sync" or "psync" or "replconf" => $"ERR {command.Name.Replace('|', ' ').ToUpperInvariant()} is not available in the dashboard",
        "hello" when arguments.Length > 1 && !arguments[1].AsSpan().SequenceEqual("3"u8) => "NOPROTO the dashboard speaks RESP3 only",
        _ => null,
    };

    private static bool OnlyReads(CommandDescriptor command, byte[][] arguments)
    {
        if (Telling.Contains(command.Name) || (command.Parent is { } parent && Telling.Contains(parent.Name)))
        {
            // ACL LOG RESET is the same command.
            return command.Name != "acl|log" || arguments.Length < 3 || !AsciiEquals(arguments[2], "RESET"u8);
        }

        return (command.Flags & (CommandFlags.Write | CommandFlags.MayReplicate | CommandFlags.Admin | CommandFlags.Protected)) == 0
            && (command.AclCategories & (AclCategories.Write | AclCategories.Admin | AclCategories.Dangerous)) == 0
            && ((command.AclCategories & AclCategories.Scripting) == 0 || (command.Flags & CommandFlags.ReadOnly) != 0);
    }

    private static bool AsciiEquals(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word) => System.Text.Ascii.EqualsIgnoreCase(text, word);
}
