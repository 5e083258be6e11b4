using System.Globalization;
using Spinel.Engine;

namespace Spinel.Replication.Primary;

/// <summary>
/// Whether the server can stop without leaving a replica behind. While it waits for that clients cannot write, and the stream does not grow but by the question how far the replicas are,
/// which goes out once: who has answered it has all of the data, and all of the stream, so that it can go on from there when the server comes back.
/// </summary>
internal sealed class StopReadiness(PrimarySide primary, SpinelEngine engine)
{
    private long _target;

    /// <summary>All replicas have everything.</summary>
    public bool IsReady => !primary.Links.Exists(link => link.AcknowledgedOffset < Target);

    private long Target => engine.Shutdown.IsPending ? _target : primary.State.Offset;

    /// <summary>The server begins to wait.</summary>
    public void Begin()
    {
        _target = primary.State.Offset;
        primary.RequestAcknowledgement();
    }

    /// <summary>Says in the log who is left behind.</summary>
    public void Report()
    {
        if (primary.Links.Count == 0)
        {
            return;
        }

        int synced = 0;
        foreach (ReplicaLink link in primary.Links)
        {
            long missing = Target - link.AcknowledgedOffset;
            if (missing <= 0)
            {
                synced++;
                continue;
            }

            engine.Log.Write(ServerLogLevel.Notice, string.Create(
                CultureInfo.InvariantCulture,
                $"Lagging replica {link.Name} reported offset {missing} behind master, lag={link.LagSeconds(engine.Clock.NowMs)}, state={link.State.Word()}."));
        }

        engine.Log.Write(ServerLogLevel.Notice, string.Create(CultureInfo.InvariantCulture, $"{synced} of {primary.Links.Count} replicas are in sync when shutting down."));
    }
}
