using System.Net;

namespace Spinel.Dashboard.Security;

/// <summary>
/// Which pages may use the dashboard's API. Browsers send cookies along whatever page asks, and let any page open web sockets; so what changes something, and
/// every web socket, must come from a page of the dashboard's own.
/// </summary>
internal static class OriginPolicy
{
    /// <summary>Whether a request comes from the dashboard's own page, or one of an origin that is allowed.</summary>
    /// <param name="origin">The header Origin, as browsers send it with web sockets and with every request that may change something.</param>
    /// <param name="host">The header Host.</param>
    /// <param name="allowed">The origins of the option.</param>
    internal static bool IsSame(string? origin, string? host, IReadOnlyList<string> allowed)
    {
        if (string.IsNullOrEmpty(origin))
        {
            return false;
        }

        foreach (string one in allowed)
        {
            if (string.Equals(one.TrimEnd('/'), origin, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        // A proxy in front may have taken TLS away, so that the scheme says nothing.
        int scheme = origin.IndexOf("://", StringComparison.Ordinal);
        return scheme > 0 && !string.IsNullOrEmpty(host) && origin.AsSpan(scheme + 3).Equals(host, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>
    /// Whether a name in the header Host can be trusted where there is no password: an address, <c>localhost</c>, or the host of an origin that is allowed. Under
    /// any other name a page of somebody else's could have had its own name resolve to this machine, and would be the same origin.
    /// </summary>
    internal static bool IsHostSafe(string? host, IReadOnlyList<string> allowed)
    {
        if (string.IsNullOrEmpty(host))
        {
            return false;
        }

        foreach (string one in allowed)
        {
            int scheme = one.IndexOf("://", StringComparison.Ordinal);
            if (scheme > 0 && one.AsSpan(scheme + 3).TrimEnd('/').Equals(host, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        ReadOnlySpan<char> name = host;
        if (name[0] == '[')
        {
            int end = name.IndexOf(']');
            return end > 0 && IPAddress.TryParse(name[1..end], out _);
        }

        int colon = name.LastIndexOf(':');
        name = colon < 0 ? name : name[..colon];
        return name.Equals("localhost", StringComparison.OrdinalIgnoreCase) || IPAddress.TryParse(name, out _);
    }
}
