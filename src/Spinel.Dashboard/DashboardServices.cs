using Spinel.Dashboard.Channels;
using Spinel.Dashboard.Http;
using Spinel.Dashboard.Security;
using Spinel.Dashboard.Sockets;
using Spinel.Dashboard.Topics;
using Spinel.Engine;
using Spinel.Insight;

namespace Spinel.Dashboard;

/// <summary>What the parts of one dashboard share.</summary>
internal sealed class DashboardServices
{
    internal DashboardServices(SpinelEngine engine, DashboardSettings settings)
    {
        Engine = engine;
        Settings = settings;
        Gateway = new EngineGateway(engine);
        Logins = new LoginTable(settings.Time, settings.Limits);
        Limiter = new LoginLimiter(settings.Time);
        Sockets = new SocketTable(settings.Limits.MaxSockets);
        Outgoing = new OutgoingTotal(settings.Limits);
        Assets = new StaticAssets();
        foreach (IEngineExtension extension in engine.Extensions)
        {
            if (extension is InsightExtension insight)
            {
                Insight = insight;
                Stats = new StatsHub(engine, insight);
            }
        }
    }

    internal SpinelEngine Engine { get; }

    internal DashboardSettings Settings { get; }

    internal DashboardLimits Limits => Settings.Limits;

    internal TimeProvider Time => Settings.Time;

    internal EngineGateway Gateway { get; }

    internal LoginTable Logins { get; }

    internal LoginLimiter Limiter { get; }

    internal SocketTable Sockets { get; }

    /// <summary>What waits for all browsers.</summary>
    internal OutgoingTotal Outgoing { get; }

    internal StaticAssets Assets { get; }

    /// <summary>The part of the server that gathers what the engine alone does not tell; null: this server has none.</summary>
    internal InsightExtension? Insight { get; }

    internal StatsHub? Stats { get; }

    /// <summary>
    /// Whether a password is required. The engine thread writes it several times a second; what depends on it asks the engine again before it shows anything.
    /// </summary>
    internal bool IsPasswordRequired
    {
        get => Volatile.Read(ref field);
        set => Volatile.Write(ref field, value);
    }

    /// <summary>The server is about to end.</summary>
    internal bool IsStopping
    {
        get => Volatile.Read(ref field);
        set => Volatile.Write(ref field, value);
    }
}
