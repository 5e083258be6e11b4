using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
using Spinel.Engine.Sessions;
using Spinel.Protocol;

namespace Spinel.Engine.Tracking;

/// <summary>
/// Client-side caching: clients that keep copies of what they have read are told when it is stale.
/// <para>
/// In the usual mode the keys of the commands that a client runs are remembered for it (<see cref="TrackedKeys"/>), and the first change of a key is told
/// to all who have read it, at once: before the reply to whoever changed it can be sent. In the broadcast mode nothing is remembered; clients name
/// prefixes (<see cref="BroadcastPrefixes"/>), and what has changed in a turn is told in one message at its end, before any reply of the turn is
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
    /// <summary>A message above this length is divided: a turn may change keys of any number and length.</summary>
    private const int MaxMessageBytes = 1 << 20;

    /// <summary>Keys forgotten per turn when the limit was lowered; about a tenth of a millisecond.</summary>
    private const int KeysForgottenPerTurn = 500;

    private const int BucketsShrunkPerTurn = 16;

    /// <summary>A list grown by one busy turn is given back above this length.</summary>
    private const int MaxKeptKeys = 4096;

    // A comparison sorts in place; a comparer would be wrapped into a new object each time.
    private static readonly Comparison<KeyBlock> ByName = static (x, y) => x.Key.SequenceCompareTo(y.Key);
    private static readonly Comparison<BroadcastPrefix> ByBytes = PrefixOrder.Instance.Compare;

    private readonly SpinelEngine _engine;
    private readonly TrackedKeys _tracked;
    private readonly BroadcastPrefixes _prefixes;
    private readonly InvalidationMessage _message;
    private readonly List<KeyBlock> _changed = [];
    private readonly HashSet<long> _actors = [];
    private int _readerCount;
    private bool _isSubscribed;

    public Invalidations(SpinelEngine engine)
    {
        _engine = engine;
        _tracked = new TrackedKeys(engine.Heap, engine.Keyspace.HashKey, engine.Freer);
        _prefixes = new BroadcastPrefixes(engine.Heap, engine.Keyspace.HashKey);
        _message = new InvalidationMessage(engine.Heap);
    }

    /// <summary>The number of clients that track.</summary>
    public int ClientCount { get; private set; }

    /// <summary>The number of keys that are remembered.</summary>
    public long KeyCount => _tracked.Count;

    /// <summary>The number of clients remembered, over all keys.</summary>
    public long ItemCount => _tracked.ItemCount;

    /// <summary>The number of prefixes of the broadcast mode.</summary>
    public int PrefixCount => _prefixes.Count;

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
    public void AddPrefix(Session session, ClientTracking tracking, ReadOnlySpan<byte> bytes)
    {
        BroadcastPrefix prefix = _prefixes.Register(session, bytes);
        int place = tracking.Prefixes.BinarySearch(prefix, PrefixOrder.Instance);
        if (place < 0)
        {
            tracking.Prefixes.Insert(~place, prefix);
        }
    }

    /// <summary>Turns tracking off. What the client has read stays remembered: it may come back to its copies.</summary>
    public void Disable(Session session)
    {
        if (session.Tracking is not { } tracking)
        {
            return;
        }

        foreach (BroadcastPrefix prefix in tracking.Prefixes)
        {
            _prefixes.Unregister(session, prefix);
        }

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

        if (_prefixes.Changed.Count > 0)
        {
            Broadcast();
        }

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
        if (_prefixes.Count > 0)
        {
            _prefixes.Add(key, isActed && _engine.ActingSession is { } actor ? actor.Id : 0);
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
                _message.SetAll();
                Send(session);
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
        _prefixes.Dispose();
        _message.Dispose();
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
                _message.SetKey(block.Key);
                isWritten = true;
            }

            Send(session);
        }

        block.Free(_engine.Heap);
    }

    /// <summary>Sends the message to a client, or to the one that gets its messages.</summary>
    private void Send(Session session)
    {
        ClientTracking tracking = session.Tracking!;
        Session receiver = session;
        if (tracking.RedirectId != 0)
        {
            if (_engine.Sessions.Find(tracking.RedirectId) is not { } found)
            {
                tracking.IsRedirectBroken = true;
                TellBroken(session, tracking.RedirectId);
                return;
            }

            receiver = found;
        }

        // In RESP2 a client can take messages between replies only while it is subscribed to something.
        if (receiver.Protocol == RespVersion.Resp3 || (tracking.RedirectId != 0 && receiver.IsSubscribed))
        {
            receiver.Push(_message.For(receiver.Protocol));
        }
    }

    /// <summary>Tells a client that its messages could not be sent to the one that it chose.</summary>
    private static void TellBroken(Session session, long redirectId)
    {
        if (session.Protocol == RespVersion.Resp3)
        {
            Span<byte> message = stackalloc byte[64];
            System.Text.Unicode.Utf8.TryWrite(
                message, System.Globalization.CultureInfo.InvariantCulture, $">2\r\n$21\r\ntracking-redir-broken\r\n:{redirectId}\r\n", out int length);
            session.Push(message[..length]);
        }
    }

    private void Broadcast()
    {
        List<BroadcastPrefix> prefixes = _prefixes.Changed;
        CollectionsMarshal.AsSpan(prefixes).Sort(ByBytes);
        foreach (BroadcastPrefix prefix in prefixes)
        {
            prefix.Drain(_changed);
            CollectionsMarshal.AsSpan(_changed).Sort(ByName);
            foreach (KeyBlock key in _changed)
            {
                _actors.Add(key.Integer);
            }

            int end;
            for (int first = 0; first < _changed.Count; first = end)
            {
                end = EndOfMessage(first);
                BroadcastPart(prefix, first, end);
            }

            foreach (KeyBlock key in _changed)
            {
                key.Free(_engine.Heap);
            }

            _changed.Clear();
            _actors.Clear();
            prefix.Shrink(BucketsShrunkPerTurn);
        }

        prefixes.Clear();
        if (_changed.Capacity > MaxKeptKeys)
        {
            _changed.Capacity = 0;
        }
    }

    private int EndOfMessage(int first)
    {
        long bytes = 0;
        int end = first;
        while (end < _changed.Count && (end == first || bytes + _changed[end].Key.Length <= MaxMessageBytes))
        {
            bytes += _changed[end++].Key.Length;
        }

        return end;
    }

    /// <summary>Tells the clients of a prefix of some of the keys: those in NOLOOP mode of the ones that others have changed.</summary>
    private void BroadcastPart(BroadcastPrefix prefix, int first, int end)
    {
        WriteKeys(first, end, exceptActorId: -1);
        bool isForAll = true;
        foreach (Session session in prefix.Clients)
        {
            bool hasOwn = session.Tracking!.Has(TrackingModes.NoLoop) && _actors.Contains(session.Id);
            if (hasOwn || !isForAll)
            {
                isForAll = !hasOwn;
                if (!WriteKeys(first, end, exceptActorId: hasOwn ? session.Id : -1))
                {
                    continue;
                }
            }

            Send(session);
        }
    }

    /// <returns>False when no key is left to tell of.</returns>
    private bool WriteKeys(int first, int end, long exceptActorId)
    {
        int count = 0;
        for (int i = first; i < end; i++)
        {
            count += _changed[i].Integer == exceptActorId ? 0 : 1;
        }

        ReplyWriter writer = _message.Begin(count);
        for (int i = first; i < end; i++)
        {
            if (_changed[i].Integer != exceptActorId)
            {
                writer.BulkString(_changed[i].Key);
            }
        }

        writer.Flush();
        return count > 0;
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

    private sealed class PrefixOrder : IComparer<BroadcastPrefix>
    {
        public static readonly PrefixOrder Instance = new();

        public int Compare(BroadcastPrefix? x, BroadcastPrefix? y) => x!.Bytes.AsSpan().SequenceCompareTo(y!.Bytes);
    }
}
