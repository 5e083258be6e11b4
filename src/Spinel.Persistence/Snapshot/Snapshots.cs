using Spinel.Engine;
using Spinel.Persistence.Loading;
using Spinel.Persistence.Rdb;

namespace Spinel.Persistence.Snapshot;

/// <summary>What a snapshot is made for.</summary>
internal enum SnapshotPurpose
{
    /// <summary>The snapshot file: BGSAVE, SAVE, save points.</summary>
    Save,

    /// <summary>The base of a rewritten append-only log.</summary>
    LogBase,

    /// <summary>Replicas that need all of the data.</summary>
    Replicas,
}

/// <summary>
/// The one snapshot that may be under way: begins it, drives it in slices between turns, and tells who ordered it how it ended.
/// <para>
/// A slice follows the replies of its turn: while a client reads its own and thinks of the next request, the walk goes on. It takes half as long as the turn, so that a busy server gives
/// a third of its time to the snapshot; and no longer than a fifth of a millisecond and a chunk of a large value, which is what a client may have to wait for it. As long as clients are
/// served, the loop rests between the slices, and the next one is as long as the rest was: where other threads want the processor too, the engine gets it back at once when a client
/// asks. With nobody to serve the walk does not rest.
/// </para>
/// </summary>
internal sealed class Snapshots
{
    private const int KeysPerStep = 16;
    private const long MinSliceMicroseconds = 20;
    private const long MaxSliceMicroseconds = 200;
    private const int BucketsPerSweep = 2048;
    private const int RestBetweenSlicesMicroseconds = 100;

    /// <summary>After so long without commands nobody is being served.</summary>
    private const long QuietMicroseconds = 100_000;

    private readonly SpinelEngine _engine;
    private readonly IReadOnlyList<byte[]> _functions;
    private SnapshotWalk? _walk;
    private SnapshotEncoder? _encoder;
    private Order? _order;
    private bool _isSweeping;
    private bool _isSwept;
    private bool _mark;
    private long _lastSliceEnd;
    private long _nextKeyMicroseconds;
    private long _lastCommands;
    private long _lastCommandAt;

    /// <param name="engine">The engine.</param>
    /// <param name="functions">The libraries of functions that belong to the data.</param>
    public Snapshots(SpinelEngine engine, IReadOnlyList<byte[]> functions)
    {
        _engine = engine;
        _functions = functions;
    }

    /// <summary>True while there is one, or its traces are being cleared away: no other can begin.</summary>
    public bool IsActive => _walk is not null || IsHeldBack;

    /// <summary>True while none may begin, because other data is about to take the place of what there is.</summary>
    public bool IsHeldBack { get; set; }

    /// <summary>What the present one is for.</summary>
    public SnapshotPurpose Purpose { get; private set; }

    /// <summary>True while one is written, and not only cleared away.</summary>
    public bool IsBusyWriting => _walk is not null && !_isSweeping;

    /// <summary>True while a snapshot for this purpose is written.</summary>
    public bool IsWriting(SnapshotPurpose purpose) => _walk is not null && !_isSweeping && Purpose == purpose;

    public long StartMs { get; private set; }

    public long WrittenKeys => _walk?.WrittenKeys ?? 0;

    public long TotalKeys => _walk?.TotalKeys ?? 0;

    /// <summary>Old images that wait to be written.</summary>
    public long ImageBytes => _walk?.ImageBytes ?? 0;

    /// <summary>The most that the old images of a snapshot have come to.</summary>
    public long LastImageBytes { get; private set; }

    public long WrittenBytes => _encoder?.WrittenBytes ?? 0;

    /// <summary>How long the loop may sleep.</summary>
    public int MaxTimeoutMs
    {
        get
        {
            if (_walk is null || (_walk.IsDone && !_isSweeping))
            {
                return int.MaxValue;
            }

            // With a full queue there is nothing to do but to wait for the other thread.
            return _isSwept ? 1 : _isSweeping || (_encoder!.HasRoom && _nextKeyMicroseconds == 0) ? 0 : 1;
        }
    }

