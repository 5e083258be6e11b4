using System.Collections.Concurrent;
using System.Text;
using Spinel.Engine;
using Spinel.Engine.Background;
using Spinel.Engine.Sessions;
using Spinel.Persistence.Files;
using Spinel.Persistence.Snapshot;

namespace Spinel.Replication.Primary;

/// <summary>
/// A snapshot on its way to replicas, without a file: the thread that encodes it fills chunks, the engine thread has the output buffers of all replicas refer to
/// them, and a chunk that all have been sent goes back to be filled again. There are few chunks, so the slowest replica sets the pace, and the snapshot
/// takes no memory in proportion to the data. What follows the snapshot waits in the backlog.
/// <para>
/// Sending is the engine thread's work, and on the way to a replica on the same machine the kernel does the receiving in the same breath: a chunk a turn, and none to a replica that has not been
/// sent the last one, is what other clients hardly notice.
/// </para>
/// <para>
/// Chunks are made, counted and freed on the engine thread; the other one only writes into those that it was handed.
/// </para>
/// </summary>
internal sealed class SocketTransfer : ISnapshotSink
{
    private const int ChunkBytes = 128 * 1024;
    private const int ChunkCount = 8;

    private readonly SpinelEngine _engine;
    private readonly byte[] _mark;
    private readonly WorkQueue<SharedChunk> _empty = new();
    private readonly ConcurrentQueue<(SharedChunk Chunk, int Length)> _filled = new();
    private readonly List<SharedChunk> _underWay = [];
    private readonly Action _wake = static () => { };
    private SharedChunk? _filling;
    private int _fillingLength;
    private bool _isReleased;
    private volatile bool _isGivenUp;

    public SocketTransfer(SpinelEngine engine)
    {
        _engine = engine;
        string mark = RandomName.Create();
        _mark = Encoding.ASCII.GetBytes(mark);
        Header = $"$EOF:{mark}\r\n";
        Stream = new ChunkStream(this);
        for (int i = 0; i < ChunkCount; i++)
        {
            _empty.Add(engine.Chunks.RentShared(ChunkBytes));
        }
    }

    /// <summary>What a replica is sent first: the mark by which it recognizes the end.</summary>
    public string Header { get; }

    public Stream Stream { get; }

    /// <summary>Memory of the chunks.</summary>
    public static long MemoryBytes => ChunkBytes * ChunkCount;

    /// <summary>Whether there is a chunk to be handed on, or one to be filled again. While a replica has to be sent the last one first, its socket wakes the loop.</summary>
    public bool HasWork(List<ReplicaLink> links) => (!_filled.IsEmpty && HaveRoom(links)) || _underWay.Exists(static chunk => !chunk.IsShared);

    /// <summary>Hands a chunk that has been written to the replicas, and takes back what all have been sent.</summary>
    public void Step(List<ReplicaLink> links)
    {
        if (HaveRoom(links) && _filled.TryDequeue(out (SharedChunk Chunk, int Length) piece))
        {
            Hand(links, piece.Chunk, piece.Length);
        }

        for (int i = _underWay.Count - 1; i >= 0; i--)
        {
            if (!_underWay[i].IsShared)
            {
                _empty.Add(_underWay[i]);
                _underWay.RemoveAt(i);
            }
        }
    }

    /// <summary>The other thread has ended: hands on what is left, and gives the chunks up. Those that are still to be sent live on in the output buffers.</summary>
    public void End(List<ReplicaLink> links)
    {
        while (_filled.TryDequeue(out (SharedChunk Chunk, int Length) left))
        {
            Hand(links, left.Chunk, left.Length);
        }

        foreach (SharedChunk chunk in _underWay)
        {
            chunk.Release(_engine.Chunks);
        }

        _underWay.Clear();
        while (_empty.TryTakeNow(out SharedChunk? chunk))
        {
            chunk.Release(_engine.Chunks);
        }

        _filling?.Release(_engine.Chunks);
        _filling = null;
        _isReleased = true;
    }

    public void OnWritten(long bytes)
    {
    }

    public void Complete()
    {
        Write(_mark);
        HandOver();
    }

    public void GiveUp()
    {
        if (!_isReleased)
        {
            _isGivenUp = true;
            _empty.Complete();
        }
    }

    public void Abandon()
    {
    }

    public void Dispose()
    {
    }

    private static bool HaveRoom(List<ReplicaLink> links) => !links.Exists(static link => link.Session.Output.Length >= ChunkBytes && !link.Session.IsClosed);

    private void Hand(List<ReplicaLink> links, SharedChunk chunk, int length)
    {
        foreach (ReplicaLink link in links)
        {
            if (!link.Session.IsClosed)
            {
                link.Session.Output.AppendStream(chunk, 0, length);
                _engine.AddPendingWrite(link.Session);
            }
        }

        _underWay.Add(chunk);
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            _filling ??= TakeEmpty();
            Span<byte> room = _filling.Bytes.Span[_fillingLength..];
            int count = Math.Min(room.Length, bytes.Length);
            bytes[..count].CopyTo(room);
            _fillingLength += count;
            bytes = bytes[count..];
            if (count == room.Length)
            {
                HandOver();
            }
        }
    }

    private SharedChunk TakeEmpty() =>
        !_isGivenUp && _empty.TryTake(out SharedChunk? chunk) ? chunk : throw new OperationCanceledException("the transfer was given up");

    private void HandOver()
    {
        if (_filling is { } chunk)
        {
            _filled.Enqueue((chunk, _fillingLength));
            _filling = null;
            _fillingLength = 0;
            _engine.Mailbox.Post(_wake);
        }
    }

    private sealed class ChunkStream(SocketTransfer owner) : WriteOnlyStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => owner.Write(buffer);
    }
}
