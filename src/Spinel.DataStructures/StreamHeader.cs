namespace Spinel.DataStructures;

/// <summary>The state of a stream, in native memory.</summary>
internal struct StreamHeader
{
    /// <summary>Blocks by the id of their first entry.</summary>
    public IdTree Nodes;

    public NameTable Groups;

    public long Length;

    public StreamId LastId;
    public StreamId FirstId;
    public StreamId MaxDeletedId;
    public long EntriesAdded;

    /// <summary>What producers have sent that may come again: an <see cref="IdempotencyHeader"/>, or zero as long as nobody has asked for that.</summary>
    public nint Idempotency;

    /// <summary>Somebody is told before blocks change: see <see cref="StreamParts"/>.</summary>
    public bool IsWatched;
}

/// <summary>The state of a consumer group; its name follows.</summary>
internal struct GroupHeader
{
    public NamedHeader Named;
    public StreamId LastId;

    /// <summary>How many entries of the stream up to <see cref="LastId"/> there ever were, or <see cref="StreamGroup.UnknownEntriesRead"/>.</summary>
    public long EntriesRead;

    /// <summary>What was delivered and not acknowledged, as addresses of <see cref="PendingHeader"/>s, which this tree owns.</summary>
    public IdTree Pending;

    public NameTable Consumers;

    /// <summary>The pending entries by the time of their last delivery, as long as <see cref="IsOrdered"/>.</summary>
    public OrderedTree<IdleEntry> ByDelivery;

    /// <summary>Somebody has asked for idle entries.</summary>
    public bool IsOrdered;

    /// <summary>Somebody is told before pending entries change: see <see cref="GroupParts"/>.</summary>
    public bool IsWatched;
}

/// <summary>The state of a consumer; its name follows.</summary>
internal struct ConsumerHeader
{
    public NamedHeader Named;
    public long SeenMs;

    /// <summary>Those of the group's pending entries that this consumer has.</summary>
    public IdTree Pending;
}

/// <summary>A delivered entry. <see cref="Consumer"/> is null only while a claim is being made.</summary>
internal unsafe struct PendingHeader
{
    public long DeliveredMs;
    public long DeliveryCount;
    public ConsumerHeader* Consumer;
}
