using Microsoft.CodeAnalysis;

namespace Spinel.Generators.Tests.Commands;

public sealed class CommandTableGeneratorTests
{
    private const string Copy = """
        [Command("COPY", "source destination [DB destination-db] [REPLACE]", Arity = -3, Flags = CommandFlags.Write | CommandFlags.DenyOom,
            Keys = "1 RO access; 2 OW update", Group = CommandGroup.Generic, Since = "6.2.0", Complexity = "O(N)", Summary = "Copies a \"value\".")]
        internal static void Copy(ref CommandContext c) { }
        """;

    private const string Set = """
        [Command("SET", "key value [GET]", Arity = -3, Flags = CommandFlags.Write, Keys = "1 RW access update variable_flags",
            KeyExtractor = nameof(KeyExtractors.Set), Group = CommandGroup.String, Since = "1.0.0", Summary = "Sets.")]
        internal static void Set(ref CommandContext c) { }
        """;

    private const string ConfigGet = """
        [Command("CONFIG|GET", "parameter [parameter ...]", Arity = -3, Flags = CommandFlags.Admin, Group = CommandGroup.Server, Since = "2.0.0", Summary = "Gets.")]
        internal static void ConfigGet(ref CommandContext c) { }
        """;

    private const string ConfigContainer = """[CommandContainer("CONFIG", Group = CommandGroup.Server, Since = "2.0.0", Summary = "Options.")] internal static class Holder;""";

