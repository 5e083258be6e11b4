using System;
using System.Globalization;
using System.Linq;

namespace Spinel.Generators.Options;

/// <summary>Evaluates the default of an option when the server is compiled, so that starting it costs a field's initialiser.</summary>
internal static class OptionDefaults
{
    /// <summary>The C# expression of the default, or null if the text is not a value of the option.</summary>
    public static string? Evaluate(OptionModel option)
    {
        switch (option.Kind)
        {
            case OptionKind.Boolean:
                return option.DefaultText switch { "yes" => "true", "no" => "false", _ => null };
            case OptionKind.Integer:
                return TryParseNumber(option, out var number) && number >= option.Min && number <= option.Max
                    ? number.ToString(CultureInfo.InvariantCulture)
                    : null;
            case OptionKind.Enum:
                var index = Array.IndexOf(option.EnumWords, option.DefaultText);
                return index < 0 ? null : $"({option.TypeName}){option.EnumNumbers[index].ToString(CultureInfo.InvariantCulture)}";
            case OptionKind.Text:
                return OptionEmitter.Literal(option.DefaultText);
            case OptionKind.Bytes:
                return option.DefaultText.Length == 0 ? "default" : null;
            default:
                return option.HasCodecDefault ? $"{option.CodecName}.Default" : EvaluateCustom(option);
        }
    }

    private static string? EvaluateCustom(OptionModel option)
    {
        var text = option.DefaultText;
        if (option.Kind == OptionKind.CustomNumber)
        {
            return text.Length == 0 ? "default" : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? $"({option.TypeName}){text}" : null;
        }

        if (option.ElementType.Length > 0)
        {
            var words = text.Length == 0 ? [] : text.Split(' ');
            var elements = option.ElementType == "string" ? words.Select(OptionEmitter.Literal) : words;
            return $"new {option.ElementType}[] {{ {string.Join(", ", elements)} }}";
        }

        return option.TypeName == "string" ? OptionEmitter.Literal(text) : null;
    }

    private static bool TryParseNumber(OptionModel option, out long number)
    {
        const int Octal = 3;
        var text = option.DefaultText;
        number = 0;
        if (option.Unit == Octal)
        {
            try
            {
                number = Convert.ToInt64(text, 8);
                return true;
            }
            catch (FormatException)
            {
                return false;
            }
        }

        long factor = 1;
        if (option.Unit != 0)
        {
            foreach (var (suffix, size) in new[] { ("kb", 1L << 10), ("mb", 1L << 20), ("gb", 1L << 30) })
            {
                if (text.EndsWith(suffix, StringComparison.Ordinal))
                {
                    factor = size;
                    text = text.Substring(0, text.Length - suffix.Length);
                    break;
                }
            }
        }

        var isNumber = long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
        number *= factor;
        return isNumber;
    }
}
