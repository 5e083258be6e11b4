using System.Buffers;
using System.Collections.Concurrent;
using Spinel.Dashboard.Security;
using Spinel.Engine;
using Spinel.Engine.Sessions;
using Spinel.Protocol;

namespace Spinel.Dashboard.Channels;

/// <summary>
/// One session in the engine, fed and read by threads outside of it: what a socket and its transport are to other clients. It speaks RESP3.
/// <para>
/// Requests cross to the engine by a queue and a letter; output crosses back in pooled chunks, which a pool thread cuts into replies for the
/// <see cref="IChannelReader"/>. The reader never waits for a browser, so the engine never keeps output for long: at most <see cref="MaxUndigestedBytes"/> are on
/// their way, and a longer reply stays in the session's output buffer until the pool thread has come after, as it would with a socket.
/// </para>
/// </summary>
internal sealed class EngineChannel : IInProcessConnection, IThreadPoolWorkItem
{
    private const int ChunkBytes = 64 * 1024;
    private const int MaxUndigestedBytes = 4 << 20;
    private const int MaxTakenPerTurnBytes = 1 << 20;

    /// <summary>While so much waits to be taken, no further request is fed.</summary>
    private const int MaxWaitingBytes = 8 << 20;

    /// <summary>The engine writes no more than this: to make a reply of hundreds of megabytes only to throw it away would hold up everybody.</summary>
    private const long MinOutputLimitBytes = 64L << 20;

    private readonly SpinelEngine _engine;
    private readonly Viewer _viewer;
    private readonly IChannelReader _reader;
    private readonly ReplyScanner _scanner;
    private readonly bool _isObserving;
    private readonly long _outputLimitBytes;
    private readonly ConcurrentQueue<ArraySegment<byte>> _requests = new();
    private readonly ConcurrentQueue<Chunk> _chunks = new();
    private readonly Action _feed;
    private readonly Action _takeMore;
    private Session? _session;
    private string? _closedReason;
    private int _feedPosted;
    private int _isReading;
    private long _pendingBytes;
    private long _undigestedBytes;
    private bool _isHeldBack;
    private bool _isClosed;
    private bool _hasFailed;
    private volatile bool _closeAsked;

    /// <param name="engine">The engine.</param>
    /// <param name="viewer">In whose name the session acts.</param>
    /// <param name="reader">Who hears what it says.</param>
    /// <param name="maxReplyBytes">The longest reply that is kept.</param>
    /// <param name="isObserving">Nobody asked for each of its commands: the dashboard does, to show what there is.</param>
    internal EngineChannel(SpinelEngine engine, Viewer viewer, IChannelReader reader, int maxReplyBytes, bool isObserving = false)
    {
        _isObserving = isObserving;
        _engine = engine;
        _viewer = viewer;
        _reader = reader;
        _scanner = new ReplyScanner(maxReplyBytes);
        _outputLimitBytes = Math.Max(MinOutputLimitBytes, 2L * maxReplyBytes);
        _feed = Feed;
        _takeMore = TakeMore;
    }

    /// <summary>Bytes of requests that the engine has not taken yet.</summary>
    internal long PendingBytes => Interlocked.Read(ref _pendingBytes);

    /// <summary>The session's id in CLIENT LIST; 0 before it is open. On the engine thread.</summary>
    internal Session? Session => _session;

    long IConnection.FileDescriptor => -1;

    string IConnection.RemoteAddress => _viewer.RemoteAddress;

    string IConnection.LocalAddress => _viewer.LocalAddress;

    bool IConnection.IsUnixSocket => false;

    bool IConnection.IsLoopback => _viewer.IsLoopback;

    /// <summary>Sends requests. <paramref name="request"/> is rented from the shared pool, and the channel's from here on.</summary>
    internal void Send(ArraySegment<byte> request)
    {
        Interlocked.Add(ref _pendingBytes, request.Count);
        _requests.Enqueue(request);
        PostFeed();
    }

    /// <summary>Ends the session. What is on its way is lost; the reader hears nothing more.</summary>
    internal void Close()
    {
        _closeAsked = true;
        PostFeed();
    }

