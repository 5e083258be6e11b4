using Spinel.Engine.Blocking;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Eviction;
using Spinel.Engine.PubSub;
using Spinel.Engine.Security;
using Spinel.Engine.Tracking;
using Spinel.Engine.Transactions;
using Spinel.Protocol;

namespace Spinel.Engine.Sessions;

/// <summary>
/// One client as the engine sees it: who it is, what it has asked for (<see cref="SessionInput"/>), what it is to be sent (<see cref="OutputBuffer"/>), and its settings. Used on
/// the engine thread only.
/// </summary>
public sealed class Session
{
    internal const int BookkeepingBytes = 512;

    private readonly SpinelEngine _engine;
    private HeldPushes? _heldPushes;

    internal Session(SpinelEngine engine, IConnection connection, long id)
    {
        _engine = engine;
        Connection = connection;
        IsInProcess = connection is IInProcessConnection;
        Id = id;
        Input = new SessionInput(engine.Heap);
        Output = new OutputBuffer(engine.Chunks, engine.Limits.OutputOf(ClientType.Normal));
        CreatedMs = engine.Clock.NowMs;
        LastInteractionMs = CreatedMs;
        User = engine.Users.Default;
    }

    public long Id { get; }

    public IConnection Connection { get; }

    /// <summary>The peer is a part of this process: the engine delivers the output itself, and no transport knows the session.</summary>
    internal bool IsInProcess { get; }

    /// <summary>What has been received and not been run.</summary>
    internal SessionInput Input { get; }

    /// <summary>The replies that the transport is to send.</summary>
    public OutputBuffer Output { get; }

    public long CreatedMs { get; }

    public long LastInteractionMs { get; internal set; }

    public int DatabaseIndex { get; internal set; }

    public RespVersion Protocol
    {
        get;
        internal set
        {
            field = value;
            OnSubscriptionsChanged();
        }
    } = RespVersion.Resp2;

    /// <summary>The name set by CLIENT SETNAME or HELLO; empty when there is none.</summary>
    public byte[] Name { get; internal set; } = [];

    public byte[] LibraryName { get; internal set; } = [];

    public byte[] LibraryVersion { get; internal set; } = [];

    public ClientType Type
    {
        get;
        internal set
        {
            field = value;
            Output.Limits = _engine.Limits.OutputOf(value);
        }
    }

    /// <summary>Who the client is.</summary>
    public User User
    {
        get;
        internal set
        {
            field = value;
            SetGate(SessionGate.Restricted, !value.IsUnrestricted);
        }
    }

    /// <summary>False until a password that is required has been given.</summary>
    public bool IsAuthenticated
    {
        get => (Gate & SessionGate.NotAuthenticated) == 0;
        internal set => SetGate(SessionGate.NotAuthenticated, !value);
    }

    /// <summary>What it sends comes from the server itself, not from a client: no limit and no permission stands in its way.</summary>
    public bool IsTrusted => (Gate & SessionGate.Trusted) != 0;

    /// <summary>What comes of what a trusted session is given to run; null for a client's.</summary>
    internal TrustedFeed? Feed
    {
        get;
        init
        {
            field = value;
            SetGate(SessionGate.Trusted, value is not null);
        }
    }

    /// <summary>Where the replication stream ended when the last command of the client had run; 0 when there was none.</summary>
    internal long StreamOffset { get; set; }

    /// <summary>The session has begun a transaction that is not complete.</summary>
    public bool IsInTransaction => Transaction is not null;

    /// <summary>Set by CLIENT NO-EVICT.</summary>
    public bool IsProtectedFromEviction { get; internal set; }

    /// <summary>Set by CLIENT NO-TOUCH: reads leave the access clocks alone.</summary>
    public LookupFlags LookupFlags { get; internal set; }

    /// <summary>What CLIENT REPLY asked for.</summary>
    public ReplyMode ReplyMode
    {
        get;
        internal set
        {
            field = value;
            SetGate(SessionGate.RepliesDiscarded, value != ReplyMode.On);
        }
    }

