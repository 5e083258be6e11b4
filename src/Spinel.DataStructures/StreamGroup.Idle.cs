namespace Spinel.DataStructures;

/// <summary>An entry that is pending, and since when.</summary>
/// <param name="DeliveredMs">When it was delivered last, in Unix milliseconds.</param>
/// <param name="Id">Its id.</param>
public readonly record struct IdleEntry(long DeliveredMs, StreamId Id) : IComparable<IdleEntry>
{
    public int CompareTo(IdleEntry other)
    {
        int order = DeliveredMs.CompareTo(other.DeliveredMs);
        return order != 0 ? order : Id.CompareTo(other.Id);
    }

    public static bool operator <(IdleEntry left, IdleEntry right) => left.CompareTo(right) < 0;

    public static bool operator >(IdleEntry left, IdleEntry right) => left.CompareTo(right) > 0;

    public static bool operator <=(IdleEntry left, IdleEntry right) => left.CompareTo(right) <= 0;

    public static bool operator >=(IdleEntry left, IdleEntry right) => left.CompareTo(right) >= 0;
}

/// <remarks>
/// Pending entries are ordered by their ids and not by the time of their delivery: an order of its own would cost each of them two pointers, for the sake of a question
/// that few groups are ever asked. Instead the group keeps a time before which nothing was delivered. A walk over all that is pending brings it up to date, and so
/// finds idle entries or is not made again before the oldest entry that it met can be idle.
/// </remarks>
public readonly unsafe partial struct StreamGroup
{
    /// <summary>A time before which no pending entry was delivered, in Unix milliseconds: exact after <see cref="CountDeliveredUpTo"/> has found none.</summary>
    public long OldestDeliveryMs => _header->OldestDeliveryMs;

    /// <summary>How many pending entries were delivered at a time or before it. O(1) in many cases where there is none, O(pending entries) otherwise.</summary>
    public long CountDeliveredUpTo(long deliveredMs)
    {
        if (deliveredMs < _header->OldestDeliveryMs)
        {
            return 0;
        }

        long oldest = long.MaxValue;
        long count = 0;
        for (PendingEntries entries = PendingFrom(StreamId.Min); !entries.IsEnd; entries.MoveNext())
        {
            long ms = entries.Entry.DeliveredMs;
            oldest = Math.Min(oldest, ms);
            count += ms <= deliveredMs ? 1 : 0;
        }

        _header->OldestDeliveryMs = oldest;
        return count;
    }

    /// <summary>The pending entries that were delivered at a time or before it, the oldest delivery first.</summary>
    /// <param name="deliveredMs">The time, in Unix milliseconds.</param>
    /// <param name="entries">Room for as many as <see cref="CountDeliveredUpTo"/> says.</param>
    public void CopyDeliveredUpTo(long deliveredMs, Span<IdleEntry> entries)
    {
        int count = 0;
        for (PendingEntries pending = PendingFrom(StreamId.Min); count < entries.Length && !pending.IsEnd; pending.MoveNext())
        {
            if (pending.Entry.DeliveredMs <= deliveredMs)
            {
                entries[count++] = new IdleEntry(pending.Entry.DeliveredMs, pending.Id);
            }
        }

        entries[..count].Sort();
    }
}
