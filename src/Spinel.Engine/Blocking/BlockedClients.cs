using Spinel.DataStructures;
using Spinel.Engine.Dispatch;
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
/// deadlines stand in a heap of which only the first is looked at. Clients that are served leave their deadlines behind in the heap; it is swept
/// when most of it has become such remains.
/// </para>
/// <para>
/// Nobody is served while clients are paused, since serving may write, nor when the connection is about to be closed: what was taken for it
/// would be lost. Keys that become ready outside of commands (by expiry) or during a pause are served at the start or the end of a turn.
/// </para>
/// </summary>
internal sealed class BlockedClients : IKeyChangeObserver
{
    /// <summary>Below this many remains the heap of deadlines is left alone.</summary>
    private const int LeastRemains = 64;

    private readonly SpinelEngine _engine;
    private readonly Dictionary<KeyName, Line> _lines = new(new KeyNameComparer());
    private readonly Dictionary<KeyName, Line>.AlternateLookup<KeyView> _linesByView;
    private readonly PriorityQueue<Waiter, long> _deadlines = new();
    private readonly List<Line> _ready = [];
    private readonly List<Line> _deferred = [];
    private int _endedDeadlines;
    private bool _serving;

    public BlockedClients(SpinelEngine engine)
    {
        _engine = engine;
        _linesByView = _lines.GetAlternateLookup<KeyView>();
        engine.Keyspace.Subscribe(this);
    }

    /// <summary>The number of clients that wait.</summary>
    public int Count { get; private set; }

    /// <summary>The number of clients whose wait has a deadline.</summary>
    public int WithDeadlineCount => _deadlines.Count - _endedDeadlines;

    /// <summary>The size of the heap of deadlines, those of ended waits included.</summary>
    public int DeadlineSlots => _deadlines.Count;

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
            if (!_linesByView.TryGetValue(new KeyView(session.DatabaseIndex, c[argument]), out Line? line))
            {
                line = new Line(new KeyName(session.DatabaseIndex, c[argument].ToArray()));
                _lines.Add(line.Name, line);
            }

