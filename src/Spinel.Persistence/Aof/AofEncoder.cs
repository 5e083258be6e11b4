using System.Globalization;
using Spinel.Engine.Effects;
using Spinel.Memory;
using Spinel.Protocol;

namespace Spinel.Persistence.Aof;

/// <summary>
/// Writes effects in the form in which the log and the replication stream carry them: requests of RESP2, with a SELECT where the database changes, and
/// MULTI and EXEC around those that belong together.
/// </summary>
internal struct AofEncoder()
{
    /// <summary>Type, count, line end.</summary>
    private const int MaxHeaderBytes = 16;

    private int _database = -1;

    /// <summary>The next effect is preceded by a SELECT: a new file begins.</summary>
    public void ForgetDatabase() => _database = -1;

    /// <summary>Appends the effects of one command, transaction or script.</summary>
    public void Append(NativeBuffer output, in EffectBatch batch)
    {
        if (batch.Count == 1)
        {
            Append(output, batch[0]);
            return;
        }

        Select(output, batch[0].Database);
        Append(output, "*1\r\n$5\r\nMULTI\r\n"u8);
        for (int i = 0; i < batch.Count; i++)
        {
            Append(output, batch[i]);
        }

        Append(output, "*1\r\n$4\r\nEXEC\r\n"u8);
    }

    /// <summary>Appends a line that says when what follows was written; readers that do not want to know skip it.</summary>
    public static void AppendTimestamp(NativeBuffer output, long unixSeconds)
    {
        Span<byte> line = output.GetSpan(40);
        "#TS:"u8.CopyTo(line);
        unixSeconds.TryFormat(line[4..], out int length, default, CultureInfo.InvariantCulture);
        "\r\n"u8.CopyTo(line[(4 + length)..]);
        output.Advance(length + 6);
    }

    private void Append(NativeBuffer output, Effect effect)
    {
        Select(output, effect.Database);
        Header(output, (byte)'*', effect.Count);
        for (int i = 0; i < effect.Count; i++)
        {
            ReadOnlySpan<byte> argument = effect[i];
            Span<byte> room = output.GetSpan(argument.Length + MaxHeaderBytes + 2);
            int length = Header(room, (byte)'$', argument.Length);
            argument.CopyTo(room[length..]);
            length += argument.Length;
            room[length++] = (byte)'\r';
            room[length++] = (byte)'\n';
            output.Advance(length);
        }
    }

    private void Select(NativeBuffer output, int database)
    {
        if (database == _database)
        {
            return;
        }

        _database = database;
        Span<byte> digits = stackalloc byte[11];
        int length = Int64Text.Format(database, digits);
        Append(output, "*2\r\n$6\r\nSELECT\r\n"u8);
        Header(output, (byte)'$', length);
        Append(output, digits[..length]);
        Append(output, "\r\n"u8);
    }

    private static void Append(NativeBuffer output, ReadOnlySpan<byte> bytes) => output.Append(bytes);

    private static void Header(NativeBuffer output, byte type, int value) => output.Advance(Header(output.GetSpan(MaxHeaderBytes), type, value));

    private static int Header(Span<byte> room, byte type, int value)
    {
        room[0] = type;
        int length = 1;
        if (value < 10)
        {
            room[length++] = (byte)('0' + value);
        }
        else
        {
            value.TryFormat(room[1..], out int digits, default, CultureInfo.InvariantCulture);
            length += digits;
        }

        room[length++] = (byte)'\r';
        room[length++] = (byte)'\n';
        return length;
    }
}
