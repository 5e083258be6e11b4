using Spinel.Engine.Effects;
using Spinel.Engine.Sessions;

namespace Spinel.Replication.Streaming;

/// <summary>
/// The latest bytes of the replication stream: what replicas are sent from, and what one that was cut off for a while can be given afterwards.
/// <para>
/// A queue of chunks of native memory with reference counts. The stream is written once, into the last chunk; the output buffers of all replicas refer to the
/// same chunks, so a hundred replicas cost no copies. What is older than <see cref="SizeBytes"/> goes chunk by chunk, but not before
/// the slowest replica has been sent it: a replica that lags makes the log longer, which its output limit ends.
/// </para>
/// <para>
/// Invariants: chunks follow each other without a gap; <see cref="StartOffset"/> is the offset of the first one, <see cref="EndOffset"/> that of the end of
/// the last. Cost: appending copies; feeding a replica is a binary search and, when it keeps up, one addition. Chunks are used
/// again, so a steady stream allocates nothing.
/// </para>
/// </summary>
internal sealed class Backlog(ChunkPool pool) : IReplicationStream, IDisposable
{
    private const int MaxChunkBytes = 1 << 20;
    private const int ChunksPerBacklog = 16;
    private const int MaxSpares = 4;

    private readonly Stack<SharedChunk> _spares = new();

    // A ring; its length is a power of two.
    private Part[] _parts = new Part[32];
    private int _first;
    private int _count;

    /// <summary>Bytes that are kept at least, once there are so many: <c>repl-backlog-size</c>.</summary>
    public long SizeBytes { get; set; } = 1 << 20;

    /// <summary>Whether the stream is kept. While it is not, nothing can be appended.</summary>
    public bool IsActive { get; private set; }

    /// <summary>Bytes of the stream before the first that is kept.</summary>
    public long StartOffset { get; private set; }

    /// <summary>Bytes of the stream so far.</summary>
    public long EndOffset { get; private set; }

    /// <summary>Bytes that are kept.</summary>
    public long Length => EndOffset - StartOffset;

    /// <summary>Memory that is held.</summary>
    public long MemoryBytes { get; private set; }

    /// <summary>Begins to keep the stream, from its present end on.</summary>
    public void Activate() => IsActive = true;

    /// <summary>Drops what is kept, and keeps nothing any more.</summary>
    public void Free()
    {
        Clear();
        IsActive = false;
    }

    /// <summary>Drops what is kept: the stream goes on from another place.</summary>
    public void Restart(long offset)
    {
        Clear();
        StartOffset = offset;
        EndOffset = offset;
    }

    /// <summary>Whether the stream can be given from <paramref name="offset"/> on.</summary>
    public bool Holds(long offset) => IsActive && offset >= StartOffset && offset <= EndOffset;

    /// <summary>Appends to the stream.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (!IsActive)
        {
            throw new InvalidOperationException("the replication stream is not kept");
        }

