using System;
using System.Globalization;
using System.Linq;

namespace Spinel.Generators.Options;

/// <summary>How the value of an option is read, stored and written.</summary>
internal enum OptionKind
{
    Boolean,
    Integer,
    Enum,
    Text,
    Bytes,
    CustomNumber,
    CustomReference,
}

/// <summary>
/// All that the emitter needs about one <c>[Option]</c> property, free of symbols so that the compiler can tell by comparing
/// two models whether anything must be generated anew.
/// </summary>
internal sealed class OptionModel(string[] facts, string[] enumWords, long[] enumNumbers) : IEquatable<OptionModel>
{
    private readonly string[] _facts = facts;

    public string PropertyName => _facts[0];

    /// <summary>The property's type, written so that it means the same everywhere.</summary>
    public string TypeName => _facts[1];

    public OptionKind Kind => (OptionKind)Enum.Parse(typeof(OptionKind), _facts[2]);

    public string Name => _facts[3];

    public string DefaultText => _facts[4];

    public string Summary => _facts[5];

    public string Alias => _facts[6];

    public long Flags => Number(7);

    public int Unit => (int)Number(8);

    public long Min => Number(9);

    public long Max => Number(10);

    /// <summary>The only value accepted, or null.</summary>
    public string? OnlyValue => _facts[11].Length == 0 ? null : _facts[11].Substring(1);

    public string OnlyValueReason => _facts[12];

    /// <summary>The codec's type, or empty.</summary>
    public string CodecName => _facts[13];

    /// <summary>The part of the configuration: what stands between the dots of ServerOptions.Network.cs.</summary>
    public string Group => _facts[14];

    /// <summary>Where the declaration is, for diagnostics: path, start, length, line, column.</summary>
    public string[] Location => _facts[15].Split('\n');

    public bool IsFlagsEnum => _facts[16] == "flags";

    /// <summary>Whether the codec has a static member Default, for a default that no literal can express.</summary>
    public bool HasCodecDefault => _facts[17].Length > 0;

    /// <summary>The type of a list's elements, or empty.</summary>
    public string ElementType => _facts[18];

    /// <summary>The words of an enum, in the order of its members.</summary>
    public string[] EnumWords { get; } = enumWords;

    public long[] EnumNumbers { get; } = enumNumbers;

    public string FieldName => "_" + char.ToLowerInvariant(PropertyName[0]) + PropertyName.Substring(1);

    public bool IsNumber => Kind is OptionKind.Boolean or OptionKind.Integer or OptionKind.Enum or OptionKind.CustomNumber;

    public bool Equals(OptionModel? other) =>
        other is not null && _facts.SequenceEqual(other._facts) && EnumWords.SequenceEqual(other.EnumWords) && EnumNumbers.SequenceEqual(other.EnumNumbers);

    public override bool Equals(object? obj) => Equals(obj as OptionModel);

    public override int GetHashCode() => PropertyName.GetHashCode() ^ Name.GetHashCode();

    private long Number(int fact) => long.Parse(_facts[fact], CultureInfo.InvariantCulture);
}
