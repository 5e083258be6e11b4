using Spinel.Dashboard.Channels;

namespace Spinel.Dashboard.Sockets;

/// <summary>
/// How many channels, patterns and shard channels a session is subscribed to, as its confirmations tell: each has the number of subscriptions that are left, channels and
/// patterns together. So a request to end all of one kind is known to have as many confirmations.
/// </summary>
internal struct SubscriptionCounts
{
    private int _channels;
    private int _patterns;
    private int _shardChannels;

    /// <summary>Reads a push. False: it confirms nothing.</summary>
    /// <param name="push">The push.</param>
    /// <param name="before">How many subscriptions of its kind there were before it.</param>
    internal bool TryNote(ReadOnlySpan<byte> push, out int before)
    {
        before = 0;
        var reader = new BulkReader(push);
        if (push.IsEmpty || reader.ReadNumber((byte)'>') != 3)
        {
            return false;
        }

        ReadOnlySpan<byte> word = reader.Next();
        bool isShard = word.SequenceEqual("ssubscribe"u8) || word.SequenceEqual("sunsubscribe"u8);
        bool isPattern = word.SequenceEqual("psubscribe"u8) || word.SequenceEqual("punsubscribe"u8);
        if (!isShard && !isPattern && !word.SequenceEqual("subscribe"u8) && !word.SequenceEqual("unsubscribe"u8))
        {
            return false;
        }

        reader.SkipNullOrBulk();
        int left = (int)Math.Max(0, reader.ReadNumber((byte)':'));
        if (isShard)
        {
            before = _shardChannels;
            _shardChannels = left;
        }
        else if (isPattern)
        {
            before = _patterns;
            _patterns = Math.Max(0, left - _channels);
        }
        else
        {
            before = _channels;
            _channels = Math.Max(0, left - _patterns);
        }

        return true;
    }
}
