using Spinel.Engine.Blocking;
using Spinel.Engine.Sessions;

namespace Spinel.Engine.Transactions;

/// <summary>
/// The keys that clients watch, and the clients whose transaction is off because one of theirs was touched.
/// <para>
/// Touching is noticed at the write door, so every way in which a key can change counts: a command of any client, an expiry, an eviction, a flush of its
/// database. A server whose clients never use WATCH pays nothing: the door is told of this observer with the first WATCH only.
/// </para>
/// </summary>
internal sealed class WatchedKeys : IKeyChangeObserver
{
    private readonly Keyspace _keyspace;
    private readonly Dictionary<KeyName, List<Session>> _watchers;
    private readonly Dictionary<KeyName, List<Session>>.AlternateLookup<KeyNameView> _watchersByView;
    private bool _isSubscribed;

    public WatchedKeys(Keyspace keyspace)
    {
        _keyspace = keyspace;
        _watchers = new Dictionary<KeyName, List<Session>>(KeyNameComparer.Instance);
        _watchersByView = _watchers.GetAlternateLookup<KeyNameView>();
    }

    /// <summary>The number of keys that are watched.</summary>
    public int KeyCount => _watchers.Count;

    /// <summary>The number of clients that watch a key.</summary>
    public int ClientCount { get; private set; }

    /// <summary>Adds a key to those that <paramref name="session"/> watches in its database.</summary>
    public void Watch(Session session, ReadOnlySpan<byte> key)
    {
        if (!_isSubscribed)
        {
            _keyspace.Subscribe(this);
            _isSubscribed = true;
        }

        var view = new KeyNameView(session.DatabaseIndex, key);
        if (!_watchersByView.TryGetValue(view, out KeyName name, out List<Session>? sessions))
        {
            name = view.ToName();
            _watchers.Add(name, sessions = []);
        }
        else if (sessions.Contains(session))
        {
            return;
        }

        // A key that is past its time is gone for everybody; that it is taken out later is no change.
        Database database = _keyspace[name.Database];
        _keyspace.Find(database, key, database.Keys.Hash(key), LookupFlags.NoTouch | LookupFlags.NoStatistics);
        sessions.Add(session);
        if (session.Watched.Count == 0)
        {
            ClientCount++;
        }

        session.Watched.Add(name);
    }

    /// <summary>Takes out the watched keys whose time has come, which tells those who watch them: EXEC must not find them alive.</summary>
    public void ExpireDue(Session session)
    {
        foreach (KeyName name in session.Watched)
        {
            Database database = _keyspace[name.Database];
            _keyspace.Find(database, name.Bytes, database.Keys.Hash(name.Bytes), LookupFlags.NoTouch | LookupFlags.NoStatistics);
        }
    }

    /// <summary>Ends the watching of a client: UNWATCH, the end of its transaction, its departure.</summary>
    public void Forget(Session session)
    {
        session.IsWatchTouched = false;
        if (session.Watched.Count == 0)
        {
            return;
        }

        foreach (KeyName name in session.Watched)
        {
            List<Session> sessions = _watchers[name];
            sessions.Remove(session);
            if (sessions.Count == 0)
            {
                _watchers.Remove(name);
            }
        }

        session.Watched.Clear();
        ClientCount--;
    }

    public void AfterChange(Database database, ReadOnlySpan<byte> key, KeyEvent keyEvent)
    {
        if (!KeyEvents.Touches(keyEvent))
        {
            return;
        }

        if (_watchers.Count > 0 && _watchersByView.TryGetValue(new KeyNameView(database.Index, key), out List<Session>? sessions))
        {
            Touch(sessions);
        }
    }

    public void OnFlush(Database database)
    {
        foreach ((KeyName name, List<Session> sessions) in _watchers)
        {
            if (name.Database == database.Index && Exists(database, name))
            {
                Touch(sessions);
            }
        }
    }

    public void OnSwap(Database first, Database second)
    {
        // A key that is in neither has not become another one by the swap.
        foreach ((KeyName name, List<Session> sessions) in _watchers)
        {
            if ((name.Database == first.Index || name.Database == second.Index) && (Exists(first, name) || Exists(second, name)))
            {
                Touch(sessions);
            }
        }
    }

    private static bool Exists(Database database, KeyName name) => !database.Keys.Find(name.Bytes, database.Keys.Hash(name.Bytes)).IsNull;

    private static void Touch(List<Session> sessions)
    {
        foreach (Session session in sessions)
        {
            session.IsWatchTouched = true;
        }
    }
}