    /// <summary>The length of the append-only log, since the server started, when its last command was complete; 0 before the first.</summary>
    public long LoggedBytes { get; internal set; }

    /// <summary>The command that ran last; null before the first.</summary>
    public CommandDescriptor? LastCommand { get; internal set; }

    public long CommandCount { get; internal set; }

    public long NetInputBytes { get; private set; }

    public long NetOutputBytes { get; internal set; }

    /// <summary>The transport closes the connection once the output is sent.</summary>
    public bool CloseAfterReply
    {
        get => (Gate & SessionGate.Closing) != 0;
        private set => SetGate(SessionGate.Closing, value);
    }

    /// <summary>The transport closes the connection at once.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Requests wait, unparsed, until the engine resumes the session.</summary>
    public bool IsPostponed { get; internal set; }

    /// <summary>Memory that the client costs: buffers and bookkeeping.</summary>
    public long MemoryBytes => Input.CapacityBytes + Output.CapacityBytes + BookkeepingBytes + (Transaction?.MemoryBytes ?? 0);

    /// <summary>What of <see cref="MemoryBytes"/> the sums over all clients have in them.</summary>
    internal ClientShare AccountedShare { get; set; }

    internal SessionGate Gate { get; private set; }

    /// <summary>True while the session stands in the engine's list of sessions to be flushed.</summary>
    internal bool IsPendingWrite { get; set; }

    /// <summary>Since when the output has been above the soft limit; 0 when it is not.</summary>
    internal long OverSoftLimitSinceMs { get; set; }

    /// <summary>True while a transaction or a script runs commands for the session: those that would wait reply as if their time were over.</summary>
    internal bool MustNotBlock { get; set; }

    /// <summary>The commands queued since MULTI; null outside a transaction.</summary>
    internal Transaction? Transaction
    {
        get;
        set
        {
            field = value;
            SetGate(SessionGate.InTransaction, value is not null);
        }
    }

    /// <summary>What the client is subscribed to; null or empty when it is not.</summary>
    internal SubscriptionSet? Subscriptions { get; set; }

    /// <summary>What another part of the server keeps about this client; null for nearly all of them.</summary>
    internal ISessionAttachment? Attachment { get; set; }

    /// <summary>The server asks itself, to show what it is doing: that is no traffic, and appears neither in MONITOR nor among what was slow.</summary>
    internal bool IsObserving { get; set; }

    /// <summary>The client is shown the commands that are run (MONITOR).</summary>
    internal bool IsMonitor { get; set; }

    /// <summary>The keys that WATCH was given.</summary>
    internal List<WatchedKey> Watched => field ??= [];

    /// <summary>One of the watched keys was touched.</summary>
    internal bool IsWatchTouched { get; set; }

    /// <summary>How the session tracks what it reads (CLIENT TRACKING); null when it does not.</summary>
    internal ClientTracking? Tracking
    {
        get;
        set
        {
            field = value;
            SetGate(SessionGate.Tracking, value is not null && !value.Has(TrackingModes.Broadcast));
        }
    }

    /// <summary>Keys may be remembered for the session, even after it has stopped tracking.</summary>
    internal bool HasTrackedReads { get; set; }

    /// <summary>Subscribed to a channel or pattern, so that messages may come between replies in RESP2 too.</summary>
    internal bool IsSubscribed => Subscriptions is { Count: > 0 };

    /// <summary>
    /// True while a reply writer is at work on <see cref="Output"/>. What is to be sent besides the reply has to wait until the command is complete.
    /// </summary>
    internal bool IsRunning { get; set; }

    /// <summary>True when something waits to be sent behind the reply of the command that runs.</summary>
    internal bool HoldsPushes => _heldPushes is { IsEmpty: false };

    /// <summary>What the session waits for while a blocking command holds it; null otherwise.</summary>
    internal Waiter? Waiter { get; set; }

    /// <summary>Where the transport is to receive into: <paramref name="shared"/>, or the session's own buffer while a request is incomplete.</summary>
    public Span<byte> BeginReceive(Span<byte> shared) => Input.BeginReceive(shared);

