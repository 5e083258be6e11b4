using System.Diagnostics.CodeAnalysis;
using Spinel.DataStructures;
using Spinel.Engine.Background;
using Spinel.Engine.Blocking;
using Spinel.Engine.Commands.Generic.Sorting;
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
/// wait (NextTimeoutMs) → BeginTurn → Accept, Session.EndReceive … → EndTurn → send PendingWrites
/// </code>
/// Every member is for that thread, but for <see cref="Mailbox"/> and <see cref="RequestStop"/>.
/// </summary>
public sealed class SpinelEngine : IOptionObserver, IDisposable
{
    private readonly List<Session> _pendingWrites = [];
    private readonly List<Session> _pendingDeliveries = [];
    private readonly IEngineExtension[] _extensions;
    private readonly byte[]?[] _writeRefusals = new byte[]?[4];
    private Action? _whenLoaded;
    private volatile bool _stopAsked;
    private bool _stopForced;

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
        Scratch = new KeyScratch(Heap);
        Places = new PlaceList(Heap);
        AccessClock = new AccessClock(Clock, Random);
        HashKey hashKey = settings.Seed is { } fixedSeed ? HashKey.FromSeed(fixedSeed) : HashKey.Random();
        Sets = new SetSettings(Heap, hashKey);
        SetAlgebra = new SetAlgebra(Sets);
        Keyspace = new Keyspace(Options.Databases, Heap, hashKey, Clock, AccessClock, Statistics, Freer);
        _extensions = [.. settings.Extensions];
        Commands = new CommandTable([GeneratedCommands.Set, .. _extensions.Select(static extension => extension.Commands).OfType<CommandSet>()]);
        CommandRenaming.Apply(Options, Commands);
        Statistics.SetCommandCount(Commands.All.Count);
        Keyspace.Latency = Latency;
        Users = new UserTable(this) { Subscriptions = new SubscriptionPermissions() };
        Expiry = new ActiveExpiry(Keyspace, Clock, Statistics, Latency, Random);
        FieldExpiry = new ActiveFieldExpiry(Keyspace, Clock);
        Pause = new ClientPause(this);
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
        ApplyOptions();
        Options.Subscribe(this);
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

    public Random Random { get; }

    /// <summary>Identifies this run of the server: 40 hexadecimal digits.</summary>
    public string RunId { get; } = RandomName.Create();

    /// <summary>Identifies the history of the data: 40 hexadecimal digits, of which a replica tells whether it has the same data.</summary>
    public string ReplicationId { get; internal set; } = RandomName.Create();

    /// <summary>Native memory that the empty engine takes.</summary>
    public long StartupMemoryBytes { get; }

    /// <summary>The port that clients connect to, for INFO. The configured one, until a transport that took another says so.</summary>
    public int TcpPort { get; set; }

    /// <summary>Sessions with something to send, or to be closed. The transport sends and takes them out with <see cref="ClearPendingWrites"/>.</summary>
    public List<Session> PendingWrites => _pendingWrites;

    /// <summary>The loop is to end: it was asked to stop, and nothing stands against it.</summary>
    public bool StopRequested { get; private set; }

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

    /// <summary>The elements that SORT sorts. Empty between commands.</summary>
    internal SortVector SortVector { get; } = new();

    /// <summary>Keys that a command collects before it replies. Empty between commands.</summary>
    internal KeyScratch Scratch { get; }

    /// <summary>Places of elements that a command collects before it replies. Empty between commands.</summary>
    internal PlaceList Places { get; }

    /// <summary>What all sets have in common.</summary>
    internal SetSettings Sets { get; }

    /// <summary>Intersects, unites and subtracts sets. Empty between commands.</summary>
    internal SetAlgebra SetAlgebra { get; }

    internal EngineGate Gate { get; private set; }

    /// <summary>Keeps the memory used within <c>maxmemory</c>.</summary>
    internal MemoryLimit MemoryLimit { get; }

    /// <summary>Keeps resident memory near what is used.</summary>
    internal Compaction Compaction { get; }

    /// <summary>Keeps the clients' buffers within <c>maxmemory-clients</c>.</summary>
    internal ClientMemory ClientMemory { get; }

    /// <summary>When the turn of the loop began, on the monotonic clock.</summary>
    internal long TurnStart { get; private set; }

