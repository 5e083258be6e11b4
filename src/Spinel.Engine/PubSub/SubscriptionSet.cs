namespace Spinel.Engine.PubSub;

/// <summary>What one client is subscribed to, of all kinds.</summary>
internal sealed class SubscriptionSet
{
    private readonly Dictionary<Channel, Subscription> _places = [];

    // By kind.
    private readonly int[] _counts = new int[3];

    public int ChannelCount => _counts[(int)ChannelKind.Channel];

    public int PatternCount => _counts[(int)ChannelKind.Pattern];

    public int ShardCount => _counts[(int)ChannelKind.Shard];

    public int Count => _places.Count;

    /// <summary>Channels in the order in which they were subscribed to, as long as none was left. May be left while being walked.</summary>
    public Dictionary<Channel, Subscription>.KeyCollection All => _places.Keys;

    public bool Contains(Channel channel) => _places.ContainsKey(channel);

    public void Add(Channel channel, Subscription place)
    {
        _places.Add(channel, place);
        _counts[(int)channel.Kind]++;
    }

    public bool Remove(Channel channel, out Subscription? place)
    {
        if (!_places.Remove(channel, out place))
        {
            return false;
        }

        _counts[(int)channel.Kind]--;
        return true;
    }
}
