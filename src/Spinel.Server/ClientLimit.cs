using System.Globalization;
using Spinel.Engine;
using Spinel.Hosting.Transport;

namespace Spinel.Server;

/// <summary>Fits <c>maxclients</c> to the descriptors that the system grants, and says so in the log.</summary>
internal static class ClientLimit
{
    /// <summary>Returns the clients that can be served: <paramref name="wanted"/>, or fewer; 0 when there are too few descriptors to start at all.</summary>
    internal static long Fit(long wanted, IServerLog log)
    {
        long descriptors = wanted + OpenFileLimit.ReservedDescriptors;
        long granted = OpenFileLimit.Raise(descriptors, out string? error);
        if (granted >= descriptors)
        {
            return wanted;
        }

        string needed = descriptors.ToString(CultureInfo.InvariantCulture);
        string current = granted.ToString(CultureInfo.InvariantCulture);
        long possible = granted - OpenFileLimit.ReservedDescriptors;
        if (possible <= 0)
        {
            log.Write(ServerLogLevel.Warning, $"Your current 'ulimit -n' of {current} is not enough for the server to start. Please increase your open file limit to at least {needed}. Exiting.");
            return 0;
        }

        string clients = possible.ToString(CultureInfo.InvariantCulture);
        log.Write(ServerLogLevel.Warning, $"You requested maxclients of {wanted.ToString(CultureInfo.InvariantCulture)} requiring at least {needed} max file descriptors.");
        log.Write(ServerLogLevel.Warning, $"Server can't set maximum open files to {needed} because of OS error: {error}.");
        log.Write(ServerLogLevel.Warning, $"Current maximum open files is {current}. maxclients has been reduced to {clients} to compensate for low ulimit. If you need higher maxclients increase 'ulimit -n'.");
        return possible;
    }
}
