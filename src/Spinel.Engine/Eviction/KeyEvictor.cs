using System.Diagnostics.CodeAnalysis;
using Spinel.DataStructures;
using Spinel.Engine.Configuration;

namespace Spinel.Engine.Eviction;

/// <summary>
/// Chooses the key to evict by <c>maxmemory-policy</c>, and evicts it.
/// <para>
/// Recency, frequency and expiry are judged by samples. Each eviction looks at <c>maxmemory-samples</c> further keys, bucket by bucket of a walk
/// over the table: a bucket holds keys that have nothing in common but some bits of a keyed hash, so it is as good as a random draw, and one
/// cache line leads to all of them. A walk, unlike a draw, comes past every key in turn. The best seen are kept in <see cref="EvictionCandidates"/>. Which
/// database is sampled is drawn by the numbers of their keys.
/// </para>
/// </summary>
internal sealed class KeyEvictor(Keyspace keyspace, Random random)
{
    private readonly EvictionCandidates _candidates = new();
    private MaxMemoryPolicy _policy = MaxMemoryPolicy.Noeviction;

    public MaxMemoryPolicy Policy
    {
        get => _policy;
        set
        {
            // What counts now is another thing than what the candidates were measured by.
            _policy = value;
            _candidates.Clear();
        }
    }

    /// <summary>Keys that are looked at for each that is evicted.</summary>
    public int Samples { get; set; } = 5;

    private bool TakesVolatileOnly =>
        _policy is MaxMemoryPolicy.VolatileLru or MaxMemoryPolicy.VolatileLfu or MaxMemoryPolicy.VolatileRandom or MaxMemoryPolicy.VolatileTtl;

    /// <summary>Evicts one key, as an effect that is published at once.</summary>
    /// <returns>False when the policy has no key that may go.</returns>
    public bool TryEvict()
    {
        bool evicted = _policy switch
        {
            MaxMemoryPolicy.Noeviction => false,
            MaxMemoryPolicy.AllkeysRandom or MaxMemoryPolicy.VolatileRandom => TryEvictRandom(),
            _ => TryEvictBest(),
        };

        if (evicted)
        {
            keyspace.Effects.Publish();
        }

        return evicted;
    }

    private bool TryEvictRandom()
    {
        if (!TryDrawDatabase(out Database? database))
        {
            return false;
        }

        Evict(database, TableOf(database).Random(random));
        return true;
    }

    private bool TryEvictBest()
    {
        while (TryDrawDatabase(out Database? database))
        {
            Sample(database);
            while (_candidates.TryTakeBest(out EvictionCandidate candidate))
            {
                if (IsStillDue(in candidate))
                {
                    Evict(candidate.Database, candidate.Block);
                    return true;
                }
            }
        }

        _candidates.Clear();
        return false;
    }

    private void Evict(Database database, KeyBlock block) => keyspace.Removals.Evict(database, block, database.Keys.Hash(block.Key));

    /// <summary>Whether the key is still there, may go, and has not been used since it was looked at.</summary>
    private bool IsStillDue(in EvictionCandidate candidate)
    {
        KeyBlock block = candidate.Block;
        return candidate.Database.Keys.Contains(block, candidate.Hash)
            && (!TakesVolatileOnly || block.HasExpiry)
            && Score(block) >= candidate.Score

            // Another key may have got the same memory and, once in many millions, the same place.
            && candidate.Database.Keys.Hash(block.Key) == candidate.Hash;
    }

    private void Sample(Database database)
    {
        KeyTable table = TableOf(database);
        bool isVolatile = TakesVolatileOnly;
        ulong cursor = isVolatile ? database.VolatileEvictionCursor : database.EvictionCursor;
        var visitor = new Sampler(this, database);
        do
        {
            cursor = table.Scan(cursor, ref visitor);
        }
        while (visitor.Seen < Samples && visitor.Seen < table.Count);

        // By the time of the next eviction the keys that it looks at are in the cache.
        table.PrefetchScan(cursor);
        if (isVolatile)
        {
            database.VolatileEvictionCursor = cursor;
        }
        else
        {
            database.EvictionCursor = cursor;
        }
    }

    private KeyTable TableOf(Database database) => TakesVolatileOnly ? database.Expires : database.Keys;

    /// <summary>How good a choice a key is: the higher the better.</summary>
    private ulong Score(KeyBlock block) => _policy switch
    {
        MaxMemoryPolicy.VolatileTtl => (ulong)(long.MaxValue - block.ExpiryMs),
        MaxMemoryPolicy.AllkeysLfu or MaxMemoryPolicy.VolatileLfu => keyspace.AccessClock.Disuse(block),
        _ => keyspace.AccessClock.IdleTicks(block),
    };

    /// <summary>A database, each with a probability in proportion to its keys that may go.</summary>
    [SuppressMessage("Security", "CA5394", Justification = "A place to look at, not a secret.")]
    private bool TryDrawDatabase([NotNullWhen(true)] out Database? database)
    {
        long total = 0;
        int withKeys = 0;
        database = null;
        for (int i = 0; i < keyspace.DatabaseCount; i++)
        {
            long count = TableOf(keyspace[i]).Count;
            if (count > 0)
            {
                total += count;
                withKeys++;
                database = keyspace[i];
            }
        }

        if (withKeys <= 1)
        {
            return withKeys == 1;
        }

        long drawn = random.NextInt64(total);
        for (int i = 0; ; i++)
        {
            drawn -= TableOf(keyspace[i]).Count;
            if (drawn < 0)
            {
                database = keyspace[i];
                return true;
            }
        }
    }

    private struct Sampler(KeyEvictor evictor, Database database) : IKeyVisitor
    {
        public int Seen { get; private set; }

        public void Visit(KeyBlock block)
        {
            Seen++;
            ulong score = evictor.Score(block);
            if (evictor._candidates.Accepts(score))
            {
                evictor._candidates.Add(new EvictionCandidate(score, database, block, database.Keys.Hash(block.Key)));
            }
        }
    }
}
