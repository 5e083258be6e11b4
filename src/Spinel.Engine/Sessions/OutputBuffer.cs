using System.Buffers;
using Spinel.Memory;

namespace Spinel.Engine.Sessions;

/// <summary>
/// The bytes that a client is still to be sent: a queue of segments, written at its tail by the reply writer and drained at its head by the transport.
/// <para>
/// Most segments are chunks of the buffer's own. What many clients are sent alike is written once into a <see cref="SharedChunk"/>, of which each
/// buffer holds a reference: ten thousand subscribers that keep up cost no copies and no chunks. A message that follows the last one in the
/// same shared chunk makes that segment longer, so a burst is one segment too. Short messages are copied where there is a chunk with room anyway, and
/// for a client so slow that it holds several such segments already: a few bytes must not keep many whole chunks alive.
/// </para>
/// <para>
/// Above the hard limit it takes no more memory, however long the reply of the command that runs: what is written then is thrown away, and the
/// client is cut off when the command is done.
/// </para>
/// </summary>
public sealed class OutputBuffer : IBufferWriter<byte>
{
    /// <summary>The most that one span offers; larger payloads are copied over several chunks.</summary>
    private const int MaxContiguous = 1 << 20;

    /// <summary>Below this length a copy costs less than a segment of its own does when it is sent.</summary>
    private const int MaxCopiedBytes = 1024;

    /// <summary>So many segments may be short pieces of shared chunks.</summary>
    private const int MaxShortSegments = 8;

    private readonly ChunkPool _pool;

    // A ring; its length is a power of two, or zero until the first segment is closed.
    private Segment[] _segments = [];
    private int _first;
    private int _count;

    private NativeChunk? _tail;
    private int _tailStart;
    private int _tailEnd;
    private long _sharedBytes;

    internal OutputBuffer(ChunkPool pool, OutputLimits limits)
    {
        _pool = pool;
        Limits = limits;
    }

    /// <summary>Bytes not sent yet.</summary>
    public long Length { get; private set; }

    public bool IsEmpty => Length == 0;

    /// <summary>Bytes were thrown away above the hard limit: what is left is no reply any more, and must not be sent.</summary>
    public bool IsCutOff { get; private set; }

    /// <summary>The number of segments held.</summary>
    public int ChunkCount => _count + (_tail is null ? 0 : 1);

    /// <summary>Memory held, used or not; of shared chunks the part that is still to be sent.</summary>
    public long CapacityBytes => OwnBytes + _sharedBytes;

    /// <summary>Memory of chunks that are this buffer's own, used or not.</summary>
    public long OwnBytes { get; private set; }

    /// <summary>The bytes to send first.</summary>
    public ReadOnlySpan<byte> FirstSegment
    {
        get
        {
            if (_count > 0)
            {
                ref Segment head = ref _segments[_first];
                return head.Bytes.Span[head.Start..head.End];
            }

            return _tail is null ? default : _tail.Span[_tailStart.._tailEnd];
        }
    }

    /// <summary>The limits of the class that the client belongs to.</summary>
    internal OutputLimits Limits { get; set; }

