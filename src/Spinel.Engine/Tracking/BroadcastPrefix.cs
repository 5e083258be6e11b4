using Spinel.DataStructures;
using Spinel.Engine.Sessions;
using Spinel.Memory;

namespace Spinel.Engine.Tracking;

/// <summary>
/// A prefix of the broadcast mode: the clients that want to know of its keys, and the keys that have changed since they were told. A key that changes
/// often is one entry, so what a turn may collect is bounded by the data; with it goes who changed it last.
/// </summary>
internal sealed class BroadcastPrefix(byte[] bytes, NativeHeap heap, HashKey hashKey) : IDisposable
{
    private KeyTable? _changed;

    public byte[] Bytes { get; } = bytes;

    /// <summary>The clients that are told.</summary>
    public HashSet<Session> Clients { get; } = [];

    /// <summary>Notes that a key has changed.</summary>
    /// <param name="key">The key.</param>
    /// <param name="actorId">The client that changed it; 0 when none did.</param>
    /// <returns>Whether it is the first one since clients were told.</returns>
    public bool Add(ReadOnlySpan<byte> key, long actorId)
    {
        KeyTable changed = _changed ??= new KeyTable(heap, hashKey);
        ulong hash = changed.Hash(key);
        KeyBlock block = changed.Find(key, hash);
        if (!block.IsNull)
        {
            block.SetInteger(actorId);
            return false;
        }

        changed.Insert(KeyBlock.CreateInteger(heap, key, actorId), hash);
        return changed.Count == 1;
    }

    /// <summary>Moves the keys that have changed to the end of <paramref name="keys"/>, which owns their blocks then.</summary>
    public void Drain(List<KeyBlock> keys)
    {
        if (_changed is not { Count: > 0 } changed)
        {
            return;
        }

        int first = keys.Count;
        var collector = new Collector(keys);
        ulong cursor = 0;
        do
        {
            cursor = changed.Scan(cursor, ref collector);
        }
        while (cursor != 0);

        for (int i = first; i < keys.Count; i++)
        {
            changed.Remove(keys[i], changed.Hash(keys[i].Key));
        }
    }

    /// <summary>Makes a table that was large once a little smaller.</summary>
    public void Shrink(int buckets) => _changed?.ShrinkStep(buckets);

    public void Dispose()
    {
        if (_changed is null)
        {
            return;
        }

        List<KeyBlock> keys = [];
        Drain(keys);
        foreach (KeyBlock key in keys)
        {
            key.Free(heap);
        }

        _changed.Dispose();
        _changed = null;
    }

    private readonly struct Collector(List<KeyBlock> keys) : IKeyVisitor
    {
        public void Visit(KeyBlock block) => keys.Add(block);
    }
}
