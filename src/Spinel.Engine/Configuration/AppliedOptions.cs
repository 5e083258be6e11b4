using Spinel.DataStructures;
using Spinel.Engine.Eviction;

namespace Spinel.Engine.Configuration;

/// <summary>
/// Hands the options on to the parts of the engine that keep what they need of them in fields of their own, because they read it for every command: at the start,
/// and when any has changed.
/// </summary>
internal sealed class AppliedOptions(SpinelEngine engine) : IOptionObserver
{
    /// <inheritdoc/>
    public OptionRefusal? OnOptionsChanged(ServerOptions options, IReadOnlyList<OptionId> changed)
    {
        Apply(options);
        if (changed.Contains(OptionId.RequirePass))
        {
            engine.Users.SetDefaultPassword(options.RequirePass.Span);
        }

        return null;
    }

    /// <summary>Brings everything up to date.</summary>
    public void Apply(ServerOptions options)
    {
        engine.Limits.Read(options);
        engine.Latency.ThresholdMs = options.LatencyMonitorThresholdMs;
        engine.SlowLog.MaxCount = options.SlowlogMaxLength;
        engine.Dispatcher.ReadOptions();
        engine.Notifications.Set(options.NotifyKeyspaceEvents);
        engine.Expiry.Effort = options.ActiveExpireEffort;
        engine.Invalidations.MaxKeys = options.TrackingTableMaxKeys;
        ApplyMemory(options);
        ApplySets(options, engine.Sets);
        ApplyLazyFreeing(options, engine.Keyspace.LazyFreeing);
    }

    private void ApplyMemory(ServerOptions options)
    {
        AccessClock clock = engine.AccessClock;
        clock.CountsFrequency = options.MaxMemoryPolicy is MaxMemoryPolicy.AllkeysLfu or MaxMemoryPolicy.VolatileLfu;
        clock.LogFactor = options.LfuLogFactor;
        clock.DecayMinutes = options.LfuDecayTimeMinutes;
        engine.MemoryLimit.Configure(options);
        engine.SetGate(EngineGate.MemoryLimit, options.MaxMemoryBytes > 0);
        engine.ClientMemory.LimitBytes = ClientLimitBytes(options);
    }

    private static void ApplySets(ServerOptions options, SetSettings sets)
    {
        sets.IntsetEntries = options.SetMaxIntsetEntries;
        sets.ListpackEntries = options.SetMaxListpackEntries;
        sets.ListpackValueBytes = options.SetMaxListpackValueBytes;
    }

    private static void ApplyLazyFreeing(ServerOptions options, LazyFreeing lazy)
    {
        lazy.OnExpire = options.LazyFreeExpire;
        lazy.OnEviction = options.LazyFreeEviction;
        lazy.OnServerDelete = options.LazyFreeServerDelete;
        lazy.OnUserDelete = options.LazyFreeUserDelete;
        lazy.OnUserFlush = options.LazyFreeUserFlush;
    }

    /// <summary>A percentage is of <c>maxmemory</c>, and none without that.</summary>
    private static long ClientLimitBytes(ServerOptions options)
    {
        const int Whole = 100;
        long limit = options.MaxMemoryClientsBytes;
        return limit >= 0 ? limit : (long)(options.MaxMemoryBytes * (-limit / (double)Whole));
    }
}
