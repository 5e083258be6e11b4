namespace Spinel.DataStructures;

/// <summary>An entry of a stream that a group has delivered and nobody has acknowledged. This is a handle; default is none.</summary>
public readonly unsafe struct PendingEntry
{
    internal PendingEntry(nint address) => Header = (PendingHeader*)address;

    public bool IsNull => Header == null;

    /// <summary>When it was last delivered, in Unix milliseconds.</summary>
    public long DeliveredMs
    {
        get => Header->DeliveredMs;
        internal set => Header->DeliveredMs = value;
    }

    /// <summary>How often it was delivered.</summary>
    public long DeliveryCount
    {
        get => Header->DeliveryCount;
        internal set => Header->DeliveryCount = value;
    }

    /// <summary>Who has it; null for an entry that was just made pending.</summary>
    public StreamConsumer Consumer => new((nint)Header->Consumer);

    internal PendingHeader* Header { get; }

    internal nint Address => (nint)Header;
}

/// <summary>A walk over pending entries by their ids. Good until one of them is added, removed or given to another consumer.</summary>
public struct PendingEntries
{
    private IdTreeCursor _cursor;

    internal PendingEntries(IdTreeCursor cursor) => _cursor = cursor;

    public readonly bool IsEnd => _cursor.IsEnd;

    public readonly StreamId Id => _cursor.Id;

    public readonly PendingEntry Entry => new(_cursor.Value);

    public void MoveNext() => _cursor.MoveNext();
}
