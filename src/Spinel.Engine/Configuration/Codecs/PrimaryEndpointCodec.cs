using System.Text;

namespace Spinel.Engine.Configuration.Codecs;

/// <summary>The host and the port of a primary; <c>no one</c> or one empty word for none.</summary>
internal sealed class PrimaryEndpointCodec : OptionCodec
{
    public override bool IsMultiWord => true;

    public override string DescribeValues(OptionDescriptor option) => "host port, `no one`";

    public override string? Parse(OptionDescriptor option, ReadOnlySpan<byte[]> words, ref OptionValue value)
    {
        if (words is [[]])
        {
            value = new OptionValue(0, string.Empty);
            return null;
        }

        if (words.Length != 2)
        {
            return WrongNumberOfArguments;
        }

        if (Ascii.EqualsIgnoreCase(words[0], "no"u8) && Ascii.EqualsIgnoreCase(words[1], "one"u8))
        {
            value = new OptionValue(0, string.Empty);
            return null;
        }

        if (!NumberCodec.TryReadInteger(words[1], out var port) || port is < 0 or > ushort.MaxValue)
        {
            return "Invalid master port";
        }

        value = new OptionValue(0, Encoding.UTF8.GetString(words[0]) + " " + Encoding.UTF8.GetString(words[1]));
        return null;
    }

    /// <summary>A server that copies nobody has no line: an empty value could not be read again.</summary>
    public override IEnumerable<byte[]> FormatLines(OptionDescriptor option, OptionValue value) => value.Reference is "" ? [] : [Format(option, value)];

    public override byte[] Format(OptionDescriptor option, OptionValue value) => Encoding.UTF8.GetBytes((string)value.Reference!);
}