    /// <summary>How long the loop may sleep, in milliseconds.</summary>
    public int NextTimeoutMs
    {
        get
        {
            bool isBusy = Expiry.HasBacklog || FieldExpiry.HasBacklog || Compaction.IsRunning || Heap.HasReclaimBacklog;
            int timeout = _pendingWrites.Count + _pendingDeliveries.Count > 0 ? 0 : isBusy ? 1 : Cron.NextTimeoutMs;
            timeout = Math.Min(timeout, MemoryLimit.NextTimeoutMs);
            foreach (IEngineExtension extension in _extensions)
            {
                timeout = Math.Min(timeout, extension.MaxTimeoutMs);
            }

            return timeout;
        }
    }

    /// <summary>Memory that holds the replication stream.</summary>
    internal long ReplicationBufferBytes
    {
        get
        {
            long bytes = 0;
            foreach (IEngineExtension extension in _extensions)
            {
                bytes += extension.ReplicationBufferBytes;
            }

            return bytes;
        }
    }

    /// <summary>The parts of the server around the engine.</summary>
    internal ReadOnlySpan<IEngineExtension> Extensions => _extensions;

    /// <summary>Says how the loop is woken. Called once, before the first turn.</summary>
    public void Attach(IEngineWaker waker) => Mailbox.Attach(waker);

    /// <summary>Asks the loop to stop. May be called from any thread.</summary>
    /// <param name="force">Even if the data that is to be saved cannot be. Otherwise the server goes on then, and says so in the log.</param>
    public void RequestStop(bool force = false)
    {
        _stopForced |= force;
        _stopAsked = true;
        Mailbox.Post(static () => { });
    }

    /// <summary>A client has deleted everything.</summary>
    internal void NotifyFlushAll()
    {
        foreach (IEngineExtension extension in _extensions)
        {
            extension.OnFlushAll();
        }
    }

    /// <summary>Stops the loop after this turn, unless a part of the server refuses.</summary>
    /// <returns>Whether it stops.</returns>
    internal bool TryStop(StopMode mode, bool force)
    {
        // An engine by itself has nowhere to save to.
        bool stops = mode != StopMode.Save || _extensions.Length > 0 || force;
        foreach (IEngineExtension extension in _extensions)
        {
            stops &= extension.TryStop(mode, force) || force;
        }

        StopRequested |= stops;
        return stops;
    }

    /// <summary>
    /// Takes a new connection. A client that is refused gets a session too: its output says why, and it is closed once that is sent.
    /// </summary>
    public Session Accept(IConnection connection)
    {
        var session = new Session(this, connection, Sessions.NextId());
        Users.Greet(session);
        ReadOnlySpan<byte> refusal = default;
        if (Sessions.Count >= Limits.MaxClients)
        {
            refusal = Errors.MaxClients;
        }
        else if (Options.ProtectedMode && !Users.AuthenticationRequired && !connection.IsUnixSocket && !connection.IsLoopback)
        {
            refusal = Errors.ProtectedMode;
        }

        if (!refusal.IsEmpty)
        {
            Statistics.RejectedConnections++;
            var reply = new Protocol.ReplyWriter(session.Output, session.Protocol);
            reply.Error(refusal);
            reply.Flush();
            session.CloseWhenFlushed();
            return session;
        }

        Statistics.TotalConnections++;
        Sessions.Add(session);
        ClientMemory.Update(session);
        return session;
    }

    /// <summary>Starts a turn of the loop: the clock is read and the mailbox emptied.</summary>
    public void BeginTurn()
    {
        TurnStart = Clock.Timestamp();
        Clock.Refresh();
        Turns.Begin(TurnStart);
        Statistics.EventLoopCycles++;
        Mailbox.Drain();
        if (_stopAsked)
        {
            _stopAsked = false;
            if (!StopRequested && !TryStop(StopMode.AsConfigured, _stopForced))
            {
                Log.Write(ServerLogLevel.Warning, "Errors trying to shut down the server. Check the logs for more information.");
            }
        }

        Pause.EndIfDue(Clock.NowMs);
        Blocked.EndDue(Clock.NowMs);
        MemoryLimit.BeginTurn();
        ClientMemory.Enforce();
        Cron.RunIfDue();
        Blocked.ServeReady();
    }

