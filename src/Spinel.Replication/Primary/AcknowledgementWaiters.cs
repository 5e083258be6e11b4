using Spinel.Engine;
using Spinel.Engine.Blocking;
using Spinel.Engine.Sessions;

namespace Spinel.Replication.Primary;

/// <summary>The clients of WAIT: each waits until so many replicas have applied the stream up to what it has written last.</summary>
internal sealed class AcknowledgementWaiters(PrimarySide primary, SpinelEngine engine)
{
    private readonly List<Entry> _entries = [];

    /// <summary>How many are waiting, or have given up since the last look.</summary>
    public int Count => _entries.Count;

    /// <summary>A replica has said something new since the last look.</summary>
    public bool IsDue { get; set; }

    /// <summary>Replies when enough replicas have everything that the client has written, or when the time is over.</summary>
    public void Wait(ref CommandContext c, long replicas, long deadlineMs)
    {
        long offset = primary.WrittenOffset(c.Session);
        int count = primary.CountAcknowledged(offset);
        if (count >= replicas || c.Session.MustNotBlock)
        {
            c.Reply.Integer(count);
            return;
        }

        engine.Blocked.Block(ref c, [], default, deadlineMs, (ref reply) => reply.Integer(primary.CountAcknowledged(offset)));
        _entries.Add(new Entry(c.Session, c.Session.Waiter!, offset, replicas));
        primary.RequestAcknowledgement();
    }

    /// <summary>Ends the waits that are over.</summary>
    public void Serve()
    {
        if (!IsDue)
        {
            return;
        }

        IsDue = false;
        for (int i = 0; i < _entries.Count;)
        {
            Entry entry = _entries[i];
            int count = primary.CountAcknowledged(entry.Offset);
            if (entry.Session.Waiter != entry.Waiter)
            {
                // It has given up, or is gone.
                _entries.RemoveAt(i);
            }
            else if (count >= entry.Replicas)
            {
                _entries.RemoveAt(i);
                engine.Blocked.EndWithReply(entry.Session, (ref reply) => reply.Integer(count));
            }
            else
            {
                i++;
            }
        }
    }

    private readonly record struct Entry(Session Session, Waiter Waiter, long Offset, long Replicas);
}
