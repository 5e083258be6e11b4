using Spinel.DataStructures;

namespace Spinel.Engine.Expiry;

/// <summary>
/// Removes fields of hashes whose time has come although nobody asks for their hash.
/// <para>
/// Each hash has its fields in the order of their expiry, so only which hash to look at is open. That is found as
/// <see cref="ActiveExpiry"/> finds keys: a walk over the index of such hashes, some buckets at a time, that goes on within its slice of time as long as
/// much of what it meets is due. A hash with very many due fields loses some at each visit. When the slice ends the work, the next turns of the loop go
/// on with it, in a share of the time.
/// </para>
/// </summary>
internal sealed class ActiveFieldExpiry(Keyspace keyspace, EngineClock clock)
{
    private const long MaxSliceMicroseconds = 1000;
    private const int BucketsPerRound = 64;
    private const int BatchCapacity = 128;
    private const int SharePercent = 25;
    private const int FieldsPerVisit = 256;

    /// <summary>A further round follows when at least one in so many hashes had a field that was due.</summary>
    private const int WorthwhileOneIn = 10;

    private readonly KeyBlock[] _due = new KeyBlock[BatchCapacity];
    private int _nextDatabase;
    private long _budgetMicroseconds;
    private long _lastMicroseconds;

    /// <summary>True when the last slice ended with work left: the loop should come back soon.</summary>
    public bool HasBacklog { get; private set; }

    /// <summary>Goes on with a backlog when there is one and its share of the time allows.</summary>
    public void RunBacklog()
    {
        if (!HasBacklog || clock.IsExpirySuspended)
        {
            return;
        }

        long now = clock.MonotonicMicroseconds();
        _budgetMicroseconds = Math.Min(MaxSliceMicroseconds, _budgetMicroseconds + ((now - _lastMicroseconds) * SharePercent / 100));
        _lastMicroseconds = now;
        if (_budgetMicroseconds >= MaxSliceMicroseconds / 4)
        {
            long budget = _budgetMicroseconds;
            _budgetMicroseconds = 0;
            Run(now + budget);
        }
    }

    /// <summary>Looks for fields that are due, for one slice of time.</summary>
    public void Run()
    {
        _lastMicroseconds = clock.MonotonicMicroseconds();
        Run(_lastMicroseconds + MaxSliceMicroseconds);
    }

    private void Run(long deadline)
    {
        HasBacklog = false;
        if (clock.IsExpirySuspended)
        {
            return;
        }

        for (int visited = 0; visited < keyspace.DatabaseCount; visited++)
        {
            Database database = keyspace[_nextDatabase];
            while (database.FieldExpires.Count > 0 && RunRound(database, deadline))
            {
                if (clock.MonotonicMicroseconds() >= deadline)
                {
                    HasBacklog = true;
                    return;
                }
            }

            _nextDatabase = (_nextDatabase + 1) % keyspace.DatabaseCount;
        }
    }

    /// <returns>Whether another round is worth its time.</returns>
    private bool RunRound(Database database, long deadline)
    {
        long seen = 0;
        long due = 0;
        for (int buckets = BucketsPerRound; buckets > 0; buckets--)
        {
            var visitor = new DueVisitor(_due, clock.NowMs);
            database.FieldExpiryCursor = database.FieldExpires.Scan(database.FieldExpiryCursor, ref visitor);
            seen += visitor.Seen;
            due += visitor.Count;
            for (int i = 0; i < visitor.Count; i++)
            {
                KeyBlock block = _due[i];
                keyspace.Removals.ExpireFields(database, block, database.Keys.Hash(block.Key), FieldsPerVisit);
                keyspace.Effects.Publish();
                if (clock.MonotonicMicroseconds() >= deadline)
                {
                    return true;
                }
            }

            if (database.FieldExpiryCursor == 0)
            {
                break;
            }
        }

        return due > 0 && due * WorthwhileOneIn >= seen;
    }

    /// <summary>Collects the hashes of a bucket that have a field past its time; they are changed after the visit.</summary>
    private struct DueVisitor(KeyBlock[] due, long nowMs) : IKeyVisitor
    {
        public int Seen { get; private set; }

        public int Count { get; private set; }

        public void Visit(KeyBlock block)
        {
            Seen++;
            if (Count < due.Length && HashValue.NextExpiryOf(block) <= nowMs)
            {
                due[Count++] = block;
            }
        }
    }
}
