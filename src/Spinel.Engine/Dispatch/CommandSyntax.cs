namespace Spinel.Engine.Dispatch;

/// <summary>The type of an argument, as COMMAND DOCS names it.</summary>
public enum CommandArgumentType : byte
{
    /// <summary>Any bytes.</summary>
    String,

    /// <summary>An integer.</summary>
    Integer,

    /// <summary>A floating-point number.</summary>
    Double,

    /// <summary>The name of a key.</summary>
    Key,

    /// <summary>A glob-style pattern.</summary>
    Pattern,

    /// <summary>A point in time, in seconds or milliseconds since 1970.</summary>
    UnixTime,

    /// <summary>A literal word.</summary>
    PureToken,

    /// <summary>One of several arguments.</summary>
    OneOf,

    /// <summary>Several arguments that go together.</summary>
    Block,
}

/// <summary>Repetition and absence of an argument.</summary>
[Flags]
public enum CommandArgumentFlags : byte
{
    /// <summary>Exactly once.</summary>
    None = 0,

    /// <summary>May be absent.</summary>
    Optional = 1,

    /// <summary>May be repeated.</summary>
    Multiple = 2,

    /// <summary>Each repetition has the token again.</summary>
    MultipleToken = 4,
}

/// <summary>One argument of a command's syntax; a tree by way of <see cref="Arguments"/>.</summary>
public sealed class CommandArgument
{
    internal CommandArgument(string name, CommandArgumentType type, string token, CommandArgument[] arguments)
    {
        Name = name;
        Type = type;
        Token = token;
        Arguments = arguments;
    }

    /// <summary>The name that stands for the value.</summary>
    public string Name { get; internal set; }

    /// <summary>The type of the value.</summary>
    public CommandArgumentType Type { get; internal set; }

    /// <summary>The literal word before the value (or the value itself for a pure token); empty: none.</summary>
    public string Token { get; internal set; }

    /// <summary>Repetition and absence.</summary>
    public CommandArgumentFlags Flags { get; internal set; }

    /// <summary>For a key: the index of the key specification that finds it; otherwise -1.</summary>
    public int KeySpecIndex { get; internal set; } = -1;

    /// <summary>The alternatives of a choice or the members of a block; otherwise empty.</summary>
    public IReadOnlyList<CommandArgument> Arguments { get; internal set; }
}

/// <summary>
/// The syntax of a command's arguments, parsed from its declaration when a client asks for COMMAND DOCS (never at start-up: servers
/// that nobody asks pay nothing).
/// </summary>
/// <remarks>
/// Notation:
/// <code>
/// arguments = argument { argument }
/// argument  = TOKEN                           a word without small letters is itself
///           | TOKEN value { value }           a token takes the values after it, until the next token or bracket
///           | value                           name or name:type, such as timeout:double; the usual names have their type;
///                                             name@2 belongs to the third key specification
///           | "&lt;" a | b "&gt;"                   one of several
///           | "[" a | b "]"                   the same, or none
///           | "[" arguments "]"               may be absent
///           | name "=" bracket                names a choice or a block: comparison=[GT | LT]
/// repeat    = argument "[" the same again "..." "]"
/// </code>
/// Types: string integer double key pattern unix-time. Keys take the command's key specifications in order unless they name one.
/// </remarks>
public sealed class CommandSyntax
{
    internal CommandSyntax(CommandArgument[] arguments)
    {
        Arguments = arguments;
    }

    /// <summary>The arguments after the command's name.</summary>
    public IReadOnlyList<CommandArgument> Arguments { get; }

    /// <summary>The number of arguments in the shortest call, without the command's name.</summary>
    public int MinimumCount => Shortest(Arguments);

    /// <summary>Whether calls differ in their number of arguments.</summary>
    public bool IsVariable => Varies(Arguments);

    /// <summary>The syntax for readers: as declared, without types and names of brackets.</summary>
    public override string ToString() => CommandSyntaxText.Render(Arguments);

    private static int Shortest(IReadOnlyList<CommandArgument> arguments)
    {
        int count = 0;
        foreach (CommandArgument argument in arguments)
        {
            if ((argument.Flags & CommandArgumentFlags.Optional) == 0)
            {
                count += Shortest(argument);
            }
        }

        return count;
    }

    private static int Shortest(CommandArgument argument)
    {
        if (argument.Type == CommandArgumentType.PureToken)
        {
            return 1;
        }

        int own = argument.Token.Length > 0 ? 1 : 0;
        return own + argument.Type switch
        {
            CommandArgumentType.OneOf => argument.Arguments.Min(Shortest),
            CommandArgumentType.Block => Shortest(argument.Arguments),
            _ => 1,
        };
    }

    private static bool Varies(IReadOnlyList<CommandArgument> arguments)
    {
        return arguments.Any(argument =>
            argument.Flags != CommandArgumentFlags.None
            || (argument.Type == CommandArgumentType.OneOf && argument.Arguments.Select(Shortest).Distinct().Count() > 1)
            || Varies(argument.Arguments));
    }
}
