using System.Text;
using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Server;

/// <summary>COMMAND and what is short about it; INFO, DOCS and GETKEYS have files of their own.</summary>
internal static class CommandCommands
{
    [Command("COMMAND", "", Arity = -1, Flags = CommandFlags.Loading | CommandFlags.Stale,
        Group = CommandGroup.Server, Since = "2.8.13", Complexity = "O(N) with N the number of commands", Tips = "nondeterministic_output_order",
        AclCategories = "connection", Summary = "Describes all commands for clients.")]
    internal static void Command(ref CommandContext c)
    {
        if (c.Count > 1)
        {
            c.Error(Errors.UnknownSubcommand(in c));
            return;
        }

        CommandInfoCommands.WriteAll(ref c);
    }

    [Command("COMMAND|COUNT", "", Arity = 2, Flags = CommandFlags.Loading | CommandFlags.Stale,
        Group = CommandGroup.Server, Since = "2.8.13", Complexity = "O(1)", AclCategories = "connection",
        Summary = "Counts the commands.")]
    internal static void Count(ref CommandContext c)
    {
        c.Reply.Integer(c.Engine.Commands.Count);
    }

    [Command("COMMAND|LIST", "filterby=[FILTERBY <MODULE module-name | ACLCAT category | PATTERN pattern>]", Arity = -2,
        Flags = CommandFlags.Loading | CommandFlags.Stale, Group = CommandGroup.Server, Since = "7.0.0",
        Complexity = "O(N) with N the number of commands", Tips = "nondeterministic_output_order", AclCategories = "connection",
        Summary = "Lists the names of commands, all or those of a module, an ACL category or a pattern.")]
    internal static void List(ref CommandContext c)
    {
        if (c.Count == 2)
        {
            WriteNames(ref c, command => true);
            return;
        }

        if (c.Count != 5 || !c.Is(2, "FILTERBY"u8))
        {
            c.Error(Errors.Syntax);
            return;
        }

        ReadOnlySpan<byte> wanted = c[4];
        if (c.Is(3, "MODULE"u8))
        {
            // No command comes from a module.
            c.Reply.ArrayHeader(0);
        }
        else if (c.Is(3, "ACLCAT"u8))
        {
            _ = AclCategoriesText.TryParse(Encoding.Latin1.GetString(wanted), out AclCategories category);
            WriteNames(ref c, command => (command.AclCategories & category) != 0);
        }
        else if (c.Is(3, "PATTERN"u8))
        {
            byte[] pattern = wanted.ToArray();
            WriteNames(ref c, command => GlobPattern.Matches(pattern, command.NameUtf8.Span, ignoreCase: true));
        }
        else
        {
            c.Error(Errors.Syntax);
        }
    }

    [Command("COMMAND|HELP", "", Arity = 2, Flags = CommandFlags.Loading | CommandFlags.Stale,
        Group = CommandGroup.Server, Since = "5.0.0", Complexity = "O(1)", AclCategories = "connection",
        Summary = "Explains the subcommands.")]
    internal static void Help(ref CommandContext c)
    {
        CommandTableHelp.Write(ref c);
    }

    private static void WriteNames(ref CommandContext c, Func<CommandDescriptor, bool> isWanted)
    {
        var found = new List<CommandDescriptor>();
        foreach (CommandDescriptor command in c.Engine.Commands.Commands)
        {
            if (isWanted(command))
            {
                found.Add(command);
            }

            found.AddRange(command.Subcommands.Where(isWanted));
        }

        c.Reply.ArrayHeader(found.Count);
        foreach (CommandDescriptor command in found)
        {
            c.Reply.BulkString(command.NameUtf8.Span);
        }
    }
}
