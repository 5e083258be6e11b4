using Spinel.DataStructures;
using Spinel.Engine.Statistics;

namespace Spinel.Engine;

/// <summary>
/// The other side of the write door: what goes without a client's asking for it. Keys and fields go whose time has come, and keys that are in the way of others when memory is
/// full. Each leaves as an effect of its own, and observers are told as of any change.
/// </summary>
internal sealed class UnaskedRemovals(Keyspace keyspace)
{
    /// <summary>Told how long it takes to remove a key.</summary>
    public LatencyMonitor? Latency { get; set; }

    /// <summary>
    /// Removes a key whose time has come, as an effect of its own. It is not counted in <see cref="Keyspace.Dirty"/>: no client changed anything, and a
    /// command that finds an expired key has not become one that wrote.
    /// </summary>
    public void Expire(Database database, KeyBlock block, ulong hash)
    {
        long start = Latency is { IsOn: true } ? keyspace.Clock.Timestamp() : 0;
        keyspace.Statistics.ExpiredKeys++;
        RemoveUnasked(database, block, hash, KeyEvent.Expired, keyspace.LazyFreeing.OnExpire);
        if (start != 0)
        {
            Latency!.Add(LatencyEvents.ExpireDelete, keyspace.Clock.Timestamp() - start);
        }
    }

    /// <summary>Removes a key to make room, as an effect of its own, which <see cref="Keyspace.Dirty"/> does not count either.</summary>
    public void Evict(Database database, KeyBlock block, ulong hash)
    {
        long start = Latency is { IsOn: true } ? keyspace.Clock.Timestamp() : 0;
        keyspace.Statistics.EvictedKeys++;
        RemoveUnasked(database, block, hash, KeyEvent.Evicted, keyspace.LazyFreeing.OnEviction);
        if (start != 0)
        {
            Latency!.Add(LatencyEvents.EvictionDelete, keyspace.Clock.Timestamp() - start);
        }
    }

    /// <summary>
    /// Removes fields of a hash whose time has come, the earliest first, as an effect of its own; with the last field goes the key. As with
    /// <see cref="Expire"/>, no client has changed anything.
    /// </summary>
    /// <returns>Whether the key is still there.</returns>
    public bool ExpireFields(Database database, KeyBlock block, ulong hash, int atMost)
    {
        var fields = new HashValue(keyspace.Heap, block);
        if (fields.NextExpiryMs > keyspace.Clock.ExpiryNowMs)
        {
            return true;
        }

        BeginFieldExpiry(database, block);
        for (int i = 0; i < atMost && fields.TryGetExpired(keyspace.Clock.ExpiryNowMs, out ReadOnlySpan<byte> field); i++)
        {
            ExpireField(ref fields, field);
        }

        return EndFieldExpiry(database, block, hash, fields.Count);
    }

    /// <summary>As <see cref="ExpireFields"/>, for one field, when its time has come.</summary>
    /// <returns>Whether the key is still there.</returns>
    public bool ExpireFieldIfDue(Database database, KeyBlock block, ulong hash, ReadOnlySpan<byte> field)
    {
        var fields = new HashValue(keyspace.Heap, block);
        if (!fields.IsDue(field, keyspace.Clock.ExpiryNowMs))
        {
            return true;
        }

        BeginFieldExpiry(database, block);
        ExpireField(ref fields, field);
        return EndFieldExpiry(database, block, hash, fields.Count);
    }

    /// <summary>Removes a key that no client has asked to be removed.</summary>
    private void RemoveUnasked(Database database, KeyBlock block, ulong hash, KeyEvent reason, bool lazily)
    {
        keyspace.NotifyBeforeChange(database, block);
        keyspace.Effects.Begin(database.Index);
        keyspace.Effects.Add(lazily ? "UNLINK"u8 : "DEL"u8);
        keyspace.Effects.Add(block.Key);
        database.Detach(block, hash);
        keyspace.Shapes?.Report(database, block.Key, hash, default, isWorthMeasuring: true);
        keyspace.NotifyAfterChange(database, block.Key, reason);
        keyspace.Release(block, lazily);
    }

    private void BeginFieldExpiry(Database database, KeyBlock block)
    {
        keyspace.NotifyBeforeChange(database, block);
        keyspace.Effects.Begin(database.Index);
        keyspace.Effects.Add("HDEL"u8);
        keyspace.Effects.Add(block.Key);
    }

    private void ExpireField(ref HashValue fields, ReadOnlySpan<byte> field)
    {
        keyspace.Effects.Add(field);
        fields.Remove(field);
        keyspace.Statistics.ExpiredFields++;
    }

    private bool EndFieldExpiry(Database database, KeyBlock block, ulong hash, long fieldsLeft)
    {
        if (fieldsLeft == 0)
        {
            database.Detach(block, hash);
        }
        else
        {
            database.StoreFieldExpiry(block, hash);
        }

        keyspace.Shapes?.Report(database, block.Key, hash, fieldsLeft == 0 ? default : block, isWorthMeasuring: !KeyShape.IsTediousKey(keyspace.Heap, block));
        keyspace.NotifyAfterChange(database, block.Key, KeyEvent.HExpired);
        if (fieldsLeft == 0)
        {
            keyspace.NotifyAfterChange(database, block.Key, KeyEvent.Del);
            keyspace.Release(block, keyspace.LazyFreeing.OnExpire);
        }

        return fieldsLeft > 0;
    }
}
