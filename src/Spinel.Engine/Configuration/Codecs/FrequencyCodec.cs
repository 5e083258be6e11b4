using System.Globalization;
using System.Text;

namespace Spinel.Engine.Configuration.Codecs;

/// <summary>A number of times per second. Numbers outside the sensible range are moved into it rather than refused.</summary>
internal sealed class FrequencyCodec : OptionCodec
{
    private const int Lowest = 1;
    private const int Highest = 500;

    public override string DescribeValues(OptionDescriptor option) => $"{Lowest} to {Highest}";

    public override string? Parse(OptionDescriptor option, ReadOnlySpan<byte[]> words, ref OptionValue value)
    {
        if (words.Length != 1)
        {
            return WrongNumberOfArguments;
        }

        if (!NumberCodec.TryReadInteger(words[0], out var number))
        {
            return "argument couldn't be parsed into an integer";
        }

        if (number is < 0 or > int.MaxValue)
        {
            return $"argument must be between 0 and {int.MaxValue} inclusive";
        }

        value = new OptionValue(Math.Clamp(number, Lowest, Highest));
        return null;
    }

    public override byte[] Format(OptionDescriptor option, OptionValue value) =>
        Encoding.ASCII.GetBytes(value.Number.ToString(CultureInfo.InvariantCulture));
}