    /// <summary>Takes the bytes received into the span that <see cref="BeginReceive"/> gave, and runs every request that is complete.</summary>
    public void EndReceive(int count, Span<byte> shared)
    {
        NetInputBytes += count;
        _engine.Statistics.NetInputBytes += count;
        _engine.Statistics.TotalReads++;
        LastInteractionMs = _engine.Clock.NowMs;
        if ((Gate & SessionGate.Closing) != 0)
        {
            // After QUIT, a protocol error, a refusal or a kill nothing is obeyed any more, however long the farewell takes to be sent.
            return;
        }

        if (Input.Length > 0)
        {
            Input.Advance(count);
            if (!IsPostponed)
            {
                RunBuffered();
            }

            if (Input.Length > _engine.Limits.QueryBufferBytes)
            {
                _engine.Log.Write(ServerLogLevel.Warning, $"Closing client that reached max query buffer length: id={Id} addr={Connection.RemoteAddress} qbuf={Input.Length}");
                _engine.Statistics.ClientQueryBufferLimitDisconnections++;
                Close();
            }
        }
        else
        {
            Span<byte> input = shared[..count];
            int consumed = IsPostponed ? 0 : _engine.Dispatcher.Process(this, input);
            if (consumed < count && !IsClosed && !CloseAfterReply)
            {
                Input.Append(input[consumed..]);
            }
        }

        _engine.ClientMemory.Update(this);
    }

    /// <summary>Takes bytes that are in memory already, and runs every request that is complete: what a transport does that does not receive into the session's buffers.</summary>
    /// <param name="input">The bytes; they are unescaped in place.</param>
    public void Receive(Span<byte> input)
    {
        while (!input.IsEmpty && !IsClosed)
        {
            Span<byte> target = BeginReceive(input);
            int count = Math.Min(target.Length, input.Length);

            // The session asks for its own buffer while it holds the beginning of a request.
            if (!target.Overlaps(input))
            {
                input[..count].CopyTo(target);
            }

            EndReceive(count, input);
            input = input[count..];
        }
    }

    /// <summary>
    /// Sends something that is no reply to a command of this session: a published message, an invalidation, a line of MONITOR. While the session runs a
    /// command it comes behind that command's reply.
    /// </summary>
    internal void Push(ReadOnlySpan<byte> message)
    {
        if ((Gate & SessionGate.Closing) != 0)
        {
            return;
        }

        if (IsRunning)
        {
            Hold(message);
            return;
        }

        var writer = new ReplyWriter(Output, Protocol);
        writer.Raw(message);
        writer.Flush();
        _engine.AddPendingWrite(this);
    }

    /// <summary>As the other overload, for what several clients are sent.</summary>
    internal void Push(in SharedMessage message)
    {
        if ((Gate & SessionGate.Closing) != 0)
        {
            return;
        }

        if (IsRunning)
        {
            Hold(message.Bytes);
            return;
        }

        Output.Append(in message);
        _engine.AddPendingWrite(this);
    }

    /// <summary>The first subscription has come, the last one has gone, or the protocol has changed.</summary>
    internal void OnSubscriptionsChanged()
    {
        bool isSubscribed = IsSubscribed;
        SetGate(SessionGate.SubscribedResp2, isSubscribed && Protocol == RespVersion.Resp2);
        if (isSubscribed && Type == ClientType.Normal)
        {
            Type = ClientType.PubSub;
        }
        else if (!isSubscribed && Type == ClientType.PubSub)
        {
            Type = ClientType.Normal;
        }
    }

    /// <summary>Sends what had to wait for the end of a command, with that command's writer.</summary>
    internal void ReleasePushes(ref ReplyWriter writer) => _heldPushes!.Release(ref writer, Output, Protocol);

    private void Hold(ReadOnlySpan<byte> message)
    {
        _heldPushes ??= new HeldPushes(_engine.Heap);
        _heldPushes.Add(message, Output);
    }