    /// <summary>How long the loop should sleep between slices.</summary>
    public int RestMicroseconds =>
        _walk is { IsDone: false } && !_isSweeping && _nextKeyMicroseconds == 0 && _lastSliceEnd - _lastCommandAt < QuietMicroseconds ? RestBetweenSlicesMicroseconds : 0;

    /// <summary>Says which place in which history the data has; null, or a null answer, when nobody else knows the history.</summary>
    public Func<ReplicationPosition?>? Position { get; set; }

    /// <summary>What a file of this server says about itself.</summary>
    public RdbFileInfo Info(bool isAofBase)
    {
        // A log goes on behind its base, so that would say the wrong thing.
        ReplicationPosition? position = isAofBase ? null : Position?.Invoke();
        return new RdbFileInfo
        {
            CreatedSeconds = _engine.Clock.NowMs / 1000,
            UsedMemoryBytes = _engine.Heap.BytesInUse,
            IsAofBase = isAofBase,
            ReplicationId = position?.Id,
            ReplicationOffset = position?.Offset ?? 0,
            ReplicationDatabase = position?.Database ?? 0,
            Functions = _functions,
        };
    }

    /// <summary>Begins a snapshot of the present moment.</summary>
    /// <param name="purpose">What for.</param>
    /// <param name="sink">Where it goes.</param>
    /// <param name="info">What it says about itself.</param>
    /// <param name="whenEnded">Called on the engine thread when it is complete, or with what went wrong.</param>
    /// <param name="format">In which form.</param>
    public void Begin(SnapshotPurpose purpose, ISnapshotSink sink, RdbFileInfo info, Action<Exception?> whenEnded, ISnapshotFormat? format = null)
    {
        var order = new Order(whenEnded, serves: true);
        Start(purpose, sink, info, order, format, failure =>
        {
            order.Failure = failure;
            _engine.Mailbox.Post(() => End(order));
        });
    }

    /// <summary>Makes a snapshot here and now; nobody is served meanwhile.</summary>
    /// <returns>What went wrong, or null.</returns>
    public Exception? Make(SnapshotPurpose purpose, ISnapshotSink sink, RdbFileInfo info, ISnapshotFormat? format = null)
    {
        using var encoded = new ManualResetEventSlim();
        var order = new Order(static _ => { }, serves: false);
        Start(purpose, sink, info, order, format, failure =>
        {
            order.Failure = failure;
            encoded.Set();
        });
        WalkToEnd(_walk!);
        encoded.Wait();
        End(order);
        FinishSweep();
        return order.Failure;
    }

    /// <summary>Carries a snapshot that is under way to its end; nobody is served meanwhile. Not for one that goes to replicas, to which this thread sends it.</summary>
    public void CompleteNow()
    {
        if (!IsBusyWriting || _order is not { } order)
        {
            return;
        }

        WalkToEnd(_walk!);
        _encoder!.Wait();
        End(order);
    }

    /// <summary>Gives the snapshot up; whoever ordered it hears so.</summary>
    public void Cancel()
    {
        if (_walk is { IsDone: false } walk && !_isSweeping)
        {
            walk.Cancel();
            _isSweeping = true;
        }
        else if (Purpose == SnapshotPurpose.Replicas)
        {
            // It has been read, but not been taken.
            _encoder?.StopWaiting();
        }
    }

    /// <summary>Gives the snapshot up, and waits until all of it is gone.</summary>
    public void CancelNow()
    {
        Cancel();

        // The other thread removes what it has written; when the walk is over it is about to finish, and its result is worth waiting for.
        _encoder?.Wait();
        if (_order is { } order)
        {
            End(order);
        }

        FinishSweep();
    }

    /// <summary>Clears away at once what a snapshot that was given up has left, so that another one can begin.</summary>
    public void FinishSweep()
    {
        if (!_isSweeping)
        {
            return;
        }

        if (_order is { } order)
        {
            _encoder!.Wait();
            End(order);
        }

        while (_walk is not null)
        {
            Sweep(int.MaxValue);
        }
    }

