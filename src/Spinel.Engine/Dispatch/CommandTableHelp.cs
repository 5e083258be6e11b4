using System.Text;

namespace Spinel.Engine.Dispatch;

/// <summary>
/// The reply of every HELP subcommand, written from the declarations of the container's other subcommands, so that no help text has to
/// be kept beside them. A subcommand's handler calls <see cref="Write"/> and is done.
/// </summary>
internal static class CommandTableHelp
{
    public static void Write(ref CommandContext c)
    {
        CommandDescriptor container = c.Command.Parent ?? throw new InvalidOperationException($"{c.Command.Name} has no container");
        var lines = new List<string> { $"{container.Name.ToUpperInvariant()} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:" };
        if (container.Handler is not null)
        {
            lines.Add("(no subcommand)");
            lines.Add("    " + container.Summary);
        }

        foreach (CommandDescriptor subcommand in container.Subcommands)
        {
            if (subcommand != c.Command)
            {
                lines.Add(string.Join(' ', Encoding.ASCII.GetString(subcommand.OwnName), subcommand.Syntax.ToString()).TrimEnd());
                lines.Add("    " + subcommand.Summary);
            }
        }

        lines.Add("HELP");
        lines.Add("    Prints this help.");
        c.Reply.ArrayHeader(lines.Count);
        foreach (string line in lines)
        {
            c.Reply.SimpleString(Encoding.UTF8.GetBytes(line));
        }
    }
}
