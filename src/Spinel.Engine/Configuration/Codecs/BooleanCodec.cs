namespace Spinel.Engine.Configuration.Codecs;

/// <summary><c>yes</c> or <c>no</c>, in any case.</summary>
internal sealed class BooleanCodec : OptionCodec
{
    public override string DescribeValues(OptionDescriptor option) => "`yes`, `no`";

    public override string? Parse(OptionDescriptor option, ReadOnlySpan<byte[]> words, ref OptionValue value)
    {
        if (words.Length != 1)
        {
            return WrongNumberOfArguments;
        }

        if (System.Text.Ascii.EqualsIgnoreCase(words[0], "yes"u8))
        {
            value = new OptionValue(1);
            return null;
        }

        if (System.Text.Ascii.EqualsIgnoreCase(words[0], "no"u8))
        {
            value = new OptionValue(0);
            return null;
        }

        return "argument must be 'yes' or 'no'";
    }

    public override byte[] Format(OptionDescriptor option, OptionValue value) =>
        value.Number != 0 ? "yes"u8.ToArray() : "no"u8.ToArray();
}
