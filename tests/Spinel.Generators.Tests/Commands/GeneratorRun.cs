using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Spinel.Generators.Commands;

namespace Spinel.Generators.Tests.Commands;

/// <summary>Compiles declarations with the engine's own attribute sources, runs the generator and compiles what it wrote.</summary>
internal sealed class GeneratorRun
{
    private const string Preamble = """
        global using System;
        global using System.Collections.Generic;
        global using System.Linq;

        namespace Spinel.Engine
        {
            public ref struct CommandContext
            {
            }
        }
        """;

    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.Latest);

    // Parsed and opened once: everything but the declarations is the same in every run.
    private static readonly SyntaxTree[] EngineTrees =
    [
        CSharpSyntaxTree.ParseText(Preamble, ParseOptions),
        .. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Sources"), "*.cs").Order(StringComparer.Ordinal)
            .Select(path => CSharpSyntaxTree.ParseText(File.ReadAllText(path), ParseOptions, path)),
    ];

    private static readonly MetadataReference[] References =
    [
        .. new[] { "System.Private.CoreLib", "System.Runtime", "System.Memory", "System.Linq", "System.Collections" }
            .Select(name => MetadataReference.CreateFromFile(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, name + ".dll"))),
    ];

    private Compilation? _output;

    private GeneratorRun(CSharpCompilation compilation)
    {
        Compilation = compilation;
        Driver = CSharpGeneratorDriver.Create(
            [new CommandTableGenerator().AsSourceGenerator()],
            parseOptions: ParseOptions,
            driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));
    }

    public CSharpCompilation Compilation { get; private set; }

    public GeneratorDriver Driver { get; private set; }

    /// <summary>What the generator reported.</summary>
    public ImmutableArray<Diagnostic> Diagnostics { get; private set; }

    /// <summary>What the compiler reported about everything, the generated source included.</summary>
    public IEnumerable<Diagnostic> CompilerErrors =>
        _output!.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);

    public string Source => Driver.GetRunResult().Results[0].GeneratedSources[0].SourceText.ToString();

    /// <summary>The lines of the table's text.</summary>
    public string[] Lines
    {
        get
        {
            string source = Source;
            int start = source.IndexOf("@\"", StringComparison.Ordinal) + 2;
            int end = source.IndexOf("\"u8", start, StringComparison.Ordinal);
            return source[start..end].Replace("\"\"", "\"", StringComparison.Ordinal).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
    }

    public static GeneratorRun Of(string members, string assembly = "Spinel.Engine", string outside = "")
    {
        string declarations = $$"""
            using Spinel.Engine;
            using Spinel.Engine.Dispatch;
            namespace Sample;
            {{outside}}
            internal static class SampleCommands
            {
            {{members}}
            }
            """;
        SyntaxTree[] trees = [.. EngineTrees, CSharpSyntaxTree.ParseText(declarations, ParseOptions, "Sample.cs")];
        var options = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable);
        var run = new GeneratorRun(CSharpCompilation.Create(assembly, trees, References, options));
        run.Go();
        return run;
    }

    /// <summary>Runs again with one more source file, as an editor would after a change elsewhere.</summary>
    public void Add(string source)
    {
        Compilation = Compilation.AddSyntaxTrees(CSharpSyntaxTree.ParseText(source, ParseOptions, "Added.cs"));
        Go();
    }

    private void Go()
    {
        Driver = Driver.RunGeneratorsAndUpdateCompilation(Compilation, out _output, out ImmutableArray<Diagnostic> diagnostics);
        Diagnostics = diagnostics;
    }
}
