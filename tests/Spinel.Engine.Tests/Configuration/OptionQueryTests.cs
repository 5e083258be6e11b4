using System.Text;
using Spinel.Engine.Configuration;

namespace Spinel.Engine.Tests.Configuration;

public sealed class OptionQueryTests
{
    [Fact]
    public void A_name_in_full_is_echoed_as_written() => Assert.Equal(["MAXMEMORY=0"], Find("MAXMEMORY", "maxmemory"));

    [Fact]
    public void A_pattern_finds_both_names_of_an_option() =>
        Assert.Equal(["replica-priority=100", "slave-priority=100"], Find("*-PRIORITY"));

    [Fact]
    public void Every_option_is_found_once_for_all_patterns() =>
        Assert.Equal(["timeout=0", "maxmemory=0"], Find("timeou[a-t]", "timeout", "nothing", "maxmemor?"));

    [Fact]
    public void Directives_of_files_are_not_shown()
    {
        Assert.Empty(Find("rename-command", "user", "loadmodule"));
        Assert.DoesNotContain(Find("*"), line => line.StartsWith("rename-command", StringComparison.Ordinal));
    }

    private static string[] Find(params string[] patterns) =>
    [
        .. OptionQuery.Find(new ServerOptions(), Array.ConvertAll(patterns, Encoding.UTF8.GetBytes))
            .Select(found => $"{Encoding.UTF8.GetString(found.Name)}={Encoding.UTF8.GetString(found.Value)}"),
    ];
}
