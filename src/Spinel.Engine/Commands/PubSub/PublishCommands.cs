using Spinel.Engine.Dispatch;
using Spinel.Engine.Effects;

namespace Spinel.Engine.Commands.PubSub;

/// <summary>PUBLISH and SPUBLISH.</summary>
internal static class PublishCommands
{
    private const CommandFlags Flags = CommandFlags.PubSub | CommandFlags.Loading | CommandFlags.Stale | CommandFlags.Fast | CommandFlags.MayReplicate;

    [Command("PUBLISH", "channel message", Arity = 3, Flags = Flags, Group = CommandGroup.PubSub, Since = "2.0.0",
        Complexity = "O(N+M) with N the number of subscribers of the channel and M that of patterns which begin as it does",
        Summary = "Sends a message to the subscribers of a channel and tells how many there are.")]
    internal static void Publish(ref CommandContext c)
    {
        TellReplicas(ref c);
        c.Reply.Integer(c.Engine.Broker.Publish(c[1], c[2]));
    }

    [Command("SPUBLISH", "shardchannel message", Arity = 3, Flags = Flags, Keys = "1 not_key", Group = CommandGroup.PubSub, Since = "7.0.0",
        Complexity = "O(N) with N the number of subscribers of the channel",
        Summary = "Sends a message to the subscribers of a sharded channel and tells how many there are.")]
    internal static void PublishToShard(ref CommandContext c)
    {
        TellReplicas(ref c);
        c.Reply.Integer(c.Engine.Broker.PublishToShard(c[1], c[2]));
    }

    /// <summary>Replicas have subscribers too.</summary>
    private static void TellReplicas(ref CommandContext c)
    {
        EffectStream effects = c.Keyspace.Effects;
        if (effects.IsActiveForReplicas)
        {
            effects.Begin(c.Session.DatabaseIndex, isReplicaOnly: true);
            effects.Add(c[0]);
            effects.Add(c[1]);
            effects.Add(c[2]);
        }
    }
}
