using System.Text;

namespace Spinel.Engine.Configuration.Codecs;

/// <summary>A directive that a file may repeat; each line is kept as it is.</summary>
internal sealed class DirectiveListCodec : OptionCodec
{
    public override bool IsMultiWord => true;

    public override OptionValue? Empty => new OptionValue(0, Array.Empty<string>());

    public override string DescribeValues(OptionDescriptor option) => "text";

    public override string? Parse(OptionDescriptor option, ReadOnlySpan<byte[]> words, ref OptionValue value)
    {
        if (words.Length == 0)
        {
            return BadDirective;
        }

        if (words is not [[]])
        {
            var line = string.Join(' ', Array.ConvertAll(words.ToArray(), Encoding.UTF8.GetString));
            value = new OptionValue(0, (string[])[.. (IReadOnlyList<string>)value.Reference!, line]);
        }

        return null;
    }

    public override byte[] Format(OptionDescriptor option, OptionValue value) =>
        Encoding.UTF8.GetBytes(string.Join('\n', (IReadOnlyList<string>)value.Reference!));

    public override IEnumerable<byte[]> FormatLines(OptionDescriptor option, OptionValue value) =>
        ((IReadOnlyList<string>)value.Reference!).Select(Encoding.UTF8.GetBytes);
}
