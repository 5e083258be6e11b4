using System.Diagnostics.CodeAnalysis;

namespace Spinel.Engine.PubSub;

/// <summary>The channels of one kind that somebody is subscribed to, by name.</summary>
internal class ChannelTable
{
    private readonly Dictionary<byte[], Channel> _channels;
    private readonly Dictionary<byte[], Channel>.AlternateLookup<ReadOnlySpan<byte>> _byName;
    private readonly ChannelKind _kind;

    public ChannelTable(ChannelKind kind)
    {
        _kind = kind;
        _channels = new Dictionary<byte[], Channel>(ByteNames.Instance);
        _byName = _channels.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    public int Count => _channels.Count;

    public Dictionary<byte[], Channel>.ValueCollection All => _channels.Values;

    public bool TryFind(ReadOnlySpan<byte> name, [NotNullWhen(true)] out Channel? channel) => _byName.TryGetValue(name, out channel);

    public Channel FindOrAdd(ReadOnlySpan<byte> name)
    {
        if (!TryFind(name, out Channel? channel))
        {
            channel = new Channel(_kind, name.ToArray());
            _channels.Add(channel.Name, channel);
            OnAdded(channel);
        }

        return channel;
    }

    /// <summary>Takes a channel out that nobody is subscribed to any more.</summary>
    public void Remove(Channel channel)
    {
        _channels.Remove(channel.Name);
        OnRemoved(channel);
    }

    protected virtual void OnAdded(Channel channel)
    {
    }

    protected virtual void OnRemoved(Channel channel)
    {
    }
}
