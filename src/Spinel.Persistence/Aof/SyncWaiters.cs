using Spinel.Engine;
using Spinel.Engine.Blocking;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Sessions;
using Spinel.Protocol;

namespace Spinel.Persistence.Aof;

/// <summary>
/// The clients of WAITAOF: each waits for a place in the log to be on disk: where the log was when the client's command before had run, so that all that it has written
/// or seen is before it, and what others write since does not keep it waiting. They are looked at when the log has been written and when the disk has answered, which
/// wakes the loop.
/// </summary>
internal sealed class SyncWaiters(SpinelEngine engine, AofLog log)
{
    private readonly List<Entry> _entries = [];

    /// <summary>The replicas; null when the server can have none.</summary>
    public IReplicaSyncs? Replicas { get; set; }

    /// <summary>Replies when what was logged up to the client's last command is on disk, here and on so many replicas, or when the time is over.</summary>
    public void Wait(ref CommandContext c, bool locally, long replicas, long deadlineMs)
    {
        long position = c.Session.LoggedBytes;
        long offset = Replicas?.WrittenOffset(c.Session) ?? 0;
        if (IsOver(position, offset, locally, replicas) || c.Session.MustNotBlock)
        {
            WriteCounts(ref c.Reply, position, offset);
            return;
        }

        c.Engine.Blocked.Block(ref c, [], default, deadlineMs, (ref reply) => WriteCounts(ref reply, position, offset));
        _entries.Add(new Entry(c.Session, c.Session.Waiter!, position, offset, locally, replicas));
        if (replicas > 0)
        {
            Replicas?.RequestAcknowledgement();
        }
    }

    /// <summary>Ends the waits that are over.</summary>
    public void Serve()
    {
        for (int i = _entries.Count - 1; i >= 0; i--)
        {
            Entry entry = _entries[i];
            if (entry.Session.Waiter != entry.Waiter)
            {
                // It has given up, or is gone.
                _entries.RemoveAt(i);
            }
            else if (entry.Locally && !log.IsOn)
            {
                _entries.RemoveAt(i);
                engine.Blocked.EndWithReply(entry.Session, static (ref reply) => reply.Error(PersistenceErrors.WaitWithoutLog));
            }
            else if (IsOver(entry.Position, entry.Offset, entry.Locally, entry.Replicas))
            {
                _entries.RemoveAt(i);
                engine.Blocked.EndWithReply(entry.Session, (ref reply) => WriteCounts(ref reply, entry.Position, entry.Offset));
            }
        }
    }

    private bool IsOver(long position, long offset, bool locally, long replicas) =>
        (!locally || IsSynced(position)) && CountReplicas(offset) >= replicas;

    private bool IsSynced(long position) => log.SafeBytes >= position;

    private int CountReplicas(long offset) => Replicas?.CountSynced(offset) ?? 0;

    private void WriteCounts(ref ReplyWriter reply, long position, long offset)
    {
        reply.ArrayHeader(2);
        reply.Integer(IsSynced(position) ? 1 : 0);
        reply.Integer(CountReplicas(offset));
    }

    private readonly record struct Entry(Session Session, Waiter Waiter, long Position, long Offset, bool Locally, long Replicas);
}
