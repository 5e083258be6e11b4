using System.Diagnostics.CodeAnalysis;
using Spinel.DataStructures;
using Spinel.Engine.Statistics;

namespace Spinel.Engine.Expiry;

/// <summary>
/// Removes keys whose time has come although nobody asks for them.
/// <para>
/// The table of keys with an expiry is walked in the order of a SCAN, a handful of buckets at a time. As long as more than the acceptable share
/// of what is met is past its time, the walk goes on; otherwise it moves to the next database and rests until the next cycle.
/// Sampling, not an ordered index, because an index ordered by time costs 16 to 24 bytes a key and a cache miss at every change of an expiry,
/// while reads never see an expired key anyway.
/// </para>
/// <para>
/// While much is past its time the walk jumps to a random place after each round. Removing in the order of the walk would leave the last keys
/// side by side while the table shrinks under them, until they all shared one bucket.
/// </para>
/// <para>
/// Time is bounded by a budget that fills with the passing time (25 % of it at <c>active-expire-effort 1</c>, 43 % at 10) and is spent in slices
/// of at most <see cref="MaxSliceMicroseconds"/>, so that a million keys that expire in the same second delay no command by more than that.
/// </para>
/// </summary>
internal sealed class ActiveExpiry
{
    /// <summary>The longest time that the walk may hold the engine at once.</summary>
    public const long MaxSliceMicroseconds = 1000;

    private const int BaseSharePercent = 25;
    private const int BaseStalePercent = 10;
    private const int BatchCapacity = 128;
    private const int StepsBetweenClockReads = 64;

    /// <summary>
    /// A round looks at no more buckets than this. So many, because in a table that a backlog has thinned out a stretch of empty buckets must not
    /// pass for the end of the backlog; when a round meets no key at all, shrinking the table comes first.
    /// </summary>
    private const int MaxRoundBuckets = 2000;

    private readonly Keyspace _keyspace;
    private readonly EngineClock _clock;
    private readonly ServerStatistics _statistics;
    private readonly LatencyMonitor _latency;

    /// <summary>
    /// A round that met no key says nothing about those that there are: keys that were removed leave empty stretches. After so many in a row the table
    /// is taken for one that first has to shrink.
    /// </summary>
    private const int MaxEmptyRounds = 8;

    private readonly Random _random;
    private readonly KeyBlock[] _expired = new KeyBlock[BatchCapacity];
    private long _budgetMicroseconds;
    private long _lastMicroseconds;
    private int _nextDatabase;
    private int _effort = 1;

    public ActiveExpiry(Keyspace keyspace, EngineClock clock, ServerStatistics statistics, LatencyMonitor latency, Random random)
    {
        _latency = latency;
        _keyspace = keyspace;
        _clock = clock;
        _statistics = statistics;
        _random = random;
        _lastMicroseconds = clock.MonotonicMicroseconds();
    }

    /// <summary>False between DEBUG SET-ACTIVE-EXPIRE 0 and 1.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>1 (least work) to 10, from <c>active-expire-effort</c>.</summary>
    public int Effort
    {
        get => _effort;
        set => _effort = Math.Clamp(value, 1, 10);
    }

    /// <summary>True when the last slice ended with work left: the loop should come back soon.</summary>
    public bool HasBacklog { get; private set; }

    private int SharePercent => BaseSharePercent + (2 * (Effort - 1));

    private int AcceptableStalePercent => Math.Max(0, BaseStalePercent - (Effort - 1));

    /// <summary>Spends what the budget allows. <paramref name="fullCycle"/> walks all databases; otherwise only a known backlog is worked on.</summary>
    public void Run(bool fullCycle)
    {
        if (!Enabled || _keyspace.KeepsExpired || _clock.IsExpirySuspended || (!fullCycle && !HasBacklog))
        {
            return;
        }

        long start = _clock.MonotonicMicroseconds();
        _budgetMicroseconds = Math.Min(MaxSliceMicroseconds, _budgetMicroseconds + ((start - _lastMicroseconds) * SharePercent / 100));
        _lastMicroseconds = start;
        if (_budgetMicroseconds < MaxSliceMicroseconds / 8)
        {
            return;
        }

        long deadline = start + _budgetMicroseconds;
        HasBacklog = false;
        long sampled = 0;
        long stale = 0;
        for (int visited = 0; visited < _keyspace.DatabaseCount; visited++)
        {
            Database database = _keyspace[_nextDatabase];
            if (database.Expires.Count > 0 && !RunDatabase(database, deadline, ref sampled, ref stale))
            {
                HasBacklog = true;
                _statistics.ExpiredTimeCapReached++;
                break;
            }

            _nextDatabase = (_nextDatabase + 1) % _keyspace.DatabaseCount;
        }

        if (sampled > 0)
        {
            _statistics.ExpiredStaleShare = (0.05 * stale / sampled) + (0.95 * _statistics.ExpiredStaleShare);
        }

        long spent = _clock.MonotonicMicroseconds() - start;
        _budgetMicroseconds -= spent;
        _statistics.ExpireCycleCpuMicroseconds += spent;
        _latency.Add(LatencyEvents.ExpireCycle, _clock.TicksOfMicroseconds(spent));
    }

