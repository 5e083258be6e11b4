using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using Microsoft.CodeAnalysis;

namespace Spinel.Generators.Options;

/// <summary>Makes the model of an <c>[Option]</c> property from its symbol.</summary>
internal static class OptionReader
{
    public static OptionModel Read(GeneratorAttributeSyntaxContext context, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var property = (IPropertySymbol)context.TargetSymbol;
        var attribute = context.Attributes[0];
        var codec = Named(attribute, "Codec").Value as ITypeSymbol;
        var kind = KindOf(property.Type, codec is not null);
        var words = new List<string>();
        var numbers = new List<long>();
        if (kind == OptionKind.Enum)
        {
            ReadWords(property.Type, words, numbers);
        }

        var max = Named(attribute, "Max").Value is long given ? given
            : property.Type.SpecialType == SpecialType.System_Int32 ? int.MaxValue : long.MaxValue;
        var onlyValue = Named(attribute, "OnlyValue").Value as string;
        string[] facts =
        [
            property.Name,
            property.Type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat),
            kind.ToString(),
            Positional(attribute, 0),
            Positional(attribute, 1),
            Positional(attribute, 2),
            Named(attribute, "Alias").Value as string ?? string.Empty,
            Text(Named(attribute, "Flags").Value ?? 0),
            Text(Named(attribute, "Unit").Value ?? 0),
            Text(Named(attribute, "Min").Value ?? 0),
            Text(max),
            onlyValue is null ? string.Empty : "=" + onlyValue,
            Named(attribute, "OnlyValueReason").Value as string ?? string.Empty,
            codec?.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat) ?? string.Empty,
            GroupOf(context.TargetNode.SyntaxTree.FilePath),
            LocationOf(context.TargetNode),
            kind == OptionKind.Enum && IsFlags(property.Type) ? "flags" : string.Empty,
            codec?.GetMembers("Default").Any(member => member.IsStatic) == true ? "default" : string.Empty,
            ElementOf(property.Type),
        ];
        return new OptionModel(facts, [.. words], [.. numbers]);
    }

    private static OptionKind KindOf(ITypeSymbol type, bool hasCodec)
    {
        if (hasCodec)
        {
            return type.TypeKind == TypeKind.Enum || type.SpecialType is SpecialType.System_Int32 or SpecialType.System_Int64
                ? OptionKind.CustomNumber
                : OptionKind.CustomReference;
        }

        return type.SpecialType switch
        {
            SpecialType.System_Boolean => OptionKind.Boolean,
            SpecialType.System_Int32 or SpecialType.System_Int64 => OptionKind.Integer,
            SpecialType.System_String => OptionKind.Text,
            _ when type.TypeKind == TypeKind.Enum => OptionKind.Enum,
            _ => OptionKind.Bytes,
        };
    }

    private static void ReadWords(ITypeSymbol type, List<string> words, List<long> numbers)
    {
        foreach (var member in type.GetMembers().OfType<IFieldSymbol>().Where(field => field.HasConstantValue))
        {
            words.Add(KebabCase(member.Name));
            numbers.Add(Convert.ToInt64(member.ConstantValue, CultureInfo.InvariantCulture));
        }
    }

    private static string KebabCase(string name)
    {
        var text = new StringBuilder();
        foreach (var c in name)
        {
            if (char.IsUpper(c) && text.Length > 0)
            {
                text.Append('-');
            }

            text.Append(char.ToLowerInvariant(c));
        }

        return text.ToString();
    }

    private static bool IsFlags(ITypeSymbol type) => type.GetAttributes().Any(a => a.AttributeClass?.Name == "FlagsAttribute");

    /// <summary>What a list is a list of; empty for anything else.</summary>
    private static string ElementOf(ITypeSymbol type) =>
        type is INamedTypeSymbol { Name: "IReadOnlyList", TypeArguments: { Length: 1 } elements }
            ? elements[0].ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)
            : string.Empty;

    private static string GroupOf(string path)
    {
        var parts = Path.GetFileNameWithoutExtension(path).Split('.');
        return parts.Length > 1 ? parts[parts.Length - 1] : string.Empty;
    }

    private static string LocationOf(SyntaxNode node)
    {
        var start = node.SyntaxTree.GetLineSpan(node.Span).StartLinePosition;
        return string.Join("\n", node.SyntaxTree.FilePath, Text(node.Span.Start), Text(node.Span.Length), Text(start.Line), Text(start.Character));
    }

    private static string Positional(AttributeData attribute, int index) =>
        index < attribute.ConstructorArguments.Length ? attribute.ConstructorArguments[index].Value as string ?? string.Empty : string.Empty;

    private static TypedConstant Named(AttributeData attribute, string name) =>
        attribute.NamedArguments.FirstOrDefault(pair => pair.Key == name).Value;

    private static string Text(object number) => Convert.ToString(number, CultureInfo.InvariantCulture);
}
