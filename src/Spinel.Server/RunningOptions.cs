using System.Globalization;
using Spinel.Engine;
using Spinel.Engine.Configuration;
using Spinel.Hosting.Logging;
using Spinel.Hosting.Transport;

namespace Spinel.Server;

/// <summary>Options of the process that take effect while it runs: how much is logged, and descriptors for more clients.</summary>
internal sealed class RunningOptions(ServerLog log) : IOptionObserver
{
    internal void Follow(ServerOptions options) => options.Subscribe(this, OptionId.LogLevel, OptionId.MaxClients);

    public OptionRefusal? OnOptionsChanged(ServerOptions options, IReadOnlyList<OptionId> changed)
    {
        for (int i = 0; i < changed.Count; i++)
        {
            if (changed[i] == OptionId.MaxClients)
            {
                long granted = OpenFileLimit.Raise(options.MaxClients + OpenFileLimit.ReservedDescriptors, out string? error);
                if (error is not null)
                {
                    string possible = (granted - OpenFileLimit.ReservedDescriptors).ToString(CultureInfo.InvariantCulture);
                    return new OptionRefusal(OptionId.MaxClients, $"The operating system is not able to handle the specified number of clients, try with {possible}");
                }
            }
        }

        log.Minimum = (ServerLogLevel)options.LogLevel;
        return null;
    }
}
