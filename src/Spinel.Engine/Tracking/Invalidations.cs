using System.Diagnostics.CodeAnalysis;
using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Sessions;

namespace Spinel.Engine.Tracking;

/// <summary>
/// Client-side caching: clients that keep copies of what they have read are told when it is stale.
/// <para>
/// In the usual mode the keys of the commands that a client runs are remembered for it (<see cref="TrackedKeys"/>), and the first change of a key is told
/// to all who have read it, at once: before the reply to whoever changed it can be sent. In the broadcast mode nothing is remembered; clients name
/// prefixes (<see cref="Broadcasts"/>), and what has changed in a turn is told in one message at its end, before any reply of the turn is
/// sent. So no client can learn from a reply of a change that it has not been told of.
/// </para>
/// <para>
/// Changes are seen at the write door, of which this is an observer only while somebody tracks. A client that changes a key that it tracks
/// itself is told after the reply to its command, or transaction, is complete (<see cref="Session.Push"/>).
/// </para>
/// </summary>
[SuppressMessage("Security", "CA5394", Justification = "Which key makes room needs no secret randomness.")]
internal sealed class Invalidations : IKeyChangeObserver, IDisposable
{
    /// <summary>Keys forgotten per turn when the limit was lowered; about a tenth of a millisecond.</summary>
    private const int KeysForgottenPerTurn = 500;

    private readonly SpinelEngine _engine;
    private readonly TrackedKeys _tracked;
    private readonly InvalidationSender _sender;
    private readonly Broadcasts _broadcasts;
    private int _readerCount;
    private bool _isSubscribed;

    public Invalidations(SpinelEngine engine)
    {
        _engine = engine;
        _tracked = new TrackedKeys(engine.Heap, engine.Keyspace.HashKey, engine.Freer);
        _sender = new InvalidationSender(engine.Heap, engine.Chunks, engine.Sessions);
        _broadcasts = new Broadcasts(engine.Heap, engine.Keyspace.HashKey, _sender);
    }

    /// <summary>The number of clients that track.</summary>
    public int ClientCount { get; private set; }

    /// <summary>The number of keys that are remembered.</summary>
    public long KeyCount => _tracked.Count;

    /// <summary>The number of clients remembered, over all keys.</summary>
    public long ItemCount => _tracked.ItemCount;

    /// <summary>The number of prefixes of the broadcast mode.</summary>
    public int PrefixCount => _broadcasts.PrefixCount;

    /// <summary>So many keys are remembered at most; 0: no limit.</summary>
    public long MaxKeys { get; set; }

    /// <summary>
    /// Turns tracking on, or changes how it is done. The caller has checked that the modes go together, and with what was on before; prefixes add to
    /// those that the client has.
    /// </summary>
    public void Enable(Session session, ClientTracking tracking)
    {
        if (session.Tracking is { } before)
        {
            tracking.IsCachingGiven = before.IsCachingGiven;
        }
        else
        {
            ClientCount++;
        }

        if (!tracking.Has(TrackingModes.Broadcast) && !session.HasTrackedReads)
        {
            session.HasTrackedReads = true;
            _readerCount++;
        }

        session.Tracking = tracking;
        UpdateSubscription();
    }

    /// <summary>Adds a prefix of the broadcast mode to those of a client.</summary>
    public void AddPrefix(Session session, ClientTracking tracking, ReadOnlySpan<byte> prefix) => _broadcasts.AddPrefix(session, tracking, prefix);

    /// <summary>Turns tracking off. What the client has read stays remembered: it may come back to its copies.</summary>
    public void Disable(Session session)
    {
        if (session.Tracking is not { } tracking)
        {
            return;
        }

        _broadcasts.Forget(session, tracking);
        session.Tracking = null;
        ClientCount--;
        UpdateSubscription();
    }

    /// <summary>A client is gone. When it was the last that has ever tracked what it read, so is the reason for remembering anything.</summary>
    public void Forget(Session session)
    {
        Disable(session);
        if (session.HasTrackedReads)
        {
            session.HasTrackedReads = false;
            if (--_readerCount == 0)
            {
                _tracked.Clear();
                UpdateSubscription();
            }
        }
    }

