namespace Spinel.Engine.Sessions;

/// <summary>
/// The sessions that have something to be sent, or are to be closed, each once. A transport serves those with sockets once the turn is over; the others
/// have their output handed over at the end of the turn itself.
/// </summary>
internal sealed class PendingOutput
{
    private readonly List<Session> _deliveries = [];

    /// <summary>The sessions that a transport serves, until <see cref="ClearWrites"/>.</summary>
    public List<Session> Writes { get; } = [];

    public bool IsEmpty => Writes.Count + _deliveries.Count == 0;

    public void Add(Session session)
    {
        if (!session.IsPendingWrite)
        {
            session.IsPendingWrite = true;
            (session.IsInProcess ? _deliveries : Writes).Add(session);
        }
    }

    /// <summary>Hands the output of sessions within the process on. A delivery may bring about another one, of a session that has its turn over.</summary>
    public void Deliver()
    {
        for (int i = 0; i < _deliveries.Count; i++)
        {
            Session session = _deliveries[i];
            session.IsPendingWrite = false;
            ((IInProcessConnection)session.Connection).Deliver(session);
        }

        _deliveries.Clear();
    }

    /// <summary>The transport has served its sessions.</summary>
    public void ClearWrites()
    {
        foreach (Session session in Writes)
        {
            session.IsPendingWrite = false;
        }

        Writes.Clear();
    }
}
