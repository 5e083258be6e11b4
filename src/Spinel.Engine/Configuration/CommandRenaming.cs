using System.Text;
using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Configuration;

/// <summary>Puts <c>rename-command</c> into effect.</summary>
internal static class CommandRenaming
{
    /// <summary>Gives the commands of a table the names that the options give them.</summary>
    public static void Apply(ServerOptions options, CommandTable commands)
    {
        foreach (var (oldName, newName) in options.RenamedCommands)
        {
            commands.TryRename(Encoding.Latin1.GetBytes(oldName), Encoding.Latin1.GetBytes(newName));
        }
    }

    /// <summary>Renames one command, and says why it cannot be done.</summary>
    public static string? TryRename(CommandTable commands, ReadOnlySpan<byte> oldName, ReadOnlySpan<byte> newName)
    {
        if (commands.Find(oldName) is null)
        {
            return "No such command in rename-command";
        }

        return commands.TryRename(oldName, newName) ? null : "Target command name already exists";
    }
}
