using System.Collections.Concurrent;
using Spinel.Engine.Background;
using Spinel.Memory;
using Spinel.Persistence.Rdb;

namespace Spinel.Persistence.Snapshot;

/// <summary>
/// The thread that makes a file of what the walk gives it: compresses, sums up, writes. Chunks go to it through a queue and come back empty.
/// The queue is what a slow disk fills; the walk looks at <see cref="HasRoom"/> and waits, old images of keys that are about to change cannot.
/// </summary>
internal sealed class SnapshotEncoder
{
    /// <summary>4 MB between the threads: enough to keep both busy, and nothing in proportion to the data.</summary>
    private const int MaxQueuedChunks = 128;

    /// <summary>A quarter of a megabyte at once: waking the thread for every chunk costs the engine more than filling it.</summary>
    private const int ChunksWorthWaking = 8;

    private const int SmallChunkBytes = 8 * 1024;

    private readonly ISnapshotSink _sink;
    private readonly bool _compress;
    private readonly bool _checksum;
    private readonly bool _hasEnd;
    private readonly Action<Exception?> _whenDone;
    private readonly WorkQueue<RdbChunk> _queue = new(ChunksWorthWaking);
    private readonly ConcurrentQueue<RdbChunk> _free = new();
    private Thread? _thread;
    private bool _givesWay;
    private volatile bool _isCancelled;
    private long _writtenBytes;

    /// <param name="sink">Where the bytes go.</param>
    /// <param name="compress">Whether strings are compressed.</param>
    /// <param name="checksum">Whether the file ends with a checksum.</param>
    /// <param name="hasEnd">Whether the file ends with the mark of its end.</param>
    /// <param name="whenDone">Called on the thread at the end, with what went wrong.</param>
    public SnapshotEncoder(ISnapshotSink sink, bool compress, bool checksum, bool hasEnd, Action<Exception?> whenDone)
    {
        _sink = sink;
        _compress = compress;
        _checksum = checksum;
        _hasEnd = hasEnd;
        _whenDone = whenDone;
    }

    /// <summary>Whether the walk should go on.</summary>
    public bool HasRoom => _queue.Count < MaxQueuedChunks;

    public long WrittenBytes => Interlocked.Read(ref _writtenBytes);

    /// <summary>Starts the thread.</summary>
    /// <param name="givesWay">Clients are served meanwhile: with few processors they would otherwise wait for compression.</param>
    public void Start(bool givesWay)
    {
        _givesWay = givesWay;
        _thread = new Thread(Run) { IsBackground = true, Name = "spinel-snapshot" };
        _thread.Start();
    }

    /// <summary>Waits for the end of the thread.</summary>
    public void Wait() => _thread?.Join();

    /// <summary>An empty chunk.</summary>
    public RdbChunk Rent() => _free.TryDequeue(out RdbChunk? chunk) ? chunk : new RdbChunk();

    /// <summary>An empty chunk for what has to wait: there may be many of them.</summary>
    public static RdbChunk RentSmall() => new(SmallChunkBytes);

    /// <summary>Hands a chunk over.</summary>
    public void Submit(RdbChunk chunk) => _queue.Add(chunk);

    /// <summary>Nothing follows.</summary>
    public void CompleteQueue() => _queue.Complete();

    /// <summary>Gives up: the thread drops what it has. It still reports its end.</summary>
    public void Cancel()
    {
        _isCancelled = true;
        _queue.Complete();
        _sink.GiveUp();
    }

    /// <summary>The engine is not there to make room for what is written: only what needs none can still be completed.</summary>
    public void StopWaiting() => _sink.GiveUp();

    private void Run()
    {
        if (_givesWay)
        {
            SystemThread.GiveWay();
        }

        Exception? failure = null;
        try
        {
            Encode();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            failure = e;
            _sink.Abandon();

            // The walk may go on filling the queue until it hears of this.
            while (_queue.TryTake(out RdbChunk? chunk))
            {
                Return(chunk);
            }
        }

        _sink.Dispose();
        _whenDone(failure);
    }

    private void Encode()
    {
        var output = new RdbFileOutput(_sink.Stream, _compress, _checksum);
        while (_queue.TryTake(out RdbChunk? chunk))
        {
            ThrowIfCancelled();
            output.Write(chunk);
            Return(chunk);
            Interlocked.Exchange(ref _writtenBytes, output.WrittenBytes);
            _sink.OnWritten(output.WrittenBytes);
        }

        ThrowIfCancelled();
        if (_hasEnd)
        {
            output.Complete();
        }
        else
        {
            output.Flush();
        }

        _sink.Complete();
    }

    private void ThrowIfCancelled()
    {
        if (_isCancelled)
        {
            throw new OperationCanceledException("the snapshot was given up");
        }
    }

    private void Return(RdbChunk chunk)
    {
        chunk.Clear();
        if (chunk.SizeBytes == RdbChunk.DefaultBytes && _free.Count < MaxQueuedChunks)
        {
            _free.Enqueue(chunk);
        }
    }
}
