using Spinel.DataStructures;

namespace Spinel.Engine.Expiry;

/// <summary>
/// Removes fields of hashes whose time has come although nobody asks for their hash.
/// <para>
/// Each hash has its fields in the order of their expiry, so only which hash to look at is open. That is found as
/// <see cref="ActiveExpiry"/> finds keys: a walk over the index of such hashes, some buckets at a time, that goes on within its slice of time as long as
/// much of what it meets is due.
/// </para>
/// </summary>
internal sealed class ActiveFieldExpiry(Keyspace keyspace, EngineClock clock)
{
    private const long MaxSliceMicroseconds = 1000;
    private const int BucketsPerRound = 64;
    private const int BatchCapacity = 128;

    /// <summary>A further round follows when at least one in so many hashes had a field that was due.</summary>
    private const int WorthwhileOneIn = 10;

    private readonly KeyBlock[] _due = new KeyBlock[BatchCapacity];
    private int _nextDatabase;

    public void Run()
    {
        long deadline = clock.MonotonicMicroseconds() + MaxSliceMicroseconds;
        for (int visited = 0; visited < keyspace.DatabaseCount; visited++)
        {
            Database database = keyspace[_nextDatabase];
            while (database.FieldExpires.Count > 0 && RunRound(database))
            {
                if (clock.MonotonicMicroseconds() >= deadline)
                {
                    return;
                }
            }

            _nextDatabase = (_nextDatabase + 1) % keyspace.DatabaseCount;
        }
    }

    /// <returns>Whether another round is worth its time.</returns>
    private bool RunRound(Database database)
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
                keyspace.ExpireFields(database, block, database.Keys.Hash(block.Key));
                keyspace.Effects.Publish();
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
