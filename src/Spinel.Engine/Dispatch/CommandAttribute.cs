namespace Spinel.Engine.Dispatch;

/// <summary>
/// Declares a command on the static method that runs it (<see cref="CommandHandler"/>). This is the only place where a command is
/// described: dispatch, arity, ACL categories, key positions, COMMAND and the reference page all follow from it.
/// A method may carry several of these when one body serves several names.
/// </summary>
/// <param name="name">The name in capitals; a subcommand is <c>CONTAINER|NAME</c>.</param>
/// <param name="syntax">The arguments after the name, in the notation of <see cref="CommandSyntax"/>.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class CommandAttribute(string name, string syntax) : Attribute
{
    /// <summary>The name in capitals.</summary>
    public string Name { get; } = name;

    /// <summary>The arguments after the name.</summary>
    public string Syntax { get; } = syntax;

    /// <summary>Number of arguments including the name (both names for a subcommand); negative: at least that many.</summary>
    public int Arity { get; set; }

    /// <summary>What the command may do.</summary>
    public CommandFlags Flags { get; set; }

    /// <summary>Where its keys are, in the notation of <see cref="KeySpec"/>; empty: no keys.</summary>
    public string Keys { get; set; } = "";

    /// <summary>
    /// Name of a static method (<see cref="KeyExtractor"/>) for keys that <see cref="Keys"/> cannot tell exactly. It is looked for in the
    /// class of the handler, then in <see cref="KeyExtractors"/>.
    /// </summary>
    public string KeyExtractor { get; set; } = "";

    /// <summary>The chapter of the reference.</summary>
    public CommandGroup Group { get; set; }

    /// <summary>The first Redis version with this command.</summary>
    public string Since { get; set; } = "";

    /// <summary>Time as a function of the input, such as <c>O(log N)</c>.</summary>
    public string Complexity { get; set; } = "";

    /// <summary>One sentence that says what the command does.</summary>
    public string Summary { get; set; } = "";

    /// <summary>Hints for clients and proxies, separated by spaces.</summary>
    public string Tips { get; set; } = "";

    /// <summary>ACL categories beyond those implied by group and flags: words separated by spaces, <c>-name</c> takes one away.</summary>
    public string AclCategories { get; set; } = "";

    /// <summary>The version since which the command is deprecated and what replaces it: <c>"6.2.0 `GETDEL` instead"</c>.</summary>
    public string Deprecated { get; set; } = "";

    /// <summary>Changes by version, separated by semicolons: <c>"6.2.0 New option X.; 7.0.0 New option Y."</c>.</summary>
    public string History { get; set; } = "";
}