    /// <summary>Remembers the keys of a command that a tracking client has run, if it is one that reads.</summary>
    public void Remember(scoped ref CommandContext c)
    {
        CommandDescriptor command = c.Command;
        if ((command.Flags & CommandFlags.ReadOnly) == 0 || command.Group == CommandGroup.Scripting || c.Session.Tracking is not { RemembersReads: true })
        {
            return;
        }

        var keys = new KeyList(stackalloc KeyReference[8]);
        if (command.TryGetKeys(c.Arguments, ref keys))
        {
            foreach (KeyReference key in keys.Keys)
            {
                _tracked.Add(c[key.Position], c.Session.Id);
            }

            // As many as were added, so that the limit holds from command to command.
            MakeRoom(keys.Count);
        }

        keys.Dispose();
    }

    /// <summary>The end of a turn: clients in broadcast mode are told of what has changed in it.</summary>
    public void OnTurnEnd()
    {
        if (!_isSubscribed)
        {
            return;
        }

        _broadcasts.OnTurnEnd();
        MakeRoom(KeysForgottenPerTurn);
        _tracked.Shrink();
        UpdateSubscription();
    }

    public void AfterChange(Database database, ReadOnlySpan<byte> key, KeyEvent keyEvent)
    {
        if (!KeyEvents.Touches(keyEvent))
        {
            return;
        }

        // Expiry and eviction are nobody's doing, whoever's command brought them about: a client that ignores its own changes has to be told.
        bool isActed = keyEvent is not (KeyEvent.Expired or KeyEvent.HExpired or KeyEvent.Evicted);
        if (_broadcasts.PrefixCount > 0)
        {
            _broadcasts.Note(key, isActed && _engine.ActingSession is { } actor ? actor.Id : 0);
        }

        Invalidate(key, isActed ? _engine.CurrentSession : null);
    }

    public void OnFlush(Database database)
    {
    }

    public void AfterFlush()
    {
        foreach (Session session in _engine.Sessions.All)
        {
            if (session.Tracking is not null)
            {
                _sender.Message.SetAll();
                _sender.Send(session);
            }
        }

        _tracked.Clear();
    }

    /// <summary>What was cached by name is stale after a swap too, but nobody is told: Redis does not, and clients that cache stay in one database.</summary>
    public void OnSwap(Database first, Database second)
    {
    }

    public void Dispose()
    {
        _tracked.Dispose();
        _broadcasts.Dispose();
        _sender.Dispose();
    }

    /// <summary>Tells those who have read a key, and forgets it.</summary>
    /// <param name="key">The key.</param>
    /// <param name="current">The client whose doing it is, and which need not be told if it wishes so.</param>
    private void Invalidate(ReadOnlySpan<byte> key, Session? current)
    {
        KeyBlock block = _tracked.Take(key);
        if (block.IsNull)
        {
            return;
        }

        long single = 0;
        bool isWritten = false;
        foreach (long id in TrackedKeys.IdsOf(block, ref single))
        {
            // It may have gone, or stopped tracking, or changed to the broadcast mode since.
            if (_engine.Sessions.Find(id) is not { Tracking: { } tracking } session || tracking.Has(TrackingModes.Broadcast)
                || (tracking.Has(TrackingModes.NoLoop) && session == current))
            {
                continue;
            }

            if (!isWritten)
            {
                _sender.Message.SetKey(block.Key);
                isWritten = true;
            }

            _sender.Send(session);
        }

        block.Free(_engine.Heap);
    }

    /// <summary>Forgets keys at random while there are too many, but no more than so many at once. Whoever has read them has to be told: it would wait in vain.</summary>
    private void MakeRoom(int effort)
    {
        if (MaxKeys == 0)
        {
            return;
        }

        for (; effort > 0 && _tracked.Count > MaxKeys; effort--)
        {
            Invalidate(_tracked.Any(_engine.Random).Key, current: null);
        }
    }

    private void UpdateSubscription()
    {
        bool isNeeded = ClientCount > 0 || _tracked.Count > 0;
        if (isNeeded == _isSubscribed)
        {
            return;
        }

        _isSubscribed = isNeeded;
        if (isNeeded)
        {
            _engine.Keyspace.Subscribe(this);
        }
        else
        {
            _engine.Keyspace.Unsubscribe(this);
        }
    }
}
