namespace Spinel.Engine.Dispatch;

/// <summary>
/// The commands that one assembly declares, as the generator emits them (<c>GeneratedCommands.Set</c> of that assembly). A
/// <see cref="CommandTable"/> is built from one or more sets.
/// </summary>
/// <remarks>
/// Everything but the handlers is one constant text, a line per command with tab-separated fields in the order of
/// <see cref="CommandField"/>, sorted by name with subcommands directly behind their container. Text instead of object initialisers
/// because it costs no code: nothing to compile at start-up, nothing to load before it is looked at, and the long fields (summary,
/// syntax) are never touched until a client asks for them.
/// </remarks>
public abstract class CommandSet
{
    /// <summary>The text, UTF-8, in constant memory.</summary>
    public abstract ReadOnlySpan<byte> Text { get; }

    /// <summary>The handlers, in the order of the lines; null for a container without a handler.</summary>
    public abstract CommandHandler?[] CreateHandlers();

    /// <summary>The key extractors, by the number that a line gives.</summary>
    public abstract KeyExtractor[] CreateKeyExtractors();
}

/// <summary>The fields of a command's line in <see cref="CommandSet.Text"/>.</summary>
internal enum CommandField
{
    /// <summary>Name in small letters; <c>container|name</c> for a subcommand.</summary>
    Name,

    /// <summary>Decimal.</summary>
    Arity,

    /// <summary>Decimal <see cref="CommandFlags"/>, derived ones included.</summary>
    Flags,

    /// <summary>Decimal <see cref="Dispatch.AclCategories"/>, implied ones included.</summary>
    AclCategories,

    /// <summary>Decimal <see cref="CommandGroup"/>.</summary>
    Group,

    /// <summary>First key of the legacy range.</summary>
    FirstKey,

    /// <summary>Last key of the legacy range.</summary>
    LastKey,

    /// <summary>Step of the legacy range.</summary>
    KeyStep,

    /// <summary>Number of the key extractor, -1: none.</summary>
    KeyExtractor,

    /// <summary>Key specifications as declared.</summary>
    Keys,

    /// <summary>Version.</summary>
    Since,

    /// <summary>Tips as declared.</summary>
    Tips,

    /// <summary>Complexity as declared.</summary>
    Complexity,

    /// <summary>Summary as declared.</summary>
    Summary,

    /// <summary>Syntax as declared.</summary>
    Syntax,

    /// <summary>Deprecation as declared.</summary>
    Deprecated,

    /// <summary>History as declared.</summary>
    History,

    /// <summary>The number of fields.</summary>
    Count,
}
