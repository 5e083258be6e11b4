using Spinel.Engine.Dispatch;
using Spinel.Engine.PubSub;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.PubSub;

/// <summary>PUBSUB: what is subscribed to, and by how many.</summary>
[CommandContainer("PUBSUB", Group = CommandGroup.PubSub, Since = "2.8.0", Summary = "Tells which channels and patterns have subscribers.")]
internal static class PubSubCommands
{
    private const CommandFlags Flags = CommandFlags.PubSub | CommandFlags.Loading | CommandFlags.Stale;

    [Command("PUBSUB|CHANNELS", "[pattern:pattern]", Arity = -2, Flags = Flags, Group = CommandGroup.PubSub, Since = "2.8.0",
        Complexity = "O(N) with N the number of channels", Summary = "Lists the channels with subscribers, those that match a pattern if one is given.")]
    internal static void Channels(ref CommandContext c) => List(ref c, ChannelKind.Channel);

    [Command("PUBSUB|SHARDCHANNELS", "[pattern:pattern]", Arity = -2, Flags = Flags, Group = CommandGroup.PubSub, Since = "7.0.0",
        Complexity = "O(N) with N the number of channels", Summary = "Lists the sharded channels with subscribers, those that match a pattern if one is given.")]
    internal static void ShardChannels(ref CommandContext c) => List(ref c, ChannelKind.Shard);

    [Command("PUBSUB|NUMSUB", "[channel [channel ...]]", Arity = -2, Flags = Flags, Group = CommandGroup.PubSub, Since = "2.8.0",
        Complexity = "O(N) with N the number of channels asked for", Summary = "Tells how many clients are subscribed to each of these channels by its name.")]
    internal static void Subscribers(ref CommandContext c) => Count(ref c, ChannelKind.Channel);

    [Command("PUBSUB|SHARDNUMSUB", "[shardchannel [shardchannel ...]]", Arity = -2, Flags = Flags, Group = CommandGroup.PubSub, Since = "7.0.0",
        Complexity = "O(N) with N the number of channels asked for", Summary = "Tells how many clients are subscribed to each of these sharded channels.")]
    internal static void ShardSubscribers(ref CommandContext c) => Count(ref c, ChannelKind.Shard);

    [Command("PUBSUB|NUMPAT", "", Arity = 2, Flags = Flags, Group = CommandGroup.PubSub, Since = "2.8.0", Complexity = "O(1)",
        Summary = "Tells how many different patterns have subscribers.")]
    internal static void Patterns(ref CommandContext c) => c.Reply.Integer(c.Engine.Broker.PatternCount);

    [Command("PUBSUB|HELP", "", Arity = 2, Flags = CommandFlags.Loading | CommandFlags.Stale, Group = CommandGroup.PubSub, Since = "6.2.0", Complexity = "O(1)",
        Summary = "Lists the subcommands.")]
    internal static void Help(ref CommandContext c) => CommandTableHelp.Write(ref c);

    private static void List(ref CommandContext c, ChannelKind kind)
    {
        if (c.Count > 3)
        {
            c.Error(Errors.SubcommandSyntax(in c));
            return;
        }

        ChannelTable table = c.Engine.Broker.Table(kind);
        if (c.Count == 2)
        {
            c.Reply.ArrayHeader(table.Count);
            foreach (Channel channel in table.All)
            {
                c.Reply.BulkString(channel.Name);
            }

            return;
        }

        int count = 0;
        foreach (Channel channel in table.All)
        {
            count += GlobPattern.Matches(c[2], channel.Name) ? 1 : 0;
        }

        c.Reply.ArrayHeader(count);
        foreach (Channel channel in table.All)
        {
            if (GlobPattern.Matches(c[2], channel.Name))
            {
                c.Reply.BulkString(channel.Name);
            }
        }
    }

    private static void Count(ref CommandContext c, ChannelKind kind)
    {
        ChannelTable table = c.Engine.Broker.Table(kind);
        c.Reply.ArrayHeader((c.Count - 2) * 2);
        for (int i = 2; i < c.Count; i++)
        {
            c.Reply.BulkString(c[i]);
            c.Reply.Integer(table.TryFind(c[i], out Channel? channel) ? channel.Count : 0);
        }
    }
}
