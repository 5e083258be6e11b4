using System.Buffers;
using Spinel.Memory;

namespace Spinel.Engine.Sessions;

/// <summary>
/// The bytes that a client is still to be sent: a queue of chunks, written at its tail by the reply writer and drained at its head by the transport.
/// Above the hard limit it takes no more memory, however long the reply of the command that runs: what is written then is thrown away, and the
/// client is cut off when the command is done.
/// </summary>
public sealed class OutputBuffer : IBufferWriter<byte>
{
    /// <summary>The most that one span offers; larger payloads are copied over several chunks.</summary>
    private const int MaxContiguous = 1 << 20;

    private readonly ChunkPool _pool;
    private readonly EngineLimits _limits;
    private readonly Queue<Chunk> _full = new();
    private NativeChunk? _tail;
    private int _tailLength;
    private int _headOffset;

    internal OutputBuffer(ChunkPool pool, EngineLimits limits)
    {
        _pool = pool;
        _limits = limits;
    }

    /// <summary>Bytes not sent yet.</summary>
    public long Length { get; private set; }

    public bool IsEmpty => Length == 0;

    /// <summary>Bytes were thrown away above the hard limit: what is left is no reply any more, and must not be sent.</summary>
    public bool IsCutOff { get; private set; }

    /// <summary>The number of chunks held.</summary>
    public int ChunkCount => _full.Count + (_tail is null ? 0 : 1);

    /// <summary>Memory held, used or not.</summary>
    public long CapacityBytes { get; private set; }

    /// <summary>The bytes to send first.</summary>
    public ReadOnlySpan<byte> FirstSegment =>
        _full.TryPeek(out Chunk head) ? head.Bytes.Span[_headOffset..head.Length]
        : _tail is null ? default
        : _tail.Span[_headOffset.._tailLength];

    public void Advance(int count)
    {
        if (_tail is null || count < 0 || count > _tail.Size - _tailLength)
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, "more bytes than the span offered");
        }

        _tailLength += count;
        Length += count;
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        int wanted = Math.Clamp(sizeHint, 64, MaxContiguous);
        if (_tail is null)
        {
            RentTail(wanted);
        }
        else if (_tail.Size - _tailLength < wanted)
        {
            if (_tailLength == 0)
            {
                ReturnChunk(_tail);
            }
            else if (Length > _limits.OutputHardBytes)
            {
                IsCutOff = true;
                ForgetTail();
            }
            else
            {
                _full.Enqueue(new Chunk(_tail, _tailLength));
            }

            RentTail(wanted);
        }

        return _tail!.Span[_tailLength..];
    }

    public Memory<byte> GetMemory(int sizeHint = 0) =>
        throw new NotSupportedException("the buffer is native memory; use GetSpan");

    /// <summary>Drops bytes that were sent from the front.</summary>
    public void Consume(long count)
    {
        Length -= count;
        while (count > 0)
        {
            if (_full.TryPeek(out Chunk head))
            {
                int left = head.Length - _headOffset;
                if (count < left)
                {
                    _headOffset += (int)count;
                    return;
                }

                count -= left;
                _headOffset = 0;
                _full.Dequeue();
                ReturnChunk(head.Bytes);
            }
            else
            {
                _headOffset += (int)count;
                count = 0;
            }
        }

        if (Length == 0)
        {
            Clear();
        }
    }

    /// <summary>Fills <paramref name="segments"/> with the address and length of the next segments to send.</summary>
    /// <returns>How many were filled.</returns>
    public int GetSegments(Span<OutputSegment> segments)
    {
        int count = 0;
        int offset = _headOffset;
        foreach (Chunk chunk in _full)
        {
            if (count == segments.Length)
            {
                return count;
            }

            segments[count++] = new OutputSegment(chunk.Bytes, offset, chunk.Length - offset);
            offset = 0;
        }

        if (count < segments.Length && _tail is not null && _tailLength > offset)
        {
            segments[count++] = new OutputSegment(_tail, offset, _tailLength - offset);
        }

        return count;
    }

    /// <summary>Drops everything and gives the chunks back.</summary>
    public void Clear()
    {
        while (_full.TryDequeue(out Chunk chunk))
        {
            ReturnChunk(chunk.Bytes);
        }

        if (_tail is not null)
        {
            ReturnChunk(_tail);
            _tail = null;
        }

        _tailLength = 0;
        _headOffset = 0;
        Length = 0;
    }

    private void ForgetTail()
    {
        int start = 0;
        if (_full.Count == 0)
        {
            start = _headOffset;
            _headOffset = 0;
        }

        Length -= _tailLength - start;
        ReturnChunk(_tail!);
    }

    private void RentTail(int size)
    {
        _tail = _pool.Rent(size);
        CapacityBytes += _tail.Size;
        _tailLength = 0;
    }

    private void ReturnChunk(NativeChunk chunk)
    {
        CapacityBytes -= chunk.Size;
        _pool.Return(chunk);
    }

    private readonly record struct Chunk(NativeChunk Bytes, int Length);
}

/// <summary>A piece of an <see cref="OutputBuffer"/>, for transports that send several at once.</summary>
public readonly record struct OutputSegment(NativeChunk Chunk, int Offset, int Length);
