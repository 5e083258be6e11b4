using System.Text;

namespace Spinel.Engine.Configuration.Codecs;

/// <summary>A list of words, such as addresses. One empty word is the empty list.</summary>
internal sealed class WordListCodec : OptionCodec
{
    private const int MaxWords = 16;

    public override bool IsMultiWord => true;

    public override string DescribeValues(OptionDescriptor option) => "addresses";

    public override string? Parse(OptionDescriptor option, ReadOnlySpan<byte[]> words, ref OptionValue value)
    {
        if (words.Length == 0)
        {
            return WrongNumberOfArguments;
        }

        if (words.Length > MaxWords)
        {
            return "Too many bind addresses specified.";
        }

        string[] list = words is [[]] ? [] : Array.ConvertAll(words.ToArray(), Encoding.UTF8.GetString);
        value = new OptionValue(0, list);
        return null;
    }

    public override byte[] Format(OptionDescriptor option, OptionValue value) =>
        Encoding.UTF8.GetBytes(string.Join(' ', (IReadOnlyList<string>)value.Reference!));

    public override IEnumerable<byte[]> FormatLines(OptionDescriptor option, OptionValue value)
    {
        var text = Format(option, value);
        return [text.Length == 0 ? ConfigurationLine.Quote(text) : text];
    }
}
