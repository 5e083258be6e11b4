using System.Text;
using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Security;

/// <summary>
/// One rule about commands: <c>+get</c>, <c>-client|kill</c>, <c>+@read</c>, or <c>+select|0</c>, which allows a command with one first argument only.
/// </summary>
internal sealed class CommandRule
{
    private CommandRule(bool allows, string target)
    {
        Allows = allows;
        Target = target;
    }

    public bool Allows { get; }

    /// <summary>What the rule is about, in its normal form and without the sign.</summary>
    public string Target { get; }

    /// <summary>The command; null when the rule is about a category.</summary>
    public CommandDescriptor? Command { get; private init; }

    public AclCategories Category { get; private init; }

    /// <summary>The only first argument with which the command is allowed; null: all of them.</summary>
    public string? FirstArgument { get; private init; }

    /// <summary>Reads a rule, sign included. Everything (<c>@all</c>) is no rule of this kind.</summary>
    public static RuleError Parse(CommandTable commands, string text, out CommandRule? rule)
    {
        rule = null;
        bool allows = text[0] == '+';
        string target = text[1..];
        if (target.StartsWith('@'))
        {
            if (!AclCategoriesText.TryParse(target[1..], out AclCategories category))
            {
                return RuleError.UnknownCommand;
            }

            rule = new CommandRule(allows, target.ToLowerInvariant()) { Category = category };
            return RuleError.None;
        }

        CommandDescriptor? command = Find(commands, target);
        if (command is not null)
        {
            rule = new CommandRule(allows, command.Name) { Command = command };
            return RuleError.None;
        }

        int bar = target.LastIndexOf('|');
        return bar < 0 || !allows ? RuleError.UnknownCommand : ParseFirstArgument(commands, target, bar, out rule);
    }

    /// <summary>True when this rule makes <paramref name="earlier"/> pointless: it is about the same, or about a part of it.</summary>
    public bool Replaces(CommandRule earlier) =>
        earlier.Target.StartsWith(Target, StringComparison.OrdinalIgnoreCase)
        && (earlier.Target.Length == Target.Length || earlier.Target[Target.Length] == '|');

    public override string ToString() => (Allows ? "+" : "-") + Target;

    private static RuleError ParseFirstArgument(CommandTable commands, string target, int bar, out CommandRule? rule)
    {
        rule = null;
        CommandDescriptor? command = Find(commands, target[..bar]);
        if (command is null)
        {
            return RuleError.UnknownCommand;
        }

        if (command.Parent is not null)
        {
            return RuleError.FirstArgumentOfSubcommand;
        }

        string argument = target[(bar + 1)..];
        if (argument.Length == 0)
        {
            return RuleError.Syntax;
        }

        if (command.HasSubcommands)
        {
            return RuleError.UnknownCommand;
        }

        rule = new CommandRule(true, command.Name + "|" + argument) { Command = command, FirstArgument = argument };
        return RuleError.None;
    }

    /// <summary>Rules name commands as they were declared: renaming a command takes no permission away.</summary>
    private static CommandDescriptor? Find(CommandTable commands, string name)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(name);
        int bar = bytes.AsSpan().IndexOf((byte)'|');
        return bar < 0 ? commands.FindOriginal(bytes) : commands.FindOriginal(bytes.AsSpan(0, bar))?.FindSubcommand(bytes.AsSpan(bar + 1));
    }
}
