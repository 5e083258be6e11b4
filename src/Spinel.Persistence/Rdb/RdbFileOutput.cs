using System.Buffers;
using System.Buffers.Binary;

namespace Spinel.Persistence.Rdb;

/// <summary>
/// The writing end of an RDB file: encodes chunks, sums up and passes on to a stream. For one thread at a time, which need not be the engine's.
/// </summary>
public sealed class RdbFileOutput
{
    private const int BufferBytes = 256 * 1024;

    private readonly Stream _stream;
    private readonly bool _sums;
    private readonly Buffered _buffer;
    private readonly RdbEncoder _encoder;
    private ulong _checksum;

    /// <summary>Writes to where the stream stands.</summary>
    /// <param name="stream">Receives the file in large pieces. It is neither flushed nor disposed of.</param>
    /// <param name="compress">Whether strings are compressed: <c>rdbcompression</c>.</param>
    /// <param name="checksum">Whether the file ends with its checksum or with zero: <c>rdbchecksum</c>.</param>
    public RdbFileOutput(Stream stream, bool compress, bool checksum)
    {
        _stream = stream;
        _sums = checksum;
        _buffer = new Buffered(this);
        _encoder = new RdbEncoder(_buffer, compress);
    }

    /// <summary>Bytes handed to the stream so far.</summary>
    public long WrittenBytes { get; private set; }

    /// <summary>Takes in the next chunk, which is free for other use afterwards.</summary>
    public void Write(RdbChunk chunk) => _encoder.Write(chunk);

    /// <summary>Ends the file: the mark of the end and the checksum.</summary>
    public void Complete()
    {
        _buffer.GetSpan(1)[0] = RdbOpcode.End;
        _buffer.Advance(1);
        _buffer.Flush();
        Span<byte> checksum = stackalloc byte[RdbFormat.ChecksumBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(checksum, _checksum);
        _stream.Write(checksum);
        WrittenBytes += checksum.Length;
    }

    /// <summary>Ends a file that is nothing but what was written.</summary>
    public void Flush() => _buffer.Flush();

    private void Send(ReadOnlySpan<byte> bytes)
    {
        if (_sums)
        {
            _checksum = Crc64.Append(_checksum, bytes);
        }

        _stream.Write(bytes);
        WrittenBytes += bytes.Length;
    }

    /// <summary>Collects what the encoder writes, so that the stream gets large pieces.</summary>
    private sealed class Buffered(RdbFileOutput owner) : IBufferWriter<byte>
    {
        private byte[] _bytes = new byte[BufferBytes];
        private int _length;

        public void Advance(int count) => _length += count;

        public Memory<byte> GetMemory(int sizeHint = 0)
        {
            Ensure(Math.Max(sizeHint, 1));
            return _bytes.AsMemory(_length);
        }

        public Span<byte> GetSpan(int sizeHint = 0)
        {
            Ensure(Math.Max(sizeHint, 1));
            return _bytes.AsSpan(_length);
        }

        public void Flush()
        {
            owner.Send(_bytes.AsSpan(0, _length));
            _length = 0;
        }

        private void Ensure(int room)
        {
            if (room <= _bytes.Length - _length)
            {
                return;
            }

            Flush();
            if (room > _bytes.Length || (_bytes.Length > BufferBytes && room <= BufferBytes))
            {
                _bytes = new byte[Math.Max(room, BufferBytes)];
            }
        }
    }
}
