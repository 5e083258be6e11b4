using System.Text.RegularExpressions;
using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Tests;

/// <summary>
/// Every declared command has its tests: it is sent by a test, by a script or by a grammar of the conformance tests. What is looked for is the name where a command would stand, at
/// the beginning of a literal or on a line of a script.
/// </summary>
public sealed partial class CommandCoverageTests
{
    [Fact]
    public void Every_command_is_sent_by_some_test()
    {
        HashSet<string> sent = WordsInTests();
        string[] untested = [.. AllCommands.Table().All
            .Where(command => command.Handler is not null && !command.Name.EndsWith("|help", StringComparison.Ordinal))
            .Select(command => command.Name.ToUpperInvariant().Replace('|', ' '))
            .Where(name => !sent.Contains(name))];
        Assert.True(untested.Length == 0, "no test sends " + string.Join(", ", untested));
    }

    [Fact]
    public void Every_container_has_help_but_that_of_clusters_which_is_refused()
    {
        using var engine = new TestEngine();
        string[] helps = [.. engine.Engine.Commands.All.Select(command => command.Name).Where(name => name.EndsWith("|help", StringComparison.Ordinal) && name != "cluster|help")];
        Assert.NotEmpty(helps);
        foreach (string help in helps)
        {
            string container = help.Split('|')[0];
            string[] lines = engine.Run(container + " HELP").Text.Split("\r\n");
            Assert.StartsWith($"+{container.ToUpperInvariant()} <subcommand> ", lines[1], StringComparison.Ordinal);
            Assert.Contains("+HELP", lines);
        }
    }

    private static HashSet<string> WordsInTests()
    {
        HashSet<string> words = new(StringComparer.OrdinalIgnoreCase);
        string tests = Path.Combine(Repository.Root, "tests");
        foreach (string file in Directory.EnumerateFiles(tests, "*.cs", SearchOption.AllDirectories))
        {
            AddAll(words, CommandInLiteral().Matches(File.ReadAllText(file)));
        }

        foreach (string file in Directory.EnumerateFiles(Path.Combine(tests, "Spinel.Conformance.Tests"), "*.*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) == ".txt" || file.Contains("Generation", StringComparison.Ordinal)))
        {
            AddAll(words, CommandOnLine().Matches(File.ReadAllText(file)));
        }

        return words;
    }

    private static void AddAll(HashSet<string> words, MatchCollection matches)
    {
        foreach (Match match in matches)
        {
            string name = match.Groups[1].Value;
            words.Add(name);
            words.Add($"{name} {match.Groups[2].Value}");
        }
    }

    [GeneratedRegex("""\"([A-Za-z][A-Za-z0-9._-]*)(?:(?: |", ?")([A-Za-z][A-Za-z0-9-]*))?""")]
    private static partial Regex CommandInLiteral();

    /// <summary>A line of a script, which may begin with a client's number and a mark, or a rule of a grammar with its weight.</summary>
    [GeneratedRegex("""^\W*(?:\d+:? (?:!send )?)?([A-Za-z][A-Za-z0-9._-]*)(?: +([A-Za-z][A-Za-z0-9-]*))?""", RegexOptions.Multiline)]
    private static partial Regex CommandOnLine();
}
