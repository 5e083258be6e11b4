using System.Globalization;
using System.Text;

namespace Spinel.Engine.Configuration.Codecs;

/// <summary>Groups of four words: a class of clients, its hard and soft limit, and seconds. Classes that are not named stay.</summary>
internal sealed class OutputBufferLimitsCodec : OptionCodec
{
    private const int GroupLength = 4;

    /// <summary>No limits for clients that wait for their replies; large ones for those that are sent to without asking.</summary>
    public static OutputBufferLimits Default => new(
        default,
        new OutputBufferLimit(256L << 20, 64L << 20, 60),
        new OutputBufferLimit(32L << 20, 8L << 20, 60));

    public override bool IsMultiWord => true;

    public override string DescribeValues(OptionDescriptor option) => "`normal`, `replica` or `pubsub`, hard limit, soft limit, seconds";

    public override string? Parse(OptionDescriptor option, ReadOnlySpan<byte[]> words, ref OptionValue value)
    {
        if (words.Length == 0 || words.Length % GroupLength != 0)
        {
            return "Wrong number of arguments in buffer limit configuration.";
        }

        var limits = (OutputBufferLimits?)value.Reference ?? Default;
        for (; words.Length > 0; words = words[GroupLength..])
        {
            var isSized = MemorySize.TryParse(words[1], out var hard) & MemorySize.TryParse(words[2], out var soft);
            var isTimed = NumberCodec.TryReadInteger(words[3], out var seconds) && seconds is >= 0 and <= int.MaxValue;
            var limit = new OutputBufferLimit(hard, soft, (int)seconds);
            switch (Encoding.Latin1.GetString(words[0]).ToUpperInvariant())
            {
                case "NORMAL":
                    limits = limits with { Normal = limit };
                    break;
                case "SLAVE" or "REPLICA":
                    limits = limits with { Replica = limit };
                    break;
                case "PUBSUB":
                    limits = limits with { PubSub = limit };
                    break;
                default:
                    return "Invalid client class specified in buffer limit configuration.";
            }

            if (!isSized || !isTimed)
            {
                return "Error in hard, soft or soft_seconds setting in buffer limit configuration.";
            }
        }

        value = new OptionValue(0, limits);
        return null;
    }

    public override byte[] Format(OptionDescriptor option, OptionValue value)
    {
        var limits = (OutputBufferLimits)value.Reference!;
        return Encoding.ASCII.GetBytes($"{Show("normal", limits.Normal)} {Show("slave", limits.Replica)} {Show("pubsub", limits.PubSub)}");

        static string Show(string name, OutputBufferLimit limit) => string.Create(
            CultureInfo.InvariantCulture,
            $"{name} {limit.HardLimitBytes} {limit.SoftLimitBytes} {limit.SoftLimitSeconds}");
    }

    public override IEnumerable<byte[]> FormatLines(OptionDescriptor option, OptionValue value)
    {
        var limits = (OutputBufferLimits)value.Reference!;
        return [Show("normal", limits.Normal), Show("replica", limits.Replica), Show("pubsub", limits.PubSub)];

        static byte[] Show(string name, OutputBufferLimit limit) => Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"{name} {MemorySize.Format(limit.HardLimitBytes)} {MemorySize.Format(limit.SoftLimitBytes)} {limit.SoftLimitSeconds}"));
    }
}
