using System.Text;
using Spinel.Engine.Configuration;

namespace Spinel.Engine.Tests.Configuration;

/// <summary>docs/configuration.md is made from the declarations; with SPINEL_UPDATE_DOCS=1 this test writes it.</summary>
public sealed class ReferencePageTests
{
    private static readonly string[] Groups =
        ["Network", "Security", "Memory", "Encodings", "Observation", "Process", "Persistence", "Replication", "Cluster", "Tls"];

    [Fact]
    public void The_page_is_up_to_date()
    {
        var path = Path.Combine(FindRepository(), "docs", "configuration.md");
        var page = Render();
        if (Environment.GetEnvironmentVariable("SPINEL_UPDATE_DOCS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, page);
        }

        Assert.True(File.Exists(path), "docs/configuration.md is missing: run this test with SPINEL_UPDATE_DOCS=1.");
        Assert.True(page == File.ReadAllText(path).ReplaceLineEndings("\n"), "docs/configuration.md is stale: run this test with SPINEL_UPDATE_DOCS=1.");
    }

    [Fact]
    public void Every_option_has_its_chapter() => Assert.All(OptionTable.All, option => Assert.Contains(option.Group, Groups));

    /// <summary>An option is read somewhere, or is declared to have no effect, or takes one value only.</summary>
    [Fact]
    public void No_option_is_ignored_silently()
    {
        var folder = Path.Combine(FindRepository(), "src");
        var sources = Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(path => !Path.GetFileName(path).StartsWith("ServerOptions.", StringComparison.Ordinal))
            .Select(File.ReadAllText);
        var text = string.Concat(sources);

        var ignored = OptionTable.All.Where(option => !option.Has(OptionFlags.NotYet) && option.OnlyValue is null
            && !text.Contains($"ptions.{option.Id}", StringComparison.Ordinal));

        Assert.Empty(ignored.Select(option => option.Name));
    }

    private static string Render()
    {
        var page = new StringBuilder();
        page.Append("""
            # Configuration

            <!-- Made from the declarations in src/Spinel.Engine/Configuration. Do not edit: run the tests with SPINEL_UPDATE_DOCS=1. -->

            An option stands on a line of a configuration file (`maxmemory 2gb`), on the command line (`--maxmemory 2gb`), or is changed
            while the server runs (`CONFIG SET maxmemory 2gb`). `CONFIG REWRITE` writes the present values into the file. The command line
            has the last word over the file, and `include path` in a file reads another in its place.

            - **Amounts of memory**: `1k` is 1000 bytes, `1kb` is 1024; likewise `m`, `mb`, `g`, `gb`.
            - **Changes**: *at run time* by any client, *protected* only where `enable-protected-configs` allows it, or *at start* only.
            - **No effect yet**: the option is accepted, shown by `CONFIG GET`, and ignored; the log says so when it is given another value than the default.
            - **Only**: any other value is refused, because the server would promise what it cannot keep.


            """.ReplaceLineEndings("\n"));
        foreach (var group in Groups)
        {
            page.Append($"## {(group == "Tls" ? "TLS" : group)}\n\n| Option | Values | Default | Changes | Meaning |\n|---|---|---|---|---|\n");
            foreach (var option in OptionTable.All.Where(option => option.Group == group))
            {
                page.Append(RenderRow(option));
            }

            page.Append('\n');
        }

        return page.ToString().TrimEnd('\n') + "\n";
    }

    private static string RenderRow(OptionDescriptor option)
    {
        var name = option.Alias is null ? $"`{option.Name}`" : $"`{option.Name}`<br>also `{option.Alias}`";
        var changes = option.Has(OptionFlags.FileOnly) || option.Has(OptionFlags.Immutable) ? "at start"
            : option.Has(OptionFlags.Protected) ? "protected" : "at run time";
        var limits = option.OnlyValue is not null ? $" **Only {Code(option.OnlyValue)}**: this version {option.OnlyValueReason}."
            : option.Has(OptionFlags.NotYet) ? " **No effect yet.**" : "";
        return $"| {name} | {option.Codec.DescribeValues(option)} | {Code(option.DefaultText)} | {changes} | {option.Summary}{limits} |\n";
    }

    private static string Code(string text) => $"`{(text.Length == 0 ? "\"\"" : text)}`";

    private static string FindRepository()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Spinel.slnx")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
