using System.Globalization;
using System.Text;

namespace Spinel.Engine.Configuration.Codecs;

/// <summary>The out-of-memory scores of a primary, a replica and a background child, in rising order.</summary>
internal sealed class OomScoreValuesCodec : OptionCodec
{
    private const int Count = 3;
    private const int Highest = 2000;

    public override bool IsMultiWord => true;

    public override string DescribeValues(OptionDescriptor option) => $"three numbers from -{Highest} to {Highest}";

    public override string? Parse(OptionDescriptor option, ReadOnlySpan<byte[]> words, ref OptionValue value)
    {
        if (words.Length != Count)
        {
            return WrongNumberOfArguments;
        }

        var scores = new int[Count];
        for (var i = 0; i < Count; i++)
        {
            if (!NumberCodec.TryReadInteger(words[i], out var score) || score is < -Highest or > Highest)
            {
                return "Invalid oom-score-adj-values, elements must be between -2000 and 2000.";
            }

            scores[i] = (int)score;
        }

        value = new OptionValue(0, scores);
        return null;
    }

    public override byte[] Format(OptionDescriptor option, OptionValue value) =>
        Encoding.ASCII.GetBytes(string.Join(' ', ((IReadOnlyList<int>)value.Reference!).Select(s => s.ToString(CultureInfo.InvariantCulture))));
}
