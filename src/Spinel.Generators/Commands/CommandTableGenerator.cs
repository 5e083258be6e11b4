using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Spinel.Generators.Commands;

/// <summary>
/// Turns the [Command] and [CommandContainer] declarations of a project into its <c>GeneratedCommands</c>: one constant text and one list
/// of handlers. Declarations that contradict themselves or each other are build errors.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class CommandTableGenerator : IIncrementalGenerator
{
    private const string Namespace = "Spinel.Engine.Dispatch";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValueProvider<ImmutableArray<CommandDeclaration>> commands = context.SyntaxProvider
            .ForAttributeWithMetadataName(Namespace + ".CommandAttribute", static (_, _) => true, CommandDeclaration.FromMethod)
            .SelectMany(static (declarations, _) => declarations)
            .Collect();
        IncrementalValueProvider<ImmutableArray<CommandDeclaration>> containers = context.SyntaxProvider
            .ForAttributeWithMetadataName(Namespace + ".CommandContainerAttribute", static (_, _) => true, CommandDeclaration.FromClass)
            .SelectMany(static (declarations, _) => declarations)
            .Collect();
        IncrementalValueProvider<string?> project = context.CompilationProvider.Select(
            static (compilation, _) => compilation.GetTypeByMetadataName(Namespace + ".CommandSet") is null ? null : compilation.AssemblyName);

        context.RegisterSourceOutput(
            commands.Combine(containers).Combine(project),
            static (output, input) => Emit(output, [.. input.Left.Left, .. input.Left.Right], input.Right));
    }

    private static void Emit(SourceProductionContext output, ImmutableArray<CommandDeclaration> declarations, string? project)
    {
        if (project is null)
        {
            return;
        }

        foreach (Diagnostic diagnostic in CommandValidation.Check(declarations))
        {
            output.ReportDiagnostic(diagnostic);
        }

        // The engine's set stands with the table's types; other projects have theirs in their own namespace.
        string source = CommandTableEmitter.Emit(declarations, project == "Spinel.Engine" ? Namespace : project);
        output.AddSource("GeneratedCommands.g.cs", SourceText.From(source, Encoding.UTF8));
    }
}
