namespace Spinel.Engine.Tests.Commands.Sets;

public sealed class RandomMemberCommandsTests
{
    [Fact]
    public void SPop_leaves_as_the_removal_of_what_it_took()
    {
        using TestEngine engine = new();
        engine.Run("SADD s a b");
        engine.TakeEffects();
        engine.TakeEvents();
        string first = engine.Run("SPOP s").Text.Split("\r\n")[1];
        engine.TakeEffects().ShouldBe($"0 SREM s {first}");
        engine.TakeEvents().ShouldBe("0 spop s");
        string second = engine.Run("SPOP s").Text.Split("\r\n")[1];
        engine.TakeEffects().ShouldBe($"0 SREM s {second}");
        engine.TakeEvents().ShouldBe("0 spop s", "0 del s");
        Assert.Equal(["a", "b"], new[] { first, second }.Order());
        engine.Run("SPOP s").ShouldBe("$-1");
        engine.Run("SPOP s 3").ShouldBe("*0");
        engine.TakeEffects().ShouldBe();
    }

    [Theory]
    [InlineData(3)]
    [InlineData(100)]
    [InlineData(600)]
    [InlineData(3000)]
    public void SPop_of_several(int size)
    {
        foreach (string prefix in (string[])["", "m"])
        {
            using TestEngine engine = new();
            string[] members = [.. Enumerable.Range(0, size).Select(i => prefix + i)];
            engine.Call(["SADD", "s", .. members]);
            engine.TakeEffects();
            engine.Run("SPOP s 0").ShouldBe("*0");
            string[] popped = engine.Run($"SPOP s {size * 2 / 3}").Elements();
            Assert.Equal(size * 2 / 3, popped.Distinct().Count());
            string[] effects = engine.TakeEffects().All;
            Assert.Equal(popped, effects.SelectMany(effect => effect.Split(' ')[3..]));
            string[] rest = engine.Run("SMEMBERS s").Elements();
            Assert.Equal(members.Order(), popped.Concat(rest).Order());
            Assert.Equal(rest.Order(), engine.Run($"SPOP s {size}").Elements().Order());
            engine.TakeEffects().ShouldBe("0 DEL s");
            engine.Run("EXISTS s").ShouldBe(":0");
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(100)]
    [InlineData(600)]
    public void SRandMember_changes_nothing(int size)
    {
        using TestEngine engine = new();
        foreach (string prefix in (string[])["", "m"])
        {
            string[] members = [.. Enumerable.Range(0, size).Select(i => prefix + i)];
            engine.Run("DEL s");
            engine.Call(["SADD", "s", .. members]);
            engine.TakeEffects();
            for (int count = 1; count < size * 2; count = (count * 2) + 1)
            {
                string[] distinct = engine.Run($"SRANDMEMBER s {count}").Elements();
                Assert.Equal(Math.Min(count, size), distinct.Distinct().Count());
                Assert.Equal(Math.Min(count, size), distinct.Length);
                Assert.Subset(members.ToHashSet(), distinct.ToHashSet());
                Assert.Equal(count, engine.Run($"SRANDMEMBER s -{count}").Elements().Length);
            }

            Assert.Contains(engine.Run("SRANDMEMBER s").Text.Split("\r\n")[1], members);
            engine.TakeEffects().ShouldBe();
            engine.Run("SCARD s").ShouldBe($":{size}");
        }
    }

    [Fact]
    public void Repeated_draws_end_with_the_limit_of_the_output()
    {
        using TestEngine engine = new();
        engine.Run("CONFIG SET client-output-buffer-limit \"normal 1000000 0 0\"").ShouldBe("+OK");
        engine.Run("SADD s a");
        engine.Run("SRANDMEMBER s -9223372036854775807");
        Assert.True(engine.Client.Session.IsClosed);
    }

    [Theory]
    [InlineData("SPOP s -1", "-ERR value is out of range, must be positive")]
    [InlineData("SPOP s x", "-ERR value is out of range, must be positive")]
    [InlineData("SPOP s 1 2", "-ERR syntax error")]
    [InlineData("SRANDMEMBER s x", "-ERR value is not an integer or out of range")]
    [InlineData("SRANDMEMBER s 1 2", "-ERR syntax error")]
    [InlineData("SRANDMEMBER s -9223372036854775808", "-ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807")]
    [InlineData("SRANDMEMBER none", "$-1")]
    [InlineData("SRANDMEMBER none 2", "*0")]
    [InlineData("SRANDMEMBER s 0", "*0")]
    public void Odd_arguments(string command, string reply)
    {
        using TestEngine engine = new();
        engine.Run("SADD s a b");
        engine.Run(command).ShouldBe(reply);
    }
}
