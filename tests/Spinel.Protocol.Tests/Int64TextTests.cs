using System.Globalization;
using System.Numerics;
using System.Text;
using CsCheck;

namespace Spinel.Protocol.Tests;

public sealed class Int64TextTests
{
    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("-0")]
    [InlineData("+1")]
    [InlineData("00")]
    [InlineData("01")]
    [InlineData("-01")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1.0")]
    [InlineData("1e3")]
    [InlineData("0x1")]
    [InlineData("--1")]
    [InlineData("9223372036854775808")]
    [InlineData("-9223372036854775809")]
    [InlineData("18446744073709551616")]
    [InlineData("99999999999999999999")]
    [InlineData("100000000000000000000")]
    [InlineData("1:")]
    [InlineData("1/")]
    public void Other_texts_are_refused(string text) => Assert.False(Int64Text.TryParse(Encoding.ASCII.GetBytes(text), out _));

    [Fact]
    public void Every_integer_reads_back()
    {
        foreach (long value in (long[])[0, long.MinValue, long.MaxValue])
        {
            AssertReadsBack(value);
        }

        // All lengths, and both sides of each power of ten and of two.
        for (int exponent = 0; exponent < 63; exponent++)
        {
            AssertReadsBack(1L << exponent);
            AssertReadsBack((1L << exponent) - 1);
            AssertReadsBack(-(1L << exponent));
            AssertReadsBack((long)BigInteger.Pow(10, exponent % 19));
            AssertReadsBack((long)BigInteger.Pow(10, exponent % 19) - 1);
        }

        Gen.Long.Sample(AssertReadsBack);
        Gen.Int[-100_000, 100_000].Sample(value => AssertReadsBack(value));
    }

    [Fact]
    public void The_unsigned_range_prints()
    {
        Span<byte> text = stackalloc byte[Int64Text.MaxLength];
        Assert.Equal("18446744073709551615"u8, text[..Int64Text.Format(ulong.MaxValue, text)]);
    }

    [Fact]
    public void Numbers_around_the_limits_parse_as_big_integers_do() =>
        Gen.Select(Gen.Long, Gen.Int[-3, 3], Gen.Bool).Sample((value, step, atLimit) =>
        {
            BigInteger number = (atLimit ? (value < 0 ? long.MinValue : long.MaxValue) : value) + (BigInteger)step;
            bool fits = number >= long.MinValue && number <= long.MaxValue;
            Assert.Equal(fits, Int64Text.TryParse(Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)), out long parsed));
            Assert.Equal(fits ? number : 0, parsed);
        });

    private static void AssertReadsBack(long value)
    {
        Span<byte> text = stackalloc byte[Int64Text.MaxLength];
        int length = Int64Text.Format(value, text);
        Assert.Equal(value.ToString(CultureInfo.InvariantCulture), Encoding.ASCII.GetString(text[..length]));
        Assert.Equal(length, Int64Text.Length(value));
        Assert.True(Int64Text.TryParse(text[..length], out long parsed));
        Assert.Equal(value, parsed);
    }
}