    /// <summary>Ends the turn's work, before replies are sent: nothing that was not made durable is acknowledged.</summary>
    public void EndTurn()
    {
        Expiry.Run(fullCycle: false);
        if (Expiry.Enabled && !Keyspace.KeepsExpired)
        {
            FieldExpiry.RunBacklog();
        }

        Blocked.ServeReady();
        Heap.ReclaimRemoteFrees();
        MemoryLimit.EndTurn();

        // After the last changes of the turn.
        Invalidations.OnTurnEnd();
        Compaction.Run();
        foreach (IEngineExtension extension in _extensions)
        {
            extension.OnTurnEnd();
        }

        DeliverInProcess();
        long ticks = Clock.Timestamp() - TurnStart;
        Statistics.EventLoopTicks += ticks;
        Turns.End(ticks);
        Latency.Add(LatencyEvents.Turn, ticks);
    }

    /// <summary>Hands the output of sessions within the process on. A delivery may bring about another one, of a session that has its turn over.</summary>
    private void DeliverInProcess()
    {
        for (int i = 0; i < _pendingDeliveries.Count; i++)
        {
            Session session = _pendingDeliveries[i];
            session.IsPendingWrite = false;
            ((IInProcessConnection)session.Connection).Deliver(session);
        }

        _pendingDeliveries.Clear();
    }

    /// <summary>The part of the server of type <typeparamref name="T"/>, for the commands that it declares.</summary>
    /// <exception cref="InvalidOperationException">The engine was made without it.</exception>
    public T Extension<T>()
        where T : class, IEngineExtension
    {
        foreach (IEngineExtension extension in _extensions)
        {
            if (extension is T wanted)
            {
                return wanted;
            }
        }

        throw new InvalidOperationException($"the engine has no {typeof(T).Name}");
    }

    /// <summary>The loop has ended in good order: the parts of the server around the engine get their last turn.</summary>
    public void Stop()
    {
        foreach (IEngineExtension extension in _extensions)
        {
            extension.OnStop();
        }
    }

    /// <summary>Takes the sessions that the transport has served out of <see cref="PendingWrites"/>.</summary>
    public void ClearPendingWrites()
    {
        foreach (Session session in _pendingWrites)
        {
            session.IsPendingWrite = false;
        }

        _pendingWrites.Clear();
    }

    /// <summary>Counts what the transport has sent.</summary>
    public void OnSent(Session session, long bytes)
    {
        session.NetOutputBytes += bytes;
        Statistics.NetOutputBytes += bytes;
        Statistics.TotalWrites++;
        ClientMemory.Update(session);
    }

    internal void AddPendingWrite(Session session)
    {
        if (!session.IsPendingWrite)
        {
            session.IsPendingWrite = true;
            (session.IsInProcess ? _pendingDeliveries : _pendingWrites).Add(session);
        }

        OutputLimit.Check(this, session);
    }

