using System.Text;
using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Tests;

/// <summary>
/// Keeps <c>docs/commands.md</c> equal to the declarations. Run with <c>SPINEL_UPDATE_DOCS=1</c> to write it anew.
/// </summary>
public sealed class ReferencePageTests
{
    [Fact]
    public void The_reference_page_is_up_to_date()
    {
        string path = Path.Combine(Repository.Root, "docs", "commands.md");
        string page = CommandReferencePage.Write(AllCommands.Table());
        if (Environment.GetEnvironmentVariable("SPINEL_UPDATE_DOCS") == "1")
        {
            File.WriteAllText(path, page);
        }

        Assert.True(
            File.Exists(path) && File.ReadAllText(path) == page,
            "docs/commands.md differs from the declared commands; SPINEL_UPDATE_DOCS=1 dotnet run --project tests/Spinel.Engine.Tests writes it anew.");
    }
}

/// <summary>Writes the reference page: a chapter per group, an entry per command.</summary>
internal static class CommandReferencePage
{
    private static readonly (CommandGroup Group, string Title)[] Chapters =
    [
        (CommandGroup.Generic, "Keys"), (CommandGroup.String, "Strings"), (CommandGroup.Bitmap, "Bitmaps"), (CommandGroup.List, "Lists"),
        (CommandGroup.Set, "Sets"), (CommandGroup.SortedSet, "Sorted sets"), (CommandGroup.Hash, "Hashes"), (CommandGroup.Stream, "Streams"),
        (CommandGroup.Geo, "Geospatial indices"), (CommandGroup.HyperLogLog, "HyperLogLog"), (CommandGroup.PubSub, "Publish/subscribe"),
        (CommandGroup.Transactions, "Transactions"), (CommandGroup.Scripting, "Scripts and functions"), (CommandGroup.Connection, "Connection"),
        (CommandGroup.Server, "Server"), (CommandGroup.Cluster, "Cluster"),
    ];

    public static string Write(CommandTable table)
    {
        CommandDescriptor[] commands = [.. table.All.Where(command => command.Handler is not null)];
        var page = new StringBuilder();
        page.Append("# Commands\n\n<!-- Written from the declarations by ReferencePageTests; do not edit. -->\n\n");
        page.Append(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{commands.Length} commands and subcommands.\n"));
        foreach ((CommandGroup group, string title) in Chapters)
        {
            CommandDescriptor[] chapter = [.. commands.Where(command => command.Group == group)];
            if (chapter.Length == 0)
            {
                continue;
            }

            page.Append("\n## ").Append(title).Append('\n');
            foreach (CommandDescriptor command in chapter)
            {
                Append(page, command);
            }
        }

        return page.ToString();
    }

    private static void Append(StringBuilder page, CommandDescriptor command)
    {
        string name = command.Name.ToUpperInvariant().Replace('|', ' ');
        page.Append("\n### ").Append(name).Append("\n\n```\n").Append($"{name} {command.Syntax}".TrimEnd()).Append("\n```\n\n");
        page.Append(command.Summary).Append('\n');
        page.Append("\n- Since ").Append(command.Since);
        if (command.Complexity.Length > 0)
        {
            page.Append("; ").Append(command.Complexity);
        }

        page.Append("\n- ACL categories: ").Append(Categories(command)).Append('\n');
        if (command.Deprecated.Length > 0)
        {
            int space = command.Deprecated.IndexOf(' ', StringComparison.Ordinal);
            page.Append("- Deprecated since ").Append(command.Deprecated[..space]).Append(": ").Append(command.Deprecated[(space + 1)..].Replace("`!", "`", StringComparison.Ordinal)).Append('\n');
        }

        foreach (string change in command.History)
        {
            page.Append("- ").Append(change).Append('\n');
        }
    }

    private static string Categories(CommandDescriptor command)
    {
        return string.Join(' ', Enumerable.Range(0, AclCategoriesText.Count)
            .Where(bit => ((uint)command.AclCategories & (1u << bit)) != 0)
            .Select(bit => "@" + AclCategoriesText.Word(bit)));
    }
}
