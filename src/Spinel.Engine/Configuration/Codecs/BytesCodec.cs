namespace Spinel.Engine.Configuration.Codecs;

/// <summary>Any bytes, such as a password.</summary>
internal sealed class BytesCodec : OptionCodec
{
    public override string DescribeValues(OptionDescriptor option) => "text";

    public override string? Parse(OptionDescriptor option, ReadOnlySpan<byte[]> words, ref OptionValue value)
    {
        if (words.Length != 1)
        {
            return WrongNumberOfArguments;
        }

        value = new OptionValue(0, new ReadOnlyMemory<byte>(words[0]));
        return null;
    }

    public override byte[] Format(OptionDescriptor option, OptionValue value) => ((ReadOnlyMemory<byte>)value.Reference!).ToArray();

    public override IEnumerable<byte[]> FormatLines(OptionDescriptor option, OptionValue value) =>
        [ConfigurationLine.Quote(Format(option, value))];
}
