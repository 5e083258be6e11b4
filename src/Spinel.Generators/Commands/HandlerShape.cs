using Microsoft.CodeAnalysis;

namespace Spinel.Generators.Commands;

/// <summary>What a method must look like to be a command's handler or key extractor.</summary>
internal static class HandlerShape
{
    private const string Dispatch = "Spinel.Engine.Dispatch";

    /// <summary>Null, or what is wrong with a handler.</summary>
    public static string? Check(IMethodSymbol method)
    {
        bool shape = method.IsStatic && method.ReturnsVoid && !method.IsAsync && method.TypeParameters.Length == 0
            && method.Parameters.Length == 1 && method.Parameters[0].RefKind == RefKind.Ref
            && method.Parameters[0].Type.ToDisplayString() == "Spinel.Engine.CommandContext";
        if (!shape)
        {
            return $"'{method.Name}' must be 'static void {method.Name}(ref CommandContext c)'";
        }

        return IsReachable(method) ? null : $"'{method.Name}' and its classes must be internal or public and not generic: the table refers to it";
    }

    /// <summary>The full name by which generated code refers to a method.</summary>
    public static string Qualify(IMethodSymbol method)
    {
        return method.ContainingType.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat) + "." + method.Name;
    }

    /// <summary>Finds the extractor that a declaration names, in the handler's class or among the common ones.</summary>
    public static string FindExtractor(Compilation compilation, IMethodSymbol handler, AttributeData attribute, ref string? error)
    {
        string? name = attribute.NamedArguments.FirstOrDefault(argument => argument.Key == "KeyExtractor").Value.Value as string;
        if (string.IsNullOrEmpty(name))
        {
            return "";
        }

        IMethodSymbol? found = Find(handler.ContainingType, name!) ?? Find(compilation.GetTypeByMetadataName(Dispatch + ".KeyExtractors"), name!);
        error = found is null ? $"no key extractor 'static bool {name}(CommandArguments arguments, ref KeyList keys)' here or in KeyExtractors" : null;
        return found is null ? "" : Qualify(found);
    }

    private static IMethodSymbol? Find(INamedTypeSymbol? type, string name)
    {
        return type?.GetMembers(name).OfType<IMethodSymbol>().FirstOrDefault(method =>
            method.IsStatic && method.ReturnType.SpecialType == SpecialType.System_Boolean && method.Parameters.Length == 2
            && method.Parameters[0].Type.ToDisplayString() == Dispatch + ".CommandArguments"
            && method.Parameters[1].RefKind == RefKind.Ref && method.Parameters[1].Type.ToDisplayString() == Dispatch + ".KeyList"
            && IsReachable(method));
    }

    private static bool IsReachable(ISymbol symbol)
    {
        for (ISymbol? s = symbol; s is not null and not INamespaceSymbol; s = s.ContainingSymbol)
        {
            bool generic = s is INamedTypeSymbol { IsGenericType: true } || s is INamedTypeSymbol { IsFileLocal: true };
            if (generic || s.DeclaredAccessibility is not (Accessibility.Public or Accessibility.Internal or Accessibility.ProtectedOrInternal))
            {
                return false;
            }
        }

        return true;
    }
}
