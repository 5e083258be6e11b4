using System.Globalization;
using Spinel.DataStructures;
using Spinel.Persistence.Rdb;
using Spinel.Protocol;

namespace Spinel.Persistence.Aof;

/// <summary>Writes requests of RESP2 into the chunks of a snapshot.</summary>
internal static class CommandText
{
    public static void BeginArray(RdbChunk chunk, long count) => WriteHeader(chunk, (byte)'*', count);

    /// <summary>The head of an argument, whose bytes and line end follow.</summary>
    public static void BeginArgument(RdbChunk chunk, long length) => WriteHeader(chunk, (byte)'$', length);

    public static void EndArgument(RdbChunk chunk) => chunk.WriteBytes("\r\n"u8);

    public static void Write(RdbChunk chunk, ReadOnlySpan<byte> argument)
    {
        BeginArgument(chunk, argument.Length);
        chunk.WriteBytes(argument);
        EndArgument(chunk);
    }

    public static void Write(RdbChunk chunk, long argument)
    {
        Span<byte> digits = stackalloc byte[ListpackNumber.MaxLength];
        Write(chunk, digits[..Int64Text.Format(argument, digits)]);
    }

    public static void Write(RdbChunk chunk, double argument)
    {
        Span<byte> text = stackalloc byte[64];
        Write(chunk, text[..DoubleText.Format(argument, text)]);
    }

    public static void Write(RdbChunk chunk, ListpackValue argument)
    {
        Span<byte> digits = stackalloc byte[ListpackNumber.MaxLength];
        Write(chunk, argument.GetBytes(digits));
    }

    public static void Write(RdbChunk chunk, StreamId argument)
    {
        Span<byte> text = stackalloc byte[StreamId.MaxLength];
        Write(chunk, argument.Format(text));
    }

    /// <summary>A line that says when what follows was written.</summary>
    public static void WriteTimestamp(RdbChunk chunk, long unixSeconds)
    {
        Span<byte> digits = stackalloc byte[ListpackNumber.MaxLength];
        unixSeconds.TryFormat(digits, out int length, default, CultureInfo.InvariantCulture);
        chunk.WriteBytes("#TS:"u8);
        chunk.WriteBytes(digits[..length]);
        EndArgument(chunk);
    }

    private static void WriteHeader(RdbChunk chunk, byte kind, long value)
    {
        Span<byte> digits = stackalloc byte[ListpackNumber.MaxLength];
        chunk.WriteByte(kind);
        chunk.WriteBytes(digits[..Int64Text.Format(value, digits)]);
        EndArgument(chunk);
    }
}
