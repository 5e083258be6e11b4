using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Spinel.Engine.Dispatch;

namespace Spinel.Generators.Commands;

/// <summary>
/// One [Command] or [CommandContainer] as written. A plain value (no symbols), so that the generator's later steps run again only when a
/// declaration really changed.
/// </summary>
internal sealed class CommandDeclaration : IEquatable<CommandDeclaration>
{
    private readonly ImmutableDictionary<string, string> _values;

    private CommandDeclaration(AttributeData attribute, bool isContainer, string handler, string? handlerError, string extractor)
    {
        ImmutableDictionary<string, string>.Builder values = ImmutableDictionary.CreateBuilder<string, string>();
        foreach (KeyValuePair<string, TypedConstant> argument in attribute.NamedArguments)
        {
            values[argument.Key] = Convert.ToString(argument.Value.Value, System.Globalization.CultureInfo.InvariantCulture) ?? "";
        }

        _values = values.ToImmutable();
        Name = Argument(attribute, 0);
        SyntaxText = Argument(attribute, 1);
        IsContainer = isContainer;
        Handler = handler;
        HandlerError = handlerError;
        Extractor = extractor;
        Location = SourceLocation.Of(attribute);
        Flags = (CommandFlags)Number("Flags");
        Categories = AclCategoriesText.Implied(isContainer ? CommandGroup.None : Group, Flags);
        AclCategories categories = Categories;
        UnknownCategory = AclCategoriesText.Apply(Text("AclCategories"), ref categories);
        Categories = categories;
        KeySpecs = KeySpecParser.Parse(Text("Keys"), out string? keysError);
        KeysError = keysError;
        Syntax = CommandSyntaxParser.Parse(SyntaxText, KeySpecs.Length, out string? syntaxError);
        SyntaxError = syntaxError;
        if (Array.Exists(KeySpecs, spec => !spec.IsSimple))
        {
            Flags |= CommandFlags.MovableKeys;
        }
    }

    public string Name { get; }

    public string SyntaxText { get; }

    public bool IsContainer { get; }

    /// <summary>The handler, fully qualified; empty for a container.</summary>
    public string Handler { get; }

    /// <summary>What is wrong with the handler's or the extractor's method.</summary>
    public string? HandlerError { get; }

    /// <summary>The key extractor, fully qualified; empty: none.</summary>
    public string Extractor { get; }

    public SourceLocation Location { get; }

    public AclCategories Categories { get; }

    public string? UnknownCategory { get; }

    public KeySpec[] KeySpecs { get; }

    public string? KeysError { get; }

    public CommandSyntax? Syntax { get; }

    public string? SyntaxError { get; }

    /// <summary>The declared flags and the derived one.</summary>
    public CommandFlags Flags { get; }

    public CommandGroup Group => (CommandGroup)Number("Group");

    public int Arity => IsContainer ? -2 : (int)Number("Arity");

    /// <summary>The container's name; empty: not a subcommand.</summary>
    public string ContainerName => Name.Contains('|') ? Name.Substring(0, Name.IndexOf('|')) : "";

    /// <summary>A declared text; empty when it is not declared.</summary>
    public string Text(string property)
    {
        return _values.TryGetValue(property, out string? value) ? value : IsContainer && property == "Complexity" ? "Depends on subcommand." : "";
    }

    public static ImmutableArray<CommandDeclaration> FromMethod(GeneratorAttributeSyntaxContext context, CancellationToken cancellation)
    {
        var method = (IMethodSymbol)context.TargetSymbol;
        string? error = HandlerShape.Check(method);
        string handler = HandlerShape.Qualify(method);
        return [.. context.Attributes.Select(attribute =>
        {
            string? extractorError = null;
            string extractor = HandlerShape.FindExtractor(context.SemanticModel.Compilation, method, attribute, ref extractorError);
            return new CommandDeclaration(attribute, false, handler, error ?? extractorError, extractor);
        })];
    }

    public static ImmutableArray<CommandDeclaration> FromClass(GeneratorAttributeSyntaxContext context, CancellationToken cancellation)
    {
        return [.. context.Attributes.Select(attribute => new CommandDeclaration(attribute, true, "", null, ""))];
    }

    public bool Equals(CommandDeclaration? other)
    {
        return other is not null && Name == other.Name && SyntaxText == other.SyntaxText && IsContainer == other.IsContainer
            && Handler == other.Handler && HandlerError == other.HandlerError && Extractor == other.Extractor
            && Location.Equals(other.Location) && _values.Count == other._values.Count
            && _values.All(pair => other._values.TryGetValue(pair.Key, out string? value) && value == pair.Value);
    }

    public override bool Equals(object? obj) => Equals(obj as CommandDeclaration);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Name);

    private static string Argument(AttributeData attribute, int index)
    {
        return attribute.ConstructorArguments.Length > index ? attribute.ConstructorArguments[index].Value as string ?? "" : "";
    }

    private long Number(string property)
    {
        return _values.TryGetValue(property, out string? value)
            ? long.Parse(value, System.Globalization.CultureInfo.InvariantCulture) : 0;
    }
}
