using System.Globalization;
using System.Text;
using CsCheck;

namespace Spinel.DataStructures.Tests;

/// <summary>Which texts count as integers.</summary>
public sealed class ListpackNumberTests
{
    /// <summary>Integers around every limit of the integer encodings.</summary>
    internal static readonly long[] BoundaryIntegers =
    [
        .. new long[] { 0, 127, 4095, short.MaxValue, (1 << 23) - 1, int.MaxValue, uint.MaxValue, long.MaxValue - 1 }
            .SelectMany(limit => new[] { limit - 1, limit, limit + 1, -limit - 2, -limit - 1, -limit, -limit + 1 }),
        long.MinValue,
        long.MinValue + 1,
    ];

    internal static readonly string[] NotIntegers =
    [
        "-", "+1", "-0", "00", "01", "-01", " 1", "1 ", "1.0", "1e3", "9223372036854775808", "-9223372036854775809",
        "18446744073709551616", "99999999999999999999", "-99999999999999999999", "1\0", "٣",
    ];

    internal static readonly Gen<long> Integers = Gen.Frequency(
        (2, AnyOf(BoundaryIntegers)), (1, Gen.Long), (1, Gen.Int.Select(n => (long)n)), (1, Gen.Long[-5000, 5000]));

    internal static Gen<T> AnyOf<T>(T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    [Fact]
    public void Integers_in_canonical_form_are_integers()
    {
        Span<byte> scratch = stackalloc byte[ListpackNumber.MaxLength];
        foreach (long expected in BoundaryIntegers)
        {
            byte[] text = Encoding.ASCII.GetBytes(expected.ToString(CultureInfo.InvariantCulture));
            Assert.True(ListpackNumber.TryParse(text, out long value));
            Assert.Equal(expected, value);
            Assert.True(ListpackNumber.Format(value, scratch).SequenceEqual(text));
            Assert.Equal(text.Length, ListpackNumber.LengthOf(value));
        }
    }

    [Fact]
    public void Other_texts_are_not()
    {
        foreach (string text in NotIntegers)
        {
            Assert.False(ListpackNumber.TryParse(Encoding.UTF8.GetBytes(text), out _), text);
        }
    }

    [Fact]
    public void What_parses_formats_to_the_same_text() => Gen.OneOf(
        Gen.Char["0123456789-"].Array[0, 22].Select(chars => new string(chars)),
        Integers.Select(n => n.ToString(CultureInfo.InvariantCulture))).Sample(
        text =>
        {
            bool expected = long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
                && number.ToString(CultureInfo.InvariantCulture) == text;
            Assert.Equal(expected, ListpackNumber.TryParse(Encoding.ASCII.GetBytes(text), out long value));
            Assert.Equal(expected ? number : 0, expected ? value : 0);
        },
        iter: 20_000);
}
