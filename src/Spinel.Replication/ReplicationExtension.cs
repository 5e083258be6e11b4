using Spinel.Engine;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Statistics.Info;
using Spinel.Replication.Replica;
using Spinel.Replication.Streaming;

namespace Spinel.Replication;

/// <summary>Copies on other servers, as a part of the server: the primary's side and the replica's, which have the stream and its history in common.</summary>
public sealed class ReplicationExtension : IEngineExtension
{
    private SpinelEngine? _engine;
    private Backlog? _backlog;
    private ReplicationState? _state;
    private ReplicaSide? _replica;

    /// <inheritdoc/>
    public CommandSet? Commands => GeneratedCommands.Set;

    internal SpinelEngine Engine => _engine ?? throw Unattached();

    /// <summary>The latest of the stream.</summary>
    internal Backlog Backlog => _backlog ?? throw Unattached();

    /// <summary>Role, ids, offset.</summary>
    internal ReplicationState State => _state ?? throw Unattached();

    /// <summary>This server as a replica.</summary>
    internal ReplicaSide Replica => _replica ?? throw Unattached();

    /// <inheritdoc/>
    public void Attach(SpinelEngine engine)
    {
        ArgumentNullException.ThrowIfNull(engine);
        _engine = engine;
        _backlog = new Backlog(engine.Chunks) { SizeBytes = engine.Options.ReplBacklogSizeBytes };
        _state = new ReplicationState(engine, _backlog);
        _replica = new ReplicaSide(this);
        _replica.Attach();
    }

    /// <inheritdoc/>
    public void OnCron() => Replica.OnCron();

    /// <inheritdoc/>
    public void OnTurnEnd() => Replica.OnTurnEnd();

    /// <inheritdoc/>
    public void OnStop() => _replica?.OnStop();

    /// <inheritdoc/>
    public void Dispose()
    {
        _replica?.Dispose();
        _backlog?.Dispose();
    }

    /// <inheritdoc/>
    public int MaxTimeoutMs => Replica.MaxTimeoutMs;

    /// <inheritdoc/>
    public bool TryWriteInfo(string section, InfoWriter writer)
    {
        if (section != "Replication" || !Replica.IsReplica)
        {
            return false;
        }

        writer.Add("role", "slave");
        Replica.WriteInfo(writer);
        return true;
    }

    /// <summary>The number of replicas.</summary>
    internal int ReplicaCount => 0;

    /// <summary>Closes the connections of all replicas: they come again and learn how things are.</summary>
    internal void DisconnectReplicas()
    {
    }

    /// <summary>Asks all replicas how far they are.</summary>
    internal void AskForAcknowledgements()
    {
    }

    /// <summary>Finds a replica by the address that it announces.</summary>
    internal bool TryFindReplica(string host, int port, out bool isOnline)
    {
        isOnline = false;
        return false;
    }

    /// <summary>Finds a replica that has acknowledged the whole stream: the one of this address, or any when <paramref name="host"/> is null.</summary>
    internal bool TryFindCaughtUp(string? host, int port, out string foundHost, out int foundPort)
    {
        foundHost = "";
        foundPort = 0;
        return false;
    }

    private static InvalidOperationException Unattached() => new("The extension is attached to no engine.");
}
