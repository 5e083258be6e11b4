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

    /// <param name="command">What is to run.</param>
    /// <param name="flags">What it may do, and what those may that it runs.</param>
    internal bool Holds(CommandDescriptor command, CommandFlags flags) =>
        WritesOnly
            ? (flags & (CommandFlags.Write | CommandFlags.MayReplicate)) != 0
            : command.Name is not ("client|pause" or "client|unpause");

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
