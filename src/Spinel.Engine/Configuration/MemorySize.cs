using System.Globalization;
using System.Text;

namespace Spinel.Engine.Configuration;

/// <summary>
/// Amounts of memory as configurations write them: <c>1k</c> is 1000 bytes, <c>1kb</c> is 1024, and so on with m, mb, g, gb;
/// case does not matter.
/// </summary>
internal static class MemorySize
{
    /// <summary>Reads an amount; one beyond <see cref="long.MaxValue"/> reads as that. An empty text is 0 bytes, and what follows a zero byte does not count.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long sizeBytes)
    {
        sizeBytes = 0;
        text = Dispatch.AsciiText.BeforeNul(text);
        var digits = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (digits < 0)
        {
            digits = text.Length;
        }

        if (!TryGetFactor(text[digits..], out var factor))
        {
            return false;
        }

        Int128 size = 0;
        foreach (var digit in text[..digits])
        {
            size = Int128.Min((size * 10) + (digit - '0'), long.MaxValue);
        }

        sizeBytes = (long)Int128.Min(size * factor, long.MaxValue);
        return true;
    }

    /// <summary>The shortest exact way to write an amount.</summary>
    public static string Format(long sizeBytes)
    {
        ReadOnlySpan<(long Factor, string Suffix)> units = [(1L << 30, "gb"), (1L << 20, "mb"), (1L << 10, "kb")];
        foreach (var (factor, suffix) in units)
        {
            if (sizeBytes != 0 && sizeBytes % factor == 0)
            {
                return (sizeBytes / factor).ToString(CultureInfo.InvariantCulture) + suffix;
            }
        }

        return sizeBytes.ToString(CultureInfo.InvariantCulture);
    }

    private static bool TryGetFactor(ReadOnlySpan<byte> suffix, out long factor)
    {
        const int LongestSuffix = 2;
        Span<byte> lower = stackalloc byte[LongestSuffix];
        factor = 0;
        if (suffix.Length > LongestSuffix)
        {
            return false;
        }

        Ascii.ToLower(suffix, lower, out var length);
        factor = lower[..length] switch
        {
            [] or [(byte)'b'] => 1,
            [(byte)'k'] => 1000,
            [(byte)'k', (byte)'b'] => 1L << 10,
            [(byte)'m'] => 1000 * 1000,
            [(byte)'m', (byte)'b'] => 1L << 20,
            [(byte)'g'] => 1000L * 1000 * 1000,
            [(byte)'g', (byte)'b'] => 1L << 30,
            _ => 0,
        };
        return factor != 0;
    }
}
