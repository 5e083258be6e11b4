using System.Globalization;
using System.Text;
using CsCheck;

namespace Spinel.Protocol.Tests;

public sealed class DoubleTextTests
{
    [Theory]
    [InlineData(0.0, "0")]
    [InlineData(-0.0, "-0")]
    [InlineData(3.0, "3")]
    [InlineData(-3.5, "-3.5")]
    [InlineData(0.1, "0.10000000000000001")]
    [InlineData(99999999999999984.0, "99999999999999984")]
    [InlineData(1e17, "1e+17")]
    [InlineData(123456789012345678.0, "1.2345678901234568e+17")]
    [InlineData(1e100, "1e+100")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(0.000025, "2.5000000000000001e-05")]
    [InlineData(5e-324, "4.9406564584124654e-324")]
    [InlineData(double.MaxValue, "1.7976931348623157e+308")]
    [InlineData(double.PositiveInfinity, "inf")]
    [InlineData(double.NegativeInfinity, "-inf")]
    [InlineData(double.NaN, "nan")]
    // Halfway between two texts of 17 digits: the even one.
    [InlineData(1125899906842624.25, "1125899906842624.2")]
    [InlineData(1125899906842624.75, "1125899906842624.8")]
    public void Numbers_print_as_C_prints_them(double value, string expected) => Assert.Equal(expected, Text(value));

    [Fact]
    public void Every_number_reads_back() =>
        Gen.OneOf(Gen.Double, Gen.Double[-1e6, 1e6], Gen.Double[0, 1], Gen.Long.Select(BitConverter.Int64BitsToDouble))
            .Where(double.IsFinite)
            .Sample(
                value =>
                {
                    Assert.True(DoubleText.TryParse(Encoding.ASCII.GetBytes(Text(value)), out double parsed));
                    Assert.Equal(BitConverter.DoubleToInt64Bits(value), BitConverter.DoubleToInt64Bits(parsed));
                },
                iter: 20_000);

    [Fact]
    public void Digits_near_powers_of_ten_are_exact()
    {
        for (int power = -6; power <= 18; power++)
        {
            double value = double.Parse($"1e{power}", CultureInfo.InvariantCulture);
            foreach (double near in (double[])[Math.BitDecrement(value), value, Math.BitIncrement(value)])
            {
                Assert.Equal(decimal.Parse(near.ToString("E16", CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture),
                    decimal.Parse(Text(near), NumberStyles.Float, CultureInfo.InvariantCulture));
            }
        }
    }

    [Fact]
    public void Decimal_texts_parse_as_the_runtime_parses_them()
    {
        Random random = new(3);
        for (int i = 0; i < 50_000; i++)
        {
            string text = FloatTexts.Random(random);
            if (!text.Contains('x', StringComparison.Ordinal) && double.Parse(text, CultureInfo.InvariantCulture) is var expected && expected != 0)
            {
                Assert.True(DoubleText.TryParse(Encoding.ASCII.GetBytes(text), out double parsed));
                Assert.Equal(expected, parsed);
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("nan")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("0x")]
    [InlineData("1e400")]
    [InlineData("1e-400")]
    [InlineData("1\0")]
    public void Other_texts_are_refused(string text) => Assert.False(DoubleText.TryParse(Encoding.ASCII.GetBytes(text), out _));

    [Theory]
    [InlineData("0x1p3", 8.0)]
    [InlineData("-Infinity", double.NegativeInfinity)]
    [InlineData("1e-310", 1e-310)]
    [InlineData("0x1.8p-1075", 5e-324)]
    [InlineData("9007199254740992.5", 9007199254740992.0)]
    [InlineData("9007199254740993", 9007199254740992.0)]
    [InlineData("9007199254740993.0000000000000000000000001", 9007199254740994.0)]
    public void Unusual_texts_parse(string text, double expected)
    {
        Assert.True(DoubleText.TryParse(Encoding.ASCII.GetBytes(text), out double value));
        Assert.Equal(expected, value);
    }

    [Fact]
    public void Texts_of_a_million_digits_are_exact()
    {
        string halfway = "9007199254740993." + new string('0', 1_000_000);
        Assert.True(DoubleText.TryParse(Encoding.ASCII.GetBytes(halfway), out double even));
        Assert.Equal(9007199254740992.0, even);
        Assert.True(DoubleText.TryParse(Encoding.ASCII.GetBytes(halfway + "1"), out double above));
        Assert.Equal(9007199254740994.0, above);
        string halfwayScaled = "9007199254740993" + new string('0', 1_000_000) + "e-1000000";
        Assert.True(DoubleText.TryParse(Encoding.ASCII.GetBytes(halfwayScaled), out even));
        Assert.Equal(9007199254740992.0, even);
    }

    private static string Text(double value)
    {
        Span<byte> text = stackalloc byte[DoubleText.MaxLength];
        return Encoding.ASCII.GetString(text[..DoubleText.Format(value, text)]);
    }
}
