using System.Globalization;

namespace Spinel.Engine.Tests.Commands.HyperLogLogs;

/// <summary>
/// Anyone can damage a HyperLogLog, since it is a string: no damage may do more than make an error of a reply. A change that is not committed
/// stops the engine, so that it runs on is the assertion.
/// </summary>
public sealed class DamagedHyperLogLogTests
{
    [Theory]
    [InlineData(0x00)]
    [InlineData(0x3F)]
    [InlineData(0x40)]
    [InlineData(0x7F)]
    [InlineData(0x80)]
    [InlineData(0xFF)]
    public void Adding_and_merging_survive_any_damage(int value)
    {
        using TestEngine engine = new();
        engine.Run("PFADD whole a b c d e").ShouldBe(":1");
        string elements = string.Join(' ', Enumerable.Range(0, 200).Select(i => i.ToString(CultureInfo.InvariantCulture)));
        int length = int.Parse(engine.Run("STRLEN whole").Text.AsSpan(1), CultureInfo.InvariantCulture);
        for (int offset = 4; offset < length; offset++)
        {
            engine.Run("COPY whole damaged REPLACE").ShouldBe(":1");
            engine.Call("SETRANGE", "damaged", offset.ToString(CultureInfo.InvariantCulture), ((char)value).ToString());
            engine.Run("PFADD damaged " + elements);
            engine.Run("PFCOUNT damaged");
            engine.Run("PFMERGE damaged whole");
            engine.Run("PFMERGE other damaged");
        }

        engine.Run("PING").ShouldBe("+PONG");
    }

    [Fact]
    public void A_register_that_cannot_be_raised_leaves_the_string_as_it_was()
    {
        // Too long for the sparse form, so that the next register asks for the dense one, which the bytes behind the end make impossible.
        using TestEngine engine = new();
        engine.Run("PFADD h a b c").ShouldBe(":1");
        engine.Run("SETRANGE h 5000 x").ShouldBe(":5001");
        engine.Run("PFADD h d e f g").ShouldBe("-INVALIDOBJ Corrupted HLL object detected");
        engine.Run("STRLEN h").ShouldBe(":5001");
    }
}
