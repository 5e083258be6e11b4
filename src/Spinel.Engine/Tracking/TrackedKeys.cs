using System.Runtime.InteropServices;
using Spinel.DataStructures;
using Spinel.Engine.Background;
using Spinel.Memory;

namespace Spinel.Engine.Tracking;

/// <summary>
/// The keys that clients have read and may hold copies of, and for each the ids of those clients.
/// <para>
/// A million keys must not be the garbage collector's business, and a key read by ten thousand clients must not cost a search through all of them. So
/// this is a <see cref="KeyTable"/> like that of a database: a key is one native block whose value is the id itself when one client has read
/// it, and the sorted ids, eight bytes each, when several have. Remembering finds the place by bisection and costs a move of the ids behind
/// it, once for each client and invalidation.
/// </para>
/// <para>
/// Names are the same key in all databases: so it is for clients, which are told names only. Ids of clients that are gone, or track no more, stay until
/// their key goes; an id is never given twice.
/// </para>
/// </summary>
internal sealed class TrackedKeys(NativeHeap heap, HashKey hashKey, BackgroundFreer freer) : IDisposable
{
    private const int IdBytes = sizeof(long);
    private const int BucketsShrunkPerStep = 16;
    private KeyTable? _table;

    /// <summary>The number of keys.</summary>
    public long Count => _table?.Count ?? 0;

    /// <summary>The number of ids over all keys.</summary>
    public long ItemCount { get; private set; }

    /// <summary>Remembers that the client of this id has read the key.</summary>
    public void Add(ReadOnlySpan<byte> key, long id)
    {
        KeyTable table = _table ??= new KeyTable(heap, hashKey);
        ulong hash = table.Hash(key);
        KeyBlock block = table.Find(key, hash);
        if (block.IsNull)
        {
            table.Insert(KeyBlock.CreateInteger(heap, key, id), hash);
            ItemCount++;
            return;
        }

        long single = 0;
        ReadOnlySpan<long> ids = IdsOf(block, ref single);
        int place = ids.BinarySearch(id);
        if (place >= 0)
        {
            return;
        }

        place = ~place;
        KeyBlock now = block;
        if (block.IsInteger)
        {
            // The other id is added below like any further one.
            now = block.WithString(heap, MemoryMarshal.AsBytes(ids), ValueEncoding.Raw);
        }

        int count = ids.Length;
        now = now.Resize(heap, (long)(count + 1) * IdBytes, out Span<byte> content);
        Span<long> changed = MemoryMarshal.Cast<byte, long>(content);
        changed[place..count].CopyTo(changed[(place + 1)..]);
        changed[place] = id;
        ItemCount++;
        if (now != block)
        {
            table.Replace(block, now, hash);
        }
    }

    /// <summary>Takes a key out; null when nobody has read it. The caller looks at its ids and frees the block.</summary>
    public KeyBlock Take(ReadOnlySpan<byte> key)
    {
        if (Count == 0)
        {
            return default;
        }

        KeyBlock block = _table!.Remove(key, _table.Hash(key));
        if (!block.IsNull)
        {
            long single = 0;
            ItemCount -= IdsOf(block, ref single).Length;
        }

        return block;
    }

    /// <summary>A key, each with the same probability; null when there is none. It stays in the table.</summary>
    public KeyBlock Any(Random random) => Count == 0 ? default : _table!.Random(random);

    /// <summary>The ids of a key, in ascending order.</summary>
    /// <param name="block">The key.</param>
    /// <param name="single">Room for the id of a key that has only one.</param>
    public static ReadOnlySpan<long> IdsOf(KeyBlock block, ref long single)
    {
        if (!block.IsInteger)
        {
            return MemoryMarshal.Cast<byte, long>(block.StringBytes);
        }

        single = block.Integer;
        return new ReadOnlySpan<long>(ref single);
    }

    /// <summary>Forgets all keys; the memory of many is given back by the background thread.</summary>
    public void Clear()
    {
        if (Count > 0)
        {
            freer.FreeTable(_table!, lazily: true);
            ItemCount = 0;
        }
    }

    /// <summary>Makes a table that has become sparse a little smaller.</summary>
    public void Shrink() => _table?.ShrinkStep(BucketsShrunkPerStep);

    public void Dispose()
    {
        if (_table is not null)
        {
            freer.FreeTable(_table, lazily: false);
            _table.Dispose();
            _table = null;
        }
    }
}
