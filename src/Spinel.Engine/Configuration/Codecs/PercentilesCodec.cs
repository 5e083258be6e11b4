using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Spinel.Engine.Configuration.Codecs;

/// <summary>Percentiles, from 0 to 100. One empty word is the empty list.</summary>
internal sealed class PercentilesCodec : OptionCodec
{
    public override bool IsMultiWord => true;

    public override string DescribeValues(OptionDescriptor option) => "numbers from 0 to 100";

    public override string? Parse(OptionDescriptor option, ReadOnlySpan<byte[]> words, ref OptionValue value)
    {
        var list = new List<double>();
        foreach (var word in words is [[]] ? [] : words)
        {
            if (!Utf8Parser.TryParse(word, out double percentile, out var consumed) || consumed != word.Length)
            {
                return "Invalid latency-tracking-info-percentiles parameters";
            }

            if (percentile is not (>= 0 and <= 100))
            {
                return "latency-tracking-info-percentiles parameters should sit between [0.0,100.0]";
            }

            list.Add(percentile);
        }

        value = new OptionValue(0, list.ToArray());
        return null;
    }

    public override byte[] Format(OptionDescriptor option, OptionValue value) =>
        Encoding.ASCII.GetBytes(string.Join(' ', ((IReadOnlyList<double>)value.Reference!).Select(p => p.ToString(CultureInfo.InvariantCulture))));

    public override IEnumerable<byte[]> FormatLines(OptionDescriptor option, OptionValue value)
    {
        var text = Format(option, value);
        return [text.Length == 0 ? ConfigurationLine.Quote(text) : text];
    }
}
