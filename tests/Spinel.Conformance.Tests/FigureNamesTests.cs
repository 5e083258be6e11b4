using Spinel.Conformance.Tests.Differential;
using Spinel.TestSupport;

namespace Spinel.Conformance.Tests;

/// <summary>What tools that watch a server look for is there: the fields of INFO, section by section, and the figures of MEMORY STATS.</summary>
public sealed class FigureNamesTests(ServerPair servers) : IClassFixture<ServerPair>
{
    [Fact]
    public void Info_has_every_field_in_the_section_where_it_is_looked_for()
    {
        Prepare(servers.Oracle);
        Prepare(servers.Subject);
        var missing = Fields(servers.Oracle).Except(Fields(servers.Subject));

        Assert.Equal([], missing);
    }

    [Fact]
    public void Memory_stats_has_every_figure()
    {
        Prepare(servers.Oracle);
        Prepare(servers.Subject);

        Assert.Equal([], Figures(servers.Oracle).Except(Figures(servers.Subject)));
    }

    /// <summary>So that every section has something to tell.</summary>
    private static void Prepare(ServerProcess server)
    {
        using RespConnection connection = server.Connect();
        connection.Command("CONFIG", "RESETSTAT");
        connection.Command("FLUSHALL");
        connection.Command("SET", "k", "v");
        connection.Command("LPUSH", "k", "v");
        connection.Command("CONFIG", "GET", "port");
    }

    /// <summary>Each as <c>section field</c>.</summary>
    private static List<string> Fields(ServerProcess server)
    {
        using RespConnection connection = server.Connect();
        string section = "";
        List<string> fields = [];
        foreach (string line in connection.Command("INFO", "everything").Text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries))
        {
            if (line[0] == '#')
            {
                section = line[2..];
                continue;
            }

            // Where a field is a list of its own, its parts are looked for too.
            string name = line[..line.IndexOf(':', StringComparison.Ordinal)];
            fields.Add($"{section} {name}");
            foreach (string part in line[(name.Length + 1)..].Split(',').Where(static part => part.Contains('=', StringComparison.Ordinal)))
            {
                fields.Add($"{section} {name} {part.Split('=')[0]}");
            }
        }

        return fields;
    }

    private static List<string> Figures(ServerProcess server)
    {
        using RespConnection connection = server.Connect();
        RespValue[] items = connection.Command("MEMORY", "STATS").Items!;
        List<string> names = [];
        for (int i = 0; i < items.Length; i += 2)
        {
            names.Add(items[i].Text);
            if (items[i + 1].Items is { } inner)
            {
                names.AddRange(inner.Where(static (_, index) => index % 2 == 0).Select(item => $"{items[i].Text} {item.Text}"));
            }
        }

        return names;
    }
}
