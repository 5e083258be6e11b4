using System.Text;

namespace Spinel.Engine.Dispatch;

/// <summary>Comparisons of protocol words, which are ASCII.</summary>
public static class AsciiText
{
    /// <summary>True when the two are equal but for the case of ASCII letters.</summary>
    public static bool EqualsIgnoreCase(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        left.Length == right.Length && (left.SequenceEqual(right) || Ascii.EqualsIgnoreCase(left, right));

    /// <summary>What a C program shows of a text: all before the first zero byte.</summary>
    public static ReadOnlySpan<byte> BeforeNul(ReadOnlySpan<byte> text)
    {
        int end = text.IndexOf((byte)0);
        return end < 0 ? text : text[..end];
    }
}
