using System.Text.Json;

namespace Spinel.Dashboard.Topics;

/// <summary>Measured values in JSON, which has no word for what is not known.</summary>
internal static class Numbers
{
    internal static void Write(Utf8JsonWriter json, double value)
    {
        if (!double.IsFinite(value))
        {
            json.WriteNullValue();
        }
        else if (Math.Abs(value) < 1L << 53 && value == Math.Floor(value))
        {
            json.WriteNumberValue((long)value);
        }
        else
        {
            json.WriteNumberValue(Math.Round(value, 4));
        }
    }
}
