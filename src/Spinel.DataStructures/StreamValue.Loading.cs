using Spinel.Memory;

namespace Spinel.DataStructures;

// Streams that come from files and from other servers, and what is written there.
public readonly unsafe partial struct StreamValue
{
    /// <summary>The blocks in their order, as files store them.</summary>
    public StreamNodes Nodes => new(_header->Nodes.First);

    /// <summary>
    /// Takes over a block, which <see cref="Listpack.Validate"/> has accepted in depth, with the entries behind all that are there. False, and the listpack is
    /// still the caller's, when it is no block of a stream or does not follow. The counters are the caller's to set afterwards.
    /// </summary>
    public bool TryAddNode(NativeHeap heap, StreamId id, Listpack pack)
    {
        StreamHeader* header = _header;
        if ((header->Length > 0 && id <= header->LastId) || !StreamNode.Validate(pack, id, out StreamId last))
        {
            return false;
        }

        header->Nodes.TryAdd(heap, id, pack.Address);
        bool isFirst = header->Length == 0;
        header->Length += StreamNode.LiveCount(pack);
        header->LastId = last;
        if (isFirst)
        {
            FindFirst();
        }

        return true;
    }
}

/// <summary>Walks the blocks of a stream. Valid until the stream changes.</summary>
public struct StreamNodes
{
    private IdTreeCursor _cursor;

    internal StreamNodes(IdTreeCursor cursor) => _cursor = cursor;

    /// <summary>Whether there is no block here: the walk is behind the last.</summary>
    public readonly bool IsEnd => _cursor.IsEnd;

    /// <summary>The id of the block's first entry, under which it is found.</summary>
    public readonly StreamId Id => _cursor.Id;

    /// <summary>The block's content.</summary>
    public readonly Listpack Pack => new(_cursor.Value);

    public void MoveNext() => _cursor.MoveNext();
}
