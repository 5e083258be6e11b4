namespace Spinel.Engine.Tests.Commands.Lists;

/// <summary>What commands on lists do to effects and events; their replies are compared with the real server elsewhere.</summary>
public sealed class ListCommandsTests
{
    [Theory]
    [InlineData("LPUSH l x y", ":5", "0 LPUSH l x y", "0 lpush l")]
    [InlineData("RPUSH l x y", ":5", "0 RPUSH l x y", "0 rpush l")]
    [InlineData("LPUSHX l x", ":4", "0 LPUSHX l x", "0 lpush l")]
    [InlineData("RPUSHX l x", ":4", "0 RPUSHX l x", "0 rpush l")]
    [InlineData("RPUSHX none x", ":0", "", "")]
    [InlineData("LINSERT l BEFORE b x", ":4", "0 LINSERT l BEFORE b x", "0 linsert l")]
    [InlineData("LINSERT l AFTER none x", ":-1", "", "")]
    [InlineData("LSET l 1 x", "+OK", "0 LSET l 1 x", "0 lset l")]
    [InlineData("LREM l 0 b", ":1", "0 LREM l 0 b", "0 lrem l")]
    [InlineData("LREM l 0 none", ":0", "", "")]
    [InlineData("LTRIM l 1 1", "+OK", "0 LTRIM l 1 1", "0 ltrim l")]
    [InlineData("LTRIM l 0 -1", "+OK", "", "0 ltrim l")]
    [InlineData("LTRIM l 5 1", "+OK", "0 LTRIM l 5 1", "0 ltrim l|0 del l")]
    [InlineData("LTRIM none 5 1", "+OK", "", "")]
    [InlineData("LPOP l", "$1 a", "0 LPOP l", "0 lpop l")]
    [InlineData("RPOP l 2", "*2 $1 c $1 b", "0 RPOP l 2", "0 rpop l")]
    [InlineData("RPOP l 9", "*3 $1 c $1 b $1 a", "0 RPOP l 9", "0 rpop l|0 del l")]
    [InlineData("LPOP l 0", "*0", "", "")]
    [InlineData("LMPOP 2 none l RIGHT COUNT 9", "*2 $1 l *3 $1 c $1 b $1 a", "0 RPOP l 3", "0 rpop l|0 del l")]
    [InlineData("BLPOP none l 0", "*2 $1 l $1 a", "0 LPOP l", "0 lpop l")]
    [InlineData("BRPOP one 0", "*2 $3 one $1 1", "0 RPOP one", "0 rpop one|0 del one")]
    [InlineData("BLMPOP 0 1 l LEFT", "*2 $1 l *1 $1 a", "0 LPOP l 1", "0 lpop l")]
    [InlineData("LMOVE l one LEFT RIGHT", "$1 a", "0 LMOVE l one LEFT RIGHT", "0 rpush one|0 lpop l")]
    [InlineData("LMOVE one new RIGHT LEFT", "$1 1", "0 LMOVE one new RIGHT LEFT", "0 lpush new|0 rpop one|0 del one")]
    [InlineData("LMOVE one one RIGHT LEFT", "$1 1", "0 LMOVE one one RIGHT LEFT", "0 lpush one|0 rpop one")]
    [InlineData("RPOPLPUSH l l", "$1 c", "0 RPOPLPUSH l l", "0 lpush l|0 rpop l")]
    [InlineData("BLMOVE l new LEFT LEFT 0", "$1 a", "0 LMOVE l new LEFT LEFT", "0 lpush new|0 lpop l")]
    [InlineData("BRPOPLPUSH l new 0", "$1 c", "0 RPOPLPUSH l new", "0 lpush new|0 rpop l")]
    [InlineData("BRPOPLPUSH l text 0", "-WRONGTYPE Operation against a key holding the wrong kind of value", "", "")]
    public void Changes_leave_as_effects_and_events(string command, string reply, string effect, string events)
    {
        using TestEngine engine = new();
        engine.Run("RPUSH l a b c");
        engine.Run("RPUSH one 1");
        engine.Run("SET text x");
        engine.TakeEffects();
        engine.TakeEvents();
        engine.Run(command).ShouldBe(reply[0] is '-' ? [reply] : reply.Split(' '));
        engine.TakeEffects().ShouldBe(effect.Length == 0 ? [] : [effect]);
        engine.TakeEvents().ShouldBe(events.Length == 0 ? [] : events.Split('|'));
    }

    [Fact]
    public void Elements_count_as_changes()
    {
        using TestEngine engine = new();
        engine.Run("RPUSH l 1 2 3 4 5");
        Assert.Equal(5, engine.Engine.Keyspace.Dirty);
        engine.Run("LPOP l 2");
        Assert.Equal(7, engine.Engine.Keyspace.Dirty);
        engine.Run("LMOVE l m LEFT LEFT");
        Assert.Equal(8, engine.Engine.Keyspace.Dirty);
        engine.Run("LTRIM l 1 0");
        Assert.Equal(10, engine.Engine.Keyspace.Dirty);
    }

    [Fact]
    public void Node_sizes_follow_their_option()
    {
        using TestEngine engine = new();
        engine.Run("CONFIG SET list-max-listpack-size 2").ShouldBe("+OK");
        engine.Run("RPUSH l 1 2 3 4 5");
        Assert.Equal(3, NodeCount(engine));
        engine.Run("CONFIG SET list-max-listpack-size -2").ShouldBe("+OK");
        engine.Run("RPUSH l 6 7 8 9 10");
        Assert.Equal(3, NodeCount(engine));
        engine.Run("LRANGE l 3 6").ShouldBe("*4", "$1", "4", "$1", "5", "$1", "6", "$1", "7");
    }

    [Fact]
    public void Long_elements_turn_round_in_their_list()
    {
        using TestEngine engine = new();
        string big = new('x', 100_000);
        engine.Call("RPUSH", "l", "1", big, "2");
        engine.Run("LMOVE l l LEFT RIGHT").ShouldBe("$1", "1");
        engine.Run("LMOVE l l LEFT RIGHT").ShouldBe("$100000", big);
        engine.Run("LMOVE l l LEFT LEFT").ShouldBe("$1", "2");
        engine.Run("LRANGE l 0 -1").ShouldBe("*3", "$1", "2", "$1", "1", "$100000", big);
    }

    [Fact]
    public void Lists_are_copied_whole()
    {
        using TestEngine engine = new();
        engine.Run("RPUSH l a 1 b");
        engine.Run("COPY l m").ShouldBe(":1");
        engine.Run("LPOP l 3");
        engine.Run("LRANGE m 0 -1").ShouldBe("*3", "$1", "a", "$1", "1", "$1", "b");
        engine.Run("OBJECT ENCODING m").ShouldBe("$9", "quicklist");
        engine.Run("TYPE m").ShouldBe("+list");
    }

    [Fact]
    public void Nobody_waits_where_nobody_may()
    {
        using TestEngine engine = new();
        engine.Client.Session.MustNotBlock = true;
        engine.Run("BLPOP a 0").ShouldBe("*-1");
        engine.Run("BLMPOP 0 1 a LEFT").ShouldBe("*-1");
        engine.Run("BLMOVE a b LEFT LEFT 0").ShouldBe("$-1");
        engine.Run("BRPOPLPUSH a b 0").ShouldBe("$-1");
    }

    private static long NodeCount(TestEngine engine)
    {
        Database database = engine.Engine.Keyspace[0];
        DataStructures.KeyBlock block = database.Keys.Find("l"u8, database.Keys.Hash("l"u8));
        return new DataStructures.Quicklist(block.Payload).NodeCount;
    }
}