    public void Advance(int count)
    {
        if (_tail is null || count < 0 || count > _tail.Size - _tailEnd)
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, "more bytes than the span offered");
        }

        _tailEnd += count;
        Length += count;
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        int wanted = Math.Clamp(sizeHint, 64, MaxContiguous);
        if (_tail is null)
        {
            RentTail(wanted);
        }
        else if (_tail.Size - _tailEnd < wanted)
        {
            if (Length > Limits.HardBytes)
            {
                IsCutOff = true;
                Length -= _tailEnd - _tailStart;
                ReturnChunk(_tail);
            }
            else
            {
                CloseTail();
            }

            RentTail(wanted);
        }

        return _tail!.Span[_tailEnd..];
    }

    public Memory<byte> GetMemory(int sizeHint = 0) =>
        throw new NotSupportedException("the buffer is native memory; use GetSpan");

    /// <summary>Drops bytes that were sent from the front.</summary>
    public void Consume(long count)
    {
        Length -= count;
        if (Length == 0)
        {
            Clear();
            return;
        }

        while (count > 0)
        {
            if (_count == 0)
            {
                _tailStart += (int)count;
                return;
            }

            ref Segment head = ref _segments[_first];
            int part = (int)Math.Min(count, head.End - head.Start);
            head.Start += part;
            count -= part;
            if (head.Shared is not null)
            {
                _sharedBytes -= part;
            }

            if (head.Start == head.End)
            {
                RemoveFirst();
            }
        }
    }

    /// <summary>Fills <paramref name="segments"/> with the address and length of the next segments to send.</summary>
    /// <returns>How many were filled.</returns>
    public int GetSegments(Span<OutputSegment> segments)
    {
        int count = Math.Min(_count, segments.Length);
        for (int i = 0; i < count; i++)
        {
            ref Segment segment = ref At(i);
            segments[i] = new OutputSegment(segment.Bytes, segment.Start, segment.End - segment.Start);
        }

        if (count < segments.Length && _tail is not null && _tailEnd > _tailStart)
        {
            segments[count++] = new OutputSegment(_tail, _tailStart, _tailEnd - _tailStart);
        }

        return count;
    }

    /// <summary>Drops everything and gives the chunks back.</summary>
    public void Clear()
    {
        while (_count > 0)
        {
            ref Segment head = ref _segments[_first];
            if (head.Shared is not null)
            {
                _sharedBytes -= head.End - head.Start;
            }

            RemoveFirst();
        }

        if (_tail is not null)
        {
            ReturnChunk(_tail);
            _tail = null;
        }

        _tailStart = 0;
        _tailEnd = 0;
        Length = 0;
    }

    /// <summary>Something could not be kept for the client.</summary>
    internal void CutOff() => IsCutOff = true;

    /// <summary>Appends what other clients are sent as well. Not while a reply writer is at work on this buffer.</summary>
    internal void Append(in SharedMessage message)
    {
        int length = message.End - message.Start;
        if (Length > Limits.HardBytes)
        {
            IsCutOff = true;
            return;
        }

        if (_tail is null && _count > 0 && At(_count - 1) is { Shared: { } shared } last && shared == message.Chunk && last.End == message.Start)
        {
            At(_count - 1).End = message.End;
            _sharedBytes += length;
            Length += length;
            return;
        }

        bool isShort = length <= MaxCopiedBytes;
        if (isShort && (_tail is null ? _count >= MaxShortSegments : _tail.Size - _tailEnd >= length))
        {
            message.Bytes.CopyTo(GetSpan(length));
            Advance(length);
            return;
        }

        if (_tail is not null)
        {
            CloseTail();
        }

        Enqueue(new Segment { Bytes = message.Chunk.Bytes, Shared = message.Chunk, Start = message.Start, End = message.End });
        message.Chunk.References++;
        _sharedBytes += length;
        Length += length;
    }

    /// <summary>Appends a piece of the replication stream, which its replicas all send from the same chunks: never a copy.</summary>
    internal void AppendStream(SharedChunk chunk, int start, int end)
    {
        if (_tail is not null)
        {
            CloseTail();
        }

        Length += end - start;
        _sharedBytes += end - start;
        if (_count > 0 && At(_count - 1) is { } last && last.Shared == chunk && last.End == start)
        {
            At(_count - 1).End = end;
            return;
        }

        Enqueue(new Segment { Bytes = chunk.Bytes, Shared = chunk, Start = start, End = end });
        chunk.References++;
    }

    private ref Segment At(int index) => ref _segments[(_first + index) & (_segments.Length - 1)];

    private void Enqueue(Segment segment)
    {
        if (_count == _segments.Length)
        {
            var grown = new Segment[Math.Max(2, _count * 2)];
            for (int i = 0; i < _count; i++)
            {
                grown[i] = At(i);
            }

            _segments = grown;
            _first = 0;
        }

        _count++;
        At(_count - 1) = segment;
    }

    private void RemoveFirst()
    {
        ref Segment head = ref _segments[_first];
        if (head.Shared is { } shared)
        {
            shared.Release(_pool);
        }
        else
        {
            ReturnChunk(head.Bytes);
        }

        head = default;
        _first = (_first + 1) & (_segments.Length - 1);
        _count--;
    }

    private void CloseTail()
    {
        if (_tailEnd == _tailStart)
        {
            ReturnChunk(_tail!);
        }
        else
        {
            Enqueue(new Segment { Bytes = _tail!, Start = _tailStart, End = _tailEnd });
        }

        _tail = null;
    }

    private void RentTail(int size)
    {
        _tail = _pool.Rent(size);
        OwnBytes += _tail.Size;
        _tailStart = 0;
        _tailEnd = 0;
    }

    private void ReturnChunk(NativeChunk chunk)
    {
        OwnBytes -= chunk.Size;
        _pool.Return(chunk);
    }

    private struct Segment
    {
        public NativeChunk Bytes;

        /// <summary>The chunk in common with other buffers; null when it is this buffer's own.</summary>
        public SharedChunk? Shared;

        public int Start;
        public int End;
    }
}

/// <summary>A piece of an <see cref="OutputBuffer"/>, for transports that send several at once.</summary>
public readonly record struct OutputSegment(NativeChunk Chunk, int Offset, int Length);
