using System.Globalization;
using Spinel.Engine.Commands.Generic;

namespace Spinel.Engine.Tests.Commands.Generic;

public sealed class ScanCommandsTests
{
    [Theory]
    [InlineData("SCAN x", "ERR invalid cursor")]
    [InlineData("SCAN 5a", "ERR invalid cursor")]
    [InlineData("SCAN 18446744073709551616", "ERR invalid cursor")]
    [InlineData("SCAN x COUNT 0", "ERR invalid cursor")]
    [InlineData("SCAN 0 COUNT", "ERR syntax error")]
    [InlineData("SCAN 0 COUNT 0", "ERR syntax error")]
    [InlineData("SCAN 0 COUNT -1", "ERR syntax error")]
    [InlineData("SCAN 0 COUNT x", "ERR value is not an integer or out of range")]
    [InlineData("SCAN 0 COUNT 10 foo bar", "ERR syntax error")]
    [InlineData("SCAN 0 MATCH", "ERR syntax error")]
    [InlineData("SCAN 0 TYPE", "ERR syntax error")]
    public void Wrong_calls(string call, string error)
    {
        using TestEngine engine = new();
        engine.Run(call).ShouldBe($"-{error}");
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("0", 0)]
    [InlineData("010", 10)]
    [InlineData("+5", 5)]
    [InlineData("-1", ulong.MaxValue)]
    [InlineData("18446744073709551615", ulong.MaxValue)]
    [InlineData("7\0x", 7)]
    public void Cursors(string text, ulong expected)
    {
        Assert.True(ScanOptions.TryParseCursor(System.Text.Encoding.Latin1.GetBytes(text), out ulong cursor));
        Assert.Equal(expected, cursor);
    }

    [Theory]
    [InlineData("+")]
    [InlineData("-")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("0x10")]
    [InlineData("18446744073709551616")]
    [InlineData("99999999999999999999")]
    public void No_cursors(string text) => Assert.False(ScanOptions.TryParseCursor(System.Text.Encoding.Latin1.GetBytes(text), out _));

    [Fact]
    public void An_empty_database_is_walked_in_one_call()
    {
        using TestEngine engine = new();
        engine.Run("SCAN 0").ShouldBe("*2", "$1", "0", "*0");
        engine.Run("SCAN -1 COUNT 9223372036854775807").ShouldBe("*2", "$1", "0", "*0");
    }

    [Theory]
    [InlineData("")]
    [InlineData(" COUNT 1")]
    [InlineData(" COUNT 1000")]
    public void A_walk_shows_every_key_once(string options)
    {
        using TestEngine engine = new();
        const int Count = 3000;
        for (int i = 0; i < Count; i++)
        {
            engine.Run($"SET k{i} v");
        }

        List<string> keys = Walk(engine, options);
        Assert.Equal(Count, keys.Count);
        Assert.Equal(Count, keys.Distinct().Count());
    }

    [Fact]
    public void A_walk_shows_what_is_there_all_the_time_while_the_table_grows_and_shrinks()
    {
        using TestEngine engine = new();
        for (int i = 0; i < 500; i++)
        {
            engine.Run($"SET stays{i} v");
        }

        HashSet<string> seen = [];
        string cursor = "0";
        int turn = 0;
        do
        {
            string[] lines = engine.Run($"SCAN {cursor}").Text.Split("\r\n");
            cursor = lines[2];
            seen.UnionWith(lines.Skip(4).Where(line => line.StartsWith("stays", StringComparison.Ordinal)));
            bool grows = turn / 10 % 2 == 0;
            for (int i = 0; i < 200; i++)
            {
                engine.Run(grows ? $"SET goes{turn}-{i} v" : $"DEL goes{turn - 10}-{i}");
            }

            engine.Engine.Keyspace[0].Keys.ShrinkStep(64);
            turn++;
        }
        while (cursor != "0");

        Assert.Equal(500, seen.Count);
        Assert.True(turn > 10);
    }

    [Fact]
    public void A_call_looks_at_about_as_many_keys_as_it_is_asked_to()
    {
        using TestEngine engine = new();
        for (int i = 0; i < 3000; i++)
        {
            engine.Run($"SET k{i} v");
        }

        string[] lines = engine.Run("SCAN 0 COUNT 50").Text.Split("\r\n");
        Assert.InRange(int.Parse(lines[3].AsSpan(1), CultureInfo.InvariantCulture), 50, 80);

        // A pattern that matches nothing makes no call longer.
        engine.Run("SCAN 0 COUNT 50 MATCH nothing").ShouldBe("*2", lines[1], lines[2], "*0");
    }

    [Fact]
    public void Match_and_type_narrow_the_walk()
    {
        using TestEngine engine = new();
        engine.Run("MSET one 1 two 2 three 3");
        Assert.Equal(["three", "two"], Walk(engine, " MATCH t*").Order());
        Assert.Equal(["one", "three", "two"], Walk(engine, " TYPE STRING").Order());
        Assert.Equal(["two"], Walk(engine, " TYPE string MATCH two COUNT 100"));
        Assert.Empty(Walk(engine, " TYPE list"));
        Assert.Empty(Walk(engine, " TYPE nonsense"));
    }

    [Fact]
    public void What_is_past_its_time_is_removed_when_it_matches()
    {
        using TestEngine engine = new();
        engine.Run("SET a 1");
        engine.Run("SET b1 1 PX 10");
        engine.Run("SET b2 1 PX 20");
        engine.Run("SET c 1 PX 10");
        engine.Time.Advance(10);
        engine.TakeEffects();
        engine.TakeEvents();
        engine.Run("SCAN 0 MATCH b*").ShouldBe("*2", "$1", "0", "*1", "$2", "b2");
        engine.TakeEffects().ShouldBe("0 DEL b1");
        engine.TakeEvents().ShouldBe("0 expired b1");
        engine.Run("DBSIZE").ShouldBe(":3");
    }

    private static List<string> Walk(TestEngine engine, string options)
    {
        List<string> keys = [];
        string cursor = "0";
        do
        {
            string[] lines = engine.Run($"SCAN {cursor}{options}").Text.Split("\r\n");
            cursor = lines[2];
            for (int i = 5; i < lines.Length; i += 2)
            {
                keys.Add(lines[i]);
            }
        }
        while (cursor != "0");
        return keys;
    }
}
