using System.Globalization;
using System.Text;

namespace Spinel.Dashboard.Metrics;

/// <summary>Writes metrics in the text format of Prometheus (version 0.0.4). Samples of one metric are written one after the other.</summary>
internal sealed class PrometheusText
{
    private readonly StringBuilder _text = new();

    internal void Gauge(string name, string help, double value, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        Begin(name, "gauge", help);
        Sample(name, value, labels);
    }

    internal void Counter(string name, string help, double value, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        Begin(name, "counter", help);
        Sample(name, value, labels);
    }

    /// <summary>Begins a metric, whose samples follow.</summary>
    internal void Begin(string name, string type, string help)
    {
        _text.Append("# HELP ").Append(name).Append(' ').Append(help).Append('\n');
        _text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
    }

    internal void Sample(string name, double value, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        _text.Append(name);
        for (int i = 0; i < labels.Length; i++)
        {
            _text.Append(i == 0 ? '{' : ',').Append(labels[i].Name).Append("=\"");
            AppendEscaped(labels[i].Value);
            _text.Append(i == labels.Length - 1 ? "\"}" : "\"");
        }

        _text.Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }

    public override string ToString() => _text.ToString();

    private void AppendEscaped(string value)
    {
        foreach (char c in value)
        {
            _ = c switch
            {
                '\\' => _text.Append("\\\\"),
                '"' => _text.Append("\\\""),
                '\n' => _text.Append("\\n"),
                _ => _text.Append(c),
            };
        }
    }
}
