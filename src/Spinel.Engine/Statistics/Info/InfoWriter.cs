using System.Buffers;
using System.Globalization;
using System.Text;

namespace Spinel.Engine.Statistics.Info;

/// <summary>Writes the text of INFO: sections separated by an empty line, each with a title and a field a line.</summary>
public sealed class InfoWriter
{
    private readonly ArrayBufferWriter<byte> _text = new(8192);

    public ReadOnlySpan<byte> Text => _text.WrittenSpan;

    public void Section(string title) => Line(_text.WrittenCount == 0 ? $"# {title}" : $"\r\n# {title}");

    public void Add(string name, long value) => Line(string.Create(CultureInfo.InvariantCulture, $"{name}:{value}"));

    public void Add(string name, string value) => Line($"{name}:{value}");

    public void Add(string name, bool value) => Add(name, value ? 1 : 0);

    /// <summary>Adds a number with a fixed count of decimals.</summary>
    public void Add(string name, double value, int decimals) => Line($"{name}:{Fixed(value, decimals)}");

    public void AddPercentage(string name, double percent) => Line($"{name}:{Fixed(percent, 2)}%");

    /// <summary>Adds a size twice: in bytes, and in the largest unit that fits.</summary>
    public void AddSize(string name, long bytes)
    {
        Add(name, bytes);
        Add(name + "_human", HumanSize(bytes));
    }

    public void Line(string line)
    {
        Encoding.UTF8.GetBytes(line, _text);
        _text.Write("\r\n"u8);
    }

    public static string Fixed(double value, int decimals) => value.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    /// <summary>A size with two decimals and its unit, such as <c>1.50M</c>.</summary>
    public static string HumanSize(long bytes)
    {
        const string Units = "KMGTP";
        const double Step = 1024;
        if (bytes < Step)
        {
            return bytes.ToString(CultureInfo.InvariantCulture) + "B";
        }

        double size = bytes / Step;
        int unit = 0;
        while (size >= Step && unit < Units.Length - 1)
        {
            size /= Step;
            unit++;
        }

        return Fixed(size, 2) + Units[unit];
    }
}
