using System.Globalization;
using System.Text;

namespace Spinel.Engine.Configuration.Codecs;

/// <summary>Save points as pairs of seconds and changes. One empty word is none, and lines of a file add up.</summary>
internal sealed class SavePointsCodec : OptionCodec
{
    private const string Invalid = "Invalid save parameters";

    /// <summary>After an hour if anything has changed, sooner the more has.</summary>
    public static SavePoint[] Default => [new SavePoint(3600, 1), new SavePoint(300, 100), new SavePoint(60, 10000)];

    public override bool IsMultiWord => true;

    public override OptionValue? Empty => new OptionValue(0, Array.Empty<SavePoint>());

    public override string DescribeValues(OptionDescriptor option) => "pairs of seconds and changes, or `\"\"`";

    public override string? Parse(OptionDescriptor option, ReadOnlySpan<byte[]> words, ref OptionValue value)
    {
        if (words is [[]])
        {
            value = Empty!.Value;
            return null;
        }

        if (words.Length == 0 || words.Length % 2 != 0)
        {
            return Invalid;
        }

        var points = new List<SavePoint>((IReadOnlyList<SavePoint>)value.Reference!);
        for (var i = 0; i < words.Length; i += 2)
        {
            if (!NumberCodec.TryReadInteger(words[i], out var seconds) || seconds is < 1 or > int.MaxValue
                || !NumberCodec.TryReadInteger(words[i + 1], out var changes) || changes is < 0 or > int.MaxValue)
            {
                return Invalid;
            }

            points.Add(new SavePoint((int)seconds, (int)changes));
        }

        value = new OptionValue(0, points.ToArray());
        return null;
    }

    public override byte[] Format(OptionDescriptor option, OptionValue value) =>
        ConfigurationLine.Join(((IReadOnlyList<SavePoint>)value.Reference!).Select(FormatPoint), (byte)' ');

    public override IEnumerable<byte[]> FormatLines(OptionDescriptor option, OptionValue value)
    {
        var points = (IReadOnlyList<SavePoint>)value.Reference!;
        return points.Count == 0 ? [ConfigurationLine.Quote([])] : points.Select(FormatPoint);
    }

    private static byte[] FormatPoint(SavePoint point) =>
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{point.Seconds} {point.Changes}"));
}
