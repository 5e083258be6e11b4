using System.Diagnostics.CodeAnalysis;
using Spinel.DataStructures;
using Spinel.Engine.Background;
using Spinel.Engine.Blocking;
using Spinel.Engine.Commands;
using Spinel.Engine.Configuration;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Effects;
using Spinel.Engine.Eviction;
using Spinel.Engine.Expiry;
using Spinel.Engine.Monitoring;
using Spinel.Engine.Observation;
using Spinel.Engine.PubSub;
using Spinel.Engine.Security;
using Spinel.Engine.Sessions;
using Spinel.Engine.Statistics;
using Spinel.Engine.Tracking;
using Spinel.Engine.Transactions;
using Spinel.Memory;

namespace Spinel.Engine;

/// <summary>
/// A server without its sockets: the data, the commands, the sessions, and what happens periodically. It is driven by a transport, on one thread:
/// <code>
/// wait (NextTimeoutMs) → BeginTurn → Accept, Session.EndReceive … → EndTurn → send PendingWrites → RunBackground
/// </code>
/// Every member is for that thread, but for <see cref="Mailbox"/> and <see cref="RequestStop"/>.
/// </summary>
public sealed class SpinelEngine : IDisposable
{
    private readonly PendingOutput _pendingOutput = new();
    private readonly EngineExtensions _extensions;
    private readonly Admission _admission;
    private readonly EngineTurn _turn;
    private Action? _whenLoaded;

    [SuppressMessage("Security", "CA5394", Justification = "Sampling and RANDOMKEY need no secret randomness; hashing has its own key.")]
    public SpinelEngine(EngineSettings settings)
    {
        Options = settings.Options;
        Log = settings.Log;
        Random = settings.Seed is { } seed ? new Random((int)seed) : new Random();
        Clock = new EngineClock(settings.Time);
        Latency = new LatencyMonitor(Clock);
        Heap = new NativeHeap(new HeapOptions(settings.CheckedHeap));
        Limits = new EngineLimits();
        Freer = new BackgroundFreer(Heap, Statistics);
        Chunks = new ChunkPool(Heap);
        AccessClock = new AccessClock(Clock, Random);
        HashKey hashKey = settings.Seed is { } fixedSeed ? HashKey.FromSeed(fixedSeed) : HashKey.Random();
        Sets = new SetSettings(Heap, hashKey);
        Scratch = new CommandScratch(Heap, Sets);
        Keyspace = new Keyspace(Options.Databases, Heap, hashKey, Clock, AccessClock, Statistics, Freer);
        _extensions = new EngineExtensions(settings.Extensions);
        _admission = new Admission(this);
        _turn = new EngineTurn(this, _pendingOutput, _extensions);
        Commands = new CommandTable([GeneratedCommands.Set, .. _extensions.Commands]);
        CommandRenaming.Apply(Options, Commands);
        Statistics.SetCommandCount(Commands.All.Count);
        Keyspace.Removals.Latency = Latency;
        Users = new UserTable(this) { Subscriptions = new SubscriptionPermissions() };
        Expiry = new ActiveExpiry(Keyspace, Clock, Statistics, Latency, Random);
        FieldExpiry = new ActiveFieldExpiry(Keyspace, Clock);
        Pause = new ClientPause(this);
        Shutdown = new Shutdown(this);
        ClientMemory = new ClientMemory(this);
        MemoryLimit = new MemoryLimit(this);
        Compaction = new Compaction(this);
        Blocked = new BlockedClients(this);
        Watches = new WatchedKeys(Keyspace);
        Invalidations = new Invalidations(this);
        Transactions = new TransactionPool(Heap);
        Broker = new MessageBroker(Chunks);
        Notifications = new KeyspaceNotifications(Keyspace, Broker);
        Monitors = new MonitorFeed(this);
        Turns = new TurnLog(Clock, Statistics);
        Dispatcher = new Dispatcher(this);
        Cron = new Cron(this);
        var appliedOptions = new AppliedOptions(this);
        appliedOptions.Apply(Options);
        Options.Subscribe(appliedOptions);
        TcpPort = Options.Port;
        StartupMemoryBytes = Heap.BytesInUse;
        LoadUsers();
        AttachExtensions();
    }

