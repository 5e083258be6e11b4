using Spinel.Engine;
using Spinel.Engine.Configuration;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Observation;
using Spinel.Engine.Statistics.Info;
using Spinel.Persistence;
using Spinel.Persistence.Loading;
using Spinel.Replication.Migration;
using Spinel.Replication.Primary;
using Spinel.Replication.Replica;
using Spinel.Replication.Streaming;

namespace Spinel.Replication;

/// <summary>
/// Copies on other servers, as a part of the server: the primary's side and the replica's, which have the stream and its history in common. It needs
/// <see cref="PersistenceExtension"/>, which comes before it.
/// </summary>
public sealed class ReplicationExtension : IEngineExtension, IOptionObserver
{
    private Parts? _parts;

    /// <inheritdoc/>
    public CommandSet? Commands => GeneratedCommands.Set;

    /// <inheritdoc/>
    public int MaxTimeoutMs => Math.Min(Primary.MaxTimeoutMs, Replica.MaxTimeoutMs);

    /// <inheritdoc/>
    public long OutgoingBytes => _parts?.Primary?.OutgoingBytes ?? 0;

    /// <inheritdoc/>
    public long ReplicationBufferBytes => _parts is { Primary: { } primary } parts ? parts.Backlog.MemoryBytes + primary.FullSyncs.MemoryBytes : 0;

    internal SpinelEngine Engine => Attached.Engine;

    /// <summary>The latest of the stream.</summary>
    internal Backlog Backlog => Attached.Backlog;

    /// <summary>Role, ids, offset.</summary>
    internal ReplicationState State => Attached.State;

    /// <summary>This server as one that others copy.</summary>
    internal PrimarySide Primary => Attached.Primary!;

    /// <summary>Keys that move to other servers.</summary>
    internal Migrations Migrations => Attached.Migrations;

    /// <summary>This server as a replica.</summary>
    internal ReplicaSide Replica => Attached.Replica!;

    private Parts Attached => _parts ?? throw new InvalidOperationException("The extension is attached to no engine.");

    /// <inheritdoc/>
    public void Attach(SpinelEngine engine)
    {
        ArgumentNullException.ThrowIfNull(engine);
        var persistence = engine.Extension<PersistenceExtension>();
        var backlog = new Backlog(engine.Chunks) { SizeBytes = engine.Options.ReplBacklogSizeBytes };
        var parts = new Parts(engine, persistence, backlog, new ReplicationState(engine, backlog));
        _parts = parts;
        parts.Primary = new PrimarySide(this, engine, backlog, persistence.Snapshots);
        parts.Replica = new ReplicaSide(this);
        parts.State.RoleChanged = parts.Primary.OnRoleChanged;
        persistence.Snapshots.Position = Position;
        persistence.Log.Position = Position;
        persistence.Waiters.Replicas = parts.Primary;
        engine.Options.Subscribe(this, OptionId.ReplBacklogSizeBytes, OptionId.MinReplicasToWrite, OptionId.MinReplicasMaxLagSeconds);
        engine.NewHistory = parts.State.BeginNew;
        parts.Replica.Attach();
        engine.WhenLoaded(GoOnWithHistory);
        parts.Primary.CountGoodReplicas();
    }

    /// <inheritdoc/>
    public void OnCron()
    {
        Primary.OnCron();
        Replica.OnCron();
        Migrations.OnCron();
    }

    /// <inheritdoc/>
    public void RunBackground() => Replica.RunBackground();

    /// <inheritdoc/>
    public void OnTurnEnd()
    {
        Replica.OnTurnEnd();
        Primary.OnTurnEnd();
    }

    /// <inheritdoc/>
    public bool TryWriteInfo(string section, InfoWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (section != "Replication")
        {
            return false;
        }

        ReplicationReport.Write(writer, this);
        return true;
    }

