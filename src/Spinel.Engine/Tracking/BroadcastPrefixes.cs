using Spinel.DataStructures;
using Spinel.Engine.PubSub;
using Spinel.Engine.Sessions;
using Spinel.Memory;

namespace Spinel.Engine.Tracking;

/// <summary>
/// All prefixes of the broadcast mode. The prefixes that a key has are found by asking for its first bytes once for each length that any prefix has,
/// so a change costs as many look-ups as there are lengths, however many prefixes there are.
/// </summary>
internal sealed class BroadcastPrefixes(NativeHeap heap, HashKey hashKey) : IDisposable
{
    private readonly Dictionary<byte[], BroadcastPrefix> _prefixes = new(ByteNames.Instance);
    private readonly SortedDictionary<int, int> _countsByLength = [];
    private int[] _lengths = [];

    /// <summary>The number of prefixes.</summary>
    public int Count => _prefixes.Count;

    /// <summary>The prefixes with keys that have changed and of which their clients are still to be told.</summary>
    public List<BroadcastPrefix> Changed { get; } = [];

    /// <summary>Registers a client for a prefix.</summary>
    public BroadcastPrefix Register(Session session, ReadOnlySpan<byte> bytes)
    {
        if (!_prefixes.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(bytes, out BroadcastPrefix? prefix))
        {
            prefix = new BroadcastPrefix(bytes.ToArray(), heap, hashKey);
            _prefixes.Add(prefix.Bytes, prefix);
            CountLength(bytes.Length, 1);
        }

        prefix.Clients.Add(session);
        return prefix;
    }

    /// <summary>Ends the registration of a client. A prefix that nobody wants any more is gone, and the changes noted for it.</summary>
    public void Unregister(Session session, BroadcastPrefix prefix)
    {
        prefix.Clients.Remove(session);
        if (prefix.Clients.Count == 0)
        {
            _prefixes.Remove(prefix.Bytes);
            CountLength(prefix.Bytes.Length, -1);
            Changed.Remove(prefix);
            prefix.Dispose();
        }
    }

    /// <summary>Notes a changed key with all prefixes that it has.</summary>
    public void Add(ReadOnlySpan<byte> key, long actorId)
    {
        Dictionary<byte[], BroadcastPrefix>.AlternateLookup<ReadOnlySpan<byte>> prefixes = _prefixes.GetAlternateLookup<ReadOnlySpan<byte>>();
        foreach (int length in _lengths)
        {
            if (length > key.Length)
            {
                return;
            }

            if (prefixes.TryGetValue(key[..length], out BroadcastPrefix? prefix) && prefix.Add(key, actorId))
            {
                Changed.Add(prefix);
            }
        }
    }

    public void Dispose()
    {
        foreach (BroadcastPrefix prefix in _prefixes.Values)
        {
            prefix.Dispose();
        }

        _prefixes.Clear();
    }

    private void CountLength(int length, int change)
    {
        int count = _countsByLength.GetValueOrDefault(length) + change;
        if (count == 0)
        {
            _countsByLength.Remove(length);
        }
        else
        {
            _countsByLength[length] = count;
        }

        if (count == 0 || (count == 1 && change == 1))
        {
            _lengths = [.. _countsByLength.Keys];
        }
    }
}
