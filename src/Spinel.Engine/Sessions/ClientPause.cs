using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Sessions;

/// <summary>
/// Makes commands wait. There are several reasons for it, which end each in its own way: CLIENT PAUSE, for all commands or only those that may write, until a time or CLIENT UNPAUSE;
/// and those of <see cref="WriteHold"/>, for what may write, as long as they take. What stands against several waits for the last end.
/// </summary>
public sealed class ClientPause(SpinelEngine engine)
{
    private readonly List<Session> _waiting = [];
    private readonly List<Action> _postponed = [];
    private long _endMs;
    private bool _writesOnly;
    private WriteHold _holds;

    /// <summary>Unix milliseconds at which the next pause ends of itself; the greatest number when none does, 0 when there is none.</summary>
    public long EndMs => _endMs == 0 && _holds != WriteHold.None ? long.MaxValue : _endMs;

    public bool IsActive => _endMs != 0 || _holds != WriteHold.None;

    /// <summary>The number of clients whose command waits.</summary>
    public int WaitingCount => _waiting.Count;

    /// <summary>Starts a pause, or prolongs and widens the one that holds: a shorter or milder one does not weaken it.</summary>
    public void Start(long endMs, bool writesOnly)
    {
        _writesOnly = _endMs != 0 ? _writesOnly && writesOnly : writesOnly;
        _endMs = Math.Max(_endMs, endMs);
        Update();
    }

    /// <summary>Ends the pause that <see cref="Start"/> began and runs what waited, in the order in which it came.</summary>
    public void End()
    {
        if (_endMs != 0)
        {
            _endMs = 0;
            Update();
            Resume();
        }
    }

    /// <summary>Holds up what may write, whatever pauses clients start and end, until <see cref="Release"/> for the same reason.</summary>
    public void Hold(WriteHold reason)
    {
        _holds |= reason;
        Update();
    }

    /// <summary>Ends what <see cref="Hold"/> began.</summary>
    public void Release(WriteHold reason)
    {
        if ((_holds & reason) != 0)
        {
            _holds &= ~reason;
            Update();
            Resume();
        }
    }

    /// <summary>Whether a command has to wait. A pause of all commands cannot be ended by one: it lasts its time.</summary>
    /// <param name="flags">What the command may do, and what those may that it runs.</param>
    internal bool Holds(CommandFlags flags) => (_endMs != 0 && !_writesOnly) || (flags & (CommandFlags.Write | CommandFlags.MayReplicate)) != 0;

    /// <summary>Whether writes wait for another reason than this one, which is that of who asks.</summary>
    internal bool HoldsWritesBeyond(WriteHold own) => _endMs != 0 || (_holds & ~own) != WriteHold.None;

    /// <summary>
    /// Has something of the server's own, which would change the data, tried again when a reason for waiting has ended: another one may still stand. It comes before the clients,
    /// who would only find the data as it was for a moment longer.
    /// </summary>
    internal void Postpone(Action action) => _postponed.Add(action);

    internal void Add(Session session) => _waiting.Add(session);

    internal void Remove(Session session) => _waiting.Remove(session);

    internal void EndIfDue(long nowMs)
    {
        if (_endMs != 0 && nowMs >= _endMs)
        {
            End();
        }
    }

    private void Update()
    {
        engine.SetGate(EngineGate.Paused, IsActive);
        engine.Keyspace.IsPaused = IsActive;
    }

    /// <summary>Has everything that waits try again; what the other reason holds up waits on.</summary>
    private void Resume()
    {
        if (_waiting.Count == 0 && _postponed.Count == 0)
        {
            return;
        }

        // After the command that ended the pause, not in the middle of it.
        Session[] resumed = [.. _waiting];
        Action[] actions = [.. _postponed];
        _waiting.Clear();
        _postponed.Clear();
        engine.Mailbox.Post(() =>
        {
            foreach (Action action in actions)
            {
                action();
            }

            foreach (Session session in resumed)
            {
                session.IsPostponed = false;
                session.RunBuffered();
            }
        });
    }
}

/// <summary>What the server itself holds writing commands up for.</summary>
[Flags]
public enum WriteHold
{
    None = 0,

    /// <summary>A replica catches up, to become the primary.</summary>
    Failover = 1,

    /// <summary>Replicas catch up before the server stops.</summary>
    Shutdown = 2,

    /// <summary>A key that changes all the time moves to another server.</summary>
    Migration = 4,
}
