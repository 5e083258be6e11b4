using System.Globalization;
using Spinel.Engine;
using Spinel.Engine.Configuration;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Statistics.Info;
using Spinel.Persistence;

namespace Spinel.Replication.Replica;

/// <summary>
/// This server as a replica: of whom, with which connection, and what that means for clients.
/// <para>
/// The data of a replica belongs to the history of its primary, with the same id and the same offsets (<see cref="ReplicationState"/>). As long as that holds,
/// <see cref="CanResume"/>, a new connection goes on where the last one broke off. It holds for a primary that becomes a replica, too: if its new primary has been its replica,
/// it knows the history.
/// </para>
/// <para>
/// When the stream breaks off the next connection is made at once, because the primary keeps only so much of it; when a connection cannot be made, or leads to nothing time and again, a
/// second later.
/// </para>
/// </summary>
internal sealed class ReplicaSide : IOptionObserver, IDisposable
{
    private const int RetryMs = 1000;

    /// <summary>So many connections in a row that end within <see cref="RetryMs"/> are followed by another one at once.</summary>
    private const int MaxShortStreams = 5;

    private readonly ReplicationExtension _replication;
    private readonly SpinelEngine _engine;
    private readonly OwnExpiries _ownExpiries;
    private PrimaryLink? _link;
    private long _retryMs;
    private int _shortStreams;
    private bool _isAttached;

    public ReplicaSide(ReplicationExtension replication)
    {
        _replication = replication;
        _engine = replication.Engine;
        _ownExpiries = new OwnExpiries(_engine);
        Failover = new Failover(replication, this);
    }

    /// <summary>The address of the primary; null when this server is one.</summary>
    public string? Host { get; private set; }

    public int Port { get; private set; }

    public bool IsReplica => Host is not null;

    /// <summary>How far it has come with the primary.</summary>
    public LinkStage Stage => _link?.Stage ?? LinkStage.None;

    /// <summary>The connection to the primary, in whatever stage.</summary>
    public PrimaryLink? Link => _link;

    /// <summary>The data belongs to the history and the place in it that <see cref="ReplicationState"/> tells.</summary>
    public bool CanResume { get; private set; }

    /// <summary>The database that the stream has selected where it broke off.</summary>
    public int StreamDatabase { get; private set; }

    /// <summary>The database that the stream has selected.</summary>
    public int CurrentDatabase => _link?.Applier?.Database ?? StreamDatabase;

    /// <summary>Since when there has been no stream, in Unix milliseconds; 0 when there never was one.</summary>
    public long DownSinceMs { get; private set; }

    /// <summary>Handing this server's role over to a replica.</summary>
    public Failover Failover { get; }

    /// <summary>The state of failing over to a replica, in the words of INFO.</summary>
    public string FailoverState => Failover.StateWord;

    /// <summary>While this server fails over, replicas can neither come nor be sent pings.</summary>
    public bool IsFailingOver => Failover.IsActive;

    /// <summary>False while this server is a replica without its primary's data: it has nothing to pass on.</summary>
    public bool CanServeReplicas => !IsReplica || Stage == LinkStage.Streaming;

    /// <summary>How long the loop may sleep.</summary>
    public int MaxTimeoutMs => _link?.MaxTimeoutMs ?? int.MaxValue;