    /// <summary>Ends the transaction: its commands are dropped and the watched keys forgotten.</summary>
    internal void EndTransaction()
    {
        if (Transaction is { } transaction)
        {
            _engine.Transactions.Return(transaction);
        }

        TakeTransaction();
    }

    /// <summary>Ends the transaction without dropping its commands, which the caller runs and disposes of.</summary>
    internal void TakeTransaction()
    {
        Transaction = null;
        _engine.Watches.Forget(this);
    }

    /// <summary>Runs the complete requests in <paramref name="input"/>: how a trusted session is fed.</summary>
    /// <returns>The number of bytes that are done with; the caller brings the rest again, with what follows.</returns>
    public int Run(Span<byte> input)
    {
        Feed!.CompletedInput = 0;
        return _engine.Dispatcher.Process(this, input);
    }

    /// <summary>Counts what a session that no transport serves has received.</summary>
    public void CountInput(int bytes)
    {
        NetInputBytes += bytes;
        LastInteractionMs = _engine.Clock.NowMs;
    }

    /// <summary>Chooses the database that the next command is for, as SELECT does.</summary>
    public void SelectDatabase(int index) => DatabaseIndex = index;

    /// <summary>Runs what has been waiting in the session's own buffer.</summary>
    internal void RunBuffered()
    {
        if (Input.Length == 0 || (Gate & SessionGate.Closing) != 0)
        {
            return;
        }

        Input.Consume(_engine.Dispatcher.Process(this, Input.Bytes));
    }

    /// <summary>Gives up the request that has been waiting; those behind it can run.</summary>
    internal void DropPostponedRequest()
    {
        Input.DropPostponed();
        IsPostponed = false;
    }

    /// <summary>Has what came in while the session waited run in the next turn, not in the middle of another client's command.</summary>
    internal void ResumeLater()
    {
        _engine.AddPendingWrite(this);
        if (Input.Length > 0)
        {
            _engine.Mailbox.Post(RunBufferedUnlessPostponed);
        }
    }

    private void RunBufferedUnlessPostponed()
    {
        if (!IsPostponed)
        {
            RunBuffered();
        }
    }

    /// <summary>The peer is gone: everything that the session holds is released.</summary>
    public void OnDisconnected()
    {
        IsClosed = true;
        _engine.Release(this);
    }

    /// <summary>Has the connection closed once the replies so far are sent.</summary>
    internal void CloseWhenFlushed()
    {
        CloseAfterReply = true;
        _engine.AddPendingWrite(this);
    }

    /// <summary>Has the connection closed at once, at the end of the turn.</summary>
    internal void Close()
    {
        IsClosed = true;

        // What it waits for would be lost on it.
        _engine.Blocked.Remove(this);
        SetGate(SessionGate.Closing, true);
        _engine.AddPendingWrite(this);
    }

    /// <summary>Ends what the session listens to: watched keys, subscriptions, MONITOR. Not while a message is being delivered.</summary>
    internal void LeaveAll()
    {
        _engine.Watches.Forget(this);
        _engine.Broker.Forget(this);
        _engine.Monitors.Remove(this);
    }

    /// <summary>Brings the session back to how it was when it connected (RESET).</summary>
    internal void ResetSettings()
    {
        EndTransaction();
        _engine.Invalidations.Disable(this);
        LeaveAll();
        DatabaseIndex = 0;
        Protocol = RespVersion.Resp2;
        Name = [];
        IsProtectedFromEviction = false;
        LookupFlags = LookupFlags.None;
        ReplyMode = ReplyMode.On;
        _engine.Users.Greet(this);
    }

    internal void ReleaseBuffers()
    {
        Input.Release();
        _heldPushes?.Dispose();
        _heldPushes = null;
        if (Transaction is { } transaction)
        {
            _engine.Transactions.Return(transaction);
            Transaction = null;
        }

        Output.Clear();
    }

    private void SetGate(SessionGate bit, bool on) => Gate = on ? Gate | bit : Gate & ~bit;
}
