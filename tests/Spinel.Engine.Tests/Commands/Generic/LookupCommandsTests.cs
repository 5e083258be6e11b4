namespace Spinel.Engine.Tests.Commands.Generic;

public sealed class LookupCommandsTests
{
    [Fact]
    public void Exists_counts_a_key_as_often_as_it_is_named()
    {
        using TestEngine engine = new();
        engine.Run("MSET a 1 b 2");
        engine.Run("EXISTS a nokey b a").ShouldBe(":3");
    }

    [Fact]
    public void Exists_and_type_and_ttl_leave_the_access_clock_alone_and_touch_does_not()
    {
        using TestEngine engine = new();
        engine.Run("SET a 1");
        engine.Time.Advance(20_000);
        engine.Run("EXISTS a");
        engine.Run("TYPE a");
        engine.Run("TTL a");
        engine.Run("OBJECT ENCODING a");
        engine.Run("OBJECT IDLETIME a").ShouldBe(":20");
        engine.Run("TOUCH a nokey").ShouldBe(":1");
        engine.Run("OBJECT IDLETIME a").ShouldBe(":0");
    }

    [Fact]
    public void Touch_touches_even_for_a_client_whose_reads_do_not()
    {
        using TestEngine engine = new();
        engine.Run("SET a 1");
        engine.Time.Advance(20_000);
        engine.Client.Session.LookupFlags = LookupFlags.NoTouch;
        engine.Run("GET a");
        engine.Run("OBJECT IDLETIME a").ShouldBe(":20");
        engine.Run("TOUCH a").ShouldBe(":1");
        engine.Run("OBJECT IDLETIME a").ShouldBe(":0");
    }

    [Fact]
    public void Type_of_a_string_and_of_nothing()
    {
        using TestEngine engine = new();
        engine.Run("SET a 1");
        engine.Run("TYPE a").ShouldBe("+string");
        engine.Run("TYPE b").ShouldBe("+none");
    }

    [Fact]
    public void Lookups_count_hits_and_misses()
    {
        using TestEngine engine = new();
        engine.Run("SET a 1");
        engine.Run("EXISTS a b");
        engine.Run("TYPE a");
        engine.Run("TTL b");
        Assert.Equal(2, engine.Engine.Statistics.KeyspaceHits);
        Assert.Equal(2, engine.Engine.Statistics.KeyspaceMisses);
    }
}
