using Spinel.Engine.Configuration;
using Spinel.Engine.Statistics;

namespace Spinel.Engine.Eviction;

/// <summary>
/// Keeps the memory that is used at or below <c>maxmemory</c>: before each command the dispatcher asks for room, and keys are evicted until there is.
/// <para>
/// When the limit is lowered, or a huge value has come in, making room takes long, and it is spread over turns of the loop. Two bounds hold each step:
/// </para>
/// <list type="bullet">
/// <item>A turn spends at most the time that <c>maxmemory-eviction-tenacity</c> grants on coming down to the limit, whether within a command
/// or at the turn's end. So clients go on being served, and what is left to do shrinks by some thousand keys a turn.</item>
/// <item>Beyond that a command evicts what the commands before it have added, and no more: memory never grows while eviction is under way, and
/// who adds much pays for it.</item>
/// </list>
/// While eviction is under way commands that need memory are served. They are refused when nothing can be evicted: by the policy, or because what is used
/// is not the keys'. Values that another thread is still freeing are waited for, not made up for by evicting others.
/// <para>
/// The limit is about what is used, but the operator means the process. Holes between blocks are fought by <see cref="Compaction"/>; as far as they
/// stay, some memory is held in reserve for them, so that what is resident stays near the limit as well.
/// </para>
/// </summary>
internal sealed class MemoryLimit
{
    private const int KeysBetweenClockReads = 16;
    private const int LinearTenacity = 10;
    private const int UnlimitedTenacity = 100;
    private const int MicrosecondsPerTenacity = 50;
    private const double TenacityGrowth = 1.15;
    private const long MicrosecondsPerMs = 1000;

    /// <summary>The share of the limit, in percent, above which no free pages are kept resident.</summary>
    private const int ResidentGoalPercent = 102;

    /// <summary>The share of the limit, in percent, above which less is used so that less is resident.</summary>
    private const int ResidentLimitPercent = 108;

    /// <summary>The most that is held in reserve, in percent of the limit.</summary>
    private const int MaxReservePercent = 10;

    /// <summary>What a run of the periodic work gives back of pages that were kept for later.</summary>
    private const long TrimmedBytesPerRun = 4 << 20;

    /// <summary>Buffers of clients that are being served come and go; only what is above this is there to stay.</summary>
    private const long PassingBufferBytes = 1 << 20;

    /// <summary>What a command may spend on making up for growth, however little tenacity there is.</summary>
    private const long LeastCatchUpMicroseconds = 500;
    private readonly SpinelEngine _engine;
    private readonly KeyEvictor _evictor;
    private long _turnMicroseconds;
    private long _budgetMicroseconds;

    /// <summary>What may be used before keys are evicted: the limit, less what is held in reserve.</summary>
    private long _roomBytes;

    /// <summary>The memory that was used when the last step ended, but at least the room: what a command finds above it has been added since.</summary>
    private long _ceilingBytes;

    private bool _isExceeded;
    private long _exceededSince;
    private long _exceededMicroseconds;

    public MemoryLimit(SpinelEngine engine)
    {
        _engine = engine;
        _evictor = new KeyEvictor(engine.Keyspace, engine.Random);
    }

    /// <summary>The limit; 0 for none.</summary>
    public long LimitBytes { get; private set; }

    /// <summary>Memory that is not counted: <see cref="IEngineExtension.OutgoingBytes"/>.</summary>
    public long ExcludedBytes => _engine.Extensions.OutgoingBytes;

    /// <summary>The memory that the limit is about.</summary>
    public long CountedBytes => _engine.Heap.BytesInUse - ExcludedBytes;

    /// <summary>What of the native heap is resident. That of a checked heap is mostly red zones, and says nothing.</summary>
    public long ResidentBytes => _engine.Heap.IsChecked ? _engine.Heap.BytesInUse : _engine.Heap.BytesFromSystem;

    /// <summary>True while keys must not be evicted: a replica leaves that to its primary.</summary>
    public bool IsSuspended { get; set; }

    /// <summary>True when there is a limit and it is exceeded.</summary>
    public bool IsExceeded => LimitBytes > 0 && CountedBytes > LimitBytes;