    /// <returns>False when the time ran out with work left.</returns>
    [SuppressMessage("Security", "CA5394", Justification = "A place to look at, not a secret.")]
    private bool RunDatabase(Database database, long deadline, ref long sampledInAll, ref long staleInAll)
    {
        // One round looks at enough keys for the share among them to mean something, or at the whole table when it is small.
        long roundKeys = Math.Min(database.Expires.Count, 20L * (1 + ((Effort - 1) / 4)) * 4);
        long sampledBefore = sampledInAll;
        long staleBefore = staleInAll;
        int emptyRounds = 0;
        while (true)
        {
            var visitor = new DueVisitor(_expired, _clock.NowMs);
            int bucketsLeft = MaxRoundBuckets;
            int sinceClock = 0;
            long sampled = 0;
            long stale = 0;
            while (sampled < roundKeys && bucketsLeft-- > 0)
            {
                database.ExpiryCursor = database.Expires.Scan(database.ExpiryCursor, ref visitor);
                sampled += visitor.Visited;
                stale += visitor.Count;
                sinceClock += visitor.Visited + 1;
                database.AverageTtlMs = visitor.AverageTtl(database.AverageTtlMs);
                for (int i = 0; i < visitor.Count; i++)
                {
                    KeyBlock block = _expired[i];
                    _keyspace.Removals.Expire(database, block, database.Keys.Hash(block.Key));
                    _keyspace.Effects.Publish();
                }

                visitor.Reset();
                if (sinceClock >= StepsBetweenClockReads)
                {
                    sinceClock = 0;
                    if (_clock.MonotonicMicroseconds() >= deadline)
                    {
                        sampledInAll += sampled;
                        staleInAll += stale;

                        // Judged by all rounds of this slice: the one cut short may have met too few keys.
                        if (database.Expires.Count == 0 || IsAcceptable(staleInAll - staleBefore, sampledInAll - sampledBefore))
                        {
                            return true;
                        }

                        database.ExpiryCursor = (ulong)_random.NextInt64();
                        return false;
                    }
                }

                if (database.ExpiryCursor == 0 && sampled > 0)
                {
                    break;
                }
            }

            sampledInAll += sampled;
            staleInAll += stale;
            bool isDone = sampled > 0 ? IsAcceptable(stale, sampled) : ++emptyRounds > MaxEmptyRounds;
            if (database.Expires.Count == 0 || isDone)
            {
                return true;
            }

            database.ExpiryCursor = (ulong)_random.NextInt64();
        }
    }

    private bool IsAcceptable(long stale, long sampled) => stale * 100 <= sampled * AcceptableStalePercent;

    /// <summary>Collects the keys of a bucket that are due; removal follows after the visit, since it changes the table.</summary>
    private struct DueVisitor(KeyBlock[] due, long nowMs) : IKeyVisitor
    {
        private long _ttlSumMs;
        private int _live;

        public int Visited { get; private set; }

        public int Count { get; private set; }

        public void Visit(KeyBlock block)
        {
            Visited++;
            long left = block.ExpiryMs - nowMs;
            if (left > 0)
            {
                _ttlSumMs += left;
                _live++;
            }
            else if (Count < due.Length)
            {
                // A chain longer than the array leaves its rest to the next time around.
                due[Count++] = block;
            }
        }

        public readonly long AverageTtl(long previousMs)
        {
            if (_live == 0)
            {
                return previousMs;
            }

            long mean = _ttlSumMs / _live;
            return previousMs == 0 ? mean : ((previousMs / 50) * 49) + (mean / 50);
        }

        public void Reset()
        {
            Visited = 0;
            Count = 0;
            _ttlSumMs = 0;
            _live = 0;
        }
    }
}
