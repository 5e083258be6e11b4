namespace Spinel.Engine.Tests.Commands.Sets;

public sealed class SScanCommandTests
{
    [Theory]
    [InlineData("", 5)]
    [InlineData("m", 5)]
    [InlineData("m", 1000)]
    public void A_walk_shows_all_members(string prefix, int size)
    {
        using TestEngine engine = new();
        string[] members = [.. Enumerable.Range(0, size).Select(i => prefix + i)];
        engine.Call(["SADD", "s", .. members]);
        List<string> seen = [];
        string cursor = "0";
        do
        {
            (cursor, string[] portion) = Scan(engine, $"SSCAN s {cursor} COUNT 7");
            seen.AddRange(portion);
        }
        while (cursor != "0");
        Assert.Equal(members.Order(), seen.Order());
    }

    [Fact]
    public void A_pattern_selects()
    {
        using TestEngine engine = new();
        engine.Run("SADD s 10 11 20 x1");
        Assert.Equal(["10", "11"], Scan(engine, "SSCAN s 0 MATCH 1*").Members.Order());
        Assert.Empty(Scan(engine, "SSCAN s 0 MATCH nothing").Members);
        Assert.Equal(4, Scan(engine, "SSCAN s 0 MATCH *").Members.Length);
    }

    [Theory]
    [InlineData("SSCAN none 0 COUNT 0", "*2", "$1", "0", "*0")]
    [InlineData("SSCAN s 0 COUNT 0", "-ERR syntax error")]
    [InlineData("SSCAN s 0 TYPE set", "-ERR syntax error")]
    [InlineData("SSCAN s x", "-ERR invalid cursor")]
    [InlineData("SSCAN s 0 COUNT x", "-ERR value is not an integer or out of range")]
    public void Odd_arguments(string command, params string[] reply)
    {
        using TestEngine engine = new();
        engine.Run("SADD s 1");
        engine.Run(command).ShouldBe(reply);
    }

    private static (string Cursor, string[] Members) Scan(TestEngine engine, string command)
    {
        string[] lines = engine.Run(command).Text.Split("\r\n");
        Assert.Equal("*2", lines[0]);
        string[] rest = lines[4..^1];
        return (lines[2], [.. rest.Where((_, i) => i % 2 == 1)]);
    }
}
