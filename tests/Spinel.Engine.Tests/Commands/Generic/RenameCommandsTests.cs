namespace Spinel.Engine.Tests.Commands.Generic;

public sealed class RenameCommandsTests
{
    [Fact]
    public void Value_and_expiry_move_along_and_what_was_there_goes()
    {
        using TestEngine engine = new();
        engine.Run("SET a 1 PX 5000");
        engine.Run("SET b 2 PX 9000");
        engine.TakeEffects();
        engine.TakeEvents();
        engine.Run("RENAME a b").ShouldBe("+OK");
        engine.TakeEffects().ShouldBe("0 RENAME a b");
        engine.TakeEvents().ShouldBe("0 rename_from a", "0 rename_to b");
        engine.Run("EXISTS a").ShouldBe(":0");
        engine.Run("GET b").ShouldBe("$1", "1");
        engine.Run("PTTL b").ShouldBe(":5000");
        Assert.Equal(1, engine.Engine.Keyspace[0].Expires.Count);
    }

    [Fact]
    public void A_key_without_expiry_takes_none_over_from_the_key_it_overwrites()
    {
        using TestEngine engine = new();
        engine.Run("SET a 1");
        engine.Run("SET b 2 PX 9000");
        engine.Run("RENAME a b").ShouldBe("+OK");
        engine.Run("TTL b").ShouldBe(":-1");
        Assert.Equal(0, engine.Engine.Keyspace[0].Expires.Count);
    }

    [Fact]
    public void Long_values_and_long_names_survive()
    {
        using TestEngine engine = new();
        string value = new('v', 100_000);
        string name = new('n', 300);
        engine.Call("SET", "a", value);
        engine.Call("RENAME", "a", name).ShouldBe("+OK");
        engine.Call("GET", name).ShouldBe("$100000", value);
        engine.Call("RENAME", name, "a").ShouldBe("+OK");
        engine.Run("GET a").ShouldBe("$100000", value);
    }

    [Fact]
    public void Renaming_to_the_same_name_changes_nothing()
    {
        using TestEngine engine = new();
        engine.Run("RENAME a a").ShouldBe("-ERR no such key");
        engine.Run("RENAMENX a a").ShouldBe("-ERR no such key");
        engine.Run("SET a 1");
        engine.TakeEffects();
        engine.TakeEvents();
        engine.Run("RENAME a a").ShouldBe("+OK");
        engine.Run("RENAMENX a a").ShouldBe(":0");
        engine.TakeEffects().ShouldBe();
        engine.TakeEvents().ShouldBe();
    }

    [Fact]
    public void RenameNx_needs_a_free_name()
    {
        using TestEngine engine = new();
        engine.Run("MSET a 1 b 2");
        engine.Run("RENAMENX a b").ShouldBe(":0");
        engine.Run("GET b").ShouldBe("$1", "2");
        engine.TakeEffects();
        engine.Run("RENAMENX a c").ShouldBe(":1");
        engine.Run("GET c").ShouldBe("$1", "1");
        engine.TakeEffects().ShouldBe("0 RENAMENX a c");
    }

    [Fact]
    public void A_name_whose_key_is_past_its_time_is_free()
    {
        using TestEngine engine = new();
        engine.Run("SET a 1");
        engine.Run("SET b 2 PX 10");
        engine.Time.Advance(10);
        engine.TakeEffects();
        engine.Run("RENAMENX a b").ShouldBe(":1");
        engine.TakeEffects().ShouldBe("0 DEL b", "0 RENAMENX a b");
    }

    [Fact]
    public void Rename_is_one_change()
    {
        using TestEngine engine = new();
        engine.Run("MSET a 1 b 2");
        long before = engine.Engine.Keyspace.Dirty;
        engine.Run("RENAME a b");
        Assert.Equal(before + 1, engine.Engine.Keyspace.Dirty);
    }
}
