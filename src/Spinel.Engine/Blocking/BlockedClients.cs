using Spinel.DataStructures;
using Spinel.Engine.Sessions;

namespace Spinel.Engine.Blocking;

/// <summary>
/// The clients that wait for a key: BLPOP and its kind, XREAD BLOCK.
/// <para>
/// A blocked client keeps its request. When one of its keys changes and holds what it waits for, the request runs again, as if it had just arrived:
/// either it is served now, or it goes on waiting in its old place in the line. Clients of one key are tried in the order in which they began to
/// wait. Keys are noticed at the write door, so every way in which a key can come to be counts: a push, a rename, a move, a restored value, a swap
/// of databases.
/// </para>
/// <para>
/// Waiting costs nothing: changes of keys that nobody waits for end at one dictionary look-up, which is skipped when nobody waits at all, and
/// deadlines stand in a heap of which only the first is looked at.
/// </para>
/// </summary>
internal sealed class BlockedClients : IKeyChangeObserver
{
    private readonly SpinelEngine _engine;
    private readonly Dictionary<KeyName, LinkedList<Waiter>> _lines = [];
    private readonly PriorityQueue<Waiter, long> _deadlines = new();
    private readonly List<KeyName> _ready = [];
    private readonly HashSet<KeyName> _readySet = [];
    private bool _serving;

    public BlockedClients(SpinelEngine engine)
    {
        _engine = engine;
        engine.Keyspace.Subscribe(this);
    }

    /// <summary>The number of clients that wait.</summary>
    public int Count { get; private set; }

    /// <summary>The number of keys that are waited for.</summary>
    public int KeyCount => _lines.Count;

    /// <summary>Unix milliseconds of the next deadline, or <see cref="long.MaxValue"/>.</summary>
    public long NextDeadlineMs
    {
        get
        {
            DropEndedWaiters();
            return _deadlines.TryPeek(out _, out long deadline) ? deadline : long.MaxValue;
        }
    }

    /// <summary>
    /// Has the client wait for the keys of the request that runs. Called by the command when it finds nothing; the dispatcher keeps the request.
    /// </summary>
    /// <param name="c">The call.</param>
    /// <param name="keyArguments">Indexes of the arguments that are keys.</param>
    /// <param name="kind">What a key has to hold to be worth another try.</param>
    /// <param name="deadlineMs">Unix milliseconds at which the client gives up; 0 for never.</param>
    /// <param name="onTimeout">Writes the reply of a client that gave up.</param>
    /// <param name="alsoWhenGone">Try again too when a key is deleted or changes its type (consumer groups, whose loss is an error).</param>
    public void Block(ref CommandContext c, ReadOnlySpan<int> keyArguments, ValueKind kind, long deadlineMs, TimeoutReply onTimeout, bool alsoWhenGone = false)
    {
        Session session = c.Session;
        session.IsPostponed = true;
        if (session.Waiter is not null)
        {
            // Tried again in vain: it keeps its place and its deadline.
            return;
        }

        var waiter = new Waiter(session, kind, alsoWhenGone, onTimeout);
        session.Waiter = waiter;
        Count++;
        foreach (int argument in keyArguments)
        {
            var name = new KeyName(c.Session.DatabaseIndex, c[argument].ToArray());
            if (!waiter.Places.Exists(p => p.Key.Equals(name)))
            {
                if (!_lines.TryGetValue(name, out LinkedList<Waiter>? line))
                {
                    _lines.Add(name, line = new LinkedList<Waiter>());
                }

                waiter.Places.Add((name, line.AddLast(waiter)));
            }
        }

        if (deadlineMs > 0)
        {
            _deadlines.Enqueue(waiter, deadlineMs);
        }
    }

    public void AfterChange(Database database, ReadOnlySpan<byte> key, KeyEvent keyEvent)
    {
        if (_lines.Count == 0)
        {
            return;
        }

        // Somebody waits, so a copy of the name is a small price.
        MarkReady(new KeyName(database.Index, key.ToArray()));
    }

    public void OnFlush(Database database)
    {
        // Group readers have to learn that their streams are gone, after the flush.
        MarkAll(name => name.Database == database.Index);
    }

    public void OnSwap(Database first, Database second) =>
        MarkAll(name => name.Database == first.Index || name.Database == second.Index);

    /// <summary>Runs the requests of clients whose keys have become ready. Called after each command.</summary>
    public void ServeReady()
    {
        if (_ready.Count == 0 || _serving)
        {
            return;
        }

        // A request that is served may make further keys ready (BLMOVE): the list grows while it is walked.
        _serving = true;
        for (int i = 0; i < _ready.Count; i++)
        {
            _readySet.Remove(_ready[i]);
            Serve(_ready[i]);
        }

        _ready.Clear();
        _readySet.Clear();
        _serving = false;
    }