    [Fact]
    public void A_declaration_becomes_one_line_and_one_handler()
    {
        GeneratorRun run = GeneratorRun.Of(Copy);

        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.CompilerErrors);
        string line = Assert.Single(run.Lines);
        string[] fields = line.Split('\t');
        Assert.Equal(17, fields.Length);
        Assert.Equal(["copy", "-3", "5", "32773", "1", "1", "2", "1", "-1", "1 RO access; 2 OW update", "6.2.0", "", "O(N)", "Copies a \"value\"."], fields[..14]);
        Assert.Contains("new global::Spinel.Engine.Dispatch.CommandHandler(global::Sample.SampleCommands.Copy)", run.Source, StringComparison.Ordinal);
    }

    [Fact]
    public void Subcommands_stand_behind_their_container_and_names_are_sorted()
    {
        GeneratorRun run = GeneratorRun.Of(Set + ConfigGet + Copy, outside: ConfigContainer);

        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.CompilerErrors);
        Assert.Equal(["config", "config|get", "copy", "set"], run.Lines.Select(line => line.Split('\t')[0]));
        Assert.Contains("    [\n        null,\n", run.Source, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_extractor_is_found_among_the_common_ones()
    {
        GeneratorRun run = GeneratorRun.Of(Set);

        Assert.Empty(run.CompilerErrors);
        Assert.Equal("0", run.Lines[0].Split('\t')[8]);
        Assert.Contains("KeyExtractor(global::Spinel.Engine.Dispatch.KeyExtractors.Set)", run.Source, StringComparison.Ordinal);
    }

    [Fact]
    public void A_handlers_own_class_may_have_the_key_extractor()
    {
        GeneratorRun run = GeneratorRun.Of(
            Set.Replace("nameof(KeyExtractors.Set)", "nameof(Mine)", StringComparison.Ordinal)
            + "internal static bool Mine(CommandArguments arguments, ref KeyList keys) => true;");

        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.CompilerErrors);
        Assert.Contains("SampleCommands.Mine)", run.Source, StringComparison.Ordinal);
    }

    [Fact]
    public void One_method_may_serve_several_names()
    {
        GeneratorRun run = GeneratorRun.Of("""
            [Command("SLAVEOF", "host port", Arity = 3, Group = CommandGroup.Server, Since = "1.0.0", Summary = "S.")]
            [Command("REPLICAOF", "host port", Arity = 3, Group = CommandGroup.Server, Since = "5.0.0", Summary = "S.")]
            internal static void ReplicaOf(ref CommandContext c) { }
            """);

        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.CompilerErrors);
        Assert.Equal(2, run.Lines.Length);
    }

    [Fact]
    public void Another_project_gets_its_set_in_its_own_namespace()
    {
        GeneratorRun run = GeneratorRun.Of(Copy, assembly: "Spinel.Scripting");

        Assert.Empty(run.CompilerErrors);
        Assert.Contains("namespace Spinel.Scripting;", run.Source, StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_elsewhere_leaves_the_table_alone()
    {
        GeneratorRun run = GeneratorRun.Of(Copy);
        run.Add("internal sealed class Unrelated;");

        IEnumerable<IncrementalStepRunReason> reasons = run.Driver.GetRunResult().Results[0].TrackedOutputSteps
            .SelectMany(step => step.Value).SelectMany(step => step.Outputs).Select(output => output.Reason);
        Assert.All(reasons, reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }

    [Theory]
    [InlineData("SPC002", "internal static void Copy(ref CommandContext c)", "internal static int Copy(ref CommandContext c)")]
    [InlineData("SPC002", "internal static void Copy(ref CommandContext c)", "internal static void Copy(CommandContext c)")]
    [InlineData("SPC002", "internal static void Copy(ref CommandContext c)", "private static void Copy(ref CommandContext c)")]
    [InlineData("SPC002", "Arity = -3", "Arity = -3, KeyExtractor = \"Nobody\"")]
    [InlineData("SPC003", "Arity = -3", "Arity = -4")]
    [InlineData("SPC003", "Arity = -3", "Arity = 3")]
    [InlineData("SPC003", "Arity = -3, ", "")]
    [InlineData("SPC004", "1 RO access; 2 OW update", "1 RO acess")]
    [InlineData("SPC004", "1 RO access; 2 OW update", "1 RO access;")]
    [InlineData("SPC004", "1 RO access; 2 OW update", "0 RO access")]
    [InlineData("SPC004", "1 RO access; 2 OW update", "1..x RO")]
    [InlineData("SPC004", "1 RO access; 2 OW update", "STREAMS@0..-1 RO")]
    [InlineData("SPC004", "1 RO access; 2 OW update", "2#0,1 RO")]
    [InlineData("SPC005", "[REPLACE]", "[REPLACE")]
    [InlineData("SPC005", "[REPLACE]", "[REPLACE |]")]
    [InlineData("SPC005", "[REPLACE]", "name:number")]
    [InlineData("SPC005", "[REPLACE]", "[other ...]")]
    [InlineData("SPC005", "[REPLACE]", "]")]
    [InlineData("SPC006", "Copies a \\\"value\\\".", "")]
    [InlineData("SPC006", "6.2.0", "")]
    [InlineData("SPC006", "Group = CommandGroup.Generic, ", "")]
    [InlineData("SPC007", "\"COPY\"", "\"CONFIG|COPY\"")]
    [InlineData("SPC008", "\"COPY\"", "\"Copy\"")]
    [InlineData("SPC008", "\"COPY\"", "\"A|B|C\"")]
    [InlineData("SPC009", "Complexity", "AclCategories = \"nosuch\", Complexity")]
    [InlineData("SPC010", "O(N)", "O(N)\\n")]
    [InlineData("SPC011", "CommandFlags.DenyOom", "CommandFlags.ReadOnly")]
    public void A_mistake_is_an_error_at_the_declaration(string id, string correct, string mistaken)
    {
        Assert.Contains(correct, Copy, StringComparison.Ordinal);
        GeneratorRun run = GeneratorRun.Of(Copy.Replace(correct, mistaken, StringComparison.Ordinal));

        Assert.Contains(run.Diagnostics, diagnostic => diagnostic.Id == id && diagnostic.Severity == DiagnosticSeverity.Error);
        Assert.All(run.Diagnostics, diagnostic => Assert.Equal("Sample.cs", diagnostic.Location.GetLineSpan().Path));
    }

    [Fact]
    public void A_name_declared_twice_is_an_error()
    {
        GeneratorRun run = GeneratorRun.Of(Copy + Copy.Replace("void Copy(", "void Again(", StringComparison.Ordinal));

        Assert.Equal("SPC001", Assert.Single(run.Diagnostics).Id);
    }
}
