using Spinel.Engine.Sessions;
using Spinel.Engine.Statistics;

namespace Spinel.Engine;

/// <summary>
/// One turn of the loop: what the engine does before the transport reads from clients, before it sends them their replies, and after that. The order is what makes
/// replies true: the time is read first, what is to be durable is so before anybody is told, and work that no client waits for comes last.
/// </summary>
internal sealed class EngineTurn(SpinelEngine engine, PendingOutput pending, EngineExtensions extensions)
{
    /// <summary>When it began, on the monotonic clock.</summary>
    public long Start { get; private set; }

    /// <summary>How long the loop may sleep before the next one, in milliseconds.</summary>
    public int NextTimeoutMs
    {
        get
        {
            bool isBusy = engine.Expiry.HasBacklog || engine.FieldExpiry.HasBacklog || engine.Compaction.IsRunning || engine.Heap.HasReclaimBacklog;
            int timeout = !pending.IsEmpty ? 0 : isBusy ? 1 : engine.Cron.NextTimeoutMs;
            return Math.Min(timeout, Math.Min(engine.MemoryLimit.NextTimeoutMs, extensions.MaxTimeoutMs));
        }
    }

    /// <summary>See <see cref="SpinelEngine.RestMicroseconds"/>.</summary>
    public int RestMicroseconds => pending.IsEmpty && engine.MemoryLimit.NextTimeoutMs > 0 ? extensions.RestMicroseconds : 0;

    /// <summary>See <see cref="SpinelEngine.BeginTurn"/>.</summary>
    public void Begin()
    {
        EngineClock clock = engine.Clock;
        Start = clock.Timestamp();
        clock.Refresh();
        engine.Turns.Begin(Start);
        engine.Statistics.EventLoopCycles++;
        engine.Mailbox.Drain();
        engine.Shutdown.Step();
        engine.Pause.EndIfDue(clock.NowMs);
        engine.Blocked.EndDue(clock.NowMs);
        engine.MemoryLimit.BeginTurn();
        engine.ClientMemory.Enforce();
        engine.Cron.RunIfDue();
        engine.Blocked.ServeReady();
    }

    /// <summary>See <see cref="SpinelEngine.EndTurn"/>.</summary>
    public void End()
    {
        engine.Expiry.Run(fullCycle: false);
        if (engine.Expiry.Enabled && !engine.Keyspace.KeepsExpired)
        {
            engine.FieldExpiry.RunBacklog();
        }

        engine.Blocked.ServeReady();
        engine.Heap.ReclaimRemoteFrees();
        engine.MemoryLimit.EndTurn();

        // After the last changes of the turn.
        engine.Invalidations.OnTurnEnd();
        extensions.OnTurnEnd();
        pending.Deliver();
    }

    /// <summary>See <see cref="SpinelEngine.RunBackground"/>.</summary>
    public void RunBackground()
    {
        engine.Compaction.Run();
        extensions.RunBackground();
        long ticks = engine.Clock.Timestamp() - Start;
        engine.Statistics.EventLoopTicks += ticks;
        engine.Turns.End(ticks);
        engine.Latency.Add(LatencyEvents.Turn, ticks);
    }
}
