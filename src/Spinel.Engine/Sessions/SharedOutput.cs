using System.Buffers;
using Spinel.Memory;

namespace Spinel.Engine.Sessions;

/// <summary>
/// Writes messages that go to several clients: each once, one behind the other in a chunk that the output buffers of its receivers refer to. The
/// chunk is used again from its beginning as soon as nobody has anything of it left to send, which with clients that keep up is at every turn.
/// </summary>
internal sealed class SharedOutput(ChunkPool pool) : IBufferWriter<byte>, IDisposable
{
    /// <summary>A <see cref="Protocol.ReplyWriter"/> asks for a little more room than its headers need.</summary>
    private const int Slack = 64;

    private readonly ChunkPool _pool = pool;
    private SharedChunk? _chunk;
    private int _start;
    private int _end;

    /// <summary>The longest message: a chunk holds it in one piece.</summary>
    public const long MaxMessageBytes = int.MaxValue - (1 << 16);

    /// <summary>Begins a message.</summary>
    /// <param name="maxBytes">Its greatest length, at most <see cref="MaxMessageBytes"/>.</param>
    public void Begin(long maxBytes)
    {
        int room = checked((int)(maxBytes + Slack));
        if (_chunk is { IsShared: false } unused)
        {
            if (unused.Bytes.Size > ChunkPool.ChunkSize && room <= ChunkPool.ChunkSize)
            {
                // It was made for one big message.
                Dispose();
            }

            _end = 0;
        }

        if (_chunk is null || _chunk.Bytes.Size - _end < room)
        {
            Dispose();
            _chunk = _pool.RentShared(room);
            _end = 0;
        }

        _start = _end;
    }

    /// <summary>Ends the message. It is valid until the next one begins, unless a buffer has taken it.</summary>
    public SharedMessage End() => new(_chunk!, _start, _end);

    public void Advance(int count) => _end += count;

    public Span<byte> GetSpan(int sizeHint = 0) => _chunk!.Bytes.Span[_end..];

    public Memory<byte> GetMemory(int sizeHint = 0) => throw new NotSupportedException("the buffer is native memory; use GetSpan");

    /// <summary>Gives the chunk up. Buffers that refer to it keep it alive.</summary>
    public void Dispose()
    {
        _chunk?.Release(_pool);
        _chunk = null;
    }
}

/// <summary>A message in a chunk that is shared.</summary>
internal readonly record struct SharedMessage(SharedChunk Chunk, int Start, int End)
{
    public ReadOnlySpan<byte> Bytes => Chunk.Bytes.Span[Start..End];
}

/// <summary>A chunk that several output buffers send from, and the number of those who hold it.</summary>
internal sealed class SharedChunk
{
    public NativeChunk Bytes { get; set; } = null!;

    /// <summary>The buffers that refer to it, and its writer. On the engine thread only, so a plain number.</summary>
    public int References { get; set; }

    /// <summary>Somebody besides its writer holds it.</summary>
    public bool IsShared => References > 1;

    public void Release(ChunkPool pool)
    {
        if (--References == 0)
        {
            pool.Return(this);
        }
    }
}
