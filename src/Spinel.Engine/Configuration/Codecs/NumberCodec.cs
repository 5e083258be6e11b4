using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Spinel.Engine.Configuration.Codecs;

/// <summary>An integer within the option's bounds, in the option's unit.</summary>
internal sealed class NumberCodec : OptionCodec
{
    public override string DescribeValues(OptionDescriptor option)
    {
        var range = option.Max is long.MaxValue or int.MaxValue
            ? string.Create(CultureInfo.InvariantCulture, $"from {option.Min}")
            : string.Create(CultureInfo.InvariantCulture, $"{option.Min} to {option.Max}");
        return option.Unit switch
        {
            OptionUnit.Octal => $"octal, {ToOctal(option.Min)} to {ToOctal(option.Max)}",
            OptionUnit.Bytes => option.Min == 0 ? "bytes" : $"bytes, from {MemorySize.Format(option.Min)}",
            OptionUnit.BytesOrPercent => "bytes, or a percentage",
            _ => option.Min == int.MinValue ? "number" : range,
        };
    }

    public override string? Parse(OptionDescriptor option, ReadOnlySpan<byte[]> words, ref OptionValue value)
    {
        if (words.Length != 1)
        {
            return WrongNumberOfArguments;
        }

        if (!TryRead(option.Unit, words[0], out var number, out var isPercent))
        {
            return option.Unit switch
            {
                OptionUnit.Bytes => "argument must be a memory value",
                OptionUnit.BytesOrPercent => "argument must be a memory or percent value",
                OptionUnit.Octal => "argument couldn't be parsed as an octal number",
                _ => "argument couldn't be parsed into an integer",
            };
        }

        if (isPercent)
        {
            if (number > -option.Min)
            {
                return $"percentage argument must be less or equal to {-option.Min}";
            }

            value = new OptionValue(-number);
            return null;
        }

        if (number < option.Min || number > option.Max)
        {
            return option.Unit == OptionUnit.Octal
                ? $"argument must be between {ToOctal(option.Min)} and {ToOctal(option.Max)} inclusive"
                : string.Create(CultureInfo.InvariantCulture, $"argument must be between {option.Min} and {option.Max} inclusive");
        }

        value = new OptionValue(number);
        return null;
    }

    public override byte[] Format(OptionDescriptor option, OptionValue value)
    {
        var text = option.Unit switch
        {
            OptionUnit.Octal => ToOctal(value.Number),
            OptionUnit.BytesOrPercent when value.Number < 0 => (-value.Number).ToString(CultureInfo.InvariantCulture) + "%",
            _ => value.Number.ToString(CultureInfo.InvariantCulture),
        };
        return Encoding.ASCII.GetBytes(text);
    }

    /// <summary>Whole kilobytes, megabytes and gigabytes are written as such.</summary>
    public override IEnumerable<byte[]> FormatLines(OptionDescriptor option, OptionValue value)
    {
        var isBytes = option.Unit is OptionUnit.Bytes or OptionUnit.BytesOrPercent;
        return [isBytes && value.Number >= 0 ? Encoding.ASCII.GetBytes(MemorySize.Format(value.Number)) : Format(option, value)];
    }

    private static bool TryRead(OptionUnit unit, ReadOnlySpan<byte> text, out long number, out bool isPercent)
    {
        isPercent = false;
        switch (unit)
        {
            case OptionUnit.Bytes:
                return MemorySize.TryParse(text, out number);
            case OptionUnit.BytesOrPercent when text.Length > 1 && text[^1] == '%':
                isPercent = true;
                return TryReadInteger(text[..^1], out number) && number >= 0;
            case OptionUnit.BytesOrPercent:
                return MemorySize.TryParse(text, out number);
            case OptionUnit.Octal:
                return TryReadOctal(text, out number);
            default:
                return TryReadInteger(text, out number);
        }
    }

    /// <summary>The one canonical spelling of an integer: no sign but '-', no leading zeros, no spaces.</summary>
    internal static bool TryReadInteger(ReadOnlySpan<byte> text, out long number)
    {
        number = 0;
        if (text.IsEmpty || text[0] == '+')
        {
            return false;
        }

        var digits = text[0] == '-' ? text[1..] : text;
        var hasLeadingZero = digits.Length > 0 && digits[0] == '0' && text.Length > 1;
        return !hasLeadingZero && Utf8Parser.TryParse(text, out number, out var consumed) && consumed == text.Length;
    }

    private static bool TryReadOctal(ReadOnlySpan<byte> text, out long number)
    {
        const int MaxDigits = 20;
        number = 0;
        if (text.IsEmpty || text.Length > MaxDigits)
        {
            return false;
        }

        foreach (var digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'7')
            {
                return false;
            }

            number = (number * 8) + (digit - '0');
        }

        return true;
    }

    private static string ToOctal(long number) => Convert.ToString(number, 8);
}
