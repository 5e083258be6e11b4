using System.Globalization;
using System.Text;
using Spinel.Engine;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Sessions;

namespace Spinel.Replication.Replica;

/// <summary>
/// Trades places with a replica without losing a write. Clients that write are made to wait; when a replica has acknowledged the whole stream this server turns to it as its
/// own replica, with a PSYNC that asks it to become the primary; when it accepts, the clients go on and learn who the primary is now.
/// <para>
/// Until the replica has accepted everything can be taken back: on request, when the time is up, or when it refuses.
/// </para>
/// </summary>
internal sealed class Failover(ReplicationExtension replication, ReplicaSide side)
{
    private State _state;
    private string? _host;
    private int _port;
    private long _deadlineMs;
    private bool _force;

    private enum State
    {
        None,

        /// <summary>A replica is to catch up.</summary>
        WaitingForReplica,

        /// <summary>The replica is asked to take over.</summary>
        HandingOver,
    }

    public bool IsActive => _state != State.None;

    /// <summary>The next PSYNC is to ask for the primary's role.</summary>
    public bool IsHandingOver => _state == State.HandingOver;

    public string StateWord => _state switch
    {
        State.WaitingForReplica => "waiting-for-sync",
        State.HandingOver => "failover-in-progress",
        _ => "no-failover",
    };

    /// <summary>Begins.</summary>
    /// <param name="host">The replica; null for the first one that has caught up.</param>
    /// <param name="port">Its port.</param>
    /// <param name="timeoutMs">How long it may take to catch up; 0 for as long as it likes.</param>
    /// <param name="force">Whether it takes over when that time is up, whatever it lacks.</param>
    public void Begin(string? host, int port, long timeoutMs, bool force)
    {
        SpinelEngine engine = replication.Engine;
        Log(ServerLogLevel.Notice, host is null ? "FAILOVER requested." : string.Create(CultureInfo.InvariantCulture, $"FAILOVER requested to {host}:{port}."));
        _host = host;
        _port = port;
        _deadlineMs = timeoutMs > 0 ? engine.Clock.NowMs + timeoutMs : 0;
        _force = force;
        _state = State.WaitingForReplica;
        engine.Pause.Hold(WriteHold.Failover);
    }

    /// <summary>Takes it back.</summary>
    public void Abort(string reason)
    {
        Log(ServerLogLevel.Warning, _host is null ? $"Aborting failover: {reason}" : string.Create(CultureInfo.InvariantCulture, $"Aborting failover to {_host}:{_port}: {reason}"));
        if (_state == State.HandingOver)
        {
            side.Promote();
        }

        Clear();
    }

    /// <summary>A replica has acknowledged more than before.</summary>
    public void OnReplicaAcknowledged()
    {
        if (_state != State.WaitingForReplica || !replication.TryFindCaughtUp(_host, _port, out string host, out int port))
        {
            return;
        }

        _host = host;
        _port = port;
        Log(ServerLogLevel.Notice, string.Create(CultureInfo.InvariantCulture, $"Failover target {host}:{port} is synced, failing over."));

        // Not within a command of that replica, whose connection is about to be closed.
        replication.Engine.Mailbox.Post(HandOver);
    }

    public void OnCron()
    {
        if (_state != State.WaitingForReplica)
        {
            return;
        }

        if (_deadlineMs == 0 || replication.Engine.Clock.NowMs < _deadlineMs)
        {
            OnReplicaAcknowledged();
        }
        else if (_force)
        {
            Log(ServerLogLevel.Notice, string.Create(CultureInfo.InvariantCulture, $"Failover to {_host}:{_port} time out exceeded, failing over."));
            HandOver();
        }
        else
        {
            Abort("Replica never caught up before timeout");
        }
    }

    /// <summary>The replica has become the primary.</summary>
    public void OnAccepted() => Clear();

    /// <summary>The replica has not become the primary.</summary>
    public void OnRejected() => Abort("Failover target rejected psync request");

    /// <summary>Handles <c>PSYNC id offset FAILOVER</c>: becomes the primary, and leaves the rest to PSYNC. True when it has refused.</summary>
    public bool TryTakeOver(ref CommandContext c)
    {
        string id = Encoding.Latin1.GetString(c[1]);
        Log(ServerLogLevel.Warning, $"Failover request received for replid {id}.");
        if (!side.IsReplica)
        {
            c.Error(ReplicaErrors.TakeOverAtPrimary);
            return true;
        }

        if (!string.Equals(id, replication.State.Id, StringComparison.OrdinalIgnoreCase))
        {
            c.Error(ReplicaErrors.TakeOverOtherHistory);
            return true;
        }

        side.Promote();
        Log(ServerLogLevel.Notice, $"MASTER MODE enabled (failover request from 'id={c.Session.Id} addr={c.Session.Connection.RemoteAddress}')");
        return false;
    }

    private void HandOver()
    {
        if (_state == State.WaitingForReplica)
        {
            _state = State.HandingOver;
            side.Follow(_host!, _port);
        }
    }

    private void Clear()
    {
        _state = State.None;
        _host = null;
        replication.Engine.Pause.Release(WriteHold.Failover);
    }

    private void Log(ServerLogLevel level, string message) => replication.Engine.Log.Write(level, message);
}
