using System.Globalization;
using System.Text.Unicode;
using Spinel.Engine.Security;

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
    public static ReadOnlySpan<byte> Shown(ref readonly CommandContext c, int index) =>
        SensitiveArguments.IsSensitive(c.Command, c.Arguments, index) ? SensitiveArguments.Replacement : c[index];

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
}
