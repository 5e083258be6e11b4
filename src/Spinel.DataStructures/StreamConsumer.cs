using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>A member of a <see cref="StreamGroup"/>. This is a handle; default is none.</summary>
public readonly unsafe struct StreamConsumer
{
    internal StreamConsumer(nint address) => Header = (ConsumerHeader*)address;

    public bool IsNull => Header == null;

    public ReadOnlySpan<byte> Name => NameTable.NameOf(Address);

    /// <summary>When it was last heard of, in Unix milliseconds.</summary>
    public long SeenMs
    {
        get => Header->SeenMs;
        set => Header->SeenMs = value;
    }

    public long PendingCount => Header->Pending.Count;

    internal ConsumerHeader* Header { get; }

    internal nint Address => (nint)Header;

    internal long MemoryBytes => NameTable.ItemMemoryBytes(Address) + Header->Pending.MemoryBytes;

    /// <summary>The entries pending with it, from an id on.</summary>
    public PendingEntries PendingFrom(StreamId start) => new(Header->Pending.Ceiling(start));

    internal bool HasPending(StreamId id) => !Header->Pending.Find(id).IsEnd;

    internal static StreamConsumer Create(NativeHeap heap, scoped ReadOnlySpan<byte> name, long nowMs)
    {
        StreamConsumer consumer = new(NameTable.CreateItem(heap, sizeof(ConsumerHeader), name));
        consumer.SeenMs = nowMs;
        return consumer;
    }

    internal void Free(NativeHeap heap, bool ownerThread)
    {
        Header->Pending.Free(heap, ownerThread);
        NameTable.FreeItem(heap, Address, ownerThread);
    }
}
