using System.Globalization;

namespace Spinel.Dashboard.Metrics;

/// <summary>The lines of INFO by field.</summary>
internal sealed class InfoText
{
    private readonly List<(string Field, string Value)> _lines = [];
    private readonly Dictionary<string, string> _byField = new(StringComparer.Ordinal);

    internal InfoText(string text)
    {
        foreach (ReadOnlySpan<char> raw in text.AsSpan().EnumerateLines())
        {
            int colon = raw.IndexOf(':');
            if (colon > 0 && raw[0] != '#')
            {
                string field = raw[..colon].ToString();
                string value = raw[(colon + 1)..].ToString();
                _lines.Add((field, value));
                _byField[field] = value;
            }
        }
    }

    internal string this[string field] => _byField.GetValueOrDefault(field, "");

    /// <summary>A field that is a number, with or without a percent sign.</summary>
    internal bool TryGetNumber(string field, out double value)
    {
        value = 0;
        return _byField.TryGetValue(field, out string? text) && TryParse(text.AsSpan().TrimEnd('%'), out value);
    }

    /// <summary>The fields that begin with a prefix: what follows it, and the parts of the value (<c>keys=1,expires=0</c>).</summary>
    internal IEnumerable<(string Name, Dictionary<string, string> Parts)> Fields(string prefix)
    {
        foreach ((string field, string value) in _lines)
        {
            if (field.StartsWith(prefix, StringComparison.Ordinal) && value.Contains('='))
            {
                yield return (field[prefix.Length..], Parts(value));
            }
        }
    }

    internal static double Number(Dictionary<string, string> parts, string name) =>
        parts.TryGetValue(name, out string? text) && TryParse(text, out double value) ? value : 0;

    private static bool TryParse(ReadOnlySpan<char> text, out double value) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);

    private static Dictionary<string, string> Parts(string value)
    {
        var parts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string part in value.Split(','))
        {
            int equals = part.IndexOf('=');
            if (equals > 0)
            {
                parts[part[..equals]] = part[(equals + 1)..];
            }
        }

        return parts;
    }
}
