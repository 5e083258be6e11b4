using System.Text;

namespace Spinel.Engine.Configuration.Codecs;

/// <summary>A text in UTF-8, such as a path or a host name.</summary>
internal class TextCodec : OptionCodec
{
    public override string DescribeValues(OptionDescriptor option) => "text";

    public override string? Parse(OptionDescriptor option, ReadOnlySpan<byte[]> words, ref OptionValue value)
    {
        if (words.Length != 1)
        {
            return WrongNumberOfArguments;
        }

        var text = Encoding.UTF8.GetString(words[0]);
        var error = Validate(option, ref text);
        if (error is null)
        {
            value = new OptionValue(0, text);
        }

        return error;
    }

    public override byte[] Format(OptionDescriptor option, OptionValue value) => Encoding.UTF8.GetBytes((string)value.Reference!);

    public override IEnumerable<byte[]> FormatLines(OptionDescriptor option, OptionValue value) =>
        [ConfigurationLine.Quote(Format(option, value))];

    /// <summary>Refuses or completes a text.</summary>
    protected virtual string? Validate(OptionDescriptor option, ref string text) => null;
}