    /// <summary>Ends the waits whose time has come.</summary>
    public void EndDue(long nowMs)
    {
        while (_deadlines.TryPeek(out Waiter? waiter, out long deadline) && (waiter.HasEnded || deadline <= nowMs))
        {
            _deadlines.Dequeue();
            if (!waiter.HasEnded)
            {
                EndWithReply(waiter.Session, waiter.OnTimeout);
            }
        }
    }

    /// <summary>Ends a client's wait from outside (CLIENT UNBLOCK), as by timeout or with an error.</summary>
    /// <returns>False when the client is not waiting.</returns>
    public bool Unblock(Session session, bool withError)
    {
        if (session.Waiter is not { } waiter)
        {
            return false;
        }

        EndWithReply(session, withError
            ? static (ref Protocol.ReplyWriter reply) => reply.Error("UNBLOCKED client unblocked via CLIENT UNBLOCK"u8)
            : waiter.OnTimeout);
        return true;
    }

    /// <summary>Forgets a client that has been served or is gone.</summary>
    public void Remove(Session session)
    {
        if (session.Waiter is not { } waiter)
        {
            return;
        }

        session.Waiter = null;
        waiter.HasEnded = true;
        Count--;
        foreach ((KeyName name, LinkedListNode<Waiter> node) in waiter.Places)
        {
            LinkedList<Waiter> waiters = node.List!;
            waiters.Remove(node);
            if (waiters.Count == 0)
            {
                _lines.Remove(name);
            }
        }
    }

    private void EndWithReply(Session session, TimeoutReply write)
    {
        Remove(session);
        var reply = new Protocol.ReplyWriter(session.Output, session.Protocol);
        write(ref reply);
        reply.Flush();
        session.DropPostponedRequest();
        session.ResumeLater();
    }

    private void Serve(KeyName name)
    {
        if (!_lines.TryGetValue(name, out LinkedList<Waiter>? line))
        {
            return;
        }

        for (LinkedListNode<Waiter>? node = line.First; node is not null;)
        {
            LinkedListNode<Waiter>? next = node.Next;
            Waiter waiter = node.Value;
            Database database = _engine.Keyspace[name.Database];
            KeyBlock block = _engine.Keyspace.Find(database, name.Bytes, database.Keys.Hash(name.Bytes), LookupFlags.NoTouch | LookupFlags.NoStatistics);
            bool worthATry = (!block.IsNull && block.Kind == waiter.Kind) || waiter.AlsoWhenGone;
            if (worthATry)
            {
                _engine.Dispatcher.RunPostponed(waiter.Session);
                if (!waiter.Session.IsPostponed)
                {
                    Remove(waiter.Session);
                    waiter.Session.ResumeLater();
                }
            }
            else if (block.IsNull)
            {
                // Taken by those who came first; the rest of the line waits on, but for group readers.
                next = FirstGroupReader(next);
            }

            node = next;
        }
    }

    private static LinkedListNode<Waiter>? FirstGroupReader(LinkedListNode<Waiter>? node)
    {
        while (node is not null && !node.Value.AlsoWhenGone)
        {
            node = node.Next;
        }

        return node;
    }

    private void MarkReady(KeyName name)
    {
        if (_lines.ContainsKey(name) && _readySet.Add(name))
        {
            _ready.Add(name);
        }
    }

    private void MarkAll(Predicate<KeyName> which)
    {
        foreach (KeyName name in _lines.Keys)
        {
            if (which(name) && _readySet.Add(name))
            {
                _ready.Add(name);
            }
        }
    }

    private void DropEndedWaiters()
    {
        while (_deadlines.TryPeek(out Waiter? waiter, out _) && waiter.HasEnded)
        {
            _deadlines.Dequeue();
        }
    }
}

/// <summary>Writes the reply of a client whose wait has ended without a result.</summary>
internal delegate void TimeoutReply(ref Protocol.ReplyWriter reply);

/// <summary>A client's wait.</summary>
internal sealed class Waiter(Session session, ValueKind kind, bool alsoWhenGone, TimeoutReply onTimeout)
{
    public Session Session { get; } = session;

    public ValueKind Kind { get; } = kind;

    public bool AlsoWhenGone { get; } = alsoWhenGone;

    public TimeoutReply OnTimeout { get; } = onTimeout;

    /// <summary>Where it stands in the lines of its keys.</summary>
    public List<(KeyName Key, LinkedListNode<Waiter> Node)> Places { get; } = [];

    public bool HasEnded { get; set; }
}

/// <summary>A key of a database, as a dictionary key.</summary>
internal readonly struct KeyName(int database, byte[] bytes) : IEquatable<KeyName>
{
    public int Database { get; } = database;

    public byte[] Bytes { get; } = bytes;

    public bool Equals(KeyName other) => Database == other.Database && Bytes.AsSpan().SequenceEqual(other.Bytes);

    public override bool Equals(object? obj) => obj is KeyName other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Database);
        hash.AddBytes(Bytes);
        return hash.ToHashCode();
    }
}
