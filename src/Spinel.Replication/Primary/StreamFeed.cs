using System.Globalization;
using Spinel.Engine;
using Spinel.Engine.Sessions;
using Spinel.Replication.Streaming;

namespace Spinel.Replication.Primary;

/// <summary>
/// Hands the stream on at the end of each turn: the outputs of replicas come to refer to what is new in the backlog, which then gives up what nobody needs any more.
/// </summary>
internal sealed class StreamFeed(PrimarySide primary, SpinelEngine engine, Backlog backlog)
{
    /// <summary>Feeds all replicas.</summary>
    public void Run()
    {
        long neededFrom = long.MaxValue;
        foreach (ReplicaLink link in primary.Links)
        {
            if (link.Session.IsClosed)
            {
                continue;
            }

            if (link is { State: LinkState.Online, AwaitsFirstAcknowledgement: false })
            {
                if (link.Cursor != backlog.EndOffset)
                {
                    backlog.Feed(link.Session.Output, ref link.Cursor);
                    engine.AddPendingWrite(link.Session);
                }
            }
            else if (link.State == LinkState.AwaitsSnapshot || link.State == LinkState.Transmitted)
            {
                // Its snapshot is yet to be taken, or it wants nothing else.
                link.Cursor = backlog.EndOffset;
            }
            else
            {
                CloseIfTooFarBehind(link);
            }

            neededFrom = Math.Min(neededFrom, link.NeededFrom);
        }

        backlog.Trim(neededFrom);
    }

    /// <summary>What a replica cannot be sent yet is subject to the limits of output buffers, as if it were in one.</summary>
    private void CloseIfTooFarBehind(ReplicaLink link)
    {
        OutputLimits limits = engine.Limits.ReplicaOutput;
        long bytes = backlog.EndOffset - link.Cursor;
        long now = engine.Clock.NowMs;
        if (bytes <= limits.SoftBytes)
        {
            link.OverSoftLimitSinceMs = 0;
        }
        else if (link.OverSoftLimitSinceMs == 0)
        {
            link.OverSoftLimitSinceMs = now;
        }

        if (bytes > limits.HardBytes || (link.OverSoftLimitSinceMs != 0 && now - link.OverSoftLimitSinceMs > limits.SoftMs))
        {
            engine.Statistics.ClientOutputBufferLimitDisconnections++;
            engine.Log.Write(
                ServerLogLevel.Warning,
                string.Create(CultureInfo.InvariantCulture, $"Client id={link.Session.Id} addr={link.Session.Connection.RemoteAddress} omem={bytes} closed for overcoming of output buffer limits."));
            link.Close();
        }
    }
}
