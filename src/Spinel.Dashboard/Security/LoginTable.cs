using System.Diagnostics.CodeAnalysis;
using Spinel.Engine.Security;

namespace Spinel.Dashboard.Security;

/// <summary>
/// Who is logged in, by the secret in the browser's cookie. In memory only: a restart of the server ends all logins. The table is bounded; beyond that the
/// login that has been idle longest goes.
/// </summary>
internal sealed class LoginTable(TimeProvider time, DashboardLimits limits)
{
    internal const string CookieName = "spinel-session";

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Login> _logins = new(StringComparer.Ordinal);

    internal int Count
    {
        get
        {
            lock (_lock)
            {
                return _logins.Count;
            }
        }
    }

    /// <summary>Makes a login.</summary>
    /// <returns>The secret for the cookie.</returns>
    internal string Add(User user, byte[]? passwordHash)
    {
        // Random GUIDs come from the system's secure source: 244 bits. The framework's generator would load a cryptography library for as much.
        string secret = Guid.NewGuid().ToString("N") + Guid.NewGuid().ToString("N");
        lock (_lock)
        {
            RemoveIdle();
            if (_logins.Count >= limits.MaxLogins)
            {
                _logins.Remove(_logins.MinBy(static pair => pair.Value.LastUsed).Key);
            }

            _logins.Add(secret, new Login(user, passwordHash) { LastUsed = time.GetTimestamp() });
        }

        return secret;
    }

    /// <summary>Finds a login, and notes that it is in use.</summary>
    internal bool TryFind(string? secret, [NotNullWhen(true)] out Login? login)
    {
        login = null;
        if (secret is null)
        {
            return false;
        }

        lock (_lock)
        {
            if (!_logins.TryGetValue(secret, out login))
            {
                return false;
            }

            if (time.GetElapsedTime(login.LastUsed) > limits.LoginIdle)
            {
                _logins.Remove(secret);
                login = null;
                return false;
            }

            login.LastUsed = time.GetTimestamp();
            return true;
        }
    }

    internal void Remove(string secret)
    {
        lock (_lock)
        {
            _logins.Remove(secret);
        }
    }

    private void RemoveIdle()
    {
        foreach ((string secret, Login login) in _logins)
        {
            if (time.GetElapsedTime(login.LastUsed) > limits.LoginIdle)
            {
                _logins.Remove(secret);
            }
        }
    }
}

/// <summary>Somebody who has given a user's password.</summary>
internal sealed class Login(User user, byte[]? passwordHash)
{
    internal User User { get; } = user;

    internal byte[]? PasswordHash { get; } = passwordHash;

    internal long LastUsed { get; set; }
}
