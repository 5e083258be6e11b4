using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Sessions;

/// <summary>CLIENT PAUSE: commands wait until a time, all of them or only those that may write.</summary>
public sealed class ClientPause(SpinelEngine engine)
{
    private readonly List<Session> _waiting = [];

    /// <summary>Unix milliseconds at which the pause ends; 0 when there is none.</summary>
    public long EndMs { get; private set; }

    /// <summary>True when only commands that may write wait.</summary>
    public bool WritesOnly { get; private set; }

    public bool IsActive => EndMs != 0;

    /// <summary>The number of clients whose command waits.</summary>
    public int WaitingCount => _waiting.Count;

    /// <summary>Starts a pause, or prolongs and widens the one that holds: a shorter or milder one does not weaken it.</summary>
    public void Start(long endMs, bool writesOnly)
    {
        WritesOnly = IsActive ? WritesOnly && writesOnly : writesOnly;
        EndMs = Math.Max(EndMs, endMs);
        engine.SetGate(EngineGate.Paused, true);
        engine.Keyspace.IsPaused = true;
    }

    /// <summary>Ends the pause and runs what waited, in the order in which it came.</summary>
    public void End()
    {
        if (!IsActive)
        {
            return;
        }

        EndMs = 0;
        engine.SetGate(EngineGate.Paused, false);
        engine.Keyspace.IsPaused = false;
        if (_waiting.Count == 0)
        {
            return;
        }

        // After the command that ended the pause, not in the middle of it.
        Session[] resumed = [.. _waiting];
        _waiting.Clear();
        engine.Mailbox.Post(() =>
        {
            foreach (Session session in resumed)
            {
                session.IsPostponed = false;
                session.RunBuffered();
            }
        });
    }

    /// <summary>Whether a command has to wait. A pause of all commands cannot be ended by one: it lasts its time.</summary>
    /// <param name="flags">What the command may do, and what those may that it runs.</param>
    internal bool Holds(CommandFlags flags) => !WritesOnly || (flags & (CommandFlags.Write | CommandFlags.MayReplicate)) != 0;

    internal void Add(Session session) => _waiting.Add(session);

    internal void Remove(Session session) => _waiting.Remove(session);

    internal void EndIfDue(long nowMs)
    {
        if (IsActive && nowMs >= EndMs)
        {
            End();
        }
    }
}