    internal void Release(Session session)
    {
        Sessions.Remove(session);
        if (session.IsPostponed)
        {
            Pause.Remove(session);
            Blocked.Remove(session);
        }

        session.Attachment?.OnSessionEnded(session);
        session.Attachment = null;
        Invalidations.Forget(session);
        session.LeaveAll();
        session.ReleaseBuffers();
        ClientMemory.Update(session);
    }

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
        _writeRefusals[(int)reason] = error;
        SetGate(EngineGate.WritesRefused, Array.Exists(_writeRefusals, static text => text is not null));
    }

    /// <summary>
    /// Makes a session that no client speaks through: what it is given to run comes from the server itself, a log or a primary, and is not subject to the
    /// limits and permissions of clients. Its replies are thrown away, and what it refuses is in <see cref="Session.Refusal"/>.
    /// </summary>
    public Session OpenTrustedSession(IConnection connection) =>
        new(this, connection, Sessions.NextId()) { IsTrusted = true, User = Users.Trusted, MustNotBlock = true, ReplyMode = ReplyMode.Off };

    /// <summary>
    /// As <see cref="OpenTrustedSession"/>, for the primary whose effects this server applies: it is among the clients, and what it asks for that cannot be done is
    /// logged and passed over, because the primary has done it.
    /// </summary>
    public Session OpenPrimarySession(IConnection connection)
    {
        Session session = OpenTrustedSession(connection);
        session.Type = ClientType.Primary;
        Sessions.Add(session);
        return session;
    }

    /// <summary>The error for a command that writes, or null when nothing stands against it.</summary>
    internal byte[]? WriteRefusalFor(CommandDescriptor command, CommandFlags flags)
    {
        bool writes = (flags & CommandFlags.Write) != 0;
        for (int i = 0; i < _writeRefusals.Length; i++)
        {
            // Tools ask for a sign of life, and a server that cannot save is to show none that is untroubled.
            if (_writeRefusals[i] is { } error && (writes || (i <= (int)WriteRefusal.SnapshotError && command.Name == "ping")))
            {
                return error;
            }
        }

        return null;
    }

    internal void SetGate(EngineGate bit, bool on) => Gate = on ? Gate | bit : Gate & ~bit;

    /// <summary>Whether a protected command is allowed to this client by its enabling option.</summary>
    internal bool IsAllowed(CommandDescriptor command, Session session)
    {
        ProtectedAccess access = command.Name.StartsWith("module", StringComparison.Ordinal) ? Options.EnableModuleCommand : Options.EnableDebugCommand;
        return access switch
        {
            ProtectedAccess.Yes => true,
            ProtectedAccess.Local => session.Connection.IsLoopback || session.Connection.IsUnixSocket,
            _ => false,
        };
    }

    /// <inheritdoc/>
    public OptionRefusal? OnOptionsChanged(ServerOptions options, IReadOnlyList<OptionId> changed)
    {
        ApplyOptions();
        if (changed.Contains(OptionId.RequirePass))
        {
            Users.SetDefaultPassword(Options.RequirePass.Span);
        }

        return null;
    }

    /// <summary>Brings everything that reads options into its own fields up to date.</summary>
    internal void ApplyOptions()
    {
        Limits.Read(Options);
        Latency.ThresholdMs = Options.LatencyMonitorThresholdMs;
        SlowLog.MaxCount = Options.SlowlogMaxLength;
        Dispatcher.ReadOptions();
        AccessClock.CountsFrequency = Options.MaxMemoryPolicy is MaxMemoryPolicy.AllkeysLfu or MaxMemoryPolicy.VolatileLfu;
        AccessClock.LogFactor = Options.LfuLogFactor;
        AccessClock.DecayMinutes = Options.LfuDecayTimeMinutes;
        MemoryLimit.Configure(Options);
        ClientMemory.LimitBytes = ClientLimitBytes(Options);
        Notifications.Set(Options.NotifyKeyspaceEvents);
        Expiry.Effort = Options.ActiveExpireEffort;
        SetGate(EngineGate.MemoryLimit, Options.MaxMemoryBytes > 0);
        Invalidations.MaxKeys = Options.TrackingTableMaxKeys;
        Sets.IntsetEntries = Options.SetMaxIntsetEntries;
        Sets.ListpackEntries = Options.SetMaxListpackEntries;
        Sets.ListpackValueBytes = Options.SetMaxListpackValueBytes;
        LazyFreeing lazy = Keyspace.LazyFreeing;
        lazy.OnExpire = Options.LazyFreeExpire;
        lazy.OnEviction = Options.LazyFreeEviction;
        lazy.OnServerDelete = Options.LazyFreeServerDelete;
        lazy.OnUserDelete = Options.LazyFreeUserDelete;
        lazy.OnUserFlush = Options.LazyFreeUserFlush;
    }

    /// <summary>A percentage is of <c>maxmemory</c>, and none without that.</summary>
    private static long ClientLimitBytes(ServerOptions options)
    {
        const int Whole = 100;
        long limit = options.MaxMemoryClientsBytes;
        return limit >= 0 ? limit : (long)(options.MaxMemoryBytes * (-limit / (double)Whole));
    }

    /// <summary>An extension that cannot do its work, because the data is damaged for instance, prevents the server; what it has opened is closed.</summary>
    private void AttachExtensions()
    {
        try
        {
            foreach (IEngineExtension extension in _extensions)
            {
                extension.Attach(this);
            }
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

        foreach (IEngineExtension extension in _extensions)
        {
            extension.Dispose();
        }

        Invalidations.Dispose();
        Transactions.Dispose();
        Broker.Dispose();
        Monitors.Dispose();
        Keyspace.Dispose();
        Freer.Dispose();
        Chunks.Clear();
        Scratch.Dispose();
        Places.Dispose();
        SetAlgebra.Dispose();
        Heap.ReclaimRemoteFrees();
        Heap.Dispose();
    }
}
