using Spinel.Engine.Dispatch;
using Spinel.Engine.PubSub;
using Spinel.Engine.Sessions;

namespace Spinel.Engine.Commands.PubSub;

/// <summary>SUBSCRIBE and its likes. Each name is confirmed by a message of its own, which in RESP3 is a push and no reply.</summary>
internal static class SubscribeCommands
{
    private const CommandFlags Flags = CommandFlags.PubSub | CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale;

    [Command("SUBSCRIBE", "channel [channel ...]", Arity = -2, Flags = Flags, Group = CommandGroup.PubSub, Since = "2.0.0",
        Complexity = "O(N) with N the number of channels", Summary = "Has messages on these channels sent to the connection.")]
    internal static void Subscribe(ref CommandContext c) => Subscribe(ref c, ChannelKind.Channel, "subscribe"u8);

    [Command("PSUBSCRIBE", "pattern [pattern ...]", Arity = -2, Flags = Flags, Group = CommandGroup.PubSub, Since = "2.0.0",
        Complexity = "O(N) with N the number of patterns", Summary = "Has messages on all channels that match a pattern sent to the connection.")]
    internal static void SubscribeToPatterns(ref CommandContext c) => Subscribe(ref c, ChannelKind.Pattern, "psubscribe"u8);

    [Command("SSUBSCRIBE", "shardchannel [shardchannel ...]", Arity = -2, Flags = Flags, Keys = "1..-1 not_key", Group = CommandGroup.PubSub, Since = "7.0.0",
        Complexity = "O(N) with N the number of channels", Summary = "Has messages on these sharded channels sent to the connection.")]
    internal static void SubscribeToShards(ref CommandContext c) => Subscribe(ref c, ChannelKind.Shard, "ssubscribe"u8);

    [Command("UNSUBSCRIBE", "[channel [channel ...]]", Arity = -1, Flags = Flags, Group = CommandGroup.PubSub, Since = "2.0.0",
        Complexity = "O(N) with N the number of channels", Summary = "Ends the subscriptions to these channels, or to all.")]
    internal static void Unsubscribe(ref CommandContext c) => Unsubscribe(ref c, ChannelKind.Channel, "unsubscribe"u8);

    [Command("PUNSUBSCRIBE", "[pattern [pattern ...]]", Arity = -1, Flags = Flags, Group = CommandGroup.PubSub, Since = "2.0.0",
        Complexity = "O(N) with N the number of patterns", Summary = "Ends the subscriptions to these patterns, or to all.")]
    internal static void UnsubscribeFromPatterns(ref CommandContext c) => Unsubscribe(ref c, ChannelKind.Pattern, "punsubscribe"u8);

    [Command("SUNSUBSCRIBE", "[shardchannel [shardchannel ...]]", Arity = -1, Flags = Flags, Keys = "1..-1 not_key", Group = CommandGroup.PubSub, Since = "7.0.0",
        Complexity = "O(N) with N the number of channels", Summary = "Ends the subscriptions to these sharded channels, or to all.")]
    internal static void UnsubscribeFromShards(ref CommandContext c) => Unsubscribe(ref c, ChannelKind.Shard, "sunsubscribe"u8);

    private static void Subscribe(ref CommandContext c, ChannelKind kind, ReadOnlySpan<byte> word)
    {
        for (int i = 1; i < c.Count; i++)
        {
            c.Engine.Broker.Subscribe(c.Session, kind, c[i]);
            Confirm(ref c, word, c[i], CountOf(c.Session, kind));
        }
    }

    private static void Unsubscribe(ref CommandContext c, ChannelKind kind, ReadOnlySpan<byte> word)
    {
        Session session = c.Session;
        for (int i = 1; i < c.Count; i++)
        {
            c.Engine.Broker.Unsubscribe(session, kind, c[i]);
            Confirm(ref c, word, c[i], CountOf(session, kind));
        }

        if (c.Count > 1)
        {
            return;
        }

        bool hadAny = false;
        if (session.Subscriptions is { } set)
        {
            foreach (Channel channel in set.All)
            {
                if (channel.Kind == kind)
                {
                    hadAny = true;
                    c.Engine.Broker.Unsubscribe(session, channel);
                    Confirm(ref c, word, channel.Name, CountOf(session, kind));
                }
            }
        }

        if (!hadAny)
        {
            Confirm(ref c, word, default, CountOf(session, kind), isNone: true);
        }
    }

    /// <summary>The number that a confirmation tells: channels and patterns together, sharded channels by themselves.</summary>
    private static long CountOf(Session session, ChannelKind kind) =>
        session.Subscriptions is not { } set ? 0
        : kind == ChannelKind.Shard ? set.ShardCount
        : set.ChannelCount + set.PatternCount;

    private static void Confirm(ref CommandContext c, ReadOnlySpan<byte> word, ReadOnlySpan<byte> name, long count, bool isNone = false)
    {
        if (c.Session.ReplyMode == ReplyMode.On)
        {
            MessageBroker.WriteConfirmation(ref c.Reply, word, name, isNone, count);
        }
        else
        {
            c.Engine.Broker.Confirm(c.Session, word, name, isNone, count);
        }
    }
}
