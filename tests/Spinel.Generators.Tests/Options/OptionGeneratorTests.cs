using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Spinel.Generators.Options;

namespace Spinel.Generators.Tests.Options;

public sealed class OptionGeneratorTests
{
    // As much of the engine's attribute as the generator reads.
    private const string Preamble = """
        using System;
        using System.Collections.Generic;

        namespace Spinel.Engine.Configuration;

        public enum OptionFlags { None, Immutable }
        public enum OptionUnit { None, Bytes, BytesOrPercent, Octal }
        public enum Policy { VolatileLru, Noeviction }
        public sealed class ListCodec { }
        public sealed class PathCodec { public static string Default => "/"; }

        public sealed class OptionAttribute(string name, string defaultText, string summary) : Attribute
        {
            public string? Alias { get; init; }
            public OptionFlags Flags { get; init; }
            public OptionUnit Unit { get; init; }
            public long Min { get; init; }
            public long Max { get; init; }
            public string? OnlyValue { get; init; }
            public string? OnlyValueReason { get; init; }
            public Type? Codec { get; init; }
        }
        """;

    [Theory]
    [InlineData("int", "6379", "", "int _value = 6379;")]
    [InlineData("int", "0", "", "int _value;")]
    [InlineData("int", "-2", ", Min = int.MinValue", "int _value = -2;")]
    [InlineData("long", "64mb", ", Unit = OptionUnit.Bytes", "long _value = 67108864;")]
    [InlineData("int", "755", ", Unit = OptionUnit.Octal", "int _value = 493;")]
    [InlineData("bool", "yes", "", "bool _value = true;")]
    [InlineData("bool", "no", "", "bool _value;")]
    [InlineData("string", "a \\\"b", "", "string _value = \"a \\\"b\";")]
    [InlineData("Policy", "volatile-lru", "", "_value = (global::Spinel.Engine.Configuration.Policy)0;")]
    [InlineData("ReadOnlyMemory<byte>", "", "", "global::System.ReadOnlyMemory<byte> _value;")]
    [InlineData("IReadOnlyList<string>", "a b", ", Codec = typeof(ListCodec)", "_value = new string[] { \"a\", \"b\" };")]
    [InlineData("string", ".", ", Codec = typeof(PathCodec)", "string _value = global::Spinel.Engine.Configuration.PathCodec.Default;")]
    public void A_default_is_evaluated_by_the_compiler(string type, string text, string more, string expected)
    {
        var (diagnostics, source) = Run($"[Option(\"value\", \"{text}\", \"Something.\"{more})] public partial {type} Value {{ get; }}");

        Assert.Empty(diagnostics);
        Assert.Contains(expected, source, StringComparison.Ordinal);
        Assert.Contains("Value => _value;", source, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SPO001", "[Option(\"a\", \"1\", \"x\")] public partial int A { get; } [Option(\"a\", \"1\", \"x\")] public partial int B { get; }")]
    [InlineData("SPO001", "[Option(\"a\", \"1\", \"x\")] public partial int A { get; } [Option(\"b\", \"1\", \"x\", Alias = \"a\")] public partial int B { get; }")]
    [InlineData("SPO002", "[Option(\"a\", \"x\", \"x\")] public partial int A { get; }")]
    [InlineData("SPO002", "[Option(\"a\", \"5\", \"x\", Max = 4)] public partial int A { get; }")]
    [InlineData("SPO002", "[Option(\"a\", \"0\", \"x\", Min = 1)] public partial int A { get; }")]
    [InlineData("SPO002", "[Option(\"a\", \"1mb\", \"x\")] public partial long A { get; }")]
    [InlineData("SPO002", "[Option(\"a\", \"maybe\", \"x\")] public partial bool A { get; }")]
    [InlineData("SPO002", "[Option(\"a\", \"nosuch\", \"x\")] public partial Policy A { get; }")]
    [InlineData("SPO003", "[Option(\"A\", \"1\", \"x\")] public partial int A { get; }")]
    [InlineData("SPO003", "[Option(\"a\", \"1\", \"\")] public partial int A { get; }")]
    [InlineData("SPO003", "[Option(\"a\", \"1\", \"x\", OnlyValue = \"1\")] public partial int A { get; }")]
    [InlineData("SPO004", "[Option(\"a\", \"1\", \"x\")] public partial double A { get; }")]
    public void A_wrong_declaration_is_an_error(string id, string declaration)
    {
        var (diagnostics, _) = Run(declaration);

        var diagnostic = Assert.Single(diagnostics);
        Assert.Equal(id, diagnostic.Id);
        Assert.Equal(DiagnosticSeverity.Error, diagnostic.Severity);
    }

    [Fact]
    public void The_table_is_ordered_by_name_and_knows_its_chapters()
    {
        var (_, source) = Run("[Option(\"zz\", \"1\", \"x\")] public partial int A { get; } [Option(\"aa\", \"yes\", \"x\", Flags = OptionFlags.Immutable)] public partial bool Z { get; }");

        Assert.Contains("new OptionDescriptor(OptionId.Z, \"aa\", \"yes\", codec0, \"Sample\", \"x\") { Flags = (OptionFlags)1 },", source, StringComparison.Ordinal);
        Assert.True(source.IndexOf("\"aa\"", StringComparison.Ordinal) < source.IndexOf("\"zz\"", StringComparison.Ordinal));
    }

    [Fact]
    public void The_words_of_an_enum_keep_their_order()
    {
        var (_, source) = Run("[Option(\"p\", \"noeviction\", \"x\")] public partial Policy P { get; }");

        Assert.Contains("new Codecs.EnumCodec(false, [\"volatile-lru\", \"noeviction\"], [0, 1])", source, StringComparison.Ordinal);
    }

    private static (IReadOnlyList<Diagnostic> Diagnostics, string Source) Run(string members)
    {
        var parsing = new CSharpParseOptions(LanguageVersion.Latest);
        SyntaxTree[] trees =
        [
            CSharpSyntaxTree.ParseText(Preamble, parsing, "Preamble.cs"),
            CSharpSyntaxTree.ParseText(
                $"using System; using System.Collections.Generic; namespace Spinel.Engine.Configuration; public sealed partial class ServerOptions {{ {members} }}",
                parsing,
                "ServerOptions.Sample.cs"),
        ];
        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var references = new[] { "System.Private.CoreLib", "System.Runtime" }
            .Select(name => MetadataReference.CreateFromFile(Path.Combine(runtime, name + ".dll")));
        var compilation = CSharpCompilation.Create("Sample", trees, references, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        var result = CSharpGeneratorDriver.Create([new OptionGenerator().AsSourceGenerator()], parseOptions: parsing)
            .RunGenerators(compilation, TestContext.Current.CancellationToken)
            .GetRunResult();
        return (result.Diagnostics, string.Concat(result.GeneratedTrees.Select(tree => tree.ToString())));
    }
}
