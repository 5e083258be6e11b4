using Spinel.DataStructures;
using Spinel.Engine;
using Spinel.Engine.Blocking;
using Spinel.Engine.Sessions;

namespace Spinel.Replication.Replica;

/// <summary>
/// The keys to which clients of a replica that can be written to have given an expiry. The primary does not know of these, so they are the replica's own to remove; all others it
/// only hides when their time has come.
/// <para>
/// Keys are looked at in turn, some at each cycle. A key that has no expiry any more, or that is gone, is forgotten.
/// </para>
/// </summary>
internal sealed class OwnExpiries(SpinelEngine engine) : IKeyChangeObserver
{
    private const int KeysPerCycle = 500;

    private readonly HashSet<KeyName> _known = new(KeyNameComparer.Instance);
    private readonly Queue<KeyName> _queue = new();

    /// <summary>Whether keys are remembered: while this server is a replica that takes writes.</summary>
    public bool IsOn
    {
        get;
        set
        {
            if (field == value)
            {
                return;
            }

            field = value;
            if (value)
            {
                engine.Keyspace.Subscribe(this);
            }
            else
            {
                engine.Keyspace.Unsubscribe(this);
                Clear();
            }
        }
    }

    public void AfterChange(Database database, ReadOnlySpan<byte> key, KeyEvent keyEvent)
    {
        if (keyEvent == KeyEvent.Expire && engine.ActingSession is { Type: not ClientType.Primary } && !engine.IsLoading)
        {
            var name = new KeyName(database.Index, key.ToArray());
            if (_known.Add(name))
            {
                _queue.Enqueue(name);
                Count();
            }
        }
    }

    public void OnFlush(Database database)
    {
    }

    public void OnSwap(Database first, Database second)
    {
    }

    /// <summary>Removes keys whose time has come.</summary>
    public void OnCron()
    {
        for (int left = Math.Min(KeysPerCycle, _queue.Count); left > 0; left--)
        {
            KeyName name = _queue.Dequeue();
            Database database = engine.Keyspace[name.Database];
            ulong hash = database.Keys.Hash(name.Bytes);
            KeyBlock block = database.Keys.Find(name.Bytes, hash);
            if (!block.IsNull && block.HasExpiry && block.ExpiryMs > engine.Clock.ExpiryNowMs)
            {
                _queue.Enqueue(name);
                continue;
            }

            if (!block.IsNull && block.HasExpiry)
            {
                engine.Keyspace.Removals.Expire(database, block, hash);
                engine.Keyspace.Effects.Publish();
            }

            _known.Remove(name);
        }

        Count();
    }

    /// <summary>Other data has taken the place of that which the keys were in.</summary>
    public void Clear()
    {
        _known.Clear();
        _queue.Clear();
        Count();
    }

    private void Count() => engine.Statistics.TrackedReplicaExpiries = _known.Count;
}