        EndOffset += bytes.Length;
        while (!bytes.IsEmpty)
        {
            Span<byte> room = Room(1);
            int count = Math.Min(room.Length, bytes.Length);
            bytes[..count].CopyTo(room);
            At(_count - 1).Length += count;
            bytes = bytes[count..];
        }
    }

    /// <summary>Room for a few bytes in one piece, which <see cref="Advance"/> makes part of the stream.</summary>
    public Span<byte> GetSpan(int size) => Room(size);

    public void Advance(int count)
    {
        EndOffset += count;
        At(_count - 1).Length += count;
    }

    /// <summary>Has <paramref name="output"/> refer to everything from <paramref name="cursor"/> on, which moves to the end.</summary>
    public void Feed(OutputBuffer output, ref long cursor)
    {
        if (cursor == EndOffset)
        {
            return;
        }

        for (int i = Find(cursor); i < _count; i++)
        {
            ref Part part = ref At(i);
            output.AppendStream(part.Chunk, (int)(cursor - part.Start), part.Length);
            cursor = part.Start + part.Length;
        }
    }

    /// <summary>Copies up to <paramref name="count"/> bytes from an offset on.</summary>
    /// <returns>How many there were.</returns>
    public int CopyTo(long offset, Span<byte> target)
    {
        int copied = 0;
        for (int i = offset == EndOffset ? _count : Find(offset); i < _count && copied < target.Length; i++)
        {
            ref Part part = ref At(i);
            Span<byte> bytes = part.Chunk.Bytes.Span[(int)(offset + copied - part.Start)..part.Length];
            int count = Math.Min(bytes.Length, target.Length - copied);
            bytes[..count].CopyTo(target[copied..]);
            copied += count;
        }

        return copied;
    }

    /// <summary>Gives up what is too old.</summary>
    /// <param name="neededFrom">The offset of the first byte that somebody is still to be sent.</param>
    public void Trim(long neededFrom)
    {
        while (_count > 1)
        {
            ref Part head = ref At(0);
            long end = head.Start + head.Length;
            if (EndOffset - end < SizeBytes || end > neededFrom)
            {
                break;
            }

            StartOffset = end;
            RemoveFirst();
        }
    }

    public void Dispose()
    {
        Free();
        while (_spares.TryPop(out SharedChunk? spare))
        {
            Release(spare);
        }
    }

    private int ChunkBytes => (int)Math.Clamp(SizeBytes / ChunksPerBacklog, ChunkPool.ChunkSize, MaxChunkBytes);

    private ref Part At(int index) => ref _parts[(_first + index) & (_parts.Length - 1)];

    /// <summary>The part in which a byte lies that is kept.</summary>
    private int Find(long offset)
    {
        int low = 0;
        int high = _count - 1;

        // Nearly always it is the last one.
        int middle = high;
        while (low < high)
        {
            if (At(middle).Start <= offset)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }

            middle = low + ((high - low + 1) / 2);
        }

        return low;
    }

    /// <summary>The rest of the last chunk; when less than <paramref name="size"/> are left, that of a new one.</summary>
    private Span<byte> Room(int size)
    {
        if (_count > 0)
        {
            ref Part last = ref At(_count - 1);
            if (last.Length <= last.Chunk.Bytes.Size - size)
            {
                return last.Chunk.Bytes.Span[last.Length..];
            }
        }

        long start = _count == 0 ? StartOffset : At(_count - 1).Start + At(_count - 1).Length;
        if (_count == _parts.Length)
        {
            var grown = new Part[_count * 2];
            for (int i = 0; i < _count; i++)
            {
                grown[i] = At(i);
            }

            _parts = grown;
            _first = 0;
        }

        if (!_spares.TryPop(out SharedChunk? chunk))
        {
            chunk = pool.RentShared(ChunkBytes);
            MemoryBytes += chunk.Bytes.Size;
        }

        _count++;
        At(_count - 1) = new Part { Chunk = chunk, Start = start };
        return chunk.Bytes.Span;
    }

    private void Clear()
    {
        while (_count > 0)
        {
            RemoveFirst();
        }

        while (_spares.TryPop(out SharedChunk? spare))
        {
            Release(spare);
        }

        StartOffset = EndOffset;
    }

    private void RemoveFirst()
    {
        SharedChunk chunk = At(0).Chunk;
        At(0) = default;
        _first = (_first + 1) & (_parts.Length - 1);
        _count--;

        // What somebody still sends from cannot be written over.
        if (!chunk.IsShared && _spares.Count < MaxSpares && IsUsual(chunk))
        {
            _spares.Push(chunk);
        }
        else
        {
            Release(chunk);
        }
    }

    private bool IsUsual(SharedChunk chunk) => chunk.Bytes.Size >= ChunkBytes && chunk.Bytes.Size < 2 * ChunkBytes;

    private void Release(SharedChunk chunk)
    {
        MemoryBytes -= chunk.Bytes.Size;
        chunk.Release(pool);
    }

    /// <summary>A chunk and what of the stream is in it.</summary>
    private struct Part
    {
        public SharedChunk Chunk;
        public long Start;
        public int Length;
    }
}
