using Spinel.Engine.Blocking;
using Spinel.Engine.Sessions;

namespace Spinel.Engine.Transactions;

/// <summary>
/// The keys that clients watch, and the clients whose transaction is off because one of theirs was touched.
/// <para>
/// Touching is noticed at the write door, so every way in which a key can change counts: a command of any client, an expiry, an eviction, a flush of its
/// database. A change costs one look-up, however many keys are watched (<see cref="WatchedKey"/>). A server whose clients never use WATCH pays nothing: the door is told of this observer with the first WATCH only.
/// </para>
/// </summary>
internal sealed class WatchedKeys : IKeyChangeObserver
{
    private readonly Keyspace _keyspace;
    private readonly Dictionary<KeyName, WatchedKey> _keys;
    private readonly Dictionary<KeyName, WatchedKey>.AlternateLookup<KeyNameView> _keysByView;
    private bool _isSubscribed;

    public WatchedKeys(Keyspace keyspace)
    {
        _keyspace = keyspace;
        _keys = new Dictionary<KeyName, WatchedKey>(KeyNameComparer.Instance);
        _keysByView = _keys.GetAlternateLookup<KeyNameView>();
    }

    /// <summary>The number of keys that are watched.</summary>
    public int KeyCount => _keys.Count;

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
        if (!_keysByView.TryGetValue(view, out WatchedKey? watched))
        {
            watched = new WatchedKey(view.ToName());
            _keys.Add(watched.Name, watched);
        }
        else if (watched.Contains(session))
        {
            return;
        }

        // A key that is past its time is gone for everybody; that it is taken out later is no change.
        Database database = _keyspace[session.DatabaseIndex];
        _keyspace.Find(database, key, database.Keys.Hash(key), LookupFlags.NoTouch | LookupFlags.NoStatistics);
        watched.Add(session);
        if (session.Watched.Count == 0)
        {
            ClientCount++;
        }

        watched.HolderCount++;
        session.Watched.Add(watched);
    }

    /// <summary>Takes out the watched keys whose time has come, which tells those who watch them: EXEC must not find them alive.</summary>
    public void ExpireDue(Session session)
    {
        foreach (WatchedKey watched in session.Watched)
        {
            KeyName name = watched.Name;
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

        foreach (WatchedKey watched in session.Watched)
        {
            watched.Remove(session);
            if (--watched.HolderCount == 0)
            {
                _keys.Remove(watched.Name);
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

        if (_keys.Count > 0 && _keysByView.TryGetValue(new KeyNameView(database.Index, key), out WatchedKey? watched))
        {
            watched.Touch();
        }
    }

    public void OnFlush(Database database)
    {
        foreach ((KeyName name, WatchedKey watched) in _keys)
        {
            if (name.Database == database.Index && watched.IsAwaited && Exists(database, name))
            {
                watched.Touch();
            }
        }
    }

    public void OnSwap(Database first, Database second)
    {
        // A key that is in neither has not become another one by the swap.
        foreach ((KeyName name, WatchedKey watched) in _keys)
        {
            bool isConcerned = name.Database == first.Index || name.Database == second.Index;
            if (isConcerned && watched.IsAwaited && (Exists(first, name) || Exists(second, name)))
            {
                watched.Touch();
            }
        }
    }

    private static bool Exists(Database database, KeyName name) => !database.Keys.Find(name.Bytes, database.Keys.Hash(name.Bytes)).IsNull;
}