    /// <summary>True when a step ended with work left: the loop should come back soon.</summary>
    public bool IsEvicting { get; private set; }

    /// <summary>How long the loop may sleep at most, in milliseconds: not at all while there is work, and shortly while the other thread has it.</summary>
    public int NextTimeoutMs => !IsEvicting || MustRest ? int.MaxValue : IsWaitingForFreer ? 1 : 0;

    /// <summary>How long the limit has been exceeded in all, in milliseconds.</summary>
    public long TotalExceededMs => (_exceededMicroseconds + CurrentExceededMicroseconds) / MicrosecondsPerMs;

    /// <summary>For how long the limit is exceeded now, in milliseconds; 0 when it is not.</summary>
    public long CurrentExceededMs => CurrentExceededMicroseconds / MicrosecondsPerMs;

    private long CurrentExceededMicroseconds => _isExceeded ? _engine.Clock.MonotonicMicroseconds() - _exceededSince : 0;

    /// <summary>While clients are paused they were promised that the data stands still.</summary>
    private bool MustRest => IsSuspended || _engine.IsLoading || _engine.Pause.IsActive;

    /// <summary>In this order: what the thread has finished is on its way to the heap.</summary>
    private bool IsWaitingForFreer => _engine.Freer.PendingObjects > 0 || _engine.Heap.HasRemoteFrees;

    /// <summary>
    /// Whether evicting may help. Buffers that alone exceed the limit would still exceed it when all keys were gone; those that a few clients hold only while they
    /// are served are not meant.
    /// </summary>
    private bool CanEvict => _evictor.Policy != MaxMemoryPolicy.Noeviction && _engine.ClientMemory.BufferBytes < Math.Max(LimitBytes, PassingBufferBytes);

    /// <summary>Reads the options again. A limit that is now exceeded is worked on from the end of this turn.</summary>
    public void Configure(ServerOptions options)
    {
        if (_evictor.Policy != options.MaxMemoryPolicy)
        {
            _evictor.Policy = options.MaxMemoryPolicy;
        }

        _evictor.Samples = options.MaxMemorySamples;
        _turnMicroseconds = MicrosecondsOf(options.MaxMemoryEvictionTenacity);
        _budgetMicroseconds = _turnMicroseconds;
        LimitBytes = options.MaxMemoryBytes;
        _engine.Heap.ResidentGoalBytes = LimitBytes / 100 * ResidentGoalPercent;
        _roomBytes = LimitBytes;
        _ceilingBytes = Math.Max(_roomBytes, CountedBytes);
        if (!IsExceeded)
        {
            EndExceeding();
        }

        IsEvicting = IsExceeded && CanEvict;
    }

    /// <summary>Gives a new turn its time.</summary>
    public void BeginTurn() => _budgetMicroseconds = _turnMicroseconds;

    /// <summary>Goes on with what commands have left to do, within what is left of the turn's time.</summary>
    public void EndTurn()
    {
        if (IsEvicting && !MustRest)
        {
            if (CountedBytes <= _roomBytes)
            {
                EndExceeding();
            }
            else if (!CanEvict)
            {
                IsEvicting = false;
            }
            else if (!IsWaitingForFreer && _budgetMicroseconds > 0)
            {
                Evict(_roomBytes, _budgetMicroseconds);
            }
        }
    }

    /// <summary>Periodic work: compares what is resident with the limit.</summary>
    public void ReviewResidentMemory()
    {
        if (LimitBytes == 0)
        {
            return;
        }

        long percent = LimitBytes / 100;
        long resident = ResidentBytes;
        if (resident > percent * ResidentGoalPercent)
        {
            resident -= _engine.Heap.TrimFreePages(Math.Min(TrimmedBytesPerRun, resident - (percent * ResidentGoalPercent)));
        }

        // Little by little, so that what compaction is about to win is not evicted as well. While keys are being evicted anyway more is resident for that reason.
        long surplus = IsEvicting ? 0 : resident - (percent * ResidentLimitPercent);
        long reserve = LimitBytes - _roomBytes;
        reserve += surplus > 0 && CanEvict ? Math.Min(surplus, percent) / 2 : -percent / 4;
        _roomBytes = LimitBytes - Math.Clamp(reserve, 0, percent * MaxReservePercent);
    }

