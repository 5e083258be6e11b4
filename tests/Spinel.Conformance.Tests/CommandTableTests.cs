using System.Globalization;
using System.Text;
using Spinel.Conformance.Tests.Differential;
using Spinel.TestSupport;

namespace Spinel.Conformance.Tests;

/// <summary>
/// What clients and proxies learn from COMMAND INFO: for every command that both servers have, arity, flags, key positions,
/// categories, tips, key specifications and subcommands agree.
/// </summary>
public sealed class CommandTableTests(ServerPair servers) : IClassFixture<ServerPair>
{
    private static readonly string[] Fields =
        ["name", "arity", "flags", "first key", "last key", "step", "categories", "tips", "key specifications", "subcommands"];

    /// <summary>Commands whose tips (hints for proxies, not behaviour) differ on purpose, with the reason.</summary>
    private static readonly Dictionary<string, string> OtherTips = new(StringComparer.Ordinal);

    /// <summary>Commands that take more arguments than the oracle's version of them.</summary>
    private static readonly Dictionary<string, string> OtherArity = new(StringComparer.Ordinal)
    {
        ["zrank"] = "WITHSCORE of 7.2",
        ["zrevrank"] = "WITHSCORE of 7.2",
    };

    [Fact]
    public void Command_info_agrees()
    {
        using RespConnection oracle = servers.Oracle.Connect();
        using RespConnection subject = servers.Subject.Connect();
        RespValue commands = subject.Command("COMMAND", "LIST");
        Assert.True(commands.Items is { Length: > 0 }, $"COMMAND LIST: {commands}");

        var differences = new StringBuilder();
        foreach (string name in commands.Items.Select(item => item.Text).Order(StringComparer.Ordinal))
        {
            RespValue expected = oracle.Command("COMMAND", "INFO", name).Items![0];
            RespValue actual = subject.Command("COMMAND", "INFO", name);
            if (expected.IsNull)
            {
                continue; // newer than the oracle
            }

            if (actual.Items is not [{ Items: not null } only])
            {
                differences.AppendLine(CultureInfo.InvariantCulture, $"{name}: {actual}");
                continue;
            }

            CompareCommand(name, expected, only, differences);
        }

        Assert.True(differences.Length == 0, differences.ToString());
    }

    [Fact]
    public void Command_docs_agree_in_group_and_origin()
    {
        using RespConnection oracle = servers.Oracle.Connect();
        using RespConnection subject = servers.Subject.Connect();
        Dictionary<string, RespValue> expected = ByName(oracle.Command("COMMAND", "DOCS"));
        RespValue docs = subject.Command("COMMAND", "DOCS");
        Assert.True(docs.Items is { Length: > 0 }, $"COMMAND DOCS: {docs}");

        var differences = new StringBuilder();
        foreach ((string name, RespValue actual) in ByName(docs))
        {
            if (!expected.TryGetValue(name, out RespValue? known))
            {
                continue;
            }

            foreach (string field in (string[])["since", "group"])
            {
                string wanted = ByName(known).TryGetValue(field, out RespValue? left) ? left.Text : "";
                string found = ByName(actual).TryGetValue(field, out RespValue? right) ? right.Text : "";
                if (wanted != found)
                {
                    differences.AppendLine(CultureInfo.InvariantCulture, $"{name}, {field}: {wanted} / {found}");
                }
            }
        }

        Assert.True(differences.Length == 0, $"oracle / subject:\n{differences}");
    }

    private static void CompareCommand(string name, RespValue oracle, RespValue subject, StringBuilder differences)
    {
        for (int i = 0; i < Fields.Length; i++)
        {
            RespValue expected = oracle.Items![i];
            RespValue? actual = i < subject.Items!.Length ? subject.Items[i] : null;
            if (Fields[i] == "subcommands")
            {
                CompareSubcommands(expected, actual, differences);
                continue;
            }

            if ((Fields[i] == "tips" && OtherTips.ContainsKey(name)) || (Fields[i] == "arity" && OtherArity.ContainsKey(name)))
            {
                continue;
            }

            string wanted = Canonical(expected, Fields[i]);
            string found = actual is null ? "(absent)" : Canonical(actual, Fields[i]);
            if (wanted != found)
            {
                differences.AppendLine(CultureInfo.InvariantCulture, $"{name}, {Fields[i]}:\n    oracle  {wanted}\n    subject {found}");
            }
        }
    }

    private static void CompareSubcommands(RespValue oracle, RespValue? subject, StringBuilder differences)
    {
        Dictionary<string, RespValue> expected = oracle.Items!.ToDictionary(item => item.Items![0].Text, StringComparer.Ordinal);
        foreach (RespValue actual in subject?.Items ?? [])
        {
            string name = actual.Items![0].Text;
            if (expected.TryGetValue(name, out RespValue? known))
            {
                CompareCommand(name, known, actual, differences);
            }
        }
    }

    /// <summary>On one line; flags, categories and tips have no order, and notes are each server's own words.</summary>
    private static string Canonical(RespValue value, string field)
    {
        if (value.Items is null)
        {
            return value.ToString();
        }

        RespValue[] items = value.Items is [{ Text: "notes" }, _, ..] ? value.Items[2..] : value.Items;
        IEnumerable<string> parts = items.Select(item => Canonical(item, ""));
        bool hasOrder = field is not ("flags" or "categories" or "tips");
        return $"{(char)value.Kind}[{string.Join(' ', hasOrder ? parts : parts.Order(StringComparer.Ordinal))}]";
    }

    private static Dictionary<string, RespValue> ByName(RespValue pairs) =>
        pairs.Items!.Chunk(2).ToDictionary(pair => pair[0].Text, pair => pair[1], StringComparer.Ordinal);
}
