using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Spinel.Generators.Options;

/// <summary>Turns the <c>[Option]</c> declarations of ServerOptions into storage, typed access and the table of options.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class OptionGenerator : IIncrementalGenerator
{
    private const string AttributeName = "Spinel.Engine.Configuration.OptionAttribute";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var options = context.SyntaxProvider
            .ForAttributeWithMetadataName(AttributeName, static (node, _) => node is PropertyDeclarationSyntax, OptionReader.Read)
            .Collect();
        context.RegisterSourceOutput(options, Generate);
    }

    private static void Generate(SourceProductionContext context, ImmutableArray<OptionModel> declared)
    {
        if (declared.IsEmpty)
        {
            return;
        }

        var options = declared.OrderBy(option => option.Name, StringComparer.Ordinal).ToArray();
        foreach (var diagnostic in OptionDiagnostics.Check(options))
        {
            context.ReportDiagnostic(diagnostic);
        }

        context.AddSource("OptionId.g.cs", SourceText.From(OptionEmitter.EmitIds(options), Encoding.UTF8));
        context.AddSource("ServerOptions.g.cs", SourceText.From(OptionEmitter.EmitStorage(options), Encoding.UTF8));
        context.AddSource("OptionTable.g.cs", SourceText.From(OptionEmitter.EmitTable(options), Encoding.UTF8));
    }
}