    /// <summary>Goes on with the snapshot for a while.</summary>
    public void Step()
    {
        if (_walk is not { } walk)
        {
            return;
        }

        long start = _engine.Clock.MonotonicMicroseconds();
        if (_isSweeping)
        {
            Sweep(BucketsPerSweep);
        }
        else if (!walk.IsDone)
        {
            if (_engine.Statistics.TotalCommands != _lastCommands)
            {
                _lastCommands = _engine.Statistics.TotalCommands;
                _lastCommandAt = start;
            }

            long worked = _engine.TurnMicroseconds;
            long slept = Math.Max(0, start - _lastSliceEnd - worked);
            Step(walk, start, start + Math.Clamp(slept + (worked / 2), MinSliceMicroseconds, MaxSliceMicroseconds));
        }

        _lastSliceEnd = _engine.Clock.MonotonicMicroseconds();
        _engine.Statistics.SnapshotMicroseconds += _lastSliceEnd - start;
    }

    private static void WalkToEnd(SnapshotWalk walk)
    {
        while (!walk.IsDone)
        {
            walk.Step(int.MaxValue);
            if (!walk.IsDone)
            {
                // The queue is full.
                Thread.Sleep(1);
            }
        }
    }

    private void Step(SnapshotWalk walk, long now, long end)
    {
        long delay = _engine.Options.RdbKeySaveDelayMicroseconds;
        if (delay > 0)
        {
            // For tests that need a save to take its time.
            if (now >= _nextKeyMicroseconds)
            {
                walk.Step(1);
                _nextKeyMicroseconds = now + delay;
            }

            return;
        }

        _nextKeyMicroseconds = 0;
        while (!walk.IsDone && _encoder!.HasRoom && now < end)
        {
            walk.Step(KeysPerStep);
            now = _engine.Clock.MonotonicMicroseconds();
        }
    }

    private void Start(
        SnapshotPurpose purpose, ISnapshotSink sink, RdbFileInfo info, Order order, ISnapshotFormat? format, Action<Exception?> whenEncoded)
    {
        if (IsActive)
        {
            throw new InvalidOperationException("there is a snapshot already");
        }

        Purpose = purpose;
        StartMs = _engine.Clock.NowMs;
        _order = order;
        format ??= new RdbSnapshotFormat();
        bool compresses = format.HasEnd && _engine.Options.RdbCompression;
        _encoder = new SnapshotEncoder(sink, compresses, _engine.Options.RdbChecksum, format.HasEnd, whenEncoded);
        _mark = !_mark;
        _walk = SnapshotWalk.Begin(_engine, _encoder, format, info, _mark);
        _lastSliceEnd = _engine.Clock.MonotonicMicroseconds();
        _encoder.Start(order.Serves);
    }

    private void End(Order order)
    {
        if (_order != order)
        {
            // It was waited for, and has been dealt with.
            return;
        }

        _order = null;
        LastImageBytes = _walk!.ImageBytes;
        if (!_walk.IsDone && !_isSweeping)
        {
            // The disk refused before the walk was over.
            _walk.Cancel();
            _isSweeping = true;
        }

        if (!_isSweeping || _isSwept)
        {
            Forget();
        }

        order.WhenEnded(order.Failure);
    }

    /// <summary>Both have to be over before another snapshot begins: the clearing away here, and the other thread, which has yet to say so.</summary>
    private void Sweep(int buckets)
    {
        _isSwept = _isSwept || _walk!.Sweep(buckets);
        if (_isSwept && _order is null)
        {
            Forget();
        }
    }

    private void Forget()
    {
        _walk = null;
        _encoder = null;
        _isSweeping = false;
        _isSwept = false;
    }

    /// <summary>Who is told of the end, and how it ended.</summary>
    private sealed class Order(Action<Exception?> whenEnded, bool serves)
    {
        /// <summary>Clients are served while it is carried out.</summary>
        public bool Serves { get; } = serves;

        public Action<Exception?> WhenEnded { get; } = whenEnded;

        /// <summary>Set by the other thread before it says that it is done.</summary>
        public Exception? Failure { get; set; }
    }
}
