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
    }

    /// <summary>The number by which clients select it. Changes only in SWAPDB.</summary>
    public int Index { get; internal set; }

    /// <summary>All keys, those whose time has come but that nobody has removed yet included.</summary>
    public KeyTable Keys { get; }

    /// <summary>The keys that have an expiry.</summary>
    public KeyTable Expires { get; }

    public long Count => Keys.Count;

    /// <summary>A running estimate of the time that keys with an expiry have left, in milliseconds, as INFO shows it.</summary>
    public long AverageTtlMs { get; internal set; }

    /// <summary>Where active expiry goes on in <see cref="Expires"/>.</summary>
    internal ulong ExpiryCursor { get; set; }

    /// <summary>
    /// Enters the successor of a block into the tables: <paramref name="now"/> is new, or <paramref name="old"/> changed or moved.
    /// </summary>
    internal void Store(KeyBlock old, bool oldHadExpiry, KeyBlock now, ulong hash)
    {
        bool moved = old != now;
        if (old.IsNull)
        {
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
    }

    /// <summary>Takes a block out of the tables; the caller owns it then.</summary>
    internal void Detach(KeyBlock block, ulong hash)
    {
        Keys.Remove(block, hash);
        if (block.HasExpiry)
        {
            Expires.Remove(block, hash);
        }
    }
}
