using System.Numerics;
using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>An entry that is pending, and since when.</summary>
/// <param name="DeliveredMs">When it was delivered last, in Unix milliseconds.</param>
/// <param name="Id">Its id.</param>
public readonly record struct IdleEntry(long DeliveredMs, StreamId Id) : IComparable<IdleEntry>, IComparisonOperators<IdleEntry, IdleEntry, bool>
{
    /// <summary>Before all others.</summary>
    public static IdleEntry Min => new(long.MinValue, StreamId.Min);

    public int CompareTo(IdleEntry other) => this < other ? -1 : other < this ? 1 : 0;

    public static bool operator <(IdleEntry left, IdleEntry right) =>
        left.DeliveredMs < right.DeliveredMs || (left.DeliveredMs == right.DeliveredMs && left.Id < right.Id);

    public static bool operator >(IdleEntry left, IdleEntry right) => right < left;

    public static bool operator <=(IdleEntry left, IdleEntry right) => !(right < left);

    public static bool operator >=(IdleEntry left, IdleEntry right) => !(left < right);
}

/// <remarks>
/// Which entries have been idle longest is a question that few groups are ever asked, and keeping them in the order of their delivery costs each of them 33 bytes and a step more
/// when it comes and goes. So a group does it from the first time on that it is asked: then all that is pending is put in order, which is one walk and mostly no sort, for deliveries
/// are in the order of ids where nobody has claimed anything. From then on finding the entry that has been idle longest is O(log pending entries).
/// </remarks>
public readonly unsafe partial struct StreamGroup
{
    /// <summary>A consumer with more pending entries than this, when it is removed, takes the order of the group with it, which is made again when it is asked for.</summary>
    private const int MaxOrderedRemovals = 1024;

    /// <summary>When the pending entry that has been idle longest was delivered, in Unix milliseconds; the greatest number when nothing is pending. Precondition: <see cref="OrderByDelivery"/>.</summary>
    public long OldestDeliveryMs => _header->ByDelivery.Count == 0 ? long.MaxValue : _header->ByDelivery.First.Id.DeliveredMs;

    /// <summary>Has the group keep its pending entries in the order of their delivery, from now on. O(pending entries) for the first time.</summary>
    public void OrderByDelivery(NativeHeap heap)
    {
        if (_header->IsOrdered)
        {
            return;
        }

        _header->IsOrdered = true;
        int count = checked((int)PendingCount);
        if (count == 0)
        {
            return;
        }

        nuint bytes = (nuint)count * (nuint)sizeof(IdleEntry);
        IdleEntry* entries = (IdleEntry*)heap.Allocate(bytes);
        var all = new Span<IdleEntry>(entries, count);
        int at = 0;
        bool isInOrder = true;
        for (PendingEntries pending = PendingFrom(StreamId.Min); !pending.IsEnd; pending.MoveNext())
        {
            all[at] = new IdleEntry(pending.Entry.DeliveredMs, pending.Id);
            isInOrder &= at == 0 || all[at - 1] < all[at];
            at++;
        }

        if (!isInOrder)
        {
            all.Sort();
        }

        foreach (IdleEntry entry in all)
        {
            _header->ByDelivery.TryAdd(heap, entry, 0);
        }

        heap.Free((byte*)entries, bytes);
    }

    /// <summary>The pending entry that was delivered first of those from <paramref name="from"/> on, if that was at a time or before it. Precondition: <see cref="OrderByDelivery"/>.</summary>
    public bool TryFindDelivered(IdleEntry from, long deliveredMs, out IdleEntry entry)
    {
        OrderedTreeCursor<IdleEntry> cursor = _header->ByDelivery.Ceiling(from);
        entry = cursor.IsEnd ? default : cursor.Id;
        return !cursor.IsEnd && entry.DeliveredMs <= deliveredMs;
    }

    /// <summary>How many pending entries were delivered at a time or before it, but no more than <paramref name="most"/>. Precondition: <see cref="OrderByDelivery"/>.</summary>
    public long CountDeliveredUpTo(long deliveredMs, long most)
    {
        long count = 0;
        OrderedTreeCursor<IdleEntry> cursor = _header->ByDelivery.First;
        while (count < most && !cursor.IsEnd && cursor.Id.DeliveredMs <= deliveredMs)
        {
            cursor.MoveNext();
            count++;
        }

        return count;
    }

    /// <summary>The pending entries that were delivered first, as many as there is room for; there are so many. Precondition: <see cref="OrderByDelivery"/>.</summary>
    public void CopyDeliveredFirst(Span<IdleEntry> entries)
    {
        OrderedTreeCursor<IdleEntry> cursor = _header->ByDelivery.First;
        foreach (ref IdleEntry entry in entries)
        {
            entry = cursor.Id;
            cursor.MoveNext();
        }
    }

    private void AddToOrder(NativeHeap heap, StreamId id, long deliveredMs)
    {
        if (_header->IsOrdered)
        {
            _header->ByDelivery.TryAdd(heap, new IdleEntry(deliveredMs, id), 0);
        }
    }

    private void RemoveFromOrder(NativeHeap heap, StreamId id, long deliveredMs)
    {
        if (_header->IsOrdered)
        {
            _header->ByDelivery.TryRemove(heap, new IdleEntry(deliveredMs, id), out _);
        }
    }

    /// <summary>Takes the entries of a consumer that goes out of the order; returns the order itself if they are many.</summary>
    private OrderedTree<IdleEntry> RemoveFromOrder(NativeHeap heap, StreamConsumer consumer)
    {
        OrderedTree<IdleEntry> order = default;
        if (consumer.PendingCount > MaxOrderedRemovals)
        {
            order = _header->ByDelivery;
            _header->ByDelivery = default;
            _header->IsOrdered = false;
            return order;
        }

        for (PendingEntries entries = consumer.PendingFrom(StreamId.Min); _header->IsOrdered && !entries.IsEnd; entries.MoveNext())
        {
            RemoveFromOrder(heap, entries.Id, entries.Entry.DeliveredMs);
        }

        return order;
    }
}