    /// <summary>Reads what the engine has sent; on one pool thread at a time.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        do
        {
            while (_chunks.TryDequeue(out Chunk chunk))
            {
                TryDigest(chunk);
            }

            Volatile.Write(ref _isReading, 0);
        }
        while (!_chunks.IsEmpty && Interlocked.Exchange(ref _isReading, 1) == 0);
    }

    void IInProcessConnection.Deliver(Session session) => Take(session);

    private bool HasRoomForOutput => _isClosed || _session is null || _session.Output.Length < MaxWaitingBytes;

    private string ReasonOfServer => _session is { Output.IsCutOff: true }
        ? $"a reply was longer than the {_outputLimitBytes >> 20} MB that the engine keeps for the dashboard"
        : "the server closed the session";

    private void PostFeed()
    {
        if (Interlocked.Exchange(ref _feedPosted, 1) == 0)
        {
            _engine.Mailbox.Post(_feed);
        }
    }

    /// <summary>Runs what has been sent; on the engine thread.</summary>
    private void Feed()
    {
        Volatile.Write(ref _feedPosted, 0);
        Interlocked.MemoryBarrier();
        if (_closeAsked)
        {
            End(null);
        }

        if (_session is null && !_isClosed)
        {
            Open();
        }

        while (HasRoomForOutput && _requests.TryDequeue(out ArraySegment<byte> request))
        {
            Interlocked.Add(ref _pendingBytes, -request.Count);
            if (!_isClosed)
            {
                _session!.Receive(request);
            }

            ArrayPool<byte>.Shared.Return(request.Array!);
        }
    }

    private void Open()
    {
        if (!_viewer.IsStillAllowed(_engine))
        {
            End("the user is gone, or has another password now");
            return;
        }

        if (_engine.Sessions.Count >= _engine.Limits.MaxClients)
        {
            _engine.Statistics.RejectedConnections++;
            End("max number of clients reached");
            return;
        }

        _session = new Session(_engine, this, _engine.Sessions.NextId())
        {
            User = _viewer.User,
            IsAuthenticated = true,
            Protocol = RespVersion.Resp3,
            Name = "dashboard"u8.ToArray(),
            IsObserving = _isObserving,
        };
        _session.Output.Limits = OutputLimits.Hard(_outputLimitBytes);
        _engine.Statistics.TotalConnections++;
        _engine.Sessions.Add(_session);
        _engine.ClientMemory.Update(_session);
    }

    private void TakeMore()
    {
        if (_session is { } session && !_isClosed)
        {
            Take(session);
        }
    }

    private void Take(Session session)
    {
        if (_isClosed)
        {
            return;
        }

        if (session.IsClosed)
        {
            End(ReasonOfServer);
            return;
        }

        long now = _engine.Clock.Timestamp();
        int taken = 0;
        while (!session.Output.IsEmpty && taken < MaxTakenPerTurnBytes && Interlocked.Read(ref _undigestedBytes) < MaxUndigestedBytes)
        {
            ReadOnlySpan<byte> segment = session.Output.FirstSegment;
            int count = Math.Min(segment.Length, ChunkBytes);
            byte[] bytes = ArrayPool<byte>.Shared.Rent(count);
            segment[..count].CopyTo(bytes);
            session.Output.Consume(count);
            taken += count;
            Interlocked.Add(ref _undigestedBytes, count);
            Enqueue(new Chunk(bytes, count, now, null));
        }

        if (taken > 0)
        {
            _engine.OnSent(session, taken);
        }

        if (!_requests.IsEmpty && HasRoomForOutput)
        {
            PostFeed();
        }

        if (session.Output.IsEmpty)
        {
            if (session.CloseAfterReply)
            {
                End(ReasonOfServer);
            }
        }
        else if (Interlocked.Read(ref _undigestedBytes) >= MaxUndigestedBytes)
        {
            // The reader asks for more when it has come after, unless it has just done so.
            Volatile.Write(ref _isHeldBack, true);
            if (Interlocked.Read(ref _undigestedBytes) < MaxUndigestedBytes / 2 && Interlocked.Exchange(ref _isHeldBack, false))
            {
                _engine.Mailbox.Post(_takeMore);
            }
        }
        else
        {
            _engine.Mailbox.Post(_takeMore);
        }
    }

    private void End(string? reason)
    {
        if (_isClosed)
        {
            return;
        }

        _isClosed = true;
        _closedReason = reason;
        _session?.OnDisconnected();
        PostFeed();
        if (reason is not null)
        {
            Enqueue(new Chunk([], 0, 0, reason));
        }
    }

    private void Enqueue(Chunk chunk)
    {
        _chunks.Enqueue(chunk);
        if (Interlocked.Exchange(ref _isReading, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>A bug in showing things must not stop the server: it ends the channel.</summary>
    private void TryDigest(Chunk chunk)
    {
        if (_hasFailed)
        {
            return;
        }

        try
        {
            Digest(chunk);
        }
        catch (Exception e)
        {
            _hasFailed = true;
            _engine.Log.Write(ServerLogLevel.Warning, "The dashboard could not read a reply: " + e);
            Close();
            _reader.OnClosed("the dashboard could not read a reply");
        }
    }

    private void Digest(Chunk chunk)
    {
        if (chunk.ClosedReason is { } reason)
        {
            _reader.OnClosed(reason);
            return;
        }

        _scanner.Append(chunk.Bytes.AsSpan(0, chunk.Count));
        ArrayPool<byte>.Shared.Return(chunk.Bytes);
        while (_scanner.TryRead(out ScannedReply reply))
        {
            if (!_closeAsked)
            {
                _reader.OnReply(reply, chunk.Timestamp);
            }
        }

        _scanner.Release();
        long left = Interlocked.Add(ref _undigestedBytes, -chunk.Count);
        if (left < MaxUndigestedBytes / 2 && Interlocked.Exchange(ref _isHeldBack, false))
        {
            _engine.Mailbox.Post(_takeMore);
        }
    }

    private readonly record struct Chunk(byte[] Bytes, int Count, long Timestamp, string? ClosedReason);
}

/// <summary>Hears what the engine says on a channel. Called on pool threads, one call at a time; must not wait for anything.</summary>
internal interface IChannelReader
{
    /// <summary>A reply or a push has come, valid during the call.</summary>
    /// <param name="reply">Its bytes.</param>
    /// <param name="timestamp">When it left the engine, on the engine's monotonic clock.</param>
    void OnReply(ScannedReply reply, long timestamp);

    /// <summary>The engine has ended the session.</summary>
    void OnClosed(string reason);
}
