using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Security;

/// <summary>
/// Which arguments of a command name channels that its user must be allowed to use. Leaving a channel is always allowed, so the commands that end
/// subscriptions are not here.
/// </summary>
internal readonly record struct ChannelArguments(int First, int Last, bool ArePatterns)
{
    public static ChannelArguments None => new(1, 0, false);

    public bool Any => Last >= First;

    public static ChannelArguments Of(CommandDescriptor command, int count)
    {
        if ((command.Flags & CommandFlags.PubSub) == 0)
        {
            return None;
        }

        return command.Name switch
        {
            "publish" or "spublish" => new ChannelArguments(1, 1, false),
            "subscribe" or "ssubscribe" => new ChannelArguments(1, count - 1, false),
            "psubscribe" => new ChannelArguments(1, count - 1, true),
            _ => None,
        };
    }
}
