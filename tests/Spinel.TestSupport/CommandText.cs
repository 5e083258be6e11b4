using System.Globalization;
using System.Text;

namespace Spinel.TestSupport;

/// <summary>
/// Command lines as redis-cli reads them: words, 'single' and "double" quotes, the escapes \n \r \t \a \b \\ \" \xHH. One
/// addition saves writing long values: the word &lt;text:count&gt; is the text repeated.
/// </summary>
public static class CommandText
{
    /// <summary>Splits a line into arguments.</summary>
    /// <exception cref="FormatException">Quotes are not balanced.</exception>
    public static byte[][] Split(string line)
    {
        var arguments = new List<byte[]>();
        int i = 0;
        while (true)
        {
            while (i < line.Length && line[i] == ' ')
            {
                i++;
            }

            if (i == line.Length)
            {
                return [.. arguments];
            }

            arguments.Add(line[i] switch
            {
                '"' => ReadDoubleQuoted(line, ref i),
                '\'' => ReadSingleQuoted(line, ref i),
                _ => ReadWord(line, ref i),
            });
        }
    }

    /// <summary>An argument as it can be typed into redis-cli: quoted where it must be.</summary>
    public static string Quote(byte[]? argument)
    {
        if (argument is null)
        {
            return "(nil)";
        }

        bool plain = argument.Length > 0;
        foreach (byte b in argument)
        {
            plain &= b is > (byte)' ' and < 127 and not ((byte)'"' or (byte)'\'' or (byte)'\\' or (byte)'#' or (byte)'<');
        }

        return plain ? Encoding.ASCII.GetString(argument) : '"' + Escape(argument) + '"';
    }

    /// <summary>A whole command as it can be typed into redis-cli.</summary>
    public static string Join(IEnumerable<byte[]> arguments) => string.Join(' ', arguments.Select(Quote));

    /// <summary>The inside of a double-quoted argument.</summary>
    public static string Escape(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        foreach (byte b in bytes)
        {
            _ = b switch
            {
                (byte)'\n' => text.Append("\\n"),
                (byte)'\r' => text.Append("\\r"),
                (byte)'\t' => text.Append("\\t"),
                (byte)'"' => text.Append("\\\""),
                (byte)'\\' => text.Append("\\\\"),
                >= 32 and < 127 => text.Append((char)b),
                _ => text.Append("\\x").Append(b.ToString("x2", CultureInfo.InvariantCulture)),
            };
        }

        return text.ToString();
    }

    private static byte[] ReadWord(string line, ref int i)
    {
        int start = i;
        while (i < line.Length && line[i] != ' ')
        {
            i++;
        }

        string word = line[start..i];
        int colon = word.LastIndexOf(':');
        if (word is ['<', .., '>'] && colon > 1 && int.TryParse(word[(colon + 1)..^1], CultureInfo.InvariantCulture, out int count))
        {
            word = string.Concat(Enumerable.Repeat(word[1..colon], count));
        }

        return Encoding.UTF8.GetBytes(word);
    }

    private static byte[] ReadSingleQuoted(string line, ref int i)
    {
        int end = line.IndexOf('\'', i + 1);
        if (end < 0)
        {
            throw new FormatException($"unbalanced quotes: {line}");
        }

        byte[] argument = Encoding.UTF8.GetBytes(line[(i + 1)..end]);
        i = end + 1;
        return argument;
    }

    private static byte[] ReadDoubleQuoted(string line, ref int i)
    {
        var bytes = new List<byte>();
        for (i++; i < line.Length; i++)
        {
            if (line[i] == '"')
            {
                i++;
                return [.. bytes];
            }

            if (line[i] != '\\' || i + 1 == line.Length)
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(line[i..(i + 1)]));
                continue;
            }

            char escape = line[++i];
            if (escape == 'x' && i + 2 < line.Length)
            {
                bytes.Add(byte.Parse(line.AsSpan(i + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                i += 2;
                continue;
            }

            bytes.Add(escape switch
            {
                'n' => (byte)'\n',
                'r' => (byte)'\r',
                't' => (byte)'\t',
                'a' => 7,
                'b' => 8,
                _ => (byte)escape,
            });
        }

        throw new FormatException($"unbalanced quotes: {line}");
    }
}
