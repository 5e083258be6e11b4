using System.Runtime.InteropServices;
using Spinel.DataStructures;
using Spinel.Engine.Sessions;
using Spinel.Memory;
using Spinel.Protocol;

namespace Spinel.Engine.Tracking;

/// <summary>
/// The broadcast mode of client tracking: nothing that clients read is remembered; what changes is noted with the prefixes that it has (<see cref="BroadcastPrefixes"/>), and
/// their clients are told at the end of the turn, in as few messages as possible, which all of them are sent alike.
/// </summary>
internal sealed class Broadcasts(NativeHeap heap, HashKey hashKey, InvalidationSender sender) : IDisposable
{
    /// <summary>A message above this length is divided: a turn may change keys of any number and length.</summary>
    private const int MaxMessageBytes = 1 << 20;

    private const int BucketsShrunkPerTurn = 16;

    /// <summary>A list grown by one busy turn is given back above this length.</summary>
    private const int MaxKeptKeys = 4096;

    // A comparison sorts in place; a comparer would be wrapped into a new object each time.
    private static readonly Comparison<KeyBlock> ByName = static (x, y) => x.Key.SequenceCompareTo(y.Key);
    private static readonly Comparison<BroadcastPrefix> ByBytes = PrefixOrder.Instance.Compare;

    private readonly BroadcastPrefixes _prefixes = new(heap, hashKey);
    private readonly List<KeyBlock> _changed = [];
    private readonly HashSet<long> _actors = [];

    public int PrefixCount => _prefixes.Count;

    /// <summary>Adds a prefix to those of a client.</summary>
    public void AddPrefix(Session session, ClientTracking tracking, ReadOnlySpan<byte> bytes)
    {
        BroadcastPrefix prefix = _prefixes.Register(session, bytes);
        int place = tracking.Prefixes.BinarySearch(prefix, PrefixOrder.Instance);
        if (place < 0)
        {
            tracking.Prefixes.Insert(~place, prefix);
        }
    }

    /// <summary>A client is to be told of nothing any more.</summary>
    public void Forget(Session session, ClientTracking tracking)
    {
        foreach (BroadcastPrefix prefix in tracking.Prefixes)
        {
            _prefixes.Unregister(session, prefix);
        }
    }

    /// <summary>Notes that a key has changed.</summary>
    /// <param name="key">The key.</param>
    /// <param name="actorId">The client that changed it; 0 when none did.</param>
    public void Note(ReadOnlySpan<byte> key, long actorId) => _prefixes.Add(key, actorId);

    /// <summary>Tells the clients of all prefixes what has changed since they were told.</summary>
    public void OnTurnEnd()
    {
        List<BroadcastPrefix> prefixes = _prefixes.Changed;
        if (prefixes.Count == 0)
        {
            return;
        }

        CollectionsMarshal.AsSpan(prefixes).Sort(ByBytes);
        foreach (BroadcastPrefix prefix in prefixes)
        {
            Tell(prefix);
        }

        prefixes.Clear();
        if (_changed.Capacity > MaxKeptKeys)
        {
            _changed.Capacity = 0;
        }
    }

    public void Dispose() => _prefixes.Dispose();

    private void Tell(BroadcastPrefix prefix)
    {
        prefix.Drain(_changed);
        CollectionsMarshal.AsSpan(_changed).Sort(ByName);
        foreach (KeyBlock key in _changed)
        {
            _actors.Add(key.Integer);
        }

        int end;
        for (int first = 0; first < _changed.Count; first = end)
        {
            end = EndOfMessage(first);
            Tell(prefix, first, end);
        }

        foreach (KeyBlock key in _changed)
        {
            key.Free(heap);
        }

        _changed.Clear();
        _actors.Clear();
        prefix.Shrink(BucketsShrunkPerTurn);
    }

    private int EndOfMessage(int first)
    {
        long bytes = 0;
        int end = first;
        while (end < _changed.Count && (end == first || bytes + _changed[end].Key.Length <= MaxMessageBytes))
        {
            bytes += _changed[end++].Key.Length;
        }

        return end;
    }

    /// <summary>Tells the clients of a prefix of some of the keys: first those who are told of all of them, then those in NOLOOP mode who have changed some themselves.</summary>
    private void Tell(BroadcastPrefix prefix, int first, int end)
    {
        WriteKeys(first, end, exceptActorId: -1);
        bool areActorsAmongThem = false;
        foreach (Session session in prefix.Clients)
        {
            if (HasActed(session))
            {
                areActorsAmongThem = true;
            }
            else
            {
                sender.Send(session);
            }
        }

        if (!areActorsAmongThem)
        {
            return;
        }

        foreach (Session session in prefix.Clients)
        {
            if (HasActed(session) && WriteKeys(first, end, exceptActorId: session.Id))
            {
                sender.Send(session);
            }
        }
    }

    /// <summary>Whether the client may have changed some of the keys itself, of which it does not want to be told.</summary>
    private bool HasActed(Session session) => session.Tracking!.Has(TrackingModes.NoLoop) && _actors.Contains(session.Id);

    /// <returns>False when no key is left to tell of.</returns>
    private bool WriteKeys(int first, int end, long exceptActorId)
    {
        int count = 0;
        for (int i = first; i < end; i++)
        {
            count += _changed[i].Integer == exceptActorId ? 0 : 1;
        }

        ReplyWriter writer = sender.Message.Begin(count);
        for (int i = first; i < end; i++)
        {
            if (_changed[i].Integer != exceptActorId)
            {
                writer.BulkString(_changed[i].Key);
            }
        }

        writer.Flush();
        return count > 0;
    }

    private sealed class PrefixOrder : IComparer<BroadcastPrefix>
    {
        public static readonly PrefixOrder Instance = new();

        public int Compare(BroadcastPrefix? x, BroadcastPrefix? y) => x!.Bytes.AsSpan().SequenceCompareTo(y!.Bytes);
    }
}
