using Spinel.Engine.Sessions;

namespace Spinel.Engine.PubSub;

/// <summary>The three name spaces of subscriptions.</summary>
internal enum ChannelKind : byte
{
    /// <summary>A channel by its name (SUBSCRIBE).</summary>
    Channel,

    /// <summary>All channels whose name a glob pattern matches (PSUBSCRIBE).</summary>
    Pattern,

    /// <summary>A channel of one slot of a cluster (SSUBSCRIBE). No pattern matches it.</summary>
    Shard,
}

/// <summary>
/// A channel or a pattern, and who is subscribed to it. It exists as long as somebody is. Subscribers stand in an array, which is what publishing walks;
/// each knows its place in it, so that leaving takes the same time however many there are.
/// </summary>
internal sealed class Channel(ChannelKind kind, byte[] name)
{
    private Subscription[] _subscriptions = new Subscription[1];

    public ChannelKind Kind { get; } = kind;

    public byte[] Name { get; } = name;

    public int Count { get; private set; }

    public ReadOnlySpan<Subscription> Subscriptions => _subscriptions.AsSpan(0, Count);

    public Subscription Add(Session session)
    {
        if (Count == _subscriptions.Length)
        {
            Array.Resize(ref _subscriptions, Count * 2);
        }

        var subscription = new Subscription(session) { Index = Count };
        _subscriptions[Count++] = subscription;
        return subscription;
    }

    public void Remove(Subscription subscription)
    {
        Count--;
        Subscription last = _subscriptions[Count];
        _subscriptions[subscription.Index] = last;
        last.Index = subscription.Index;
        _subscriptions[Count] = null!;
        if (Count > 0 && Count <= _subscriptions.Length / 4)
        {
            Array.Resize(ref _subscriptions, _subscriptions.Length / 2);
        }
    }
}

/// <summary>One client's place among the subscribers of a <see cref="Channel"/>.</summary>
internal sealed class Subscription(Session session)
{
    public Session Session { get; } = session;

    public int Index { get; set; }
}
