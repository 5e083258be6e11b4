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
    private readonly Dictionary<KeyName, LinkedList<Waiter>> _lines;
    private readonly Dictionary<KeyName, LinkedList<Waiter>>.AlternateLookup<KeyNameView> _linesByView;
    private readonly WaitDeadlines _deadlines = new();
    private readonly WaitRetries _retries = new();
    private readonly List<KeyName> _ready = [];
    private readonly HashSet<KeyName> _readySet = new(KeyNameComparer.Instance);
    private bool _serving;

    /// <summary>Who is tried next in the line that is being served; it may leave while another one is.</summary>
    private LinkedListNode<Waiter>? _next;
    private long _lastNumber;

    public BlockedClients(SpinelEngine engine)
    {
        _engine = engine;
        _lines = new Dictionary<KeyName, LinkedList<Waiter>>(KeyNameComparer.Instance);
        _linesByView = _lines.GetAlternateLookup<KeyNameView>();
        engine.Keyspace.Subscribe(this);
    }

    /// <summary>The number of clients that wait.</summary>
    public int Count { get; private set; }

    /// <summary>The number of keys that are waited for.</summary>
    public int KeyCount => _lines.Count;

    /// <summary>The number of clients that wait with a deadline.</summary>
    public int DeadlineCount => _deadlines.Count;

    /// <summary>The number of times at which clients are to look at their keys again, with some that are of no use any more.</summary>
    public int RetryCount => _retries.Count;

    /// <summary>Unix milliseconds of the next deadline, or <see cref="long.MaxValue"/>.</summary>
    public long NextDeadlineMs => Math.Min(_deadlines.NextMs, _retries.NextMs);

    /// <summary>
    /// Whether a command that waits is to look at this key: always when it arrives, but when it is tried again only at the key for whose sake that is.
    /// So a client that waits for several keys gets what came first, and what its other keys have become meanwhile does not matter.
    /// </summary>
    public static bool IsToBeTried(Session session, ReadOnlySpan<byte> key) =>
        session.Waiter is not { ReadyKey: { } ready } || key.SequenceEqual(ready);

    /// <summary>
    /// Has the client wait for the keys of the request that runs. Called by the command when it finds nothing; the dispatcher keeps the request.
    /// </summary>
    /// <param name="c">The call.</param>
    /// <param name="keyArguments">Indexes of the arguments that are keys.</param>
    /// <param name="kind">What a key has to hold to be worth another try.</param>
    /// <param name="deadlineMs">Unix milliseconds at which the client gives up; 0 for never.</param>
    /// <param name="onTimeout">Writes the reply of a client that gave up.</param>
    /// <param name="alsoWhenGone">Try again too when a key is deleted or changes its type (consumer groups, whose loss is an error).</param>
    public void Block(ref CommandContext c, scoped ReadOnlySpan<int> keyArguments, ValueKind kind, long deadlineMs, TimeoutReply onTimeout, bool alsoWhenGone = false)
    {
        if (TryBegin(c.Session, kind, deadlineMs, onTimeout, alsoWhenGone) is { } waiter)
        {
            foreach (int argument in keyArguments)
            {
                StandInLine(waiter, c[argument]);
            }
        }
    }

    /// <summary>As the other overload, for keys that are arguments in a row.</summary>
    public void Block(ref CommandContext c, int firstKey, int keyCount, ValueKind kind, long deadlineMs, TimeoutReply onTimeout)
    {
        if (TryBegin(c.Session, kind, deadlineMs, onTimeout, alsoWhenGone: false) is { } waiter)
        {
            for (int i = 0; i < keyCount; i++)
            {
                StandInLine(waiter, c[firstKey + i]);
            }
        }
    }

    public void AfterChange(Database database, ReadOnlySpan<byte> key, KeyEvent keyEvent)
    {
        if (_lines.Count > 0 && _linesByView.TryGetValue(new KeyNameView(database.Index, key), out KeyName name, out _))
        {
            MarkReady(name);
        }
    }

    public void OnFlush(Database database)
    {
        // Group readers have to learn that their streams are gone, after the flush.
        MarkAll(name => name.Database == database.Index);
    }

    public void OnSwap(Database first, Database second) =>
        MarkAll(name => name.Database == first.Index || name.Database == second.Index);

    /// <summary>
    /// Runs the requests of clients whose keys have become ready. Called after each command and, for keys that expired by themselves and for those
    /// that a pause held up, at both ends of a turn.
    /// </summary>
    public void ServeReady()
    {
        // Serving may write, so a pause holds it up too.
        if (_ready.Count == 0 || _serving || _engine.Pause.IsActive)
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

    /// <summary>Has a client that waits look at its keys again at some time, in Unix milliseconds, although nothing changes until then.</summary>
    public void TryAgainAt(Session session, long timeMs) => _retries.Set(session.Waiter!, timeMs);

    /// <summary>Ends the waits whose time has come, and has those look again whose time for that has come.</summary>
    public void EndDue(long nowMs)
    {
        while (_retries.TakeDue(nowMs) is { } waiter)
        {
            foreach ((KeyName name, _) in waiter.Places)
            {
                MarkReady(name);
            }
        }

        while (_deadlines.FindDue(nowMs) is { } waiter)
        {
            EndWithReply(waiter.Session, waiter.OnTimeout);
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

        if (withError)
        {
            _engine.Statistics.TotalErrorReplies++;
            _engine.Statistics.Errors.Add(Dispatch.Errors.Unblocked);
            _engine.Statistics.Commands[session.LastCommand!.Id].Failed++;
            EndWithReply(session, static (ref reply) => reply.Error(Dispatch.Errors.Unblocked));
        }
        else
        {
            EndWithReply(session, waiter.OnTimeout);
        }

        return true;
    }

    /// <summary>Ends all waits with an error and closes the clients, because the server is not what it was when they began to wait.</summary>
    public void DisconnectAll(TimeoutReply error)
    {
        List<Session> waiting = [];
        foreach (Session session in _engine.Sessions.All)
        {
            if (session.Waiter is not null)
            {
                waiting.Add(session);
            }
        }

        foreach (Session session in waiting)
        {
            EndWithReply(session, error);
            session.CloseWhenFlushed();
        }
    }

    /// <summary>Forgets a client that has been served or is gone.</summary>
    public void Remove(Session session)
    {
        if (session.Waiter is not { } waiter)
        {
            return;
        }

        session.Waiter = null;
        _deadlines.Remove(waiter);
        Count--;
        foreach ((KeyName name, LinkedListNode<Waiter> node) in waiter.Places)
        {
            if (node == _next)
            {
                _next = node.Next;
            }

            LinkedList<Waiter> waiters = node.List!;
            waiters.Remove(node);
            if (waiters.Count == 0)
            {
                _lines.Remove(name);
            }
        }
    }

    /// <summary>Begins a wait; null when the client waits already.</summary>
    private Waiter? TryBegin(Session session, ValueKind kind, long deadlineMs, TimeoutReply onTimeout, bool alsoWhenGone)
    {
        session.IsPostponed = true;
        if (session.Waiter is not null)
        {
            // Tried again in vain: it keeps its place and its deadline.
            return null;
        }

        var waiter = new Waiter(++_lastNumber, session, kind, alsoWhenGone, onTimeout);
        session.Waiter = waiter;
        Count++;
        if (deadlineMs > 0)
        {
            _deadlines.Add(waiter, deadlineMs);
        }

        return waiter;
    }

    private void StandInLine(Waiter waiter, ReadOnlySpan<byte> key)
    {
        var view = new KeyNameView(waiter.Session.DatabaseIndex, key);
        if (!_linesByView.TryGetValue(view, out KeyName name, out LinkedList<Waiter>? line))
        {
            name = view.ToName();
            _lines.Add(name, line = new LinkedList<Waiter>());
        }

        // A key may be given twice. The waiter then stands last in its line already, because nobody else joins meanwhile.
        if (line.Last?.Value != waiter)
        {
            waiter.Places.Add((name, line.AddLast(waiter)));
        }
    }

    /// <summary>Ends a client's wait by a reply that whoever it waited for has for it.</summary>
    public void EndWithReply(Session session, TimeoutReply write)
    {
        Remove(session);
        if ((session.Gate & SessionGate.RepliesDiscarded) == 0)
        {
            var reply = new Protocol.ReplyWriter(session.Output, session.Protocol);
            write(ref reply);
            reply.Flush();
        }

        session.DropPostponedRequest();
        session.ResumeLater();
    }

    private void Serve(KeyName name)
    {
        if (!_lines.TryGetValue(name, out LinkedList<Waiter>? line))
        {
            return;
        }

        // Those who join the line while it is served (a request that waits again for the key) are behind its end and wait for the next change.
        // Those who leave it meanwhile, because what the others are served disconnects them, must not be served any more.
        long end = _lastNumber;
        for (LinkedListNode<Waiter>? node = line.First; node is not null && node.Value.Number <= end; node = _next)
        {
            Waiter waiter = node.Value;
            _next = node.Next;
            Database database = _engine.Keyspace[name.Database];
            KeyBlock block = _engine.Keyspace.Find(database, name.Bytes, database.Keys.Hash(name.Bytes), LookupFlags.NoTouch | LookupFlags.NoStatistics);
            bool worthATry = (!block.IsNull && block.Kind == waiter.Kind) || waiter.AlsoWhenGone;

            // A client whose command is running just now keeps its request only when that returns, and has looked at the key a moment ago.
            if (worthATry && waiter.Session.Input.PostponedBytes > 0)
            {
                waiter.ReadyKey = name.Bytes;
                _engine.Dispatcher.RunPostponed(waiter.Session);
                waiter.ReadyKey = null;
                if (!waiter.Session.IsPostponed)
                {
                    Remove(waiter.Session);
                    waiter.Session.ResumeLater();
                }
            }
            else if (block.IsNull)
            {
                // Taken by those who came first; the rest of the line waits on, but for group readers.
                _next = FirstGroupReader(_next);
            }
        }

        _next = null;
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
        if (_readySet.Add(name))
        {
            _ready.Add(name);
        }
    }

    private void MarkAll(Predicate<KeyName> which)
    {
        foreach (KeyName name in _lines.Keys)
        {
            if (which(name))
            {
                MarkReady(name);
            }
        }
    }
}