    /// <summary>The engine is made, and its data may be loading.</summary>
    public void Attach()
    {
        _engine.Options.Subscribe(
            this, OptionId.ReplicaReadOnly, OptionId.ReplicaServeStaleData, OptionId.ReplicaIgnoreMaxMemory, OptionId.MasterUser, OptionId.MasterAuth);
        _isAttached = true;
        string endpoint = _engine.Options.ReplicaOf;
        int blank = endpoint.LastIndexOf(' ');
        if (blank > 0 && int.TryParse(endpoint.AsSpan(blank + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port))
        {
            Host = endpoint[..blank];
            Port = port;
            _replication.State.Role = ReplicationRole.Replica;
            UpdateRole();
        }
    }

    /// <summary>Called <c>hz</c> times a second.</summary>
    public void OnCron()
    {
        Failover.OnCron();
        _ownExpiries.OnCron();
        _link?.OnCron();
        if (IsReplica && _link is null && _engine.Clock.NowMs >= _retryMs && !IsLoadingAtStart)
        {
            Connect();
        }
    }

    /// <summary>The end of a turn, before the stream is handed to the replicas.</summary>
    public void OnTurnEnd() => _link?.OnTurnEnd();

    /// <summary>The replies of the turn are sent.</summary>
    public void RunBackground() => _link?.RunBackground();

    /// <summary>Answers REPLCONF GETACK, which the primary sends.</summary>
    public void OnGetAck() => _link?.OnGetAck();

    /// <summary>A replica has acknowledged more than before.</summary>
    public void OnReplicaAcknowledged() => Failover.OnReplicaAcknowledged();

    /// <summary>Handles <c>PSYNC id offset FAILOVER</c>; false when it is to be handled as an ordinary PSYNC.</summary>
    public bool TryTakeOver(ref CommandContext c) => Failover.TryTakeOver(ref c);

    /// <summary>The data that was loaded at the start belongs to a history that goes on from here.</summary>
    /// <param name="database">The database that the stream has selected.</param>
    public void OnHistoryRestored(int database)
    {
        if (IsReplica)
        {
            CanResume = true;
            StreamDatabase = Math.Max(0, database);
            _replication.Backlog.Activate();
        }
    }

    /// <summary>Becomes the replica of another server, whatever it was before.</summary>
    public void Follow(string host, int port)
    {
        bool wasPrimary = !IsReplica;
        Host = host;
        Port = port;
        StoreOption();
        DropLink();
        _engine.Blocked.DisconnectAll(static (ref Protocol.ReplyWriter reply) => reply.Error(Errors.RoleChanged));
        if (wasPrimary)
        {
            // What this server has done as a primary may be what its new primary knows, because it was its replica.
            _engine.Log.Write(
                ServerLogLevel.Notice,
                "Before turning into a replica, using my own master parameters to synthesize a cached master: I may be able to synchronize with the new master with just a partial transfer.");
            CanResume = true;
            StreamDatabase = 0;
        }

        _replication.State.Role = ReplicationRole.Replica;
        UpdateRole();
        if (!IsLoadingAtStart)
        {
            Connect();
        }
    }

    /// <summary>Becomes a primary, with the data as it is and a new history that goes on from the present one.</summary>
    public void Promote()
    {
        if (!IsReplica)
        {
            return;
        }

        Host = null;
        Port = 0;
        StoreOption();
        DropLink();
        CanResume = false;
        DownSinceMs = 0;
        _replication.State.ShiftId();
        _replication.State.Role = ReplicationRole.Primary;

        // They have to learn of the new history.
        _replication.DisconnectReplicas();
        UpdateRole();
        _engine.Extension<PersistenceExtension>().ResumeLog();
    }

    /// <summary>The old data goes, and with it the history that this server's replicas follow.</summary>
    public void LeaveHistory()
    {
        _replication.DisconnectReplicas();
        _replication.Backlog.Free();
    }

    /// <summary>There is nothing to go on from any more: the primary sends all of its data.</summary>
    public void ForgetHistory()
    {
        if (CanResume)
        {
            _engine.Log.Write(ServerLogLevel.Notice, "Discarding previously cached master state.");
            CanResume = false;
        }
    }

    /// <summary>The data is the primary's now.</summary>
    /// <param name="id">The history; null when the primary has none.</param>
    /// <param name="offset">The place in it.</param>
    public void AdoptHistory(string? id, long offset)
    {
        if (id is null)
        {
            _replication.State.ChangeId();
        }
        else
        {
            _replication.State.Adopt(id);
        }

        _replication.State.ClearSecond();
        _replication.Backlog.Restart(Math.Max(0, offset));
        _replication.Backlog.Activate();
    }

    /// <summary>The primary goes on with the same data under another id, since it has itself become what it is.</summary>
    public void ChangeHistory(string id)
    {
        ReplicationState state = _replication.State;
        state.SetSecond(state.Id, state.Offset + 1);
        state.Adopt(id);
        _engine.Log.Write(ServerLogLevel.Notice, $"Master replication ID changed to {id}");
        _replication.DisconnectReplicas();
    }

    /// <summary>The stream of the primary is followed from here on.</summary>
    public void OnStreaming()
    {
        CanResume = !_link!.IsWithoutOffset;
        DownSinceMs = 0;
        if (!_replication.Backlog.IsActive)
        {
            _replication.Backlog.Activate();
        }

        UpdateRole();
    }

    /// <summary>All data is new: the log begins again with it.</summary>
    public void OnDataReplaced()
    {
        _engine.Keyspace.Dirty = 0;
        _ownExpiries.Clear();
        _engine.Extension<PersistenceExtension>().ResumeLog();
    }

    /// <summary>The connection is over, and has said why.</summary>
    public void OnLinkEnded(PrimaryLink link)
    {
        if (_link != link)
        {
            return;
        }

        bool wasStreaming = link.Stage == LinkStage.Streaming;
        DropLink();
        if (wasStreaming)
        {
            _engine.Log.Write(ServerLogLevel.Notice, "Caching the disconnected master state.");
            DownSinceMs = _engine.Clock.NowMs;
        }

        UpdateRole();
        if (!IsReplica)
        {
            return;
        }

        if (wasStreaming && !IsHurryInVain(link))
        {
            _engine.Log.Write(ServerLogLevel.Notice, $"Reconnecting to MASTER {Host}:{Port}");
            OpenLink();
        }
        else
        {
            _retryMs = _engine.Clock.NowMs + RetryMs;
        }
    }

    /// <summary>Writes the lines of INFO between <c>role</c> and <c>connected_slaves</c>.</summary>
    public void WriteInfo(InfoWriter writer)
    {
        if (IsReplica)
        {
            ReplicaReport.WriteInfo(writer, _replication, this);
        }
    }

    /// <summary>Replies to ROLE when this server is a replica.</summary>
    public void WriteRole(ref CommandContext c) => ReplicaReport.WriteRole(ref c, _replication, this);

    public void OnStop()
    {
        if (_isAttached)
        {
            _isAttached = false;
            _engine.Options.Unsubscribe(this);
        }

        DropLink();
    }

    public void Dispose() => OnStop();

    OptionRefusal? IOptionObserver.OnOptionsChanged(ServerOptions options, IReadOnlyList<OptionId> changed)
    {
        UpdateRole();
        return null;
    }

    /// <summary>A primary whose stream ends again and again as soon as it has begun, or makes no sense, is not bothered without a pause.</summary>
    private bool IsHurryInVain(PrimaryLink link)
    {
        _shortStreams = _engine.Clock.NowMs - link.StreamingSinceMs < RetryMs ? _shortStreams + 1 : 0;
        return link.HasNonsense || _shortStreams > MaxShortStreams;
    }

    private bool IsLoadingAtStart => _engine.IsLoading && _link is null;

    private void Connect()
    {
        _engine.Log.Write(ServerLogLevel.Notice, $"Connecting to MASTER {Host}:{Port}");
        OpenLink();
        _engine.Log.Write(ServerLogLevel.Notice, "MASTER <-> REPLICA sync started");
    }

    private void OpenLink() => _link = new PrimaryLink(_replication, this, Host!, Port);

    private void DropLink()
    {
        if (_link is not { } link)
        {
            return;
        }

        _link = null;
        if (link.Applier is { } applier)
        {
            StreamDatabase = applier.Database;
        }

        bool hasLostData = link.Sync is { HasDroppedData: true };
        link.Dispose();
        if (hasLostData)
        {
            // What is there now is in no history. Nobody may be told that it is.
            CanResume = false;
            _replication.State.BeginNew();
        }
    }

    /// <summary>Brings what clients may do up to date with the role and the state of the link.</summary>
    private void UpdateRole()
    {
        ServerOptions options = _engine.Options;
        _engine.Keyspace.IsReplica = IsReplica;
        _engine.Log.NoteRole(IsReplica);
        _ownExpiries.IsOn = IsReplica && !options.ReplicaReadOnly;
        _engine.MemoryLimit.IsSuspended = IsReplica && options.ReplicaIgnoreMaxMemory;
        _engine.RefusesStaleData = IsReplica && Stage != LinkStage.Streaming && !options.ReplicaServeStaleData;
        _engine.RefuseWrites(WriteRefusal.ReadOnlyReplica, IsReplica && options.ReplicaReadOnly ? Errors.ReadOnlyReplica.ToArray() : null);
    }

    private void StoreOption() =>
        _engine.Options.Assign(OptionId.ReplicaOf, new OptionValue(0, Host is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{Host} {Port}")));
}
