namespace Spinel.Engine.Configuration;

/// <summary>
/// Declares an option of the server on a partial property of <see cref="ServerOptions"/>. From this one line the source
/// generator makes the storage, the default, parsing, <c>CONFIG GET/SET/REWRITE</c> and the page docs/configuration.md.
/// </summary>
/// <param name="name">The option's name in a configuration file, lower case.</param>
/// <param name="defaultText">The default, written as in a configuration file. It is parsed when the server is compiled.</param>
/// <param name="summary">One or two sentences for the documentation.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OptionAttribute(string name, string defaultText, string summary) : Attribute
{
    /// <summary>The option's name in a configuration file.</summary>
    public string Name { get; } = name;

    /// <summary>The default, as it would stand in a configuration file.</summary>
    public string DefaultText { get; } = defaultText;

    /// <summary>What the option does.</summary>
    public string Summary { get; } = summary;

    /// <summary>An older name that means the same option.</summary>
    public string? Alias { get; init; }

    /// <summary>When and by whom the option can be changed, and whether it has an effect.</summary>
    public OptionFlags Flags { get; init; }

    /// <summary>How numbers are written.</summary>
    public OptionUnit Unit { get; init; }

    /// <summary>The lowest number accepted.</summary>
    public long Min { get; init; }

    /// <summary>The highest number accepted; by default what the property's type holds.</summary>
    public long Max { get; init; }

    /// <summary>
    /// The only value that this version can honour. Anything else is refused at start and by <c>CONFIG SET</c>: an option
    /// that promises durability, replication or protection must not be accepted and then ignored.
    /// </summary>
    public string? OnlyValue { get; init; }

    /// <summary>Why <see cref="OnlyValue"/> is the only one: completes "… because this version".</summary>
    public string? OnlyValueReason { get; init; }

    /// <summary>The <see cref="OptionCodec"/> of a value that is neither a number, a word of an enum nor a text.</summary>
    public Type? Codec { get; init; }
}
