using Spinel.Engine.Sessions;

namespace Spinel.Engine.Security;

/// <summary>What clients are subscribed to, as far as permissions are concerned.</summary>
internal interface ISessionSubscriptions
{
    /// <summary>Whether any subscription of the session, to a channel or to a pattern, is one that <paramref name="user"/> may not have.</summary>
    bool AnyForbidden(Session session, User user);
}
