namespace Spinel.Persistence.Rdb;

/// <summary>
/// A window over a stream of bytes that moves forward with the reader, sums up what it leaves behind, and grows when one string is larger than it. It grows with
/// what arrives, never with what a length claims.
/// </summary>
public sealed class RdbSource
{
    private const int WindowBytes = 256 * 1024;

    private readonly Stream? _stream;
    private readonly long _length;
    private byte[] _buffer = new byte[WindowBytes];
    private int _start;
    private int _end;
    private bool _sums;

    /// <summary>Reads from where the stream stands.</summary>
    /// <param name="stream">The bytes. It is not disposed of.</param>
    /// <param name="length">How many bytes there are; -1 when that is not known.</param>
    public RdbSource(Stream stream, long length = -1)
    {
        _stream = stream;
        _length = length;
    }

    /// <summary>Reads what <see cref="Feed"/> brings.</summary>
    /// <param name="length">How many bytes there will be; -1 when that is not known.</param>
    internal RdbSource(long length) => _length = length;

    /// <summary>The bytes are brought by <see cref="Feed"/>; where there are not enough, reading ends with an <see cref="RdbInputPendingException"/>.</summary>
    internal bool IsFed => _stream is null;

    /// <summary>No more bytes will come.</summary>
    internal bool IsFeedComplete { get; set; }

    /// <summary>Bytes that the reader has left behind.</summary>
    public long Offset { get; private set; }

    /// <summary>The checksum of the bytes left behind while it was wanted.</summary>
    internal ulong Checksum { get; private set; }

    /// <summary>What has been read from the stream and not yet by the reader: where its input goes on after the RDB part.</summary>
    public ReadOnlySpan<byte> Window => _buffer.AsSpan(_start, _end - _start);

    /// <summary>How many bytes there are from <see cref="Offset"/> on; the greatest number when that is not known.</summary>
    internal long LeftBytes => _length < 0 ? long.MaxValue : _length - Offset;

    /// <summary>Starts or stops the sum.</summary>
    internal void Sum(bool on) => _sums = on;

    /// <summary>Leaves bytes of the window behind.</summary>
    internal void Consume(int count)
    {
        if (_sums)
        {
            Checksum = Crc64.Append(Checksum, _buffer.AsSpan(_start, count));
        }

        _start += count;
        Offset += count;
    }

    /// <summary>Adds bytes at the end of the window.</summary>
    internal void Feed(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _buffer.Length - _end)
        {
            MoveToFront();
            if (bytes.Length > _buffer.Length - _end)
            {
                Array.Resize(ref _buffer, (int)Math.Min(Math.Max(_buffer.Length * 2L, (long)_end + bytes.Length), Array.MaxLength));
            }
        }

        bytes.CopyTo(_buffer.AsSpan(_end));
        _end += bytes.Length;
    }

    /// <summary>Reads until the window has so many bytes; false when the stream ends before.</summary>
    internal bool TryFill(int needed)
    {
        if (needed <= _end - _start)
        {
            return true;
        }

        MoveToFront();
        while (_end < needed)
        {
            if (_end == _buffer.Length)
            {
                // As much again as there is already: a forged length costs no more than the bytes that back it.
                long wanted = Math.Min(Math.Min(_buffer.Length * 2L, Math.Max(needed, WindowBytes)), Array.MaxLength);
                Array.Resize(ref _buffer, (int)wanted);
            }

            int read = _stream!.Read(_buffer.AsSpan(_end));
            if (read == 0)
            {
                return false;
            }

            _end += read;
        }

        return true;
    }

    private void MoveToFront()
    {
        byte[] target = _buffer;
        int left = _end - _start;
        if (_buffer.Length > WindowBytes && left <= WindowBytes / 2)
        {
            target = new byte[WindowBytes];
        }

        _buffer.AsSpan(_start, left).CopyTo(target);
        _buffer = target;
        _start = 0;
        _end = left;
    }
}