            // A key that is named twice has this client at the end of its line already.
            if (line.Waiters.Last?.Value != waiter)
            {
                waiter.Places.Add((line, line.Waiters.AddLast(waiter)));
            }
        }

        if (deadlineMs > 0)
        {
            waiter.IsInDeadlines = true;
            _deadlines.Enqueue(waiter, deadlineMs);
        }
    }

    public void AfterChange(Database database, ReadOnlySpan<byte> key, KeyEvent keyEvent)
    {
        if (_lines.Count > 0 && _linesByView.TryGetValue(new KeyView(database.Index, key), out Line? line))
        {
            MarkReady(line);
        }
    }

    public void OnFlush(Database database)
    {
        // Group readers have to learn that their streams are gone, after the flush.
        MarkAll(name => name.Database == database.Index);
    }

    public void OnSwap(Database first, Database second) =>
        MarkAll(name => name.Database == first.Index || name.Database == second.Index);

    /// <summary>Runs the requests of clients whose keys have become ready. Called after each command, and at both ends of a turn.</summary>
    public void ServeReady()
    {
        if (_ready.Count == 0 || _serving || _engine.Pause.IsActive)
        {
            return;
        }

        // A request that is served may make further keys ready (BLMOVE): the list grows while it is walked.
        _serving = true;
        for (int i = 0; i < _ready.Count; i++)
        {
            _ready[i].IsReady = false;
            Serve(_ready[i]);
        }

        _ready.Clear();
        _serving = false;
        foreach (Line line in _deferred)
        {
            MarkReady(line);
        }

        _deferred.Clear();
    }

    /// <summary>Ends the waits whose time has come.</summary>
    public void EndDue(long nowMs)
    {
        while (_deadlines.TryPeek(out Waiter? waiter, out long deadline) && (waiter.HasEnded || deadline <= nowMs))
        {
            DequeueDeadline();
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
            ? static (ref Protocol.ReplyWriter reply) => reply.Error(Errors.Unblocked)
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
        foreach ((Line line, LinkedListNode<Waiter> node) in waiter.Places)
        {
            line.Waiters.Remove(node);
            if (line.Waiters.Count == 0)
            {
                _lines.Remove(line.Name);
            }
        }

        if (waiter.IsInDeadlines)
        {
            _endedDeadlines++;
            SweepDeadlines();
        }
    }

    private void EndWithReply(Session session, TimeoutReply write)
    {
        Remove(session);
        if (session.ReplyMode == ReplyMode.On)
        {
            var reply = new Protocol.ReplyWriter(session.Output, session.Protocol);
            write(ref reply);
            reply.Flush();
        }
        else if (session.ReplyMode != ReplyMode.Off)
        {
            session.ReplyMode = ReplyMode.On;
        }

        session.DropPostponedRequest();
        session.ResumeLater();
    }

    private void Serve(Line line)
    {
        KeyName name = line.Name;
        for (LinkedListNode<Waiter>? node = line.Waiters.First; node is not null;)
        {
            LinkedListNode<Waiter>? next = node.Next;
            Waiter waiter = node.Value;
            Database database = _engine.Keyspace[name.Database];
            KeyBlock block = _engine.Keyspace.Find(database, name.Bytes, database.Keys.Hash(name.Bytes), LookupFlags.NoTouch | LookupFlags.NoStatistics);
            bool worthATry = (!block.IsNull && block.Kind == waiter.Kind) || waiter.AlsoWhenGone;
            if (worthATry)
            {
                Retry(waiter, line);
            }
            else if (block.IsNull)
            {
                // Taken by those who came first; the rest of the line waits on, but for group readers.
                next = FirstGroupReader(next);
            }

            node = next;
        }
    }

    private void Retry(Waiter waiter, Line line)
    {
        Session session = waiter.Session;
        if ((session.Gate & SessionGate.Closing) != 0)
        {
            return;
        }

        // The client whose command is still running keeps its request only when that returns.
        if (session.PostponedRequestBytes == 0)
        {
            _deferred.Add(line);
            return;
        }

        _engine.Dispatcher.RunPostponed(session);
        if (!session.IsPostponed)
        {
            Remove(session);
            session.ResumeLater();
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

    private void MarkReady(Line line)
    {
        if (!line.IsReady)
        {
            line.IsReady = true;
            _ready.Add(line);
        }
    }

    private void MarkAll(Predicate<KeyName> which)
    {
        foreach (Line line in _lines.Values)
        {
            if (which(line.Name))
            {
                MarkReady(line);
            }
        }
    }

    private void DropEndedWaiters()
    {
        while (_deadlines.TryPeek(out Waiter? waiter, out _) && waiter.HasEnded)
        {
            DequeueDeadline();
        }
    }

    private void DequeueDeadline()
    {
        Waiter waiter = _deadlines.Dequeue();
        waiter.IsInDeadlines = false;
        if (waiter.HasEnded)
        {
            _endedDeadlines--;
        }
    }

    /// <summary>Rebuilds the heap without the ended when they are most of it: amortised constant time for each wait.</summary>
    private void SweepDeadlines()
    {
        if (_endedDeadlines < LeastRemains || _endedDeadlines <= _deadlines.Count / 2)
        {
            return;
        }

        List<(Waiter Waiter, long Deadline)> living = [.. _deadlines.UnorderedItems.Where(static item => !item.Element.HasEnded)];
        _deadlines.Clear();
        _deadlines.EnqueueRange(living);
        _endedDeadlines = 0;
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
    public List<(Line Line, LinkedListNode<Waiter> Node)> Places { get; } = [];

    public bool HasEnded { get; set; }

    /// <summary>Stands in the heap of deadlines, perhaps although it has ended.</summary>
    public bool IsInDeadlines { get; set; }
}

/// <summary>The clients that wait for one key, in the order of their coming.</summary>
internal sealed class Line(KeyName name)
{
    public KeyName Name { get; } = name;

    public LinkedList<Waiter> Waiters { get; } = [];

    /// <summary>Stands in the list of keys to be served.</summary>
    public bool IsReady { get; set; }
}
