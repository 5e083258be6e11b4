namespace Spinel.Engine.Dispatch;

/// <summary>
/// Parses the notation of <see cref="CommandSyntax"/> by recursive descent. The generator uses this same source to check declarations,
/// so a syntax that compiles is one that COMMAND DOCS can show.
/// </summary>
internal sealed class CommandSyntaxParser
{
    private readonly List<string> _tokens;
    private int _position;
    private string? _error;

    private CommandSyntaxParser(List<string> tokens)
    {
        _tokens = tokens;
    }

    private string Current => _position < _tokens.Count ? _tokens[_position] : "";

    /// <summary>Parses a syntax; key arguments are numbered over <paramref name="keySpecCount"/> key specifications.</summary>
    public static CommandSyntax? Parse(string text, int keySpecCount, out string? error)
    {
        var parser = new CommandSyntaxParser(CommandSyntaxWords.Split(text));
        List<CommandArgument> arguments = parser.ParseSequence();
        if (parser._position < parser._tokens.Count)
        {
            parser.Fail($"unexpected '{parser.Current}'");
        }

        error = parser._error;
        if (error is not null)
        {
            return null;
        }

        int nextSpec = 0;
        NumberKeys(arguments, keySpecCount, ref nextSpec);
        return new CommandSyntax([.. arguments]);
    }

    private static void NumberKeys(IEnumerable<CommandArgument> arguments, int keySpecCount, ref int next)
    {
        foreach (CommandArgument argument in arguments)
        {
            if (argument.KeySpecIndex >= 0)
            {
                next = argument.KeySpecIndex + 1;
            }
            else if (argument.Type == CommandArgumentType.Key && keySpecCount > 0)
            {
                // One range may cover several arguments (source and target of LCS), so keys beyond the last rule share it.
                argument.KeySpecIndex = Math.Min(next, keySpecCount - 1);
                next++;
            }

            NumberKeys(argument.Arguments, keySpecCount, ref next);
        }
    }

    private List<CommandArgument> ParseSequence()
    {
        var arguments = new List<CommandArgument>();
        while (_error is null && Current is not ("" or "]" or ">" or "|" or "..."))
        {
            if (IsRepetition())
            {
                Repeat(arguments, 0);
                continue;
            }

            arguments.Add(CommandSyntaxWords.IsToken(Current) ? ParseToken() : ParseValue());
        }

        return arguments;
    }

    // A token owns the values behind it: GROUP group consumer; a bracket that may be absent ends them, unless it repeats some of them.
    private CommandArgument ParseToken()
    {
        string token = Take();
        var values = new List<CommandArgument>();
        while (_error is null && Current is not ("" or "]" or ">" or "|" or "...") && !CommandSyntaxWords.IsToken(Current))
        {
            if (IsRepetition() && !CommandSyntaxWords.IsToken(_tokens[_position + 1]))
            {
                Repeat(values, 0);
            }
            else if (Current == "[" || IsNamed("["))
            {
                break;
            }
            else
            {
                values.Add(ParseValue());
            }
        }

        if (values.Count == 0)
        {
            return new CommandArgument(CommandSyntaxWords.TokenName(token), CommandArgumentType.PureToken, CommandSyntaxWords.Unquote(token), []);
        }

        CommandArgument argument = values.Count == 1 && values[0].Token.Length == 0 ? values[0] : Block(values);
        argument.Token = token;
        return argument;
    }

    private CommandArgument ParseValue()
    {
        string? name = null;
        if (IsNamed("[") || IsNamed("<"))
        {
            name = Take().TrimEnd('=');
        }

        CommandArgument argument;
        if (Current is "[" or "<")
        {
            argument = ParseBracket();
        }
        else
        {
            string word = Take();
            if (!CommandSyntaxWords.TryValue(word, out string valueName, out CommandArgumentType type, out int keySpec))
            {
                Fail($"'{word}' is no argument: expected name or name:type");
            }

            argument = new CommandArgument(valueName, type, "", []) { KeySpecIndex = keySpec };
        }

        argument.Name = name ?? argument.Name;
        return argument;
    }

    private CommandArgument ParseBracket()
    {
        bool optional = Take() == "[";
        var alternatives = new List<CommandArgument>();
        do
        {
            List<CommandArgument> members = ParseSequence();
            if (members.Count == 0)
            {
                Fail("an empty alternative");
                return Block(members);
            }

            alternatives.Add(members.Count == 1 ? members[0] : Block(members));
        }
        while (_error is null && Current == "|" && Take() == "|");

        Expect(optional ? "]" : ">");
        CommandArgument argument = alternatives.Count == 1
            ? alternatives[0]
            : new CommandArgument(Names(alternatives, "-or-"), CommandArgumentType.OneOf, "", [.. alternatives]);
        if (optional)
        {
            if ((argument.Flags & CommandArgumentFlags.Optional) != 0)
            {
                argument = Block([argument]);
            }

            argument.Flags |= CommandArgumentFlags.Optional;
        }

        return argument;
    }

    private bool IsNamed(string bracket)
    {
        return Current.Length > 1 && Current[Current.Length - 1] == '=' && _position + 1 < _tokens.Count && _tokens[_position + 1] == bracket;
    }

    // "[" the same again "..." "]": found by looking ahead for the dots before the bracket that closes this one.
    private bool IsRepetition()
    {
        if (Current != "[")
        {
            return false;
        }

        int depth = 0;
        for (int i = _position; i < _tokens.Count; i++)
        {
            depth += _tokens[i] switch
            {
                "[" => 1,
                "]" => -1,
                _ => 0,
            };
            if (depth == 0)
            {
                return _tokens[i - 1] == "...";
            }
        }

        return false;
    }

    private void Repeat(List<CommandArgument> arguments, int from)
    {
        Expect("[");
        List<CommandArgument> again = ParseSequence();
        Expect("...");
        Expect("]");
        int start = arguments.Count - again.Count;
        if (again.Count == 0 || start < from || !arguments.Skip(start).Zip(again, SameArgument).All(same => same))
        {
            Fail("a repetition that differs from what it repeats");
            return;
        }

        CommandArgument repeated = arguments[start];
        if (again.Count > 1 || (repeated.Flags & CommandArgumentFlags.Multiple) != 0)
        {
            repeated = Block(arguments.GetRange(start, again.Count));
            arguments.RemoveRange(start, again.Count);
            arguments.Add(repeated);
        }

        bool tokenAgain = again.Count == 1 && repeated.Token.Length > 0 && repeated.Type != CommandArgumentType.PureToken;
        repeated.Flags |= CommandArgumentFlags.Multiple | (tokenAgain ? CommandArgumentFlags.MultipleToken : CommandArgumentFlags.None);
    }

    private static bool SameArgument(CommandArgument first, CommandArgument second)
    {
        return first.Token == second.Token && first.Type == second.Type && first.Name.Split('=')[0] == second.Name.Split('=')[0];
    }

    private static CommandArgument Block(List<CommandArgument> members)
    {
        return new CommandArgument(Names(members, "_"), CommandArgumentType.Block, "", [.. members]);
    }

    private static string Names(List<CommandArgument> arguments, string separator)
    {
        return string.Join(separator, arguments.Select(argument => argument.Name));
    }

    private string Take()
    {
        string token = Current;
        _position++;
        return token;
    }

    private void Expect(string token)
    {
        if (Current != token)
        {
            Fail(Current.Length == 0 ? $"'{token}' is missing" : $"'{token}' expected before '{Current}'");
        }

        _position++;
    }

    private void Fail(string error)
    {
        _error ??= error;
    }
}
