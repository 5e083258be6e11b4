namespace Spinel.Engine.Dispatch;

/// <summary>
/// Declares a command that exists only to hold subcommands (CONFIG, CLIENT, …), on any class, usually the one with the subcommands.
/// Its arity is -2: without a subcommand there is nothing to run.
/// </summary>
/// <param name="name">The name in capitals.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class CommandContainerAttribute(string name) : Attribute
{
    /// <summary>The name in capitals.</summary>
    public string Name { get; } = name;

    /// <summary>Properties of the container itself; its subcommands have their own.</summary>
    public CommandFlags Flags { get; set; }

    /// <summary>The chapter of the reference.</summary>
    public CommandGroup Group { get; set; }

    /// <summary>The first Redis version with this command.</summary>
    public string Since { get; set; } = "";

    /// <summary>One sentence that says what the subcommands are for.</summary>
    public string Summary { get; set; } = "";

    /// <summary>Time as a function of the input.</summary>
    public string Complexity { get; set; } = "Depends on subcommand.";

    /// <summary>ACL categories beyond those implied by the flags. (A container's group implies none.)</summary>
    public string AclCategories { get; set; } = "";
}
