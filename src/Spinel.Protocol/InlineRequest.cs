namespace Spinel.Protocol;

/// <summary>
/// Splits an inline request, the form that people type into a terminal, into words.
/// </summary>
/// <remarks>
/// Words are separated by blanks. In double quotes <c>\n \r \t \b \a</c> and <c>\xHH</c> have their C meaning and a backslash
/// before any other byte stands for that byte; in single quotes only <c>\'</c> is special; outside quotes nothing is. A
/// quote may open inside a word, but what follows a closing quote must be a blank or the end.
/// A decoded word is never longer than its source, so it is written over it.
/// </remarks>
internal static class InlineRequest
{
    /// <summary>
    /// Adds the words of <paramref name="line"/> to <paramref name="arguments"/>, <paramref name="lineOffset"/> being added to
    /// each offset. False when quotes are unbalanced.
    /// </summary>
    public static bool TrySplit(Span<byte> line, int lineOffset, ArgumentList arguments)
    {
        int read = 0;
        while (true)
        {
            while (read < line.Length && IsBlank(line[read]))
            {
                read++;
            }

            if (read == line.Length)
            {
                return true;
            }

            int wordStart = read;
            int written = read;
            while (read < line.Length && !EndsWord(line[read]))
            {
                byte current = line[read++];
                if (current is not ((byte)'"' or (byte)'\''))
                {
                    line[written++] = current;
                    continue;
                }

                if (!TryCopyQuoted(line, current, ref read, ref written))
                {
                    return false;
                }

                break;
            }

            arguments.Add(new ArgumentRange(lineOffset + wordStart, written - wordStart));
        }
    }

    private static bool TryCopyQuoted(Span<byte> line, byte quote, ref int read, ref int written)
    {
        while (read < line.Length)
        {
            byte current = line[read++];
            if (current == quote)
            {
                return read == line.Length || IsBlank(line[read]);
            }

            if (current == (byte)'\\' && read < line.Length)
            {
                if (quote == (byte)'"')
                {
                    current = Unescape(line, ref read);
                }
                else if (line[read] == (byte)'\'')
                {
                    current = line[read++];
                }
            }

            line[written++] = current;
        }

        return false;
    }

    private static byte Unescape(ReadOnlySpan<byte> line, ref int read)
    {
        byte escaped = line[read++];
        if (escaped == (byte)'x'
            && line.Length - read >= 2
            && HexDigit(line[read]) is var high and >= 0
            && HexDigit(line[read + 1]) is var low and >= 0)
        {
            read += 2;
            return (byte)((high << 4) | low);
        }

        return escaped switch
        {
            (byte)'n' => (byte)'\n',
            (byte)'r' => (byte)'\r',
            (byte)'t' => (byte)'\t',
            (byte)'b' => (byte)'\b',
            (byte)'a' => (byte)'\a',
            _ => escaped,
        };
    }

    private static int HexDigit(byte value) => value switch
    {
        >= (byte)'0' and <= (byte)'9' => value - '0',
        >= (byte)'a' and <= (byte)'f' => value - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => value - 'A' + 10,
        _ => -1,
    };

    private static bool IsBlank(byte value) => value is (byte)' ' or (>= (byte)'\t' and <= (byte)'\r');

    // Vertical tab and form feed separate words but do not end one, as in Redis.
    private static bool EndsWord(byte value) => value is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';
}
