namespace Spinel.Engine.Tests.Commands.Strings;

public sealed class RangeCommandsTests
{
    [Theory]
    [InlineData("hello", 0, -1, "hello")]
    [InlineData("hello", 1, 3, "ell")]
    [InlineData("hello", -3, -1, "llo")]
    [InlineData("hello", 3, 1, "")]
    [InlineData("hello", 5, 9, "")]
    [InlineData("hello", -10, -8, "h")]
    [InlineData("hello", -8, -10, "")]
    [InlineData("hello", -100, 100, "hello")]
    [InlineData("hello", long.MinValue, long.MaxValue, "hello")]
    [InlineData("-1234", 0, 1, "-1")]
    [InlineData("", 0, -1, "")]
    public void Returns_the_part_between_two_offsets(string value, long start, long end, string part)
    {
        using TestEngine engine = new();
        engine.Call("SET", "a", value);
        engine.Run($"GETRANGE a {start} {end}").ShouldBe($"${part.Length}", part);
        engine.Run($"SUBSTR a {start} {end}").ShouldBe($"${part.Length}", part);
    }

    [Fact]
    public void A_missing_key_is_an_empty_string()
    {
        using TestEngine engine = new();
        engine.Run("GETRANGE a 0 -1").ShouldBe("$0", "");
        engine.Run("STRLEN a").ShouldBe(":0");
        engine.Run("GETRANGE a x 1").ShouldBe("-ERR value is not an integer or out of range");
    }

    [Fact]
    public void Appends_and_creates()
    {
        using TestEngine engine = new();
        engine.Run("APPEND a 12").ShouldBe(":2");
        engine.Run("OBJECT ENCODING a").ShouldBe("$3", "int");
        engine.Run("APPEND a 3").ShouldBe(":3");
        engine.Run("OBJECT ENCODING a").ShouldBe("$3", "raw");
        engine.Call("APPEND", "b", "").ShouldBe(":0");
        engine.Run("EXISTS b").ShouldBe(":1");
        engine.TakeEffects().ShouldBe("0 APPEND a 12", "0 APPEND a 3", "0 APPEND b ");
        engine.TakeEvents().ShouldBe("0 append a", "0 append a", "0 append b");
    }

    [Fact]
    public void Appending_byte_by_byte_yields_what_was_appended()
    {
        using TestEngine engine = new();
        string expected = "";
        for (int i = 0; i < 6000; i++)
        {
            string letter = ((char)('a' + (i % 26))).ToString();
            expected += letter;
            engine.Call("APPEND", "a", letter);
        }

        engine.Run("STRLEN a").ShouldBe(":6000");
        engine.Run("GET a").ShouldBe("$6000", expected);
    }

    [Fact]
    public void Overwrites_a_part_and_pads_with_zeros()
    {
        using TestEngine engine = new();
        engine.Run("SET a 1234 PX 5000");
        engine.TakeEffects();
        engine.TakeEvents();
        engine.Run("SETRANGE a 1 xy").ShouldBe(":4");
        engine.Run("GET a").ShouldBe("$4", "1xy4");
        engine.Run("SETRANGE a 6 z").ShouldBe(":7");
        engine.Run("GET a").ShouldBe("$7", "1xy4\0\0z");
        engine.Run("SETRANGE b 2 z").ShouldBe(":3");
        engine.Run("GET b").ShouldBe("$3", "\0\0z");
        engine.Run("PTTL a").ShouldBe(":5000");
        engine.TakeEffects().ShouldBe("0 SETRANGE a 1 xy", "0 SETRANGE a 6 z", "0 SETRANGE b 2 z");
        engine.TakeEvents().ShouldBe("0 setrange a", "0 setrange a", "0 setrange b");
    }

    [Fact]
    public void Overwriting_with_nothing_changes_nothing()
    {
        using TestEngine engine = new();
        engine.Run("SET a 1234");
        engine.TakeEffects();
        engine.Call("SETRANGE", "a", "9", "").ShouldBe(":4");
        engine.Call("SETRANGE", "b", "9", "").ShouldBe(":0");
        engine.Run("OBJECT ENCODING a").ShouldBe("$3", "int");
        engine.Run("EXISTS b").ShouldBe(":0");
        engine.TakeEffects().ShouldBe();
    }

    [Fact]
    public void Strings_end_at_the_limit()
    {
        using TestEngine engine = new();
        engine.Run("CONFIG SET proto-max-bulk-len 1mb").ShouldBe("+OK");
        const string TooLong = "-ERR string exceeds maximum allowed size (proto-max-bulk-len)";
        engine.Run("SETRANGE a 1048575 x").ShouldBe(":1048576");
        engine.Run("SETRANGE a 1048575 xx").ShouldBe(TooLong);
        engine.Run("SETRANGE b 9223372036854775807 x").ShouldBe(TooLong);
        engine.Run("SETRANGE b -1 x").ShouldBe("-ERR offset is out of range");
        engine.Run("APPEND a x").ShouldBe(TooLong);
        engine.Call("APPEND", "a", "").ShouldBe(":1048576");
        engine.Run("EXISTS b").ShouldBe(":0");
    }
}
