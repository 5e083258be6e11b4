using System.Buffers.Binary;
using Spinel.DataStructures;

namespace Spinel.Persistence.Rdb;

/// <summary>A string in a <see cref="RdbChunk"/> that may be compressed: where its length begins, and how many bytes follow that.</summary>
/// <param name="Offset">Of the length's first byte in the chunk.</param>
/// <param name="Length">Of the string in bytes. It may go on in the following chunks.</param>
public readonly record struct RdbMark(int Offset, int Length);

/// <summary>
/// A piece of an RDB file on its way from the thread that owns the data to the one that writes: plain bytes, valid as they are, and marks on the strings
/// that may be compressed before they go to disk.
/// </summary>
/// <remarks>
/// Compressing and summing up take most of the time of a save, and neither needs the data. So the engine copies values into chunks as if there were no
/// compression, in slices as long as a chunk, and <see cref="RdbEncoder"/>, wherever it runs, replaces the marked strings. Chunks are
/// filled and emptied in the same order; a string may begin in one and end in a later one.
/// <para>
/// A chunk is full when it has reached its size, and takes what was begun before that: the memory grows when one small thing is bigger than the rest of
/// the room. Long strings come in parts. Not thread-safe: it is handed from one thread to the next.
/// </para>
/// </remarks>
public sealed class RdbChunk
{
    /// <summary>A size that copies in a tenth of a millisecond.</summary>
    public const int DefaultBytes = 32 * 1024;

    private const int LongestInteger32 = 11;
    private const int MaxLengthBytes = 9;

    /// <summary>Longer strings are left as they are: the encoder needs them in one piece.</summary>
    private const int MaxMarkedBytes = 64 * 1024 * 1024;

    private readonly int _size;
    private byte[] _bytes;
    private RdbMark[] _marks = [];
    private int _markCount;

    public RdbChunk(int sizeBytes = DefaultBytes)
    {
        _size = sizeBytes;
        _bytes = new byte[sizeBytes + 1024];
    }

    /// <summary>When it is full.</summary>
    public int SizeBytes => _size;

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    /// <summary>Whether the writer should stop here and go on in another chunk.</summary>
    public bool IsFull => Length >= _size;

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Length);

    /// <summary>The strings that may be compressed, in their order.</summary>
    public ReadOnlySpan<RdbMark> Marks => _marks.AsSpan(0, _markCount);

    /// <summary>Makes it empty, for the next use. Memory beyond its usual size is given back.</summary>
    public void Clear()
    {
        Length = 0;
        _markCount = 0;
        if (_bytes.Length > _size * 4)
        {
            _bytes = new byte[_size + 1024];
        }
    }

    internal int RoomBytes => Math.Max(_size - Length, 0);

    internal void WriteByte(byte value)
    {
        Ensure(1);
        _bytes[Length++] = value;
    }

    internal void WriteInt64(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(Take(sizeof(long)), value);
    }

    internal void WriteDouble(double value)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(Take(sizeof(double)), value);
    }

    internal void WriteBytes(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    /// <summary>An id of a stream in the form in which it is a key of Redis's radix tree.</summary>
    internal void WriteStreamId(StreamId id)
    {
        Span<byte> room = Take(RdbFormat.StreamIdBytes);
        BinaryPrimitives.WriteUInt64BigEndian(room, id.Ms);
        BinaryPrimitives.WriteUInt64BigEndian(room[sizeof(ulong)..], id.Sequence);
    }

    internal void WriteLength(long value) => WriteLength((ulong)value);

    internal void WriteLength(ulong value)
    {
        Ensure(MaxLengthBytes);
        Length += PutLength(_bytes.AsSpan(Length), value);
    }

    /// <summary>A whole string, as a number where it is one of 32 bits.</summary>
    internal void WriteString(ReadOnlySpan<byte> text)
    {
        if (text.Length <= LongestInteger32 && ListpackNumber.TryParse(text, out long integer) && integer == (int)integer)
        {
            WriteEncodedInteger((int)integer);
            return;
        }

        BeginString(text.Length);
        WriteBytes(text);
    }

    /// <summary>A number as a string.</summary>
    internal void WriteString(long integer)
    {
        if (integer == (int)integer)
        {
            WriteEncodedInteger((int)integer);
            return;
        }

        Span<byte> digits = stackalloc byte[ListpackNumber.MaxLength];
        WriteString(ListpackNumber.Format(integer, digits));
    }

    internal void WriteString(ListpackValue value)
    {
        if (value.IsInteger)
        {
            WriteString(value.Integer);
        }
        else
        {
            WriteString(value.Bytes);
        }
    }

    /// <summary>The length of a string whose bytes follow with <see cref="WriteBytes"/>, in this chunk or the next ones.</summary>
    internal void BeginString(int length)
    {
        if (length is >= RdbFormat.MinCompressedBytes and <= MaxMarkedBytes)
        {
            if (_markCount == _marks.Length)
            {
                Array.Resize(ref _marks, Math.Max(64, _marks.Length * 2));
            }

            _marks[_markCount++] = new RdbMark(Length, length);
        }

        WriteLength((ulong)length);
    }

    /// <summary>Writes a length and returns how many bytes that took.</summary>
    internal static int PutLength(Span<byte> room, ulong value)
    {
        switch (value)
        {
            case < 1 << 6:
                room[0] = (byte)value;
                return 1;
            case < 1 << 14:
                room[0] = (byte)(RdbFormat.LengthOf14Bits | (int)(value >> 8));
                room[1] = (byte)value;
                return 2;
            case <= uint.MaxValue:
                room[0] = RdbFormat.LengthOf32Bits;
                BinaryPrimitives.WriteUInt32BigEndian(room[1..], (uint)value);
                return 1 + sizeof(uint);
            default:
                room[0] = RdbFormat.LengthOf64Bits;
                BinaryPrimitives.WriteUInt64BigEndian(room[1..], value);
                return 1 + sizeof(ulong);
        }
    }

    private void WriteEncodedInteger(int value)
    {
        if (value == (sbyte)value)
        {
            Span<byte> room = Take(2);
            room[0] = RdbFormat.Encoded | RdbFormat.EncodedInt8;
            room[1] = (byte)value;
        }
        else if (value == (short)value)
        {
            Span<byte> room = Take(1 + sizeof(short));
            room[0] = RdbFormat.Encoded | RdbFormat.EncodedInt16;
            BinaryPrimitives.WriteInt16LittleEndian(room[1..], (short)value);
        }
        else
        {
            Span<byte> room = Take(1 + sizeof(int));
            room[0] = RdbFormat.Encoded | RdbFormat.EncodedInt32;
            BinaryPrimitives.WriteInt32LittleEndian(room[1..], value);
        }
    }

    private Span<byte> Take(int count)
    {
        Ensure(count);
        Span<byte> room = _bytes.AsSpan(Length, count);
        Length += count;
        return room;
    }

    private void Ensure(int count)
    {
        if (count > _bytes.Length - Length)
        {
            long wanted = Math.Max((long)Length + count, Math.Min(_bytes.Length * 2L, Array.MaxLength));
            Array.Resize(ref _bytes, checked((int)wanted));
        }
    }
}
