using System.Globalization;
using Spinel.Protocol;

namespace Spinel.Engine.Tests.Commands.Server;

public sealed class CommandCommandsTests
{
    [Fact]
    public void Info_is_an_array_of_ten()
    {
        using TestEngine engine = new();

        engine.Run("COMMAND INFO get").ShouldBe(
            "*1", "*10", "$3", "get", ":2", "*2", "+readonly", "+fast", ":1", ":1", ":1", "*3", "+@read", "+@string", "+@fast", "*0",
            "*1", "*6", "$5", "flags", "*2", "+RO", "+access",
            "$12", "begin_search", "*4", "$4", "type", "$5", "index", "$4", "spec", "*2", "$5", "index", ":1",
            "$9", "find_keys", "*4", "$4", "type", "$5", "range", "$4", "spec", "*6", "$7", "lastkey", ":0", "$7", "keystep", ":1", "$5", "limit", ":0",
            "*0");
    }

    [Fact]
    public void Info_uses_sets_and_maps_in_version_3()
    {
        using TestEngine engine = new();
        engine.Client.Session.Protocol = RespVersion.Resp3;

        engine.Run("COMMAND INFO get nosuch").ShouldBe(
            "*2", "*10", "$3", "get", ":2", "~2", "+readonly", "+fast", ":1", ":1", ":1", "~3", "+@read", "+@string", "+@fast", "~0",
            "~1", "%3", "$5", "flags", "~2", "+RO", "+access",
            "$12", "begin_search", "%2", "$4", "type", "$5", "index", "$4", "spec", "%1", "$5", "index", ":1",
            "$9", "find_keys", "%2", "$4", "type", "$5", "range", "$4", "spec", "%3", "$7", "lastkey", ":0", "$7", "keystep", ":1", "$5", "limit", ":0",
            "~0", "_");
    }

    [Fact]
    public void Info_finds_subcommands_by_their_full_name()
    {
        using TestEngine engine = new();

        engine.Run("COMMAND INFO command|count command|nosuch").ShouldBe(
            "*2", "*10", "$13", "command|count", ":2", "*2", "+loading", "+stale", ":0", ":0", ":0", "*2", "+@slow", "+@connection",
            "*0", "*0", "*0", "$-1");
    }

    [Fact]
    public void Count_counts_what_all_describes()
    {
        using TestEngine engine = new();
        int count = engine.Engine.Commands.Count;

        engine.Run("COMMAND COUNT").ShouldBe(string.Create(CultureInfo.InvariantCulture, $":{count}"));
        Assert.StartsWith(string.Create(CultureInfo.InvariantCulture, $"*{count}\r\n*10\r\n"), engine.Run("COMMAND").Text, StringComparison.Ordinal);
        Assert.Equal(engine.Engine.Commands.All.Count, engine.Run("COMMAND LIST").Elements().Length);
    }

    [Fact]
    public void Docs_have_arguments_and_deprecation()
    {
        using TestEngine engine = new();
        engine.Client.Session.Protocol = RespVersion.Resp3;

        string docs = engine.Run("COMMAND DOCS command|list nosuch").Text;

        Assert.StartsWith("%1\r\n$12\r\ncommand|list\r\n%5\r\n$7\r\nsummary\r\n", docs, StringComparison.Ordinal);
        Assert.EndsWith(
            string.Join("\r\n", [
                "$9", "arguments", "*1", "%5", "$4", "name", "$8", "filterby", "$4", "type", "$5", "oneof", "$5", "token", "$8", "FILTERBY",
                "$5", "flags", "~1", "+optional", "$9", "arguments", "*3",
                "%3", "$4", "name", "$11", "module-name", "$4", "type", "$6", "string", "$5", "token", "$6", "MODULE",
                "%3", "$4", "name", "$8", "category", "$4", "type", "$6", "string", "$5", "token", "$6", "ACLCAT",
                "%3", "$4", "name", "$7", "pattern", "$4", "type", "$7", "pattern", "$5", "token", "$7", "PATTERN", "",
            ]),
            docs,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("COMMAND LIST FILTERBY PATTERN comm*t", "command|count,command|list")]
    [InlineData("COMMAND LIST filterby aclcat nosuch", "")]
    [InlineData("COMMAND LIST FILTERBY MODULE x", "")]
    public void List_filters(string command, string expected)
    {
        using TestEngine engine = new();

        Assert.Equal(expected, string.Join(',', engine.Run(command).Elements()));
    }

    [Fact]
    public void List_filters_by_category()
    {
        using TestEngine engine = new();

        string[] found = engine.Run("COMMAND LIST FILTERBY ACLCAT CONNECTION").Elements();
        Assert.Contains("command|docs", found);
        Assert.Contains("ping", found);
        Assert.DoesNotContain("get", found);
    }

    [Theory]
    [InlineData("COMMAND LIST FILTERBY")]
    [InlineData("COMMAND LIST FILTERBY ACLCAT")]
    [InlineData("COMMAND LIST FILTERBY x y")]
    [InlineData("COMMAND LIST x ACLCAT y")]
    public void List_refuses_other_filters(string command)
    {
        using TestEngine engine = new();

        engine.Run(command).ShouldBe("-ERR syntax error");
    }

    [Theory]
    [InlineData("COMMAND GETKEYS mset a 1 b 2", "a,b")]
    [InlineData("COMMAND GETKEYS get a", null)]
    [InlineData("COMMAND GETKEYS SET a 1 GET", "a")]
    public void GetKeys_lists_keys(string command, string? expected)
    {
        using TestEngine engine = new();

        Reply reply = engine.Run(command);
        Assert.Equal(expected ?? "a", string.Join(',', reply.Elements()));
    }

    [Fact]
    public void GetKeysAndFlags_tells_what_happens_to_each()
    {
        using TestEngine engine = new();

        engine.Run("COMMAND GETKEYSANDFLAGS set a 1").ShouldBe("*1", "*2", "$1", "a", "*2", "+OW", "+update");
        engine.Run("COMMAND GETKEYSANDFLAGS set a 1 GET").ShouldBe("*1", "*2", "$1", "a", "*3", "+RW", "+access", "+update");
    }

    [Theory]
    [InlineData("COMMAND GETKEYS nosuch a", "-ERR Invalid command specified")]
    [InlineData("COMMAND GETKEYS command nosuch", "-ERR The command has no key arguments")]
    [InlineData("COMMAND GETKEYS ping a", "-ERR The command has no key arguments")]
    [InlineData("COMMAND GETKEYS get a b", "-ERR Invalid number of arguments specified for command")]
    [InlineData("COMMAND GETKEYS get", "-ERR wrong number of arguments for 'command|getkeys' command")]
    [InlineData("COMMAND COUNT x", "-ERR wrong number of arguments for 'command|count' command")]
    [InlineData("COMMAND nosuch", "-ERR unknown subcommand 'nosuch'. Try COMMAND HELP.")]
    public void Mistakes_have_the_words_that_clients_know(string command, string expected)
    {
        using TestEngine engine = new();

        engine.Run(command).ShouldBe(expected);
    }

    [Fact]
    public void Help_comes_from_the_declarations()
    {
        using TestEngine engine = new();

        string[] lines = engine.Run("COMMAND HELP").Text.Split("\r\n");
        Assert.Equal("+COMMAND <subcommand> [<arg> [value] [opt] ...]. Subcommands are:", lines[1]);
        Assert.Contains("+LIST [FILTERBY <MODULE module-name | ACLCAT category | PATTERN pattern>]", lines);
        Assert.Equal(["+HELP", "+    Prints this help.", ""], lines[^3..]);
    }
}
