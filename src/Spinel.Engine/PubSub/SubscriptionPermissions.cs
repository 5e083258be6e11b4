using Spinel.Engine.Security;
using Spinel.Engine.Sessions;

namespace Spinel.Engine.PubSub;

/// <summary>Tells whether a client listens to what its user may not listen to any more.</summary>
internal sealed class SubscriptionPermissions : ISessionSubscriptions
{
    public bool AnyForbidden(Session session, User user)
    {
        if (session.Subscriptions is not { Count: > 0 } subscriptions)
        {
            return false;
        }

        foreach (Channel channel in subscriptions.All)
        {
            if (!user.AllowsChannel(channel.Name, channel.Kind == ChannelKind.Pattern))
            {
                return true;
            }
        }

        return false;
    }
}
