using Spinel.Engine.Expiry;
using Spinel.Engine.Sessions;
using Spinel.Engine.Statistics;

namespace Spinel.Engine;

/// <summary>What the engine does <c>hz</c> times a second besides serving clients.</summary>
internal sealed class Cron
{
    private const int SamplePeriodMs = 100;
    private const int MaxPauseMs = 100;
    private const int BucketsShrunkPerRun = 512;
    private readonly SpinelEngine _engine;
    private readonly Action<Session> _checkSession;
    private long _nextRunMs;
    private long _nextSampleMs;

    public Cron(SpinelEngine engine)
    {
        _engine = engine;
        _checkSession = CheckSession;
    }

    /// <summary>Set by DEBUG PAUSE-CRON.</summary>
    public bool IsPaused { get; set; }

    /// <summary>Cleared by DEBUG DICT-RESIZING.</summary>
    public bool ShrinksTables { get; set; } = true;

    public int NextTimeoutMs
    {
        get
        {
            long pauseEnd = _engine.Pause.IsActive ? _engine.Pause.EndMs : long.MaxValue;
            long next = Math.Min(Math.Min(_nextRunMs, pauseEnd), _engine.Blocked.NextDeadlineMs);
            return (int)Math.Clamp(next - _engine.Clock.NowMs, 0, 1000);
        }
    }

    public void RunIfDue()
    {
        long now = _engine.Clock.NowMs;

        // A clock that was set back must not stop the periodic work until it has caught up.
        if (now < _nextRunMs && _nextRunMs - now <= 1000)
        {
            return;
        }

        if (IsPaused)
        {
            _nextRunMs = now + MaxPauseMs;
            return;
        }

        long start = _engine.Clock.Timestamp();
        Run(now);
        _engine.Latency.Add(LatencyEvents.Cron, _engine.Clock.Timestamp() - start);
    }

    private void Run(long now)
    {
        int hz = _engine.Options.Hz;
        _nextRunMs = now + Math.Max(1, 1000 / hz);
        _engine.Expiry.Run(fullCycle: true);
        if (_engine.Expiry.Enabled && !_engine.Keyspace.KeepsExpired)
        {
            _engine.FieldExpiry.Run();
        }

        _engine.Sessions.Sweep(hz, _checkSession);
        if (ShrinksTables)
        {
            ShrinkTables();
        }

        _engine.Extensions.OnCron();

        _engine.Freer.CollectStatistics();
        _engine.MemoryLimit.ReviewResidentMemory();
        _engine.Statistics.SampleMemory(_engine.Heap.BytesInUse, now);
        if (now >= _nextSampleMs || _nextSampleMs - now > SamplePeriodMs)
        {
            _nextSampleMs = now + SamplePeriodMs;
            _engine.Chunks.Trim();
            long microseconds = _engine.Clock.MonotonicMicroseconds();
            ServerStatistics counters = _engine.Statistics;
            counters.CommandRate.Sample(counters.TotalCommands, microseconds);
            counters.NetInputRate.Sample(counters.NetInputBytes, microseconds);
            counters.NetOutputRate.Sample(counters.NetOutputBytes, microseconds);
            counters.TurnRate.Sample(counters.EventLoopCycles, microseconds);
            counters.TurnTimeRate.Sample(_engine.Clock.MicrosecondsBetween(0, counters.EventLoopTicks), microseconds);
        }
    }

    private void ShrinkTables()
    {
        if (_engine.Keyspace.FlushHeir is not null)
        {
            // A walk over the tables would miss what a merge of buckets moves backwards.
            return;
        }

        for (int i = 0; i < _engine.Keyspace.DatabaseCount; i++)
        {
            _engine.Keyspace[i].Keys.ShrinkStep(BucketsShrunkPerRun);
            _engine.Keyspace[i].Expires.ShrinkStep(BucketsShrunkPerRun);
            _engine.Keyspace[i].FieldExpires.ShrinkStep(BucketsShrunkPerRun);
        }
    }

    private void CheckSession(Session session)
    {
        long idleMs = _engine.Clock.NowMs - session.LastInteractionMs;
        if (_engine.Limits.IdleTimeoutMs > 0 && idleMs > _engine.Limits.IdleTimeoutMs && !session.IsPostponed
            && !session.IsMonitor && session.Type == ClientType.Normal)
        {
            _engine.Log.Write(ServerLogLevel.Verbose, "Closing idle client");
            session.Close();
            return;
        }

        if (idleMs > 2000)
        {
            session.Input.Trim();
        }

        OutputLimit.Check(_engine, session);

        // Who reads nothing neither receives nor sends, and is told more and more all the same.
        _engine.ClientMemory.Update(session);
    }
}