    public ServerOptions Options { get; }

    public IServerLog Log { get; }

    public EngineClock Clock { get; }

    public NativeHeap Heap { get; }

    public Keyspace Keyspace { get; }

    public CommandTable Commands { get; }

    public ServerStatistics Statistics { get; } = new();

    /// <summary>What took longer than it should.</summary>
    public LatencyMonitor Latency { get; }

    /// <summary>The commands that took longest.</summary>
    public SlowLog SlowLog { get; } = new();

    /// <summary>The longest turns of the loop.</summary>
    public TurnLog Turns { get; }

    public SessionRegistry Sessions { get; } = new();

    public Mailbox Mailbox { get; } = new();

    public EngineLimits Limits { get; }

    /// <summary>Who may do what.</summary>
    public UserTable Users { get; }

    public ClientPause Pause { get; }

    /// <summary>Stopping in good order.</summary>
    internal Shutdown Shutdown { get; }

    public Random Random { get; }

    /// <summary>Identifies this run of the server: 40 hexadecimal digits.</summary>
    public string RunId { get; } = RandomName.Create();

    /// <summary>Identifies the history of the data: 40 hexadecimal digits, of which a replica tells whether it has the same data.</summary>
    public string ReplicationId { get; internal set; } = RandomName.Create();

    /// <summary>The stream that replicas are sent; null while nothing becomes part of one here.</summary>
    internal IReplicationStream? ReplicationStream { get; set; }

    /// <summary>Begins another history of the data, with a new <see cref="ReplicationId"/>; null where nothing depends on it.</summary>
    internal Action? NewHistory { get; set; }

    /// <summary>Native memory that the empty engine takes.</summary>
    public long StartupMemoryBytes { get; }

    /// <summary>The port that clients connect to, for INFO. The configured one, until a transport that took another says so.</summary>
    public int TcpPort { get; set; }

    /// <summary>Sessions with something to send, or to be closed. The transport sends and takes them out with <see cref="ClearPendingWrites"/>.</summary>
    public List<Session> PendingWrites => _pendingOutput.Writes;

    /// <summary>The loop is to end: it was asked to stop, and nothing stands against it.</summary>
    public bool StopRequested => Shutdown.IsDone;

    /// <summary>How sockets are waited for, for INFO; set by the transport.</summary>
    public string TransportName { get; set; } = "none";

    internal AccessClock AccessClock { get; }

    internal ActiveExpiry Expiry { get; }

    internal ActiveFieldExpiry FieldExpiry { get; }

    internal BackgroundFreer Freer { get; }

    /// <summary>Shows one command in some hundreds to whoever measures the traffic.</summary>
    internal AccessSampling AccessSampling { get; } = new();

    /// <summary>Is shown every command that clients run; null, as a rule, costs nothing.</summary>
    internal ICommandWatcher? CommandWatcher
    {
        get;
        set
        {
            field = value;
            SetGate(EngineGate.Watched, value is not null);
        }
    }

    internal ChunkPool Chunks { get; }

    internal Dispatcher Dispatcher { get; }

    internal BlockedClients Blocked { get; }

    internal Cron Cron { get; }

    /// <summary>Queues of transactions, for use again.</summary>
    internal TransactionPool Transactions { get; }

    /// <summary>Channels, patterns and their subscribers.</summary>
    internal MessageBroker Broker { get; }

    /// <summary>Publishes what happens to keys.</summary>
    internal KeyspaceNotifications Notifications { get; }

    /// <summary>The clients of MONITOR.</summary>
    internal MonitorFeed Monitors { get; }

    /// <summary>The keys of WATCH.</summary>
    internal WatchedKeys Watches { get; }

    /// <summary>Tells clients that what they cache is stale.</summary>
    internal Invalidations Invalidations { get; }

