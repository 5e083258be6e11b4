namespace Spinel.Engine.Tests.Commands.Generic;

public sealed class KeysCommandsTests
{
    [Fact]
    public void Keys_lists_what_matches()
    {
        using TestEngine engine = new();
        engine.Run("KEYS *").ShouldBe("*0");
        engine.Run("MSET one 1 two 2 three 3");
        Assert.Equal(["one", "three", "two"], engine.Run("KEYS *").Elements().Order());
        Assert.Equal(["three", "two"], engine.Run("KEYS t*").Elements().Order());
        engine.Run("KEYS one").ShouldBe("*1", "$3", "one");
        engine.Run("KEYS nothing").ShouldBe("*0");
        engine.Call("KEYS", "").ShouldBe("*0");
    }

    [Fact]
    public void An_empty_name_is_matched_by_everything_and_by_nothing_alone()
    {
        using TestEngine engine = new();
        engine.Call("SET", "", "v");
        engine.Run("KEYS *").ShouldBe("*1", "$0", "");
        engine.Run("KEYS **").ShouldBe("*0");
        engine.Call("KEYS", "").ShouldBe("*1", "$0", "");
    }

    [Fact]
    public void Keys_passes_over_what_is_past_its_time_and_leaves_it_there()
    {
        using TestEngine engine = new();
        engine.Run("SET a 1");
        engine.Run("SET b 1 PX 10");
        engine.Run("SET c 1 PX 20");
        engine.Time.Advance(10);
        engine.TakeEffects();
        Assert.Equal(["a", "c"], engine.Run("KEYS *").Elements().Order());
        Assert.Equal(["a", "c"], engine.Run("KEYS ?").Elements().Order());
        engine.TakeEffects().ShouldBe();
        engine.Run("DBSIZE").ShouldBe(":3");
    }

    [Theory]
    [InlineData("*")]
    [InlineData("k*")]
    public void Keys_lists_more_than_one_segment_of_keys(string pattern)
    {
        using TestEngine engine = new();
        const int Count = 5000;
        for (int i = 0; i < Count; i++)
        {
            engine.Run($"SET k{i} v");
        }

        string[] keys = engine.Run($"KEYS {pattern}").Elements();
        Assert.Equal(Count, keys.Length);
        Assert.Equal(Count, keys.Distinct().Count());
        Assert.Equal(0, engine.Engine.Scratch.Keys.Count);
    }

    [Fact]
    public void RandomKey_draws_every_key_and_none_from_nothing()
    {
        using TestEngine engine = new();
        engine.Run("RANDOMKEY").ShouldBe("$-1");
        engine.Run("MSET a 1 b 2 c 3");
        HashSet<string> drawn = [];
        for (int i = 0; i < 200; i++)
        {
            drawn.Add(engine.Run("RANDOMKEY").Text);
        }

        Assert.Equal(["$1\r\na\r\n", "$1\r\nb\r\n", "$1\r\nc\r\n"], drawn.Order());
    }

    [Fact]
    public void RandomKey_removes_what_is_past_its_time()
    {
        using TestEngine engine = new();
        engine.Run("SET a 1 PX 10");
        engine.Run("SET b 1 PX 10");
        engine.Time.Advance(10);
        engine.TakeEffects();
        engine.Run("RANDOMKEY").ShouldBe("$-1");
        Assert.Equal(["0 DEL a", "0 DEL b"], engine.TakeEffects().All.Order());
        engine.Run("DBSIZE").ShouldBe(":0");
    }
}
