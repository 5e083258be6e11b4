using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>
/// A consumer group of a stream: how far it has got, its consumers, and the entries that were delivered and not acknowledged. This is a handle;
/// default is none.
/// </summary>
/// <remarks>
/// A pending entry is one small block that stands in two trees: the group's, which owns it, and that of the consumer who has it. So both "what is
/// pending" and "what does this consumer have" are ordered ranges, and moving an entry between consumers costs O(log n).
/// </remarks>
public readonly unsafe partial struct StreamGroup
{
    /// <summary>What <see cref="EntriesRead"/> is when it cannot be told.</summary>
    public const long UnknownEntriesRead = -1;

    private readonly GroupHeader* _header;

    internal StreamGroup(nint address) => _header = (GroupHeader*)address;

    public bool IsNull => _header == null;

    public ReadOnlySpan<byte> Name => NameTable.NameOf(Address);

    /// <summary>The entry that was delivered last: the next ones are behind it.</summary>
    public StreamId LastId
    {
        get => _header->LastId;
        set => _header->LastId = value;
    }

    /// <summary>How many entries of the stream up to <see cref="LastId"/> there ever were, or <see cref="UnknownEntriesRead"/>.</summary>
    public long EntriesRead
    {
        get => _header->EntriesRead;
        set => _header->EntriesRead = value;
    }

    public long PendingCount => _header->Pending.Count;

    /// <summary>The work of freeing it, in units of one small block.</summary>
    public long FreeEffort => 1 + PendingCount + ConsumerCount;

    public int ConsumerCount => _header->Consumers.Count;

    internal nint Address => (nint)_header;

    internal bool IsWatched
    {
        get => _header->IsWatched;
        set => _header->IsWatched = value;
    }

    internal long MemoryBytes
    {
        get
        {
            long bytes = NameTable.ItemMemoryBytes(Address) + _header->Pending.MemoryBytes + _header->ByDelivery.MemoryBytes + _header->Consumers.MemoryBytes
                + (PendingCount * (long)NativeHeap.UsableSize((nuint)sizeof(PendingHeader)));
            for (int i = 0; i < ConsumerCount; i++)
            {
                bytes += ConsumerAt(i).MemoryBytes;
            }

            return bytes;
        }
    }

    /// <summary>A consumer by its place in the order of names.</summary>
    public StreamConsumer ConsumerAt(int index) => new(_header->Consumers[index]);

    /// <summary>A consumer by its name; null when there is none.</summary>
    public StreamConsumer FindConsumer(scoped ReadOnlySpan<byte> name) => new(_header->Consumers.Find(name));

    /// <summary>Makes a consumer whose name is not there.</summary>
    public StreamConsumer CreateConsumer(NativeHeap heap, scoped ReadOnlySpan<byte> name, long nowMs)
    {
        StreamConsumer consumer = StreamConsumer.Create(heap, name, nowMs);
        _header->Consumers.Add(heap, consumer.Address);
        return consumer;
    }

    /// <summary>
    /// Removes a consumer, and what is pending with it; returns how many entries these were. O(1) where all is pending with it; otherwise a walk over the group's tree, a few
    /// nanoseconds for each entry, which does not look at the entries themselves.
    /// </summary>
    /// <param name="heap">The heap.</param>
    /// <param name="consumer">The consumer.</param>
    /// <param name="release">Frees it with its entries: now, or when a walk over the group is done with it.</param>
    public long RemoveConsumer(NativeHeap heap, StreamConsumer consumer, Action<StreamRemains> release)
    {
        ArgumentNullException.ThrowIfNull(release);
        long pending = consumer.PendingCount;
        IdTree nodes = default;
        OrderedTree<IdleEntry> order = RemoveFromOrder(heap, consumer);
        if (pending == PendingCount)
        {
            nodes = _header->Pending;
            _header->Pending = default;
        }
        else
        {
            _header->Pending.RemoveAll(heap, in consumer.Header->Pending);
        }

        _header->Consumers.Remove(heap, consumer.Address);
        var remains = new StreamRemains(consumer, nodes, order);
        if (!IsWatched || !PartWatches.Get<GroupParts.Group>(heap, Address).TryTakeOver(consumer, remains, release))
        {
            release(remains);
        }

        return pending;
    }

    /// <summary>The pending entries of all consumers from an id on.</summary>
    public PendingEntries PendingFrom(StreamId start) => new(_header->Pending.Ceiling(start));

    /// <summary>The last pending entry. Precondition: there is one.</summary>
    public StreamId LastPendingId => _header->Pending.Last.Id;

    /// <summary>A pending entry by its id; null when there is none.</summary>
    public PendingEntry FindPending(StreamId id)
    {
        IdTreeCursor cursor = _header->Pending.Find(id);
        return cursor.IsEnd ? default : new PendingEntry(cursor.Value);
    }

    /// <summary>Makes an entry pending that nobody has yet: delivered now, once.</summary>
    public PendingEntry AddPending(NativeHeap heap, StreamId id, long nowMs)
    {
        BeforeChange(heap, id);
        PendingHeader* entry = (PendingHeader*)heap.Allocate((nuint)sizeof(PendingHeader));
        *entry = new PendingHeader { DeliveredMs = nowMs, DeliveryCount = 1 };
        _header->Pending.TryAdd(heap, id, (nint)entry);
        AddToOrder(heap, id, nowMs);
        return new PendingEntry((nint)entry);
    }

    /// <summary>Gives a pending entry to a consumer.</summary>
    public void Assign(NativeHeap heap, StreamId id, PendingEntry entry, StreamConsumer consumer)
    {
        ConsumerHeader* old = entry.Header->Consumer;
        if (old == consumer.Header)
        {
            return;
        }

        BeforeChange(heap, id);
        if (old != null)
        {
            old->Pending.TryRemove(heap, id, out _);
        }

        consumer.Header->Pending.TryAdd(heap, id, entry.Address);
        entry.Header->Consumer = consumer.Header;
    }

    /// <summary>Notes a delivery to a consumer; one to another consumer before is forgotten.</summary>
    public PendingEntry Deliver(NativeHeap heap, StreamId id, StreamConsumer consumer, long nowMs)
    {
        PendingEntry entry = FindPending(id);
        if (entry.IsNull)
        {
            entry = AddPending(heap, id, nowMs);
        }
        else
        {
            SetDelivery(heap, id, entry, nowMs, 1);
        }

        Assign(heap, id, entry, consumer);
        return entry;
    }

    /// <summary>Notes when a pending entry was last delivered, and how often it was.</summary>
    public void SetDelivery(NativeHeap heap, StreamId id, PendingEntry entry, long deliveredMs, long deliveryCount)
    {
        BeforeChange(heap, id);
        if (entry.DeliveredMs != deliveredMs)
        {
            RemoveFromOrder(heap, id, entry.DeliveredMs);
            AddToOrder(heap, id, deliveredMs);
        }

        entry.DeliveredMs = deliveredMs;
        entry.DeliveryCount = deliveryCount;
    }

    /// <summary>Acknowledges an entry; false when it is not pending.</summary>
    public bool TryAcknowledge(NativeHeap heap, StreamId id)
    {
        BeforeChange(heap, id);
        if (!_header->Pending.TryRemove(heap, id, out nint address))
        {
            return false;
        }

        PendingHeader* entry = new PendingEntry(address).Header;
        RemoveFromOrder(heap, id, entry->DeliveredMs);
        entry->Consumer->Pending.TryRemove(heap, id, out _);
        FreeEntry(heap, address, ownerThread: true);
        return true;
    }

    /// <summary>Frees a group that belongs to no stream any more.</summary>
    public void Free(NativeHeap heap, bool ownerThread)
    {
        for (PendingEntries entries = PendingFrom(StreamId.Min); !entries.IsEnd; entries.MoveNext())
        {
            FreeEntry(heap, entries.Entry.Address, ownerThread);
        }

        for (int i = 0; i < ConsumerCount; i++)
        {
            ConsumerAt(i).Free(heap, ownerThread);
        }

        _header->Pending.Free(heap, ownerThread);
        _header->ByDelivery.Free(heap, ownerThread);
        _header->Consumers.Free(heap, ownerThread);
        NameTable.FreeItem(heap, Address, ownerThread);
    }

    internal static StreamGroup Create(NativeHeap heap, scoped ReadOnlySpan<byte> name, StreamId lastId, long entriesRead)
    {
        StreamGroup group = new(NameTable.CreateItem(heap, sizeof(GroupHeader), name));
        group.LastId = lastId;
        group.EntriesRead = entriesRead;
        return group;
    }

    internal StreamGroup Clone(NativeHeap heap)
    {
        StreamGroup copy = Create(heap, Name, LastId, EntriesRead);
        for (int i = 0; i < ConsumerCount; i++)
        {
            copy.CreateConsumer(heap, ConsumerAt(i).Name, ConsumerAt(i).SeenMs);
        }

        for (PendingEntries entries = PendingFrom(StreamId.Min); !entries.IsEnd; entries.MoveNext())
        {
            PendingEntry entry = copy.AddPending(heap, entries.Id, entries.Entry.DeliveredMs);
            entry.DeliveryCount = entries.Entry.DeliveryCount;
            copy.Assign(heap, entries.Id, entry, copy.FindConsumer(entries.Entry.Consumer.Name));
        }

        return copy;
    }

    private void BeforeChange(NativeHeap heap, StreamId id)
    {
        if (_header->IsWatched)
        {
            PartWatches.Get<GroupParts.Group>(heap, Address).BeforeChange(id);
        }
    }

    internal static void FreeEntry(NativeHeap heap, nint entry, bool ownerThread)
    {
        if (ownerThread)
        {
            heap.Free((byte*)entry, (nuint)sizeof(PendingHeader));
        }
        else
        {
            heap.FreeFromOtherThread((byte*)entry, (nuint)sizeof(PendingHeader));
        }
    }
}