    /// <summary>The client whose input is being run; null outside of that. Blocked clients are served meanwhile, by what it does.</summary>
    internal Session? CurrentSession { get; set; }

    /// <summary>The client whose command runs: <see cref="CurrentSession"/>, or a blocked client that is served.</summary>
    internal Session? ActingSession { get; set; }

    /// <summary>
    /// Above zero while a transaction or a script runs commands: what they do is published as one, and nobody else is served, when the outermost
    /// is complete.
    /// </summary>
    internal int AtomicDepth { get; set; }

    /// <summary>True while EXEC runs what was queued. The data is between two states then: no image of it can be taken.</summary>
    internal bool IsInTransaction { get; set; }

    /// <summary>What commands collect before they reply.</summary>
    internal CommandScratch Scratch { get; }

    /// <summary>What all sets have in common.</summary>
    internal SetSettings Sets { get; }

    internal EngineGate Gate { get; private set; }

    /// <summary>Keeps the memory used within <c>maxmemory</c>.</summary>
    internal MemoryLimit MemoryLimit { get; }

    /// <summary>Keeps resident memory near what is used.</summary>
    internal Compaction Compaction { get; }

    /// <summary>Keeps the clients' buffers within <c>maxmemory-clients</c>.</summary>
    internal ClientMemory ClientMemory { get; }

    /// <summary>When the turn of the loop began, on the monotonic clock.</summary>
    internal long TurnStart => _turn.Start;

    /// <summary>How long the turn has taken so far.</summary>
    internal long TurnMicroseconds => Clock.NanosecondsOf(Clock.Timestamp() - TurnStart) / 1000;

    /// <summary>How long the loop may sleep, in milliseconds.</summary>
    public int NextTimeoutMs => _turn.NextTimeoutMs;

    /// <summary>Where <see cref="NextTimeoutMs"/> is 0, how long the loop should sleep nevertheless, in microseconds: <see cref="IEngineExtension.RestMicroseconds"/>.</summary>
    public int RestMicroseconds => _turn.RestMicroseconds;

    /// <summary>Why commands that write are refused at present, if they are.</summary>
    internal WriteRefusals WriteRefusals { get; } = new();

    /// <summary>The parts of the server around the engine.</summary>
    internal EngineExtensions Extensions => _extensions;

    /// <summary>Says how the loop is woken. Called once, before the first turn.</summary>
    public void Attach(IEngineWaker waker) => Mailbox.Attach(waker);

    /// <summary>Asks the loop to stop. May be called from any thread.</summary>
    /// <remarks>It may go on nevertheless, if the data that is to be saved cannot be; the log says so then.</remarks>
    public void RequestStop(StopCause cause = StopCause.Terminate)
    {
        Shutdown.Ask(cause);
        Mailbox.Post(static () => { });
    }

    /// <summary>
    /// Takes a new connection. A client that is refused gets a session too: its output says why, and it is closed once that is sent.
    /// </summary>
    public Session Accept(IConnection connection) => _admission.Accept(connection);

    /// <summary>Starts a turn of the loop: the clock is read and the mailbox emptied.</summary>
    public void BeginTurn() => _turn.Begin();

    /// <summary>Ends the turn's work for clients, before replies are sent: nothing that was not made durable is acknowledged.</summary>
    public void EndTurn() => _turn.End();

    /// <summary>Ends the turn, after its replies are sent: a slice of each work that no client waits for.</summary>
    public void RunBackground() => _turn.RunBackground();

    /// <summary>The part of the server of type <typeparamref name="T"/>, for the commands that it declares.</summary>
    /// <exception cref="InvalidOperationException">The engine was made without it.</exception>
    public T Extension<T>()
        where T : class, IEngineExtension => _extensions.Get<T>();

    /// <summary>The loop has ended in good order: the parts of the server around the engine get their last turn.</summary>
    public void Stop() => _extensions.OnStop();

    /// <summary>Takes the sessions that the transport has served out of <see cref="PendingWrites"/>.</summary>
    public void ClearPendingWrites() => _pendingOutput.ClearWrites();