    /// <inheritdoc/>
    public void ReadFigures(ref ServerFigures figures)
    {
        if (_parts is not { Primary: { } primary } parts)
        {
            return;
        }

        figures.ReplicationOffset = parts.State.Offset;
        figures.ReplicationBytes = ReplicationBufferBytes;
        figures.Replicas = primary.Links.Count;
        for (int i = 0; i < primary.Links.Count; i++)
        {
            if (primary.Links[i].State == LinkState.Online)
            {
                double lag = Math.Max(0, parts.State.Offset - primary.Links[i].AcknowledgedOffset);
                figures.ReplicationLagBytes = double.IsNaN(figures.ReplicationLagBytes) ? lag : Math.Max(figures.ReplicationLagBytes, lag);
            }
        }
    }

    /// <summary>The number of replicas.</summary>
    internal int ReplicaCount => Primary.Links.Count;

    /// <summary>Closes the connections of all replicas: they come again and learn how things are.</summary>
    internal void DisconnectReplicas() => Primary.DisconnectAll();

    /// <summary>Finds a replica by the address that it announces.</summary>
    internal bool TryFindReplica(string host, int port, out bool isOnline)
    {
        ReplicaLink? link = Primary.Links.Find(link => link.ListeningPort == port && link.Address == host);
        isOnline = link?.State == LinkState.Online;
        return link is not null;
    }

    /// <summary>Finds a replica that has acknowledged the whole stream: the one of this address, or any when <paramref name="host"/> is null.</summary>
    internal bool TryFindCaughtUp(string? host, int port, out string foundHost, out int foundPort)
    {
        ReplicaLink? link = Primary.Links.Find(link => (host is null || (link.ListeningPort == port && link.Address == host))
            && link.State == LinkState.Online && link.AcknowledgedOffset == State.Offset);
        foundHost = link?.Address ?? "";
        foundPort = link?.ListeningPort ?? 0;
        return link is not null;
    }

    /// <inheritdoc/>
    public bool IsReadyToStop => _parts?.Primary is not { } primary || primary.Stopping.IsReady;

    /// <inheritdoc/>
    public void OnStopDelayed() => Primary.Stopping.Begin();

    /// <inheritdoc/>
    public bool TryStop(StopMode mode, bool force)
    {
        Primary.Stopping.Report();
        return true;
    }

    /// <inheritdoc/>
    public void OnStop()
    {
        if (_parts is { } parts)
        {
            parts.Engine.Options.Unsubscribe(this);
            parts.Replica?.OnStop();
            parts.Migrations.Stop();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _parts?.Replica?.Dispose();
        _parts?.Primary?.Dispose();
        _parts?.Backlog.Dispose();
        _parts = null;
    }

    OptionRefusal? IOptionObserver.OnOptionsChanged(ServerOptions options, IReadOnlyList<OptionId> changed)
    {
        Backlog.SizeBytes = options.ReplBacklogSizeBytes;
        Primary.CountGoodReplicas();
        return null;
    }

    /// <summary>Where the data is in its history, for those who write it down; null when nobody follows the history.</summary>
    private ReplicationPosition? Position() =>
        Backlog.IsActive
            ? new ReplicationPosition(State.Id, State.Offset, State.Role == ReplicationRole.Replica ? Replica.CurrentDatabase : Math.Max(0, Primary.Writer.Database))
            : null;

    /// <summary>
    /// The data that was loaded is that of a history. Replicas that followed it can go on following this server; and this server, when it is a replica itself, its primary.
    /// </summary>
    private void GoOnWithHistory()
    {
        if (Attached.Persistence.Progress.Position is not { } position || Backlog.IsActive)
        {
            return;
        }

        Backlog.Restart(position.Offset);
        if (State.Role == ReplicationRole.Replica)
        {
            State.Adopt(position.Id);
            Replica.OnHistoryRestored(position.Database);
            return;
        }

        State.SetSecond(position.Id, position.Offset + 1);
        Primary.ActivateBacklog();
    }

    private sealed record Parts(SpinelEngine Engine, PersistenceExtension Persistence, Backlog Backlog, ReplicationState State)
    {
        public PrimarySide? Primary { get; set; }

        public ReplicaSide? Replica { get; set; }

        public Migrations Migrations { get; } = new(Engine, State);
    }
}
