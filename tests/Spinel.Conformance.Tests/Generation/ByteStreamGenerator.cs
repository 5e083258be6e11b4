using System.Globalization;
using System.Text;
using Spinel.TestSupport;

namespace Spinel.Conformance.Tests.Generation;

/// <summary>
/// Draws what a broken or hostile client may send: a few commands, framed or inline, with bytes changed, lost, doubled or
/// inserted, preferably those that frames are made of. Zero bytes are left out: Redis looks for the end of a line with C's string
/// functions and waits for more where it meets one, which is nothing to be compatible with.
/// </summary>
internal sealed class ByteStreamGenerator(int seed)
{
    private static readonly string[] Commands =
    [
        "PING", "PING hallo", "ECHO x", "ECHO \"\"", "SET a 1", "GET a", "INCR a", "DEL a b", "MGET a b c", "NOSUCH a", "GET", "SET a <x:300>",
    ];

    private static readonly string[] Fragments =
    [
        "\r\n", "\n", "\r", "*", "$", "*0\r\n", "*-1\r\n", "$-1\r\n", "*1\r\n", "$0\r\n\r\n", "$4\r\nPING\r\n", "*1\r\n$4\r\nPING\r\n", "-", "+", "0", "1", "9", " ", "\"",
        "'", "\\x41", ":1\r\n", "99999999999999999999", "2147483648", "536870913", "*2147483648\r\n",
    ];

    private readonly Random _random = new(seed);

    /// <summary>The next stream.</summary>
    public byte[] Next()
    {
        var bytes = new List<byte>();
        for (int i = _random.Next(1, 6); i > 0; i--)
        {
            string command = Commands[_random.Next(Commands.Length)];
            if (_random.Next(3) == 0)
            {
                bytes.AddRange(Encoding.ASCII.GetBytes(command.Replace("<x:300>", "y", StringComparison.Ordinal)));
                bytes.AddRange(_random.Next(2) == 0 ? "\r\n"u8 : "\n"u8);
            }
            else
            {
                RespConnection.Encode(bytes, CommandText.Split(command));
            }
        }

        for (int i = _random.Next(4); i > 0; i--)
        {
            Damage(bytes);
        }

        return [.. bytes];
    }

    private void Damage(List<byte> bytes)
    {
        int at = _random.Next(bytes.Count);
        switch (_random.Next(6))
        {
            case 0 when bytes.Count > 1:
                bytes.RemoveAt(at);
                break;
            case 1:
                bytes.Insert(at, bytes[at]);
                break;
            case 2:
                bytes[at] = (byte)_random.Next(1, 256);
                break;
            case 3:
                bytes[at] = Encoding.ASCII.GetBytes(_random.Next(10).ToString(CultureInfo.InvariantCulture))[0];
                break;
            case 4 when bytes.Count > 1:
                bytes.RemoveRange(at, bytes.Count - at);
                bytes.Add((byte)'\r');
                break;
            default:
                bytes.InsertRange(at, Encoding.ASCII.GetBytes(Fragments[_random.Next(Fragments.Length)]));
                break;
        }
    }
}