    /// <summary>Sees to it that there is room before a command runs.</summary>
    /// <returns>False when there is none and none can be made: a command that needs memory is to be refused.</returns>
    public bool MakeRoom()
    {
        if (CountedBytes > _roomBytes)
        {
            return MakeRoomNow();
        }

        if (_isExceeded)
        {
            EndExceeding();
        }

        return true;
    }

    /// <summary>Forgets for how long the limit was exceeded (CONFIG RESETSTAT).</summary>
    public void ResetStatistics()
    {
        _exceededMicroseconds = 0;
        _exceededSince = _engine.Clock.MonotonicMicroseconds();
    }

    private static long MicrosecondsOf(int tenacity) => tenacity switch
    {
        >= UnlimitedTenacity => long.MaxValue,
        <= LinearTenacity => Math.Max(1, tenacity * MicrosecondsPerTenacity),
        _ => (long)(LinearTenacity * MicrosecondsPerTenacity * Math.Pow(TenacityGrowth, tenacity - LinearTenacity)),
    };

    private bool MakeRoomNow()
    {
        if (MustRest)
        {
            return true;
        }

        if (!_isExceeded && CountedBytes > LimitBytes)
        {
            _isExceeded = true;
            _exceededSince = _engine.Clock.MonotonicMicroseconds();
        }

        if (CanEvict)
        {
            _engine.Heap.ReclaimRemoteFrees();
            bool canComeDown = _budgetMicroseconds > 0 && !IsWaitingForFreer;
            if (canComeDown ? Evict(_roomBytes, _budgetMicroseconds)
                : CountedBytes <= _ceilingBytes || Evict(_ceilingBytes, Math.Max(_turnMicroseconds, LeastCatchUpMicroseconds)))
            {
                return true;
            }
        }

        return CountedBytes <= LimitBytes;
    }

    /// <summary>Evicts until no more than <paramref name="targetBytes"/> are used, at least some keys and at most for the time given.</summary>
    /// <returns>False when nothing can be evicted that would help.</returns>
    private bool Evict(long targetBytes, long microseconds)
    {
        long begin = _engine.Latency.IsOn ? _engine.Clock.Timestamp() : 0;

        // A command at the limit makes up for a key or two: that is not worth two readings of the clock.
        long start = 0;
        bool hasMore = true;
        int keys = 0;
        while (CountedBytes > targetBytes)
        {
            if (keys % KeysBetweenClockReads == 0 && keys > 0)
            {
                long now = _engine.Clock.MonotonicMicroseconds();
                start = keys == KeysBetweenClockReads ? now : start;
                if (now - start >= microseconds)
                {
                    break;
                }
            }

            long handedOver = _engine.Freer.HandedOverObjects;
            hasMore = _evictor.TryEvict();
            if (!hasMore || _engine.Freer.HandedOverObjects != handedOver)
            {
                // A value that is being freed elsewhere still counts: to go on now would be to evict twice for the same bytes.
                break;
            }

            keys++;
        }

        if (keys > KeysBetweenClockReads)
        {
            long spent = _engine.Clock.MonotonicMicroseconds() - start;
            _engine.Statistics.EvictionMicroseconds += spent;
            _budgetMicroseconds = Math.Max(0, _budgetMicroseconds - spent);
        }

        if (begin != 0)
        {
            _engine.Latency.Add(LatencyEvents.EvictionCycle, _engine.Clock.Timestamp() - begin);
        }

        if (CountedBytes <= _roomBytes)
        {
            EndExceeding();
            return true;
        }

        // What is left when all keys are gone may be what the other thread has yet to free.
        bool canGoOn = hasMore || IsWaitingForFreer;
        _ceilingBytes = CountedBytes;
        IsEvicting = canGoOn;
        return canGoOn;
    }

    private void EndExceeding()
    {
        IsEvicting = false;
        _ceilingBytes = _roomBytes;
        if (_isExceeded)
        {
            _exceededMicroseconds += CurrentExceededMicroseconds;
            _isExceeded = false;
        }
    }
}
