using Spinel.Engine.Sessions;

namespace Spinel.Engine.Eviction;

/// <summary>
/// Keeps the sum of what clients' buffers take, and disconnects the largest clients when it exceeds <c>maxmemory-clients</c>.
/// <para>
/// A session's share is brought up to date when it has received or sent something, so the sum costs a few instructions a read and is known at
/// any time. Clients are judged between turns, when the replies that could be sent are sent: what they hold then, they hold because they are slow or ask for
/// much.
/// </para>
/// </summary>
internal sealed class ClientMemory(SpinelEngine engine)
{
    private readonly List<Session> _candidates = [];

    /// <summary>What of <see cref="TotalBytes"/> is references to shared chunks, each counted for every client that holds one.</summary>
    private long _sharedBytes;

    /// <summary>The most that clients may take together; 0 for no limit.</summary>
    public long LimitBytes { get; set; }

    /// <summary>What all clients take.</summary>
    public long TotalBytes { get; private set; }

    /// <summary>The native memory that it stands for: what several are sent from the same chunk is there once.</summary>
    public long BufferBytes =>
        TotalBytes - _sharedBytes + engine.Chunks.SharedBytes - engine.Extensions.ReplicationBufferBytes - ((long)engine.Sessions.Count * Session.BookkeepingBytes);

    /// <summary>What the clients take that may be disconnected for it.</summary>
    public long EvictableBytes { get; private set; }

    /// <summary>Brings the share of a session up to date.</summary>
    public void Update(Session session)
    {
        ClientShare now = ClientShare.Of(session);
        ClientShare before = session.AccountedShare;
        TotalBytes += now.Bytes - before.Bytes;
        _sharedBytes += now.SharedBytes - before.SharedBytes;
        EvictableBytes += now.EvictableBytes - before.EvictableBytes;
        session.AccountedShare = now;
    }

    /// <summary>Disconnects clients, the largest first, until the others are within the limit.</summary>
    public void Enforce()
    {
        if (LimitBytes == 0 || EvictableBytes <= LimitBytes)
        {
            return;
        }

        foreach (Session session in engine.Sessions.All)
        {
            Update(session);
            if (session.AccountedShare.EvictableBytes > 0)
            {
                _candidates.Add(session);
            }
        }

        _candidates.Sort(static (a, b) => b.AccountedShare.EvictableBytes.CompareTo(a.AccountedShare.EvictableBytes));
        foreach (Session session in _candidates)
        {
            if (EvictableBytes <= LimitBytes)
            {
                break;
            }

            if (engine.Log.IsEnabled(ServerLogLevel.Notice))
            {
                engine.Log.Write(ServerLogLevel.Notice, $"Client id={session.Id} addr={session.Connection.RemoteAddress} tot-mem={session.AccountedShare.Bytes} disconnected: the clients' buffers exceed maxmemory-clients");
            }

            engine.Statistics.EvictedClients++;
            session.Close();
            Update(session);
        }

        _candidates.Clear();
    }
}

/// <summary>What one client has in the sums over all.</summary>
/// <param name="Bytes">All that it costs.</param>
/// <param name="SharedBytes">The part of it that other clients may be sent from as well.</param>
/// <param name="EvictableBytes">All of it, if the client may be disconnected for it.</param>
internal readonly record struct ClientShare(long Bytes, long SharedBytes, long EvictableBytes)
{
    public static ClientShare Of(Session session)
    {
        if (session.IsClosed)
        {
            return default;
        }

        long bytes = session.MemoryBytes;
        bool isEvictable = !session.IsProtectedFromEviction && session.Type is ClientType.Normal or ClientType.PubSub;
        return new ClientShare(bytes, session.Output.CapacityBytes - session.Output.OwnBytes, isEvictable ? bytes : 0);
    }
}
