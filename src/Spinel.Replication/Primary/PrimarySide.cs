using Spinel.Engine;
using Spinel.Engine.Configuration;
using Spinel.Engine.Sessions;
using Spinel.Persistence.Aof;
using Spinel.Persistence.Snapshot;
using Spinel.Replication.Streaming;

namespace Spinel.Replication.Primary;

/// <summary>
/// This server as one that others copy; a replica may have replicas too. Links come by PSYNC and go with their connections; the stream is handed to all of them at the
/// end of each turn, as references to the backlog's chunks.
/// </summary>
internal sealed class PrimarySide : IReplicaSyncs
{
    private const int SecondMs = 1000;

    private readonly ReplicationExtension _replication;
    private readonly SpinelEngine _engine;
    private readonly Backlog _backlog;
    private readonly StreamFeed _feed;
    private readonly ReplicaUpkeep _upkeep;
    private bool _isAcknowledgementWanted;

    public PrimarySide(ReplicationExtension replication, SpinelEngine engine, Backlog backlog, Snapshots snapshots)
    {
        _replication = replication;
        _engine = engine;
        _backlog = backlog;
        Writer = new EffectWriter(engine, backlog);
        FullSyncs = new FullSyncs(this, snapshots, engine);
        Waiters = new AcknowledgementWaiters(this, engine);
        Stopping = new StopReadiness(this, engine);
        _feed = new StreamFeed(this, engine, backlog);
        _upkeep = new ReplicaUpkeep(replication, this, backlog);
    }

    /// <summary>The replicas, in the order of their coming.</summary>
    public List<ReplicaLink> Links { get; } = [];

    public ReplicationState State => _replication.State;

    public EffectWriter Writer { get; }

    public FullSyncs FullSyncs { get; }

    /// <summary>The clients of WAIT.</summary>
    public AcknowledgementWaiters Waiters { get; }

    /// <summary>Whether the server can stop without leaving a replica behind.</summary>
    public StopReadiness Stopping { get; }

    /// <summary>Replicas that have been heard of within <c>min-replicas-max-lag</c>.</summary>
    public int GoodReplicas { get; private set; }

    /// <summary>How long the loop may sleep.</summary>
    public int MaxTimeoutMs => Links.Count == 0 ? int.MaxValue : FullSyncs.MaxTimeoutMs;

    /// <summary>Memory on its way to replicas, beyond what the backlog is allowed anyway.</summary>
    public long OutgoingBytes
    {
        get
        {
            long bytes = FullSyncs.MemoryBytes + Math.Max(0, _backlog.MemoryBytes - _backlog.SizeBytes);
            foreach (ReplicaLink link in Links)
            {
                bytes += link.Session.Output.OwnBytes;
            }

            return bytes;
        }
    }

    /// <summary>The link that belongs to a connection, or null when it has not asked for anything of replication yet.</summary>
    public static ReplicaLink? LinkOf(Session session) => session.Attachment as ReplicaLink;

    /// <summary>As the other overload; makes one when there is none.</summary>
    public ReplicaLink LinkFor(Session session)
    {
        if (session.Attachment is not ReplicaLink link)
        {
            link = new ReplicaLink(this, session);
            session.Attachment = link;
        }

        return link;
    }

    /// <summary>Effects become part of the stream while there is one, and this server is where it begins.</summary>
    public void UpdateWriter()
    {
        Writer.IsOn = _backlog.IsActive && State.Role == ReplicationRole.Primary;
        _engine.ReplicationStream = Writer.IsOn ? _backlog : null;
    }

    /// <summary>This server has become a primary, or has ceased to be one.</summary>
    public void OnRoleChanged()
    {
        // The siblings of a replica that becomes the primary are about to come, and want to go on from its history.
        _upkeep.NoteNoReplicas();
        UpdateWriter();
        CountGoodReplicas();
    }

    /// <summary>Makes a replica of a connection.</summary>
    public void Attach(ReplicaLink link)
    {
        Session session = link.Session;
        session.LeaveAll();
        _engine.Invalidations.Disable(session);
        session.Type = ClientType.Replica;
        session.ReplyMode = ReplyMode.Off;
        session.MustNotBlock = true;
        if (_engine.Options.ReplDisableTcpNoDelay)
        {
            session.Connection.SetNoDelay(false);
        }

        link.AcknowledgedMs = _engine.Clock.NowMs;
        link.ProgressMs = _engine.Clock.NowMs;
        Links.Add(link);
        if (!_backlog.IsActive)
        {
            // What nobody has followed so far is a history of its own.
            State.BeginNew();
            ActivateBacklog();
            _engine.Log.Write(ServerLogLevel.Notice, $"Replication backlog created, my new replication IDs are '{State.Id}' and '{State.SecondId}'");
        }
    }

