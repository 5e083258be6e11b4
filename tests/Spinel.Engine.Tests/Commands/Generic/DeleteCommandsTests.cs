namespace Spinel.Engine.Tests.Commands.Generic;

public sealed class DeleteCommandsTests
{
    [Theory]
    [InlineData("DEL")]
    [InlineData("UNLINK")]
    public void Counts_the_keys_that_were_there(string command)
    {
        using TestEngine engine = new();
        engine.Run("MSET a 1 b 2 c 3");
        engine.TakeEffects();
        engine.TakeEvents();
        engine.Run($"{command} a nokey b a").ShouldBe(":2");
        engine.TakeEffects().ShouldBe($"0 {command} a nokey b a");
        engine.TakeEvents().ShouldBe("0 del a", "0 del b");
        engine.Run("EXISTS a b c").ShouldBe(":1");
    }

    [Theory]
    [InlineData("DEL")]
    [InlineData("UNLINK")]
    public void Nothing_deleted_is_no_effect(string command)
    {
        using TestEngine engine = new();
        engine.Run($"{command} a").ShouldBe(":0");
        engine.TakeEffects().ShouldBe();
        engine.TakeEvents().ShouldBe();
    }

    [Fact]
    public void A_key_past_its_time_is_not_counted()
    {
        using TestEngine engine = new();
        engine.Run("SET a 1 PX 10");
        engine.TakeEffects();
        engine.TakeEvents();
        engine.Time.Advance(10);
        engine.Run("DEL a").ShouldBe(":0");
        engine.TakeEffects().ShouldBe("0 DEL a");
        engine.TakeEvents().ShouldBe("0 expired a");
    }
}
