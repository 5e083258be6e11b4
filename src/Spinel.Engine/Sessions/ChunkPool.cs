using Spinel.Memory;

namespace Spinel.Engine.Sessions;

/// <summary>
/// The chunks that reply buffers borrow. A client holds chunks only while it has replies to send, so ten thousand idle clients hold none,
/// and those that are served in turn share the same few, which therefore stay in the processor's cache.
/// </summary>
internal sealed class ChunkPool(NativeHeap heap)
{
    /// <summary>Room for the replies of a deep pipeline of small commands.</summary>
    public const int ChunkSize = 16 * 1024;

    private const int MaxIdleChunks = 256;

    /// <summary>So many are kept however little there is to do.</summary>
    private const int LeastIdleChunks = 4;

    private readonly Stack<NativeChunk> _idle = new();
    private readonly Stack<SharedChunk> _idleShared = new();

    /// <summary>The fewest that were idle since <see cref="Trim"/>: so many nobody needed.</summary>
    private int _unneeded;

    /// <summary>Bytes held by chunks, lent and idle.</summary>
    public long Bytes { get; private set; }

    /// <summary>Bytes of the chunks that several clients are sent from.</summary>
    public long SharedBytes { get; private set; }

    /// <summary>Lends a chunk of at least <paramref name="minimumSize"/> bytes.</summary>
    public NativeChunk Rent(int minimumSize)
    {
        if (minimumSize <= ChunkSize && _idle.TryPop(out NativeChunk? chunk))
        {
            _unneeded = Math.Min(_unneeded, _idle.Count);
            return chunk;
        }

        var made = new NativeChunk(heap, Math.Max(ChunkSize, minimumSize));
        Bytes += made.Size;
        return made;
    }

    public void Return(NativeChunk chunk)
    {
        if (chunk.Size == ChunkSize && _idle.Count < MaxIdleChunks)
        {
            _idle.Push(chunk);
            return;
        }

        Bytes -= chunk.Size;
        chunk.Free();
    }

    /// <summary>Frees a part of the chunks that nobody has needed since the last call.</summary>
    public void Trim()
    {
        const int Share = 8;
        for (int i = (Math.Max(0, _unneeded - LeastIdleChunks) + Share - 1) / Share; i > 0 && _idle.TryPop(out NativeChunk? chunk); i--)
        {
            Bytes -= chunk.Size;
            chunk.Free();
        }

        _unneeded = _idle.Count;
    }

    /// <summary>Lends a chunk that several may hold, to the first of them.</summary>
    public SharedChunk RentShared(int minimumSize)
    {
        if (!_idleShared.TryPop(out SharedChunk? shared))
        {
            shared = new SharedChunk();
        }

        shared.Bytes = Rent(minimumSize);
        shared.References = 1;
        SharedBytes += shared.Bytes.Size;
        return shared;
    }

    /// <summary>Takes back what nobody holds any more.</summary>
    public void Return(SharedChunk shared)
    {
        SharedBytes -= shared.Bytes.Size;
        Return(shared.Bytes);
        shared.Bytes = null!;
        if (_idleShared.Count < MaxIdleChunks)
        {
            _idleShared.Push(shared);
        }
    }

    /// <summary>Frees the idle chunks.</summary>
    public void Clear()
    {
        while (_idle.TryPop(out NativeChunk? chunk))
        {
            Bytes -= chunk.Size;
            chunk.Free();
        }
    }
}
