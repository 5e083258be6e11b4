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

    /// <summary>Arguments up to this length are written together with what surrounds them.</summary>
    private const int MaxJoinedBytes = 256;

    private int _database = -1;

    /// <summary>The next effect is preceded by a SELECT: a new file begins.</summary>
    public void ForgetDatabase() => _database = -1;

    /// <summary>The database that was selected last; -1 when the next effect says so itself.</summary>
    public readonly int Database => _database;

    /// <summary>Appends the effects of one command, transaction or script.</summary>
    public void Append(NativeBuffer output, in EffectBatch batch) => Append(new BufferOutput(output), in batch, forReplicas: false);

    /// <summary>As the other overload, to anywhere.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="batch">The effects.</param>
    /// <param name="forReplicas">Whether what concerns replicas alone is part of it.</param>
    public void Append<TOutput>(TOutput output, in EffectBatch batch, bool forReplicas)
        where TOutput : struct, IEffectOutput
    {
        int count = 0;
        int first = 0;
        for (int i = batch.Count - 1; i >= 0; i--)
        {
            if (forReplicas || !batch[i].IsReplicaOnly)
            {
                count++;
                first = i;
            }
        }

        if (count == 0)
        {
            return;
        }

        Select(output, batch[first].Database);
        if (count > 1)
        {
            output.Append("*1\r\n$5\r\nMULTI\r\n"u8);
        }

        for (int i = first; i < batch.Count; i++)
        {
            Effect effect = batch[i];
            if (forReplicas || !effect.IsReplicaOnly)
            {
                Append(output, effect);
            }
        }

        if (count > 1)
        {
            output.Append("*1\r\n$4\r\nEXEC\r\n"u8);
        }
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

    private void Append<TOutput>(TOutput output, Effect effect)
        where TOutput : struct, IEffectOutput
    {
        Select(output, effect.Database);
        output.Advance(Header(output.GetSpan(MaxHeaderBytes), (byte)'*', effect.Count));
        for (int i = 0; i < effect.Count; i++)
        {
            Append(output, effect[i]);
        }
    }

    private static void Append<TOutput>(TOutput output, ReadOnlySpan<byte> argument)
        where TOutput : struct, IEffectOutput
    {
        if (argument.Length <= MaxJoinedBytes)
        {
            Span<byte> room = output.GetSpan(argument.Length + MaxHeaderBytes + 2);
            int length = Header(room, (byte)'$', argument.Length);
            argument.CopyTo(room[length..]);
            length += argument.Length;
            room[length++] = (byte)'\r';
            room[length++] = (byte)'\n';
            output.Advance(length);
            return;
        }

        output.Advance(Header(output.GetSpan(MaxHeaderBytes), (byte)'$', argument.Length));
        output.Append(argument);
        output.Append("\r\n"u8);
    }

    private void Select<TOutput>(TOutput output, int database)
        where TOutput : struct, IEffectOutput
    {
        if (database == _database)
        {
            return;
        }

        _database = database;
        Span<byte> digits = stackalloc byte[11];
        int length = Int64Text.Format(database, digits);
        output.Append("*2\r\n$6\r\nSELECT\r\n"u8);
        Append(output, digits[..length]);
    }

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

    private readonly struct BufferOutput(NativeBuffer buffer) : IEffectOutput
    {
        public Span<byte> GetSpan(int size) => buffer.GetSpan(size);

        public void Advance(int count) => buffer.Advance(count);

        public void Append(ReadOnlySpan<byte> bytes) => buffer.Append(bytes);
    }
}

/// <summary>Where an <see cref="AofEncoder"/> writes to.</summary>
internal interface IEffectOutput
{
    /// <summary>Room for a few hundred bytes in one piece.</summary>
    Span<byte> GetSpan(int size);

    /// <summary>So much of the room has been written to.</summary>
    void Advance(int count);

    /// <summary>Appends bytes of any length.</summary>
    void Append(ReadOnlySpan<byte> bytes);
}
