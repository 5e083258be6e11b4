using System.Numerics;
using System.Text;
using CsCheck;

namespace Spinel.Protocol.Tests;

public sealed class ExtendedDoubleTests
{
    [Theory]
    [InlineData("10.5", "0.1", "10.6")]
    [InlineData("5.0e3", "2.0e2", "5200")]
    [InlineData("3", "-3", "0")]
    [InlineData("-0", "-0", "0")]
    [InlineData("1e-17", "0", "0.00000000000000001")]
    [InlineData("4e-18", "0", "0")]
    [InlineData("-4e-18", "0", "0")]
    [InlineData("18446744073709551615", "1", "18446744073709551616")]
    [InlineData("18446744073709551616", "1", "18446744073709551616")]
    [InlineData("18446744073709551616", "3", "18446744073709551620")]
    [InlineData("0x1p100", "-0x1p-100", "1267650600228229401496703205376")]
    [InlineData("inf", "1", "inf")]
    [InlineData("-inf", "-inf", "-inf")]
    [InlineData("inf", "-inf", "nan")]
    [InlineData("1.18e4932", "1.18e4932", "inf")]
    public void Sums(string left, string right, string expected)
    {
        Assert.Equal(expected, (Parse(left) + Parse(right)).ToString());
        Assert.Equal(expected, (Parse(right) + Parse(left)).ToString());
    }

    [Fact]
    public void Sums_are_the_exact_sum_rounded_once() =>
        Gen.Select(Gen.ULong, Gen.ULong, Gen.Int[0, 140], Gen.Bool).Sample(
            (left, right, distance, subtract) =>
            {
                // The model: integers scaled by two to the distance, kept to 64 bits, ties to even.
                BigInteger large = (BigInteger)(left | (1UL << 63)) << distance;
                BigInteger exact = large + (subtract ? -(BigInteger)right : right);
                ExtendedDouble sum = Parse(Hex(large)) + Parse((subtract ? "-" : "") + Hex(right));
                Assert.Equal(RoundTo64Bits(exact).ToString(), sum.ToString());
            },
            iter: 20_000);

    [Theory]
    [InlineData("1e4933")]
    [InlineData("1e-4960")]
    [InlineData("nan")]
    [InlineData("")]
    [InlineData("1 ")]
    public void Other_texts_are_refused(string text) => Assert.False(ExtendedDouble.TryParse(Encoding.ASCII.GetBytes(text), out _));

    [Fact]
    public void Texts_have_a_limit()
    {
        Assert.True(ExtendedDouble.TryParse(Encoding.ASCII.GetBytes("0." + new string('1', ExtendedDouble.MaxParsedLength - 2)), out _));
        Assert.False(ExtendedDouble.TryParse(Encoding.ASCII.GetBytes("0." + new string('1', ExtendedDouble.MaxParsedLength - 1)), out _));
    }

    [Fact]
    public void The_longest_text_fits()
    {
        Span<byte> text = new byte[ExtendedDouble.MaxLength];
        Assert.Equal(4933, Parse("1.18e4932").Format(text));
        Assert.Equal(4934, Parse("-1.18e4932").Format(text));
    }

    [Fact]
    public void Integers_and_doubles_convert_exactly()
    {
        Gen.Long.Sample(value => Assert.Equal($"{value}", ExtendedDouble.FromInt64(value).ToString()));
        Gen.Double[-1e6, 1e6].Sample(value => Assert.Equal(Parse(Hex((BigInteger)(value * 1024))).ToString(), ExtendedDouble.FromDouble(Math.Truncate(value * 1024)).ToString()));
        Assert.Equal("0.10000000000000001", ExtendedDouble.FromDouble(0.1).ToString());
        Assert.Equal("-inf", ExtendedDouble.FromDouble(double.NegativeInfinity).ToString());
        Assert.True(ExtendedDouble.FromDouble(double.NaN).IsNaN);
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("-0", 0)]
    [InlineData("0.0001", 1)]
    [InlineData("-0.0001", 0)]
    [InlineData("0.001", 1)]
    [InlineData("0.07", 70)]
    [InlineData("0.1", 100)]
    [InlineData("1.5001", 1501)]
    [InlineData("-1.5001", -1500)]
    [InlineData("1e-4000", 1)]
    [InlineData("9223372036854775.5", 9223372036854775500)]
    [InlineData("9223372036854775.807", 9223372036854775807)]
    [InlineData("0x10", 16000)]
    public void Thousandfold_is_rounded_up_to_whole_numbers(string text, long expected)
    {
        Assert.True(ExtendedDouble.Multiply(Parse(text), 1000).TryCeiling(out long value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("inf")]
    [InlineData("-inf")]
    [InlineData("1e16")]
    [InlineData("-1e16")]
    [InlineData("1e400")]
    [InlineData("9223372036854775.808")]
    public void Numbers_beyond_64_bits_have_no_ceiling(string text) =>
        Assert.False(ExtendedDouble.Multiply(Parse(text), 1000).TryCeiling(out _));

    private static ExtendedDouble Parse(string text)
    {
        Assert.True(ExtendedDouble.TryParse(Encoding.ASCII.GetBytes(text), out ExtendedDouble value));
        return value;
    }

    private static string Hex(BigInteger value) =>
        value.Sign < 0 ? "-0x" + (-value).ToString("x") : "0x" + value.ToString("x");

    private static BigInteger RoundTo64Bits(BigInteger exact)
    {
        int drop = (int)BigInteger.Abs(exact).GetBitLength() - 64;
        if (drop <= 0)
        {
            return exact;
        }

        BigInteger unit = BigInteger.One << drop;
        BigInteger magnitude = BigInteger.DivRem(BigInteger.Abs(exact), unit, out BigInteger rest);
        int toHalf = (rest * 2).CompareTo(unit);
        magnitude += toHalf > 0 || (toHalf == 0 && !magnitude.IsEven) ? 1 : 0;
        return magnitude * unit * exact.Sign;
    }
}
