using Spinel.Engine.Sessions;
using Spinel.Protocol;

namespace Spinel.Engine.PubSub;

/// <summary>
/// Publish and subscribe: who listens to what, and the delivery of messages.
/// <para>
/// A message is written at most twice, for each protocol version that its receivers speak, however many these are; their output buffers refer to
/// it (<see cref="SharedOutput"/>). Delivery allocates nothing on the managed heap. Messages are not kept: who is not subscribed misses them.
/// </para>
/// </summary>
internal sealed class MessageBroker : IDisposable
{
    /// <summary>Room for the headers of a message: its kind, and the lengths of up to three strings.</summary>
    private const int HeadersBytes = 192;

    private readonly ChannelTable _channels = new(ChannelKind.Channel);
    private readonly ChannelTable _shards = new(ChannelKind.Shard);
    private readonly PatternTable _patterns = new();
    private readonly SharedOutput _resp2;
    private readonly SharedOutput _resp3;
    private readonly List<Channel> _matches = [];

    public MessageBroker(ChunkPool pool)
    {
        _resp2 = new SharedOutput(pool);
        _resp3 = new SharedOutput(pool);
    }

    /// <summary>Channels with subscribers.</summary>
    public int ChannelCount => _channels.Count;

    /// <summary>Different patterns with subscribers.</summary>
    public int PatternCount => _patterns.Count;

    /// <summary>Sharded channels with subscribers.</summary>
    public int ShardCount => _shards.Count;

    /// <summary>Clients that are subscribed to something.</summary>
    public int ClientCount { get; private set; }

    /// <summary>Whether a message on a plain channel may find a receiver.</summary>
    public bool HasListeners => _channels.Count > 0 || _patterns.Count > 0;

    public ChannelTable Table(ChannelKind kind) => kind switch
    {
        ChannelKind.Channel => _channels,
        ChannelKind.Pattern => _patterns,
        _ => _shards,
    };

    /// <summary>Subscribes a client; nothing changes when it is subscribed already.</summary>
    public void Subscribe(Session session, ChannelKind kind, ReadOnlySpan<byte> name)
    {
        Channel channel = Table(kind).FindOrAdd(name);
        SubscriptionSet set = session.Subscriptions ??= new SubscriptionSet();
        if (set.Contains(channel))
        {
            return;
        }

        set.Add(channel, channel.Add(session));
        if (set.Count == 1)
        {
            ClientCount++;
            session.OnSubscriptionsChanged();
        }
    }

    /// <summary>Ends one subscription, if there is such a one.</summary>
    public void Unsubscribe(Session session, ChannelKind kind, ReadOnlySpan<byte> name)
    {
        if (Table(kind).TryFind(name, out Channel? channel))
        {
            Unsubscribe(session, channel);
        }
    }

    public void Unsubscribe(Session session, Channel channel)
    {
        SubscriptionSet? set = session.Subscriptions;
        if (set is null || !set.Remove(channel, out Subscription? place))
        {
            return;
        }

        channel.Remove(place!);
        if (channel.Count == 0)
        {
            Table(channel.Kind).Remove(channel);
        }

        if (set.Count == 0)
        {
            ClientCount--;
            session.OnSubscriptionsChanged();
        }
    }

    /// <summary>Ends all subscriptions of a client without a word to it: its departure, RESET.</summary>
    public void Forget(Session session)
    {
        if (session.Subscriptions is { Count: > 0 } set)
        {
            foreach (Channel channel in set.All)
            {
                Unsubscribe(session, channel);
            }
        }

        session.Subscriptions = null;
    }

    /// <summary>Delivers a message to the subscribers of a channel and of the patterns that match it.</summary>
    /// <returns>How many times it was delivered.</returns>
    public int Publish(ReadOnlySpan<byte> channel, ReadOnlySpan<byte> message)
    {
        int receivers = _channels.TryFind(channel, out Channel? found) ? Deliver(found, "message"u8, channel, message) : 0;
        if (_patterns.Count > 0)
        {
            _patterns.Match(channel, _matches);
            foreach (Channel pattern in _matches)
            {
                receivers += Deliver(pattern, "pmessage"u8, channel, message);
            }

            _matches.Clear();
        }

        return receivers;
    }

    /// <summary>Delivers a message to the subscribers of a sharded channel.</summary>
    /// <returns>How many times it was delivered.</returns>
    public int PublishToShard(ReadOnlySpan<byte> channel, ReadOnlySpan<byte> message) =>
        _shards.TryFind(channel, out Channel? found) ? Deliver(found, "smessage"u8, channel, message) : 0;

    /// <summary>
    /// Sends a client that wants no replies the confirmation of a change of its subscriptions, which is none.
    /// </summary>
    public void Confirm(Session session, ReadOnlySpan<byte> word, ReadOnlySpan<byte> channel, bool isNone, long count)
    {
        SharedOutput output = OutputFor(session.Protocol);
        output.Begin((long)HeadersBytes + channel.Length);
        var writer = new ReplyWriter(output, session.Protocol);
        WriteConfirmation(ref writer, word, channel, isNone, count);
        writer.Flush();
        session.Push(output.End());
    }

    public static void WriteConfirmation(ref ReplyWriter writer, ReadOnlySpan<byte> word, ReadOnlySpan<byte> channel, bool isNone, long count)
    {
        writer.PushHeader(3);
        writer.BulkString(word);
        if (isNone)
        {
            writer.NullBulk();
        }
        else
        {
            writer.BulkString(channel);
        }

        writer.Integer(count);
    }

    public void Dispose()
    {
        _resp2.Dispose();
        _resp3.Dispose();
    }

    private int Deliver(Channel target, ReadOnlySpan<byte> word, ReadOnlySpan<byte> channel, ReadOnlySpan<byte> message)
    {
        ReadOnlySpan<byte> pattern = target.Kind == ChannelKind.Pattern ? target.Name : default;
        long size = (long)HeadersBytes + pattern.Length + channel.Length + message.Length;
        if (size > SharedOutput.MaxMessageBytes)
        {
            // Near 2 GB: above what any client may have waiting to be sent.
            return 0;
        }

        SharedMessage resp2 = default;
        SharedMessage resp3 = default;
        foreach (Subscription subscription in target.Subscriptions)
        {
            Session session = subscription.Session;
            ref SharedMessage written = ref resp2;
            if (session.Protocol == RespVersion.Resp3)
            {
                written = ref resp3;
            }

            if (written.Chunk is null)
            {
                written = Write(session.Protocol, size, target, word, channel, message);
            }

            session.Push(in written);
        }

        return target.Count;
    }

    private SharedMessage Write(RespVersion version, long size, Channel target, ReadOnlySpan<byte> word, ReadOnlySpan<byte> channel, ReadOnlySpan<byte> message)
    {
        SharedOutput output = OutputFor(version);
        output.Begin(size);
        var writer = new ReplyWriter(output, version);
        bool isPattern = target.Kind == ChannelKind.Pattern;
        writer.PushHeader(isPattern ? 4 : 3);
        writer.BulkString(word);
        if (isPattern)
        {
            writer.BulkString(target.Name);
        }

        writer.BulkString(channel);
        writer.BulkString(message);
        writer.Flush();
        return output.End();
    }

    private SharedOutput OutputFor(RespVersion version) => version == RespVersion.Resp3 ? _resp3 : _resp2;
}