    /// <summary>Counts what the transport has sent.</summary>
    public void OnSent(Session session, long bytes)
    {
        session.NetOutputBytes += bytes;
        Statistics.NetOutputBytes += bytes;
        Statistics.ReplicationOutputBytes += session.Type == ClientType.Replica ? bytes : 0;
        Statistics.TotalWrites++;
        ClientMemory.Update(session);
    }

    internal void AddPendingWrite(Session session)
    {
        _pendingOutput.Add(session);
        OutputLimit.Check(this, session);
    }

    internal void Release(Session session) => _admission.Release(session);

    /// <summary>True while the data is being loaded: commands that need it are refused.</summary>
    public bool IsLoading
    {
        get => (Gate & EngineGate.Loading) != 0;
        set
        {
            SetGate(EngineGate.Loading, value);
            Clock.IsExpirySuspended = value;
            if (!value)
            {
                Action? actions = _whenLoaded;
                _whenLoaded = null;
                actions?.Invoke();
            }
        }
    }

    /// <summary>True while other data is being loaded beside that which is served, whose place it will take.</summary>
    public bool IsLoadingAside
    {
        get => (Gate & EngineGate.LoadingAside) != 0;
        set => SetGate(EngineGate.LoadingAside, value);
    }

    /// <summary>True while clients are not to be shown the data, because a replica has lost its primary: most commands are refused.</summary>
    public bool RefusesStaleData
    {
        get => (Gate & EngineGate.StaleData) != 0;
        set => SetGate(EngineGate.StaleData, value);
    }

    /// <summary>Has something done on the engine thread when the data has been loaded; at once if it has been.</summary>
    public void WhenLoaded(Action action)
    {
        if (IsLoading)
        {
            _whenLoaded += action;
        }
        else
        {
            action();
        }
    }

    /// <summary>Refuses commands that write, for as long as the reason holds; null ends that.</summary>
    /// <param name="reason">Whose refusal it is: when there are several, the first one counts.</param>
    /// <param name="error">The text of the error reply, without the minus.</param>
    public void RefuseWrites(WriteRefusal reason, byte[]? error)
    {
        WriteRefusals.Set(reason, error);
        SetGate(EngineGate.WritesRefused, WriteRefusals.Any);
    }

    /// <summary>
    /// Makes a session that no client speaks through: what it is given to run comes from the server itself, a log or a primary, and is not subject to the
    /// limits and permissions of clients. Its replies are thrown away, and what it refuses is in <see cref="TrustedFeed.Refusal"/>.
    /// </summary>
    public Session OpenTrustedSession(IConnection connection) => _admission.OpenTrusted(connection);

    /// <summary>
    /// As <see cref="OpenTrustedSession"/>, for the primary whose effects this server applies: it is among the clients, and what it asks for that cannot be done is
    /// logged and passed over, because the primary has done it.
    /// </summary>
    public Session OpenPrimarySession(IConnection connection) => _admission.OpenPrimary(connection);

    internal void SetGate(EngineGate bit, bool on) => Gate = on ? Gate | bit : Gate & ~bit;

    /// <summary>An extension that cannot do its work, because the data is damaged for instance, prevents the server; what it has opened is closed.</summary>
    private void AttachExtensions()
    {
        try
        {
            _extensions.Attach(this);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>A server without the users that it was configured with would let everybody in, so it is not made.</summary>
    private void LoadUsers()
    {
        try
        {
            Users.LoadConfigured();
        }
        catch (UserConfigurationException)
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Frees everything. The heap reports what was leaked when it is checked.</summary>
    public void Dispose()
    {
        foreach (Session session in Sessions.All)
        {
            session.ReleaseBuffers();
        }

        _extensions.Dispose();
        Invalidations.Dispose();
        Transactions.Dispose();
        Broker.Dispose();
        Monitors.Dispose();
        Keyspace.Dispose();
        Freer.Dispose();
        Chunks.Clear();
        Scratch.Dispose();
        Heap.ReclaimRemoteFrees();
        Heap.Dispose();
    }
}
