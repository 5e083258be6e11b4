using Spinel.Engine.Blocking;
using Spinel.Engine.Sessions;

namespace Spinel.Engine.Transactions;

/// <summary>
/// A key that clients watch. A change takes out all that it has been watched by: their transactions are off, whatever else happens to the key. So however often a key
/// changes, and however many watch it, each of them costs one step.
/// </summary>
internal sealed class WatchedKey(KeyName name)
{
    // Nearly all keys are watched by one client at a time.
    private Session? _single;
    private HashSet<Session>? _others;

    public KeyName Name { get; } = name;

    /// <summary>The number of sessions with the key on their lists, touched or not.</summary>
    public int HolderCount { get; set; }

    /// <summary>Whether a change would be news to anybody.</summary>
    public bool IsAwaited => _single is not null || _others is { Count: > 0 };

    public bool Contains(Session session) => _single == session || (_others?.Contains(session) ?? false);

    public void Add(Session session)
    {
        if (IsAwaited)
        {
            (_others ??= []).Add(session);
        }
        else
        {
            _single = session;
        }
    }

    public void Remove(Session session)
    {
        if (_single == session)
        {
            _single = null;
        }
        else
        {
            _others?.Remove(session);
        }
    }

    /// <summary>Calls off the transactions of all who watch the key.</summary>
    public void Touch()
    {
        if (_single is not null)
        {
            _single.IsWatchTouched = true;
            _single = null;
        }

        if (_others is { Count: > 0 })
        {
            foreach (Session session in _others)
            {
                session.IsWatchTouched = true;
            }

            _others = null;
        }
    }
}
