namespace Spinel.Engine.Sessions;

/// <summary>All connected clients, by id in the order of their coming.</summary>
public sealed class SessionRegistry
{
    private readonly Dictionary<long, Session> _byId = [];
    private readonly List<Session> _sweep = [];
    private int _sweepIndex;
    private long _lastId;

    public int Count => _byId.Count;

    /// <summary>Sessions in no particular order. Not to be held across changes.</summary>
    public Dictionary<long, Session>.ValueCollection All => _byId.Values;

    /// <summary>The id that the next client gets.</summary>
    internal long NextId() => ++_lastId;

    internal void Add(Session session) => _byId.Add(session.Id, session);

    internal bool Remove(Session session) => _byId.Remove(session.Id);

    public Session? Find(long id) => _byId.GetValueOrDefault(id);

    /// <summary>Visits a share of the sessions, going on where the last call stopped, so that all are visited about once a second.</summary>
    internal void Sweep(int callsPerSecond, Action<Session> visit)
    {
        if (_sweepIndex >= _sweep.Count)
        {
            _sweep.Clear();
            _sweep.AddRange(_byId.Values);
            _sweepIndex = 0;
        }

        int share = Math.Max(16, (_sweep.Count / Math.Max(1, callsPerSecond)) + 1);
        for (; share > 0 && _sweepIndex < _sweep.Count; share--)
        {
            Session session = _sweep[_sweepIndex++];
            if (!session.IsClosed)
            {
                visit(session);
            }
        }

        if (_sweepIndex >= _sweep.Count)
        {
            _sweep.Clear();
            _sweepIndex = 0;
        }
    }
}
