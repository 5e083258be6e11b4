using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Spinel.Engine.Configuration;

/// <summary>
/// The words of one line of a configuration. Words are separated by white space; a word in double quotes may hold any byte
/// (<c>\n \r \t \b \a \xHH</c>, and a backslash before anything else stands for that), one in single quotes anything but an
/// unescaped single quote.
/// </summary>
internal static class ConfigurationLine
{
    private static readonly SearchValues<byte> Space = SearchValues.Create(" \t\n\v\f\r"u8);

    /// <summary>Splits a line into words; false if a quote is not closed or something follows it directly.</summary>
    public static bool TrySplit(ReadOnlySpan<byte> line, [NotNullWhen(true)] out byte[][]? words)
    {
        var list = new List<byte[]>();
        var word = new List<byte>();
        words = null;
        while (line.IndexOfAnyExcept(Space) is >= 0 and var start)
        {
            line = line[start..];
            word.Clear();
            if (!TryReadWord(ref line, word))
            {
                return false;
            }

            list.Add([.. word]);
        }

        words = [.. list];
        return true;
    }

    /// <summary>
    /// Takes the part before the next separator off a text; false when nothing is left. A text that ends with a separator
    /// has no empty part behind it.
    /// </summary>
    public static bool TryTake(ref ReadOnlySpan<byte> text, byte separator, out ReadOnlySpan<byte> part)
    {
        var length = text.IndexOf(separator);
        part = length < 0 ? text : text[..length];
        var isAny = !text.IsEmpty;
        text = length < 0 ? default : text[(length + 1)..];
        return isAny;
    }

    /// <summary>The bytes in double quotes, such that <see cref="TrySplit"/> reads them back as one word.</summary>
    public static byte[] Quote(ReadOnlySpan<byte> word)
    {
        var text = new List<byte>(word.Length + 2) { (byte)'"' };
        foreach (var b in word)
        {
            switch (b)
            {
                case (byte)'"' or (byte)'\\':
                    text.AddRange((byte)'\\', b);
                    break;
                case (byte)'\n':
                    text.AddRange("\\n"u8);
                    break;
                case (byte)'\r':
                    text.AddRange("\\r"u8);
                    break;
                case (byte)'\t':
                    text.AddRange("\\t"u8);
                    break;
                case (byte)'\a':
                    text.AddRange("\\a"u8);
                    break;
                case (byte)'\b':
                    text.AddRange("\\b"u8);
                    break;
                case >= 0x20 and < 0x7F:
                    text.Add(b);
                    break;
                default:
                    text.AddRange("\\x"u8);
                    text.AddRange(Digit(b >> 4), Digit(b & 0xF));
                    break;
            }
        }

        text.Add((byte)'"');
        return [.. text];

        static byte Digit(int value) => "0123456789abcdef"u8[value];
    }

    /// <summary>The bytes as they are if they read back as one word, otherwise in quotes.</summary>
    public static byte[] QuoteIfNeeded(ReadOnlySpan<byte> word)
    {
        var isPlain = !word.IsEmpty && !word.ContainsAny(Space) && !word.ContainsAny((byte)'"', (byte)'\'', (byte)'\\') && word[0] != '#'
            && !word.ContainsAnyExceptInRange((byte)0x20, (byte)0x7E);
        return isPlain ? word.ToArray() : Quote(word);
    }

    /// <summary>All parts in one, with a separator between them.</summary>
    public static byte[] Join(IEnumerable<byte[]> parts, byte separator)
    {
        var text = new List<byte>();
        foreach (var part in parts)
        {
            if (text.Count > 0)
            {
                text.Add(separator);
            }

            text.AddRange(part);
        }

        return [.. text];
    }

    private static bool TryReadWord(ref ReadOnlySpan<byte> line, List<byte> word)
    {
        while (!line.IsEmpty && !Space.Contains(line[0]))
        {
            var quote = line[0];
            line = line[1..];
            if (quote is not ((byte)'"' or (byte)'\''))
            {
                word.Add(quote);
            }
            else
            {
                return TryReadQuoted(ref line, quote, word) && (line.IsEmpty || Space.Contains(line[0]));
            }
        }

        return true;
    }

    private static bool TryReadQuoted(ref ReadOnlySpan<byte> line, byte quote, List<byte> word)
    {
        while (!line.IsEmpty)
        {
            if (line[0] == quote)
            {
                line = line[1..];
                return true;
            }

            if (line[0] == '\\' && line.Length > 1 && (quote == '"' || line[1] == '\''))
            {
                line = line[ReadEscape(line, quote, word)..];
                continue;
            }

            word.Add(line[0]);
            line = line[1..];
        }

        return false;
    }

    /// <summary>Adds the byte that a backslash begins, and returns the length of the escape.</summary>
    private static int ReadEscape(ReadOnlySpan<byte> line, byte quote, List<byte> word)
    {
        const int HexEscapeLength = 4;
        if (quote == '"' && line[1] == 'x' && line.Length >= HexEscapeLength
            && char.IsAsciiHexDigit((char)line[2]) && char.IsAsciiHexDigit((char)line[3]))
        {
            word.Add((byte)((HexValue(line[2]) << 4) | HexValue(line[3])));
            return HexEscapeLength;
        }

        word.Add(quote == '\'' ? line[1] : line[1] switch
        {
            (byte)'n' => (byte)'\n',
            (byte)'r' => (byte)'\r',
            (byte)'t' => (byte)'\t',
            (byte)'b' => (byte)'\b',
            (byte)'a' => (byte)'\a',
            var other => other,
        });
        return 2;

        static int HexValue(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
    }
}
