using System.Globalization;
using System.Text;
using Spinel.Engine;
using Spinel.Replication.Streaming;

namespace Spinel.Replication.Primary;

/// <summary>Whether a replica that was cut off can go on where it was: it knows this history, and what it has missed is still kept.</summary>
internal static class PartialSync
{
    /// <summary>Has a replica go on at an offset; false, with the reason in the log, when it needs all of the data.</summary>
    /// <param name="primary">The primary's side.</param>
    /// <param name="link">The replica.</param>
    /// <param name="id">The history that it knows; a question mark when it knows none.</param>
    /// <param name="offset">The offset of the byte that it wants next, the first byte of the stream being 1.</param>
    /// <param name="c">The call of PSYNC, which gets the reply.</param>
    /// <param name="backlog">What is kept.</param>
    public static bool TryBegin(PrimarySide primary, ReplicaLink link, string id, long offset, ref CommandContext c, Backlog backlog)
    {
        ReplicationState state = primary.State;
        if (!Knows(c.Engine, state, link, id, offset))
        {
            return false;
        }

        if (!backlog.Holds(offset - 1))
        {
            Log(c.Engine, string.Create(CultureInfo.InvariantCulture, $"Unable to partial resync with replica {link.Name} for lack of backlog (Replica request was: {offset})."));
            if (offset > state.Offset)
            {
                c.Engine.Log.Write(ServerLogLevel.Warning, $"Warning: replica {link.Name} tried to PSYNC with an offset that is greater than the master replication offset.");
            }

            return false;
        }

        link.Cursor = offset - 1;
        link.State = LinkState.Online;
        c.Reply.Raw(Encoding.ASCII.GetBytes(link.CanChangeId ? $"+CONTINUE {state.Id}\r\n" : "+CONTINUE\r\n"));
        primary.Attach(link);
        link.AcknowledgedOffset = offset - 1;
        primary.CountGoodReplicas();
        Log(
            c.Engine,
            string.Create(
                CultureInfo.InvariantCulture,
                $"Partial resynchronization request from {link.Name} accepted. Sending {state.Offset - link.Cursor} bytes of backlog starting from offset {offset}."));
        return true;
    }

    private static bool Knows(SpinelEngine engine, ReplicationState state, ReplicaLink link, string id, long offset)
    {
        if (id.Equals(state.Id, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        bool isSecond = id.Equals(state.SecondId, StringComparison.OrdinalIgnoreCase);
        if (isSecond && offset <= state.SecondOffset)
        {
            return true;
        }

        if (id is ['?', ..])
        {
            Log(engine, $"Full resync requested by replica {link.Name}");
        }
        else if (!isSecond)
        {
            Log(engine, $"Partial resynchronization not accepted: Replication ID mismatch (Replica asked for '{id}', my replication IDs are '{state.Id}' and '{state.SecondId}')");
        }
        else
        {
            Log(
                engine,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Partial resynchronization not accepted: Requested offset for second ID was {offset}, but I can reply up to {state.SecondOffset}"));
        }

        return false;
    }

    private static void Log(SpinelEngine engine, string text) => engine.Log.Write(ServerLogLevel.Notice, text);
}
