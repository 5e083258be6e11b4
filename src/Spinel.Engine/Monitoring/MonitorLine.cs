using System.Globalization;
using System.Text.Unicode;

namespace Spinel.Engine.Monitoring;

/// <summary>The text of one line of MONITOR: <c>+1700000000.123456 [0 127.0.0.1:50000] "SET" "key" "value"</c>.</summary>
internal static class MonitorLine
{
    /// <summary>Room for everything but the address and the arguments.</summary>
    public const int MaxHeadBytes = 64;

    private const long MicrosecondsPerSecond = 1_000_000;

    /// <summary>Writes what comes before the arguments.</summary>
    public static int WriteHead(Span<byte> line, long microseconds, int database, string address)
    {
        long seconds = microseconds / MicrosecondsPerSecond;
        Utf8.TryWrite(line, CultureInfo.InvariantCulture, $"+{seconds}.{microseconds % MicrosecondsPerSecond:D6} [{database} {address}]", out int written);
        return written;
    }

    /// <summary>Argument <paramref name="index"/>, or what stands in the place of a secret.</summary>
    public static ReadOnlySpan<byte> Shown(ref readonly CommandContext c, int index) => IsSecret(in c, index) ? "(redacted)"u8 : c[index];

    /// <summary>The length of an argument as <see cref="WriteEscaped"/> writes it.</summary>
    public static long EscapedLength(ReadOnlySpan<byte> argument)
    {
        long length = 3;
        foreach (byte value in argument)
        {
            length += ShortEscape(value) != 0 ? 2 : IsPrintable(value) ? 1 : 4;
        }

        return length;
    }

    /// <summary>Writes a blank and the argument in quotes, with escapes for what would not be legible.</summary>
    public static int WriteEscaped(Span<byte> line, ReadOnlySpan<byte> argument)
    {
        int length = 0;
        line[length++] = (byte)' ';
        line[length++] = (byte)'"';
        foreach (byte value in argument)
        {
            byte escape = ShortEscape(value);
            if (escape != 0)
            {
                line[length++] = (byte)'\\';
                line[length++] = escape;
            }
            else if (IsPrintable(value))
            {
                line[length++] = value;
            }
            else
            {
                ReadOnlySpan<byte> digits = "0123456789abcdef"u8;
                line[length++] = (byte)'\\';
                line[length++] = (byte)'x';
                line[length++] = digits[value >> 4];
                line[length++] = digits[value & 15];
            }
        }

        line[length++] = (byte)'"';
        return length;
    }

    private static bool IsPrintable(byte value) => value is >= 0x20 and < 0x7f;

    private static byte ShortEscape(byte value) => value switch
    {
        (byte)'\\' or (byte)'"' => value,
        (byte)'\n' => (byte)'n',
        (byte)'\r' => (byte)'r',
        (byte)'\t' => (byte)'t',
        (byte)'\a' => (byte)'a',
        (byte)'\b' => (byte)'b',
        _ => 0,
    };

    private static bool IsSecret(ref readonly CommandContext c, int index)
    {
        switch (c.Command.Name)
        {
            case "auth":
                return index > 0;
            case "hello":
                // An option takes its values with it: what looks like AUTH may be a name.
                for (int i = 2; i < index; i++)
                {
                    if (c.Is(i, "AUTH"u8) && i + 2 < c.Count)
                    {
                        if (index <= i + 2)
                        {
                            return true;
                        }

                        i += 2;
                    }
                    else if (c.Is(i, "SETNAME"u8))
                    {
                        i++;
                    }
                }

                return false;
            case "migrate":
                return (index > 1 && (c.Is(index - 1, "AUTH"u8) || c.Is(index - 1, "AUTH2"u8))) || (index > 2 && c.Is(index - 2, "AUTH2"u8));
            default:
                return false;
        }
    }
}
