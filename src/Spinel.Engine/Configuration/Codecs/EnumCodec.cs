using System.Text;

namespace Spinel.Engine.Configuration.Codecs;

/// <summary>One word of a list, or several where the enum has flags.</summary>
internal sealed class EnumCodec(bool isFlags, string[] words, long[] numbers) : OptionCodec
{
    public override bool IsMultiWord => isFlags;

    public override string DescribeValues(OptionDescriptor option) => (isFlags ? "any of " : string.Empty) + string.Join(", ", words.Select(word => $"`{word}`"));

    public override string? Parse(OptionDescriptor option, ReadOnlySpan<byte[]> arguments, ref OptionValue value)
    {
        if (arguments.Length == 0 || (arguments.Length > 1 && !isFlags))
        {
            return WrongNumberOfArguments;
        }

        long number = 0;
        foreach (var word in arguments)
        {
            var index = Find(word);
            if (index < 0)
            {
                return "argument(s) must be one of the following: " + string.Join(", ", words);
            }

            number |= numbers[index];
        }

        value = new OptionValue(number);
        return null;
    }

    public override byte[] Format(OptionDescriptor option, OptionValue value)
    {
        if (!isFlags || value.Number == 0)
        {
            return Encoding.ASCII.GetBytes(words[Array.IndexOf(numbers, value.Number)]);
        }

        var set = words.Where((_, i) => numbers[i] != 0 && (value.Number & numbers[i]) == numbers[i]);
        return Encoding.ASCII.GetBytes(string.Join(' ', set));
    }

    private int Find(byte[] word)
    {
        for (var i = 0; i < words.Length; i++)
        {
            if (Ascii.EqualsIgnoreCase(word, words[i]))
            {
                return i;
            }
        }

        return -1;
    }
}
