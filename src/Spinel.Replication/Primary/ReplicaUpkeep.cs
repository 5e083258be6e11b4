using System.Globalization;
using Spinel.Engine;
using Spinel.Replication.Streaming;

namespace Spinel.Replication.Primary;

/// <summary>
/// What has to be done for replicas once a second: signs of life, an end to those that show none, and to a history that nobody follows.
/// </summary>
internal sealed class ReplicaUpkeep(ReplicationExtension replication, PrimarySide primary, Backlog backlog)
{
    private const int SecondMs = 1000;

    private readonly SpinelEngine _engine = replication.Engine;
    private long _lastSecondMs;
    private long _lastPingMs;
    private long _noReplicasSinceMs = replication.Engine.Clock.NowMs;

    /// <summary>While replicas are to catch up the stream does not grow without need.</summary>
    private bool IsStreamToRest => replication.Replica.IsFailingOver || _engine.Shutdown.IsPending;

    /// <summary>There are no replicas from here on, or there is nothing yet that they could follow.</summary>
    public void NoteNoReplicas() => _noReplicasSinceMs = _engine.Clock.NowMs;

    public void OnCron()
    {
        long now = _engine.Clock.NowMs;
        if (now - _lastSecondMs is >= 0 and < SecondMs)
        {
            return;
        }

        _lastSecondMs = now;

        // Who has given up must not be kept in mind for as long as no replica says anything.
        primary.Waiters.IsDue = true;
        PingIfDue(now);
        foreach (ReplicaLink link in primary.Links)
        {
            KeepAlive(link);
            CloseIfTimedOut(link, now);
        }

        if (primary.Links.Count == 0 && primary.State.Role == ReplicationRole.Primary)
        {
            FreeBacklogIfDue(now);
        }

        primary.CountGoodReplicas();
    }

    private void PingIfDue(long now)
    {
        long elapsed = now - _lastPingMs;
        if (elapsed >= 0 && elapsed < _engine.Options.ReplPingReplicaPeriodSeconds * 1000L)
        {
            return;
        }

        _lastPingMs = now;
        if (primary.Links.Count > 0 && primary.State.Role == ReplicationRole.Primary && !IsStreamToRest && backlog.IsActive)
        {
            primary.Writer.Ping();
        }
    }

    /// <summary>Whoever waits for a snapshot must not take the silence for the end of the connection.</summary>
    private void KeepAlive(ReplicaLink link)
    {
        if (link.State == LinkState.AwaitsSnapshot || (link.State == LinkState.InSnapshot && !primary.FullSyncs.IsToSockets))
        {
            link.Send("\n");
        }
    }

    private void CloseIfTimedOut(ReplicaLink link, long now)
    {
        long timeoutMs = _engine.Options.ReplTimeoutSeconds * 1000L;
        if (link.State == LinkState.Online)
        {
            if (!link.IsSimple && now - link.AcknowledgedMs > timeoutMs)
            {
                _engine.Log.Write(ServerLogLevel.Warning, $"Disconnecting timedout replica (streaming sync): {link.Name}");
                link.Close();
            }

            return;
        }

        long sent = link.Session.NetOutputBytes;
        if (sent != link.ProgressBytes || link.Session.Output.IsEmpty)
        {
            link.ProgressBytes = sent;
            link.ProgressMs = now;
        }
        else if (now - link.ProgressMs > timeoutMs)
        {
            _engine.Log.Write(ServerLogLevel.Warning, $"Disconnecting timedout replica (full sync): {link.Name}");
            link.Close();
        }
    }

    /// <summary>A history that nobody has followed for long is not worth its memory, and must not be gone on with: what happens next is not kept.</summary>
    private void FreeBacklogIfDue(long now)
    {
        long ttlSeconds = _engine.Options.ReplBacklogTtlSeconds;
        if (!backlog.IsActive || ttlSeconds == 0 || (now - _noReplicasSinceMs) / SecondMs <= ttlSeconds)
        {
            return;
        }

        primary.State.BeginNew();
        backlog.Free();
        primary.UpdateWriter();
        _engine.Log.Write(
            ServerLogLevel.Notice, string.Create(CultureInfo.InvariantCulture, $"Replication backlog freed after {ttlSeconds} seconds without connected replicas."));
    }
}
