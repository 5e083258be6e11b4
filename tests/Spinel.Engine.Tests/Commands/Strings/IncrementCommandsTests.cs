namespace Spinel.Engine.Tests.Commands.Strings;

public sealed class IncrementCommandsTests
{
    [Fact]
    public void Counts_from_zero_and_up_and_down()
    {
        using TestEngine engine = new();
        engine.Run("INCR a").ShouldBe(":1");
        engine.Run("INCRBY a 10").ShouldBe(":11");
        engine.Run("DECR a").ShouldBe(":10");
        engine.Run("DECRBY a -5").ShouldBe(":15");
        engine.Run("GET a").ShouldBe("$2", "15");
        engine.TakeEffects().ShouldBe("0 INCR a", "0 INCRBY a 10", "0 DECR a", "0 DECRBY a -5");
        engine.TakeEvents().ShouldBe("0 incrby a", "0 incrby a", "0 incrby a", "0 incrby a");
    }

    [Fact]
    public void Counting_an_integer_takes_no_memory_and_keeps_the_expiry()
    {
        using TestEngine engine = new();
        engine.Run("SET a 1 PX 5000");
        long before = engine.Engine.Keyspace.Heap.BytesInUse;
        engine.Run("INCRBY a 9223372036854775806").ShouldBe(":9223372036854775807");
        Assert.Equal(before, engine.Engine.Keyspace.Heap.BytesInUse);
        engine.Run("PTTL a").ShouldBe(":5000");
    }

    [Theory]
    [InlineData("9223372036854775807", "INCR a")]
    [InlineData("-9223372036854775808", "DECR a")]
    [InlineData("-2", "INCRBY a -9223372036854775807")]
    [InlineData("2", "DECRBY a -9223372036854775807")]
    public void Overflow_is_an_error_and_changes_nothing(string value, string command)
    {
        using TestEngine engine = new();
        engine.Run($"SET a {value}");
        engine.TakeEffects();
        engine.Run(command).ShouldBe("-ERR increment or decrement would overflow");
        engine.Run("GET a").ShouldBe($"${value.Length}", value);
        engine.TakeEffects().ShouldBe();
    }

    [Theory]
    [InlineData("DECRBY a -9223372036854775808", "-ERR decrement would overflow")]
    [InlineData("INCRBY a 1.0", "-ERR value is not an integer or out of range")]
    [InlineData("INCRBY a", "-ERR wrong number of arguments for 'incrby' command")]
    public void Refuses_what_is_no_increment(string command, string error)
    {
        using TestEngine engine = new();
        engine.Run(command).ShouldBe(error);
        engine.Run("EXISTS a").ShouldBe(":0");
    }

    [Theory]
    [InlineData("")]
    [InlineData(" 5")]
    [InlineData("05")]
    [InlineData("abc")]
    [InlineData("9223372036854775808")]
    public void Refuses_a_value_that_is_no_integer(string value)
    {
        using TestEngine engine = new();
        engine.Call("SET", "a", value);
        engine.Run("INCR a").ShouldBe("-ERR value is not an integer or out of range");
    }

    [Fact]
    public void Counts_in_text_that_happens_to_be_an_integer()
    {
        using TestEngine engine = new();
        engine.Run("SET a 1");
        engine.Run("APPEND a 0");
        engine.Run("OBJECT ENCODING a").ShouldBe("$3", "raw");
        engine.Run("INCR a").ShouldBe(":11");
        engine.Run("OBJECT ENCODING a").ShouldBe("$3", "int");
    }

    [Theory]
    [InlineData("10.5", "0.1", "10.6")]
    [InlineData("5.0e3", "2.0e2", "5200")]
    [InlineData("3", "-3", "0")]
    [InlineData("17179869184", "1.5", "17179869185.5")]
    public void Adds_decimal_fractions_as_people_do(string value, string increment, string sum)
    {
        using TestEngine engine = new();
        engine.Run($"SET a {value} PX 5000");
        engine.TakeEffects();
        engine.TakeEvents();
        engine.Run($"INCRBYFLOAT a {increment}").ShouldBe($"${sum.Length}", sum);
        engine.TakeEffects().ShouldBe($"0 SET a {sum} KEEPTTL");
        engine.TakeEvents().ShouldBe("0 incrbyfloat a");
        engine.Run("PTTL a").ShouldBe(":5000");
        engine.Run("OBJECT ENCODING a").ShouldBe("$6", "embstr");
    }

    [Theory]
    [InlineData("abc", "1", "-ERR value is not a valid float")]
    [InlineData("1", "abc", "-ERR value is not a valid float")]
    [InlineData("1", "nan", "-ERR value is not a valid float")]
    [InlineData("1", "inf", "-ERR increment would produce NaN or Infinity")]
    [InlineData("1e4932", "1e4932", "-ERR increment would produce NaN or Infinity")]
    public void Refuses_sums_that_are_no_numbers(string value, string increment, string error)
    {
        using TestEngine engine = new();
        engine.Run($"SET a {value}");
        engine.TakeEffects();
        engine.Run($"INCRBYFLOAT a {increment}").ShouldBe(error);
        engine.TakeEffects().ShouldBe();
    }
}
