namespace Spinel.Engine.Dispatch;

/// <summary>Writes a parsed syntax for readers, the way reference pages and the hints of command line clients show it.</summary>
internal static class CommandSyntaxText
{
    public static string Render(IEnumerable<CommandArgument> arguments) => string.Join(" ", arguments.Select(Render));

    private static string Render(CommandArgument argument)
    {
        bool optional = (argument.Flags & CommandArgumentFlags.Optional) != 0;
        string value = argument.Type switch
        {
            CommandArgumentType.PureToken => argument.Token,
            CommandArgumentType.OneOf => string.Join(" | ", argument.Arguments.Select(Render)),
            CommandArgumentType.Block => Render(argument.Arguments),
            _ => argument.Name,
        };

        // The brackets of an optional choice are brackets enough, unless something stands beside it inside them.
        bool alone = optional && argument.Token.Length == 0 && (argument.Flags & CommandArgumentFlags.Multiple) == 0;
        if (argument.Type == CommandArgumentType.OneOf && !alone)
        {
            value = $"<{value}>";
        }

        string whole = argument.Type == CommandArgumentType.PureToken || argument.Token.Length == 0 ? value : $"{argument.Token} {value}";
        if ((argument.Flags & CommandArgumentFlags.Multiple) != 0)
        {
            whole += (argument.Flags & CommandArgumentFlags.MultipleToken) != 0 ? $" [{whole} ...]" : $" [{value} ...]";
        }

        return optional ? $"[{whole}]" : whole;
    }
}
