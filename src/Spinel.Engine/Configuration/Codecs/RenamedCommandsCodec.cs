using System.Collections.ObjectModel;
using System.Text;

namespace Spinel.Engine.Configuration.Codecs;

/// <summary>The new names of renamed commands by their old ones; an empty name removes the command.</summary>
internal sealed class RenamedCommandsCodec : OptionCodec
{
    /// <summary>No command has another name.</summary>
    public static IReadOnlyDictionary<string, string> Default => ReadOnlyDictionary<string, string>.Empty;

    public override bool IsMultiWord => true;

    public override OptionValue? Empty => new OptionValue(0, Default);

    public override string DescribeValues(OptionDescriptor option) => "old name, new name or `\"\"`";

    public override string? Parse(OptionDescriptor option, ReadOnlySpan<byte[]> words, ref OptionValue value)
    {
        if (words is [[]])
        {
            value = new OptionValue(0, Default);
            return null;
        }

        if (words.Length != 2 || words[0].Length == 0)
        {
            return BadDirective;
        }

        var present = (IReadOnlyDictionary<string, string>)value.Reference!;
        var names = new Dictionary<string, string>(present, StringComparer.OrdinalIgnoreCase)
        {
            [Encoding.Latin1.GetString(words[0])] = Encoding.Latin1.GetString(words[1]),
        };
        value = new OptionValue(0, names);
        return null;
    }

    public override byte[] Format(OptionDescriptor option, OptionValue value) =>
        ConfigurationLine.Join(FormatLines(option, value), (byte)'\n');

    public override IEnumerable<byte[]> FormatLines(OptionDescriptor option, OptionValue value) =>
        ((IReadOnlyDictionary<string, string>)value.Reference!).Select(
            pair => Encoding.Latin1.GetBytes($"{pair.Key} {(pair.Value.Length == 0 ? "\"\"" : pair.Value)}"));
}
