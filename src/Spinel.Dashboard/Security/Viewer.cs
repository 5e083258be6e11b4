using Spinel.Engine;
using Spinel.Engine.Security;

namespace Spinel.Dashboard.Security;

/// <summary>Who looks at the dashboard: a user of the server, at an address.</summary>
/// <param name="User">The user. Touched on the engine thread only, but for its name.</param>
/// <param name="PasswordHash">The hash of the password that was given; null when the user needs none.</param>
/// <param name="RemoteAddress">The browser's address, as CLIENT LIST shows it.</param>
/// <param name="LocalAddress">The server's end.</param>
/// <param name="IsLoopback">The browser is on this machine.</param>
internal sealed record Viewer(User User, byte[]? PasswordHash, string RemoteAddress, string LocalAddress, bool IsLoopback)
{
    internal string Name => User.Name;

    /// <summary>The login by which the viewer is known; null where nobody has to log in.</summary>
    internal Login? Login { get; init; }

    /// <summary>Whether the user could log in again the way it did: it is there, enabled, and its password is the same. On the engine thread.</summary>
    internal bool IsStillAllowed(SpinelEngine engine)
    {
        if (!User.IsEnabled || engine.Users.Find(User.NameBytes) != User)
        {
            return false;
        }

        if (User.NeedsNoPassword)
        {
            return true;
        }

        if (PasswordHash is null)
        {
            return false;
        }

        string mine = Convert.ToHexStringLower(PasswordHash);
        return User.PasswordHashes.Any(hash => hash == mine);
    }

    /// <summary>The hash that the server keeps of a password.</summary>
    internal static byte[] HashOf(ReadOnlySpan<byte> password) => Sha256.Hash(password);
}
