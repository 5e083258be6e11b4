namespace Spinel.Engine.Tests.Commands.Sets;

public sealed class MemberCommandsTests
{
    [Fact]
    public void SAdd_creates_the_set_and_counts_new_members()
    {
        using TestEngine engine = new();
        engine.Run("SADD s a b a").ShouldBe(":2");
        engine.TakeEffects().ShouldBe("0 SADD s a b a");
        engine.TakeEvents().ShouldBe("0 sadd s");
        engine.Run("SADD s a").ShouldBe(":0");
        engine.TakeEffects().ShouldBe();
        engine.TakeEvents().ShouldBe();
        engine.Run("SCARD s").ShouldBe(":2");
        Assert.Equal(2, engine.Engine.Keyspace.Dirty);
    }

    [Fact]
    public void SAdd_keeps_the_expiry()
    {
        using TestEngine engine = new();
        engine.Run("SADD s a");
        engine.Run("EXPIRE s 100");
        engine.Run("SADD s b").ShouldBe(":1");
        engine.Run("TTL s").ShouldBe(":100");
    }

    [Fact]
    public void Encodings_follow_the_options()
    {
        using TestEngine engine = new();
        engine.Run("SADD n 1 2 3");
        engine.Run("OBJECT ENCODING n").ShouldBe("$6", "intset");
        engine.Run("SADD n x");
        engine.Run("OBJECT ENCODING n").ShouldBe("$8", "listpack");
        engine.Run("CONFIG SET set-max-listpack-entries 4").ShouldBe("+OK");
        engine.Run("SADD n y");
        engine.Run("OBJECT ENCODING n").ShouldBe("$9", "hashtable");
        engine.Run("CONFIG SET set-max-intset-entries 2").ShouldBe("+OK");
        engine.Run("SADD m 1 2 3");
        engine.Run("OBJECT ENCODING m").ShouldBe("$9", "hashtable");
        engine.Run("CONFIG SET set-max-listpack-value 1").ShouldBe("+OK");
        engine.Run("SADD v ab");
        engine.Run("OBJECT ENCODING v").ShouldBe("$9", "hashtable");
    }

    [Fact]
    public void SRem_deletes_the_key_with_its_last_member()
    {
        using TestEngine engine = new();
        engine.Run("SADD s a b c");
        engine.TakeEffects();
        engine.TakeEvents();
        engine.Run("SREM s a nothing").ShouldBe(":1");
        engine.TakeEvents().ShouldBe("0 srem s");
        engine.Run("SREM s nothing").ShouldBe(":0");
        engine.TakeEvents().ShouldBe();
        engine.Run("SREM s b c d").ShouldBe(":2");
        engine.TakeEvents().ShouldBe("0 srem s", "0 del s");
        engine.TakeEffects().ShouldBe("0 SREM s a nothing", "0 SREM s b c d");
        engine.Run("EXISTS s").ShouldBe(":0");
        engine.Run("SREM s a").ShouldBe(":0");
    }

    [Fact]
    public void SMove_moves_a_member()
    {
        using TestEngine engine = new();
        engine.Run("SADD a x y");
        engine.TakeEffects();
        engine.TakeEvents();
        engine.Run("SMOVE a b x").ShouldBe(":1");
        engine.TakeEvents().ShouldBe("0 srem a", "0 sadd b");
        engine.Run("SMOVE a b y").ShouldBe(":1");
        engine.TakeEvents().ShouldBe("0 srem a", "0 del a", "0 sadd b");
        engine.TakeEffects().ShouldBe("0 SMOVE a b x", "0 SMOVE a b y");
        engine.Run("SMOVE b b x").ShouldBe(":1");
        engine.Run("SMOVE b b z").ShouldBe(":0");
        engine.Run("SMOVE b c z").ShouldBe(":0");
        engine.TakeEffects().ShouldBe();
        Assert.Equal(["x", "y"], engine.Run("SMEMBERS b").Elements().Order());
    }

    [Fact]
    public void SMove_to_a_set_that_has_the_member_removes_it()
    {
        using TestEngine engine = new();
        engine.Run("SADD a x y");
        engine.Run("SADD b x");
        engine.TakeEvents();
        engine.Run("SMOVE a b x").ShouldBe(":1");
        engine.TakeEvents().ShouldBe("0 srem a");
        engine.Run("SMEMBERS a").ShouldBe("*1", "$1", "y");
    }

    [Theory]
    [InlineData("SADD str a")]
    [InlineData("SREM str a")]
    [InlineData("SISMEMBER str a")]
    [InlineData("SMISMEMBER str a")]
    [InlineData("SCARD str")]
    [InlineData("SMEMBERS str")]
    [InlineData("SPOP str")]
    [InlineData("SPOP str 0")]
    [InlineData("SRANDMEMBER str")]
    [InlineData("SRANDMEMBER str 0")]
    [InlineData("SMOVE str s a")]
    [InlineData("SMOVE s str a")]
    [InlineData("SINTER nokey str")]
    [InlineData("SUNION s str")]
    [InlineData("SDIFF nokey str")]
    [InlineData("SINTERSTORE d s str")]
    [InlineData("SINTERCARD 2 nokey str")]
    [InlineData("SSCAN str 0")]
    public void Other_types_are_refused(string command)
    {
        using TestEngine engine = new();
        engine.Run("SET str 1");
        engine.Run("SADD s a");
        engine.TakeEffects();
        engine.Run(command).ShouldBe("-WRONGTYPE Operation against a key holding the wrong kind of value");
        engine.TakeEffects().ShouldBe();
    }

    [Fact]
    public void Membership()
    {
        using TestEngine engine = new();
        foreach (string members in (string[])["1 2 3", "1 2 x", "1 2 " + new string('x', 100)])
        {
            engine.Run("DEL s");
            engine.Run($"SADD s {members}");
            engine.Run("SISMEMBER s 1").ShouldBe(":1");
            engine.Run("SISMEMBER s 01").ShouldBe(":0");
            engine.Run("SMISMEMBER s 2 4 1").ShouldBe("*3", ":1", ":0", ":1");
        }

        engine.Run("SISMEMBER none 1").ShouldBe(":0");
        engine.Run("SMISMEMBER none 1 2").ShouldBe("*2", ":0", ":0");
        engine.Run("SMEMBERS none").ShouldBe("*0");
        engine.Run("SCARD none").ShouldBe(":0");
        engine.Run("HELLO 3");
        engine.Run("SMEMBERS none").ShouldBe("~0");
        engine.Run("SADD n 5");
        engine.Run("SMEMBERS n").ShouldBe("~1", "$1", "5");
    }

    [Fact]
    public void Copies_and_digests_are_equal_in_value()
    {
        using TestEngine engine = new();
        foreach (string members in (string[])["1 2 3", "1 2 x", "1 2 " + new string('x', 100)])
        {
            engine.Run("DEL s");
            engine.Run($"SADD s {members}");
            engine.Run("COPY s t REPLACE").ShouldBe(":1");
            Assert.Equal(engine.Run("DEBUG DIGEST-VALUE s").Text, engine.Run("DEBUG DIGEST-VALUE t").Text);
            engine.Run("SREM t 1");
            engine.Run("SISMEMBER s 1").ShouldBe(":1");
        }
    }
}