    /// <summary>Begins to keep the stream.</summary>
    public void ActivateBacklog()
    {
        _backlog.Activate();
        _upkeep.NoteNoReplicas();
        UpdateWriter();
    }

    /// <summary>The connection of a replica is gone.</summary>
    public void Remove(ReplicaLink link)
    {
        if (!Links.Remove(link))
        {
            return;
        }

        _engine.Log.Write(ServerLogLevel.Warning, $"Connection with replica {link.Name} lost.");
        FullSyncs.Remove(link);
        if (Links.Count == 0)
        {
            _upkeep.NoteNoReplicas();
        }

        CountGoodReplicas();
    }

    /// <summary>Cuts all replicas off: they have to ask anew, because the history has changed.</summary>
    public void DisconnectAll()
    {
        foreach (ReplicaLink link in Links)
        {
            link.Close();
        }
    }

    /// <summary>A replica has all of the data, and is sent the stream from now on.</summary>
    public void PutOnline(ReplicaLink link)
    {
        link.State = LinkState.Online;
        link.AwaitsFirstAcknowledgement = false;
        link.AcknowledgedMs = _engine.Clock.NowMs;
        link.Session.Output.Limits = _engine.Limits.ReplicaOutput;
        CountGoodReplicas();
        _engine.Log.Write(ServerLogLevel.Notice, $"Synchronization with replica {link.Name} succeeded");
    }

    /// <summary>Somebody has what it wanted, and is expected to go.</summary>
    public void NoteTransmitted(ReplicaLink link)
    {
        link.State = LinkState.Transmitted;
        _engine.Log.Write(ServerLogLevel.Notice, $"RDB transfer completed, rdb only replica ({link.Name}) should be disconnected asap");
    }

    /// <summary>A replica says how far it is.</summary>
    public void Acknowledge(ReplicaLink link, long offset, long syncedOffset)
    {
        link.AcknowledgedOffset = Math.Max(link.AcknowledgedOffset, offset);
        link.SyncedOffset = Math.Max(link.SyncedOffset, syncedOffset);
        link.AcknowledgedMs = _engine.Clock.NowMs;
        link.HasAcknowledged = true;
        if (link is { State: LinkState.Online, AwaitsFirstAcknowledgement: true })
        {
            PutOnline(link);
        }

        Waiters.IsDue = true;
        _replication.Replica.OnReplicaAcknowledged();
    }

    /// <summary>Has the replicas asked at the end of the turn how far they are.</summary>
    public void RequestAcknowledgement() => _isAcknowledgementWanted = true;

    /// <summary>How many replicas have applied the stream up to an offset.</summary>
    public int CountAcknowledged(long offset)
    {
        int count = 0;
        foreach (ReplicaLink link in Links)
        {
            count += link.State == LinkState.Online && link.AcknowledgedOffset >= offset ? 1 : 0;
        }

        return count;
    }

    bool IReplicaSyncs.IsReplica => State.Role == ReplicationRole.Replica;

    /// <inheritdoc/>
    public long WrittenOffset(Session session) => _engine.Dispatcher.WrittenOffset(session, State.Offset);

    /// <inheritdoc/>
    public int CountSynced(long offset)
    {
        int count = 0;
        foreach (ReplicaLink link in Links)
        {
            count += link.State == LinkState.Online && link.SyncedOffset >= offset ? 1 : 0;
        }

        return count;
    }

    /// <summary>Counts the replicas that keep up, and refuses writes while they are too few.</summary>
    public void CountGoodReplicas()
    {
        long now = _engine.Clock.NowMs;
        ServerOptions options = _engine.Options;
        int good = 0;
        foreach (ReplicaLink link in Links)
        {
            good += link.State == LinkState.Online && (now - link.AcknowledgedMs) / SecondMs <= options.MinReplicasMaxLagSeconds ? 1 : 0;
        }

        GoodReplicas = good;
        bool refuse = State.Role == ReplicationRole.Primary && options.MinReplicasToWrite > 0 && options.MinReplicasMaxLagSeconds > 0 && good < options.MinReplicasToWrite;
        _engine.RefuseWrites(WriteRefusal.TooFewReplicas, refuse ? ReplicationErrors.TooFewReplicas.ToArray() : null);
    }

    /// <summary>Hands the stream on.</summary>
    public void OnTurnEnd()
    {
        if (_isAcknowledgementWanted)
        {
            _isAcknowledgementWanted = false;
            if (_backlog.IsActive && State.Role == ReplicationRole.Primary)
            {
                Writer.RequestAcknowledgement();
            }
        }

        if (Links.Count > 0)
        {
            FullSyncs.OnTurnEnd();
            _feed.Run();
        }
        else if (_backlog.IsActive)
        {
            _backlog.Trim(long.MaxValue);
        }

        Waiters.Serve();
    }

    public void OnCron() => _upkeep.OnCron();

    public void Dispose() => FullSyncs.Dispose();
}
