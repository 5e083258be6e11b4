using System.Text;
using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Security;

/// <summary>
/// The commands that a selector allows.
/// <para>
/// Two views of the same thing are kept: a bitmap over <see cref="CommandDescriptor.Id"/>, which is what a request is checked against, and the rules
/// that made it, which is what people are shown and files keep. Rules stay in the order in which they were given, because a category means the commands that it has in
/// the version that reads the rule. The list stays short by itself: a rule drops those before it that it overrides, and is not kept if it changes nothing.
/// </para>
/// </summary>
internal sealed class CommandPermissions
{
    private const int BitsPerWord = 64;

    private readonly CommandTable _commands;
    private readonly ulong[] _allowed;
    private readonly List<CommandRule> _rules = [];

    /// <summary>By the number of a command that is not allowed as such: the first arguments with which it is.</summary>
    private readonly Dictionary<int, List<string>> _firstArguments = [];
    private bool _startsWithAll;

    public CommandPermissions(CommandTable commands)
    {
        _commands = commands;
        _allowed = new ulong[(commands.All.Count + BitsPerWord - 1) / BitsPerWord];
    }

    /// <summary>True when every command is allowed, those of a later version included.</summary>
    public bool IsEverything => _startsWithAll && _rules.TrueForAll(rule => rule.Allows);

    public void AllowAll() => Reset(true);

    public void DenyAll() => Reset(false);

    /// <summary>Applies a rule that begins with plus or minus.</summary>
    public RuleError Apply(string text)
    {
        if (text.Equals("+@all", StringComparison.OrdinalIgnoreCase) || text.Equals("-@all", StringComparison.OrdinalIgnoreCase))
        {
            Reset(text[0] == '+');
            return RuleError.None;
        }

        RuleError error = CommandRule.Parse(_commands, text, out CommandRule? rule);
        if (error == RuleError.None)
        {
            Add(rule!);
        }

        return error;
    }

    /// <summary>Whether a request may be run, as far as its command goes.</summary>
    public bool Allows(CommandDescriptor command, CommandArguments arguments)
    {
        if (Has(command.Id))
        {
            return true;
        }

        if (_firstArguments.Count > 0 && arguments.Count >= 2 && _firstArguments.TryGetValue(command.Id, out List<string>? allowed))
        {
            foreach (string argument in allowed)
            {
                if (Ascii.EqualsIgnoreCase(arguments[1], argument) || IsSame(arguments[1], argument))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>The rules that make these permissions, from everything or nothing on.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(_startsWithAll ? "+@all" : "-@all");
        foreach (CommandRule rule in _rules)
        {
            text.Append(' ').Append(rule);
        }

        return text.ToString();
    }

    public CommandPermissions Clone()
    {
        var clone = new CommandPermissions(_commands) { _startsWithAll = _startsWithAll };
        _allowed.CopyTo(clone._allowed, 0);
        clone._rules.AddRange(_rules);
        foreach ((int id, List<string> arguments) in _firstArguments)
        {
            clone._firstArguments.Add(id, [.. arguments]);
        }

        return clone;
    }

    private static bool IsSame(ReadOnlySpan<byte> argument, string allowed) => argument.SequenceEqual(Encoding.Latin1.GetBytes(allowed));

    private bool Has(int id) => (_allowed[id / BitsPerWord] >> (id % BitsPerWord) & 1) != 0;

    private void Reset(bool all)
    {
        _allowed.AsSpan().Fill(all ? ulong.MaxValue : 0);
        _rules.Clear();
        _firstArguments.Clear();
        _startsWithAll = all;
    }

    private void Add(CommandRule rule)
    {
        bool replaces = _rules.RemoveAll(rule.Replaces) > 0;
        if (replaces)
        {
            // What the rules that are gone overrode may have lost its point.
            _rules.Add(rule);
            Replay();
        }
        else if (Set(rule))
        {
            _rules.Add(rule);
        }
    }

    /// <summary>Applies the rules anew, and drops those that change nothing.</summary>
    private void Replay()
    {
        CommandRule[] rules = [.. _rules];
        Reset(_startsWithAll);
        foreach (CommandRule rule in rules)
        {
            if (Set(rule))
            {
                _rules.Add(rule);
            }
        }
    }

    /// <returns>Whether that changed anything.</returns>
    private bool Set(CommandRule rule)
    {
        if (rule.FirstArgument is { } argument)
        {
            return SetFirstArgument(rule.Command!.Id, argument);
        }

        if (rule.Command is { } single)
        {
            return Set(single, rule.Allows);
        }

        bool changed = false;
        foreach (CommandDescriptor command in _commands.All)
        {
            if ((command.AclCategories & rule.Category) != 0)
            {
                changed |= Set(command, rule.Allows);
            }
        }

        return changed;
    }

    /// <summary>A command goes with its subcommands.</summary>
    private bool Set(CommandDescriptor command, bool allowed)
    {
        bool changed = SetBit(command.Id, allowed);
        foreach (CommandDescriptor subcommand in command.Subcommands)
        {
            changed |= SetBit(subcommand.Id, allowed);
        }

        return changed;
    }

    private bool SetBit(int id, bool allowed)
    {
        ulong bit = 1ul << (id % BitsPerWord);
        ref ulong word = ref _allowed[id / BitsPerWord];
        bool changed = (word & bit) != 0 != allowed;
        word = allowed ? word | bit : word & ~bit;
        return _firstArguments.Remove(id) || changed;
    }

    private bool SetFirstArgument(int id, string argument)
    {
        if (Has(id))
        {
            return false;
        }

        if (!_firstArguments.TryGetValue(id, out List<string>? allowed))
        {
            _firstArguments.Add(id, allowed = []);
        }

        if (allowed.Exists(known => known.Equals(argument, StringComparison.OrdinalIgnoreCase)))
        {
            return false;
        }

        allowed.Add(argument);
        return true;
    }
}
