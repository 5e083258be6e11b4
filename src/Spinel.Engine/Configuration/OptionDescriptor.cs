using System.Text;

namespace Spinel.Engine.Configuration;

/// <summary>What the server knows about one option. Immutable, and shared by all servers of the process.</summary>
public sealed class OptionDescriptor
{
    private byte[]? _nameBytes;
    private byte[]? _aliasBytes;

    internal OptionDescriptor(OptionId id, string name, string defaultText, OptionCodec codec, string group, string summary)
    {
        Id = id;
        Name = name;
        DefaultText = defaultText;
        Codec = codec;
        Group = group;
        Summary = summary;
    }

    /// <summary>The option as a number.</summary>
    public OptionId Id { get; }

    /// <summary>The name, lower case.</summary>
    public string Name { get; }

    /// <summary>An older name of the same option, or null.</summary>
    public string? Alias { get; internal init; }

    /// <summary>The default, as it would stand in a configuration file.</summary>
    public string DefaultText { get; }

    /// <summary>What it does.</summary>
    public string Summary { get; }

    /// <summary>The part of the configuration it belongs to.</summary>
    public string Group { get; }

    /// <summary>When and by whom it can be changed.</summary>
    public OptionFlags Flags { get; internal init; }

    /// <summary>How numbers are written.</summary>
    public OptionUnit Unit { get; internal init; }

    /// <summary>The lowest number accepted.</summary>
    public long Min { get; internal init; }

    /// <summary>The highest number accepted.</summary>
    public long Max { get; internal init; } = long.MaxValue;

    /// <summary>The only value that this version can honour, or null if it can honour all.</summary>
    public string? OnlyValue { get; internal init; }

    /// <summary>Why that is the only one.</summary>
    public string? OnlyValueReason { get; internal init; }

    /// <summary>Reads and writes its values.</summary>
    public OptionCodec Codec { get; }

    /// <summary>The name as bytes.</summary>
    public ReadOnlySpan<byte> NameBytes => _nameBytes ??= Encoding.ASCII.GetBytes(Name);

    /// <summary>The older name as bytes; empty if there is none.</summary>
    public ReadOnlySpan<byte> AliasBytes => _aliasBytes ??= Encoding.ASCII.GetBytes(Alias ?? string.Empty);

    /// <summary>Whether all of the given flags are set.</summary>
    public bool Has(OptionFlags flags) => (Flags & flags) == flags;

    /// <summary>The value as <c>CONFIG GET</c> shows it.</summary>
    internal byte[] Format(OptionValue value) => Codec.Format(this, value);

    /// <summary>The value as text.</summary>
    internal string FormatText(OptionValue value) => Encoding.UTF8.GetString(Format(value));

    /// <summary>
    /// Refuses a value that this version cannot honour: an option that promises something is not accepted and then ignored.
    /// </summary>
    internal string? CheckPossible(OptionValue value)
    {
        if (OnlyValue is null || FormatText(value) == OnlyValue)
        {
            return null;
        }

        var rule = OnlyValue.Length == 0 ? "must be empty" : $"must be '{OnlyValue}'";
        return $"{Name} {rule}, because this version of the server {OnlyValueReason}";
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
