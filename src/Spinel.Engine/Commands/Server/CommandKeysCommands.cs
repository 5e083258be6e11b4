using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Commands.Server;

/// <summary>COMMAND GETKEYS and GETKEYSANDFLAGS: which arguments of a request are keys.</summary>
internal static class CommandKeysCommands
{
    [Command("COMMAND|GETKEYS", "command arg [arg ...]", Arity = -4, Flags = CommandFlags.Loading | CommandFlags.Stale,
        Group = CommandGroup.Server, Since = "2.8.13", Complexity = "O(N) with N the number of arguments", AclCategories = "connection",
        Summary = "Tells which arguments of a request are keys.")]
    internal static void GetKeys(ref CommandContext c) => Write(ref c, withFlags: false);

    [Command("COMMAND|GETKEYSANDFLAGS", "command arg [arg ...]", Arity = -4, Flags = CommandFlags.Loading | CommandFlags.Stale,
        Group = CommandGroup.Server, Since = "7.0.0", Complexity = "O(N) with N the number of arguments", AclCategories = "connection",
        Summary = "Tells which arguments of a request are keys and what happens to each.")]
    internal static void GetKeysAndFlags(ref CommandContext c) => Write(ref c, withFlags: true);

    private static void Write(ref CommandContext c, bool withFlags)
    {
        CommandArguments arguments = c.Arguments.From(2);
        CommandDescriptor? command = c.Engine.Commands.Find(arguments[0]);
        if (command is { HasSubcommands: true } && arguments.Count > 1)
        {
            CommandDescriptor? subcommand = command.FindSubcommand(arguments[1]);
            command = subcommand ?? (command.Handler is null ? null : command);
        }

        if (command is null)
        {
            c.Error("ERR Invalid command specified"u8);
        }
        else if (!command.HasKeys)
        {
            c.Error("ERR The command has no key arguments"u8);
        }
        else if (!command.AcceptsCount(arguments.Count))
        {
            c.Error("ERR Invalid number of arguments specified for command"u8);
        }
        else
        {
            WriteKeys(ref c, command, arguments, withFlags);
        }
    }

    private static void WriteKeys(ref CommandContext c, CommandDescriptor command, CommandArguments arguments, bool withFlags)
    {
        var keys = new KeyList(stackalloc KeyReference[32]);
        bool found = command.TryGetKeys(arguments, ref keys) && keys.Count > 0;
        if (!found && (command.Flags & CommandFlags.NoMandatoryKeys) == 0)
        {
            c.Error("ERR Invalid arguments specified for command"u8);
        }
        else
        {
            c.Reply.ArrayHeader(keys.Count);
            foreach (KeyReference key in keys.Keys)
            {
                if (withFlags)
                {
                    c.Reply.ArrayHeader(2);
                }

                c.Reply.BulkString(arguments[key.Position]);
                if (withFlags)
                {
                    CommandInfoCommands.WriteFlags(ref c.Reply, (uint)key.Flags, KeySpecFlagsText.Count, KeySpecFlagsText.Word);
                }
            }
        }

        keys.Dispose();
    }
}
