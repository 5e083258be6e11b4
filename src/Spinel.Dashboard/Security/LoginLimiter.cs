namespace Spinel.Dashboard.Security;

/// <summary>
/// Slows guessing down: after a few wrong passwords from one address, or for one user, each further one doubles the time for which neither may try again, up to
/// a minute for users and a quarter of an hour for addresses (a user who is guessed at by others must still get in within reason). A right password forgives.
/// </summary>
internal sealed class LoginLimiter(TimeProvider time)
{
    private const int FreeAttempts = 5;
    private const int MaxEntries = 4096;

    /// <summary>So much of a name is looked at: nobody fills the table with names of his own making.</summary>
    private const int MaxNameLength = 128;
    private static readonly TimeSpan MaxUserPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MaxAddressPause = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Memory = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Attempts> _byKey = new(StringComparer.Ordinal);

    /// <summary>How long the caller has to wait; zero: it may try, and the attempt counts as a failure until <see cref="Forgive"/>.</summary>
    internal TimeSpan TryBegin(string address, string user)
    {
        lock (_lock)
        {
            DateTimeOffset now = time.GetUtcNow();
            string byAddress = KeyOf('a', address);
            string byUser = KeyOf('u', user);
            DateTimeOffset next = NotBefore(byAddress) > NotBefore(byUser) ? NotBefore(byAddress) : NotBefore(byUser);
            if (next > now)
            {
                return next - now;
            }

            // Only an attempt that is made leaves something here: whoever has to wait cannot push others out.
            Get(byAddress, now).Fail(now, MaxAddressPause);
            Get(byUser, now).Fail(now, MaxUserPause);
            return TimeSpan.Zero;
        }
    }

    /// <summary>The password was right.</summary>
    internal void Forgive(string address, string user)
    {
        lock (_lock)
        {
            _byKey.Remove(KeyOf('a', address));
            _byKey.Remove(KeyOf('u', user));
        }
    }

    private static string KeyOf(char kind, string name) => string.Concat([kind], name.AsSpan(0, Math.Min(name.Length, MaxNameLength)));

    private DateTimeOffset NotBefore(string key) => _byKey.TryGetValue(key, out Attempts? attempts) ? attempts.NotBefore : DateTimeOffset.MinValue;

    private Attempts Get(string key, DateTimeOffset now)
    {
        if (_byKey.TryGetValue(key, out Attempts? attempts) && now - attempts.Last < Memory)
        {
            return attempts;
        }

        if (_byKey.Count >= MaxEntries)
        {
            foreach ((string old, Attempts forgotten) in _byKey)
            {
                if (now - forgotten.Last >= Memory)
                {
                    _byKey.Remove(old);
                }
            }

            if (_byKey.Count >= MaxEntries)
            {
                _byKey.Remove(_byKey.MinBy(static pair => pair.Value.Last).Key);
            }
        }

        attempts = new Attempts();
        _byKey[key] = attempts;
        return attempts;
    }

    private sealed class Attempts
    {
        internal int Failures { get; private set; }

        internal DateTimeOffset Last { get; private set; }

        internal DateTimeOffset NotBefore { get; private set; }

        internal void Fail(DateTimeOffset now, TimeSpan maxPause)
        {
            Failures++;
            Last = now;
            if (Failures >= FreeAttempts)
            {
                double seconds = Math.Min(maxPause.TotalSeconds, Math.Pow(2, Math.Min(Failures - FreeAttempts, 20)));
                NotBefore = now + TimeSpan.FromSeconds(seconds);
            }
        }
    }
}
