using Spinel.DataStructures;
using Spinel.Memory;

namespace Spinel.Engine;

/// <summary>
/// One of the numbered databases: the table of its keys, and the table of those among them that have an expiry. Both hold the same
/// blocks; a block that moves is updated in both. All changes come through <see cref="KeyWriter"/> and <see cref="Keyspace"/>.
/// </summary>
public sealed class Database
{
    internal Database(int index, NativeHeap heap, HashKey hashKey)
    {
        Index = index;
        Keys = new KeyTable(heap, hashKey);
        Expires = new KeyTable(heap, hashKey);
        FieldExpires = new KeyTable(heap, hashKey);
    }

    /// <summary>The number by which clients select it. Changes only in SWAPDB.</summary>
    public int Index { get; internal set; }

    /// <summary>All keys, those whose time has come but that nobody has removed yet included.</summary>
    public KeyTable Keys { get; private set; }

    /// <summary>The keys that have an expiry.</summary>
    public KeyTable Expires { get; private set; }

    /// <summary>The hashes of which fields expire.</summary>
    public KeyTable FieldExpires { get; private set; }

    public long Count => Keys.Count;

    /// <summary>The mark that new keys get: that of keys with which the snapshot under way has nothing to do.</summary>
    internal bool SnapshotMark { get; set; }

    /// <summary>A running estimate of the time that keys with an expiry have left, in milliseconds, as INFO shows it.</summary>
    public long AverageTtlMs { get; internal set; }

    /// <summary>Where active expiry goes on in <see cref="Expires"/>.</summary>
    internal ulong ExpiryCursor { get; set; }

    /// <summary>Where active expiry goes on in <see cref="FieldExpires"/>.</summary>
    internal ulong FieldExpiryCursor { get; set; }

    /// <summary>Where eviction looks next in <see cref="Keys"/>.</summary>
    internal ulong EvictionCursor { get; set; }

    /// <summary>Where eviction looks next in <see cref="Expires"/>.</summary>
    internal ulong VolatileEvictionCursor { get; set; }

    /// <summary>
    /// Enters the successor of a block into the tables: <paramref name="now"/> is new, or <paramref name="old"/> changed or moved.
    /// </summary>
    internal void Store(KeyBlock old, bool oldHadExpiry, KeyBlock now, ulong hash)
    {
        bool moved = old != now;
        if (old.IsNull)
        {
            now.SetSnapshotMark(SnapshotMark);
            Keys.Insert(now, hash);
        }
        else if (moved)
        {
            Keys.Replace(old, now, hash);
        }

        if (now.HasExpiry)
        {
            if (!oldHadExpiry)
            {
                Expires.Insert(now, hash);
            }
            else if (moved)
            {
                Expires.Replace(old, now, hash);
            }
        }
        else if (oldHadExpiry)
        {
            Expires.Remove(old, hash);
        }

        StoreFieldExpiry(old, now, hash);
    }

    /// <summary>Brings <see cref="FieldExpires"/> up to date after a hash has changed in place.</summary>
    internal void StoreFieldExpiry(KeyBlock block, ulong hash) => StoreFieldExpiry(block, block, hash);

    /// <summary>Empties <see cref="FieldExpires"/>, an index of keys that are about to go.</summary>
    internal void ForgetFieldExpiries()
    {
        FieldExpiryCursor = 0;
        if (FieldExpires.Count > 0)
        {
            const int BucketsPerStep = 1024;
            KeyTableRemains remains = FieldExpires.Detach();
            var leaving = new LeavingVisitor();
            while (remains.FreeStep(BucketsPerStep, ref leaving))
            {
            }
        }
    }

    /// <summary>Hands the tables over as they are and goes on with empty ones.</summary>
    internal DetachedTables DetachTables(NativeHeap heap, HashKey hashKey)
    {
        var tables = new DetachedTables(Keys, Expires);
        Keys = new KeyTable(heap, hashKey);
        Expires = new KeyTable(heap, hashKey);
        return tables;
    }

    /// <summary>Lets this database and another one trade all that is in them.</summary>
    internal void TradeContents(Database other)
    {
        (Keys, other.Keys) = (other.Keys, Keys);
        (Expires, other.Expires) = (other.Expires, Expires);
        (FieldExpires, other.FieldExpires) = (other.FieldExpires, FieldExpires);
        (SnapshotMark, other.SnapshotMark) = (other.SnapshotMark, SnapshotMark);
        StartOver();
        other.StartOver();
    }

    /// <summary>Takes a block out of the tables; the caller owns it then.</summary>
    internal void Detach(KeyBlock block, ulong hash)
    {
        Keys.Remove(block, hash);
        if (block.HasExpiry)
        {
            Expires.Remove(block, hash);
        }

        if (FieldExpires.Count > 0)
        {
            FieldExpires.Remove(block, hash);
        }
    }

    /// <summary>Forgets how far others have come with tables that are not there any more.</summary>
    private void StartOver()
    {
        AverageTtlMs = 0;
        ExpiryCursor = 0;
        FieldExpiryCursor = 0;
        EvictionCursor = 0;
        VolatileEvictionCursor = 0;
    }

    private void StoreFieldExpiry(KeyBlock old, KeyBlock now, ulong hash)
    {
        bool belongs = HashValue.HasExpiringFields(now);
        bool isThere = FieldExpires.Count > 0 && !old.IsNull && FieldExpires.Contains(old, hash);
        if (belongs && !isThere)
        {
            FieldExpires.Insert(now, hash);
        }
        else if (isThere && !belongs)
        {
            FieldExpires.Remove(old, hash);
        }
        else if (isThere && old != now)
        {
            FieldExpires.Replace(old, now, hash);
        }
    }

    /// <summary>Leaves the blocks alone: they belong to the table of keys.</summary>
    private readonly struct LeavingVisitor : IKeyVisitor
    {
        public void Visit(KeyBlock block)
        {
        }
    }
}

/// <summary>The tables of a database that was flushed, with all that was in them. Whoever takes them frees them.</summary>
public sealed record DetachedTables(KeyTable Keys, KeyTable Expires);
