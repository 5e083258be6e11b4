using Spinel.Engine.Dispatch;
using Spinel.Protocol;

namespace Spinel.Engine.Commands.Connection;

/// <summary>AUTH, and what HELLO needs of it.</summary>
internal static class AuthenticationCommands
{
    [Command("AUTH", "[username] password", Arity = -2,
        Flags = CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale | CommandFlags.Fast | CommandFlags.NoAuth | CommandFlags.AllowBusy,
        Group = CommandGroup.Connection, Since = "1.0.0", Complexity = "O(N) with N the number of passwords of the user",
        Summary = "Authenticates the connection.", History = "6.0.0 A user name before the password.")]
    internal static void Auth(ref CommandContext c)
    {
        if (c.Count > 3)
        {
            c.Error(Errors.Syntax);
            return;
        }

        // A password where none is needed points to a configuration that is not what its owner believes, unless a user was named too.
        if (c.Count == 2 && c.Engine.Users.Default.NeedsNoPassword)
        {
            c.Error(Errors.NoPasswordConfigured);
            return;
        }

        if (TryAuthenticate(ref c, c.Count == 2 ? "default"u8 : c[1], c[c.Count - 1]))
        {
            c.Reply.Raw(Replies.Ok);
        }
    }

    /// <summary>Lets the client in, or replies with an error and returns false. A client that was in already stays in.</summary>
    internal static bool TryAuthenticate(ref CommandContext c, ReadOnlySpan<byte> user, ReadOnlySpan<byte> password)
    {
        if (c.Engine.Users.TryAuthenticate(c.Session, user, password, c[0]))
        {
            return true;
        }

        c.Error(Errors.WrongPassword);
        return false;
    }
}
