using System.Runtime.InteropServices;
using Spinel.Protocol;

namespace Spinel.Engine.PubSub;

/// <summary>
/// The patterns that somebody is subscribed to, and which of them match the name of a channel.
/// <para>
/// Trying every pattern on every message costs in proportion to their number, and applications use many: one per tenant, per user, per room. Nearly
/// all begin with a literal part. Patterns are therefore grouped by their literal beginning, up to <see cref="MaxPrefixBytes"/> of it; a channel's
/// name is looked up by each of its own beginnings whose length occurs, and only what is found there is matched. So a message costs at most
/// <see cref="MaxPrefixBytes"/> + 1 look-ups, plus a match for each pattern that begins as the channel does. Matching itself is bounded by the
/// product of both lengths (<see cref="GlobPattern"/>).
/// </para>
/// </summary>
internal sealed class PatternTable : ChannelTable
{
    private const int MaxPrefixBytes = 32;
    private readonly Dictionary<byte[], List<Channel>> _groups;
    private readonly Dictionary<byte[], List<Channel>>.AlternateLookup<ReadOnlySpan<byte>> _groupsByPrefix;

    // How many groups have a prefix of this length.
    private readonly int[] _lengths = new int[MaxPrefixBytes + 1];

    public PatternTable()
        : base(ChannelKind.Pattern)
    {
        _groups = new Dictionary<byte[], List<Channel>>(ByteNames.Instance);
        _groupsByPrefix = _groups.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>Adds the patterns that match <paramref name="channel"/> to a list.</summary>
    public void Match(ReadOnlySpan<byte> channel, List<Channel> matches)
    {
        for (int length = 0; length <= Math.Min(channel.Length, MaxPrefixBytes); length++)
        {
            if (_lengths[length] > 0 && _groupsByPrefix.TryGetValue(channel[..length], out List<Channel>? group))
            {
                foreach (Channel pattern in CollectionsMarshal.AsSpan(group))
                {
                    if (GlobPattern.Matches(pattern.Name, channel))
                    {
                        matches.Add(pattern);
                    }
                }
            }
        }
    }

    protected override void OnAdded(Channel channel)
    {
        ReadOnlySpan<byte> prefix = PrefixOf(channel.Name);
        if (!_groupsByPrefix.TryGetValue(prefix, out List<Channel>? group))
        {
            _groups.Add(prefix.ToArray(), group = []);
            _lengths[prefix.Length]++;
        }

        group.Add(channel);
    }

    protected override void OnRemoved(Channel channel)
    {
        ReadOnlySpan<byte> prefix = PrefixOf(channel.Name);
        List<Channel> group = _groupsByPrefix[prefix];
        group.Remove(channel);
        if (group.Count == 0)
        {
            _groupsByPrefix.Remove(prefix);
            _lengths[prefix.Length]--;
        }
    }

    /// <summary>The part of a pattern that a name must begin with to match.</summary>
    private static ReadOnlySpan<byte> PrefixOf(ReadOnlySpan<byte> pattern)
    {
        int length = pattern.IndexOfAny("*?[\\"u8);
        return pattern[..Math.Min(length < 0 ? pattern.Length : length, MaxPrefixBytes)];
    }
}
