using System.Net;
using System.Net.Sockets;

namespace Spinel.Dashboard.Security;

/// <summary>
/// Slows guessing down: after a few wrong passwords for a user from one address, each further one doubles the time for which that address may not try that user again, and after more of them,
/// for whatever users, any user; up to a quarter of an hour. Nobody is kept out by what happens at other addresses: whoever could be, could be by anybody.
/// <para>
/// An address is one of IPv4, or the 64 bits of IPv6 that one household has. Of several browsers behind one proxy the dashboard sees the proxy's address only.
/// </para>
/// </summary>
internal sealed class LoginLimiter(TimeProvider time)
{
    private const int FreeAttempts = 5;
    private const int FreeAttemptsOfAddress = 20;
    private const int MaxEntries = 4096;

    /// <summary>So much of a name is looked at: nobody fills the table with names of his own making.</summary>
    private const int MaxNameLength = 128;
    private const int NetworkBytes = 8;
    private static readonly TimeSpan MaxPause = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Memory = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Attempts> _byKey = new(StringComparer.Ordinal);

    /// <summary>How long the caller has to wait; zero: it may try, and the attempt counts as a failure until <see cref="Forgive"/>.</summary>
    internal TimeSpan TryBegin(IPAddress? address, string user)
    {
        lock (_lock)
        {
            DateTimeOffset now = time.GetUtcNow();
            string byAddress = Network(address);
            string byUser = KeyOf(byAddress, user);
            DateTimeOffset next = NotBefore(byAddress) > NotBefore(byUser) ? NotBefore(byAddress) : NotBefore(byUser);
            if (next > now)
            {
                return next - now;
            }

            // Only an attempt that is made leaves something here: whoever has to wait cannot push others out.
            Get(byAddress, now).Fail(now, FreeAttemptsOfAddress);
            Get(byUser, now).Fail(now, FreeAttempts);
            return TimeSpan.Zero;
        }
    }

    /// <summary>The password was right: the user's failures are forgotten, and of the address this one attempt. Others of its failures stay, or one's own password would be a way to guess those of others.</summary>
    internal void Forgive(IPAddress? address, string user)
    {
        lock (_lock)
        {
            string byAddress = Network(address);
            _byKey.Remove(KeyOf(byAddress, user));
            if (_byKey.TryGetValue(byAddress, out Attempts? attempts))
            {
                attempts.Undo();
            }
        }
    }

    private static string Network(IPAddress? address)
    {
        if (address is null)
        {
            return "";
        }

        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        return address.AddressFamily == AddressFamily.InterNetworkV6 && !IPAddress.IsLoopback(address)
            ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, NetworkBytes))
            : address.ToString();
    }

    private static string KeyOf(string network, string user) => string.Concat(network, "/", user.AsSpan(0, Math.Min(user.Length, MaxNameLength)));

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
        private DateTimeOffset _before;

        internal int Failures { get; private set; }

        internal DateTimeOffset Last { get; private set; }

        internal DateTimeOffset NotBefore { get; private set; }

        internal void Fail(DateTimeOffset now, int free)
        {
            _before = NotBefore;
            Failures++;
            Last = now;
            if (Failures >= free)
            {
                double seconds = Math.Min(MaxPause.TotalSeconds, Math.Pow(2, Math.Min(Failures - free, 20)));
                NotBefore = now + TimeSpan.FromSeconds(seconds);
            }
        }

        internal void Undo()
        {
            Failures = Math.Max(0, Failures - 1);
            NotBefore = _before;
        }
    }
}
