using Spinel.Memory;

namespace Spinel.DataStructures;

public readonly unsafe partial struct StreamValue
{
    /// <summary>Adds an entry. Precondition: its id exceeds <see cref="LastId"/>, and its bytes are within <see cref="MaxEntryBytes"/>.</summary>
    public void Append<TFields>(NativeHeap heap, StreamId id, scoped in TFields fields, in StreamLimits limits)
        where TFields : IStreamFields, allows ref struct
    {
        long addedBytes = 0;
        for (int i = 0; i < fields.Count; i++)
        {
            addedBytes += fields.Field(i).Length + (long)fields.Value(i).Length;
        }

        if (id <= LastId || addedBytes > MaxEntryBytes)
        {
            throw new ArgumentException("The entry is not one that may follow.", nameof(id));
        }

        IdTreeCursor last = _header->Nodes.Last;
        if (last.IsEnd || IsFull(new Listpack(last.Value), addedBytes, in limits))
        {
            if (_header->IsWatched)
            {
                PartWatches.Get<StreamParts>(heap, Payload).BeforeAdd(id);
            }

            _header->Nodes.TryAdd(heap, id, StreamNode.Create(heap, in fields).Address);
        }
        else
        {
            BeforeChange(heap, last);
            last.Value = StreamNode.Append(heap, new Listpack(last.Value), last.Id, id, in fields).Address;
        }

        _header->LastId = id;
        _header->EntriesAdded++;
        if (++_header->Length == 1)
        {
            _header->FirstId = id;
        }
    }

    /// <summary>Deletes entries by their ids; returns how many there were.</summary>
    public int Delete(NativeHeap heap, scoped ReadOnlySpan<StreamId> ids)
    {
        int deleted = 0;
        bool firstGone = false;
        foreach (StreamId id in ids)
        {
            if (!TryDelete(heap, id))
            {
                continue;
            }

            deleted++;
            firstGone |= id == _header->FirstId;
            if (id > _header->MaxDeletedId)
            {
                _header->MaxDeletedId = id;
            }
        }

        if (deleted > 0 && (firstGone || Length == 0))
        {
            FindFirst();
        }

        return deleted;
    }

    /// <summary>Removes the oldest entries until <paramref name="maxLength"/> are left.</summary>
    /// <param name="heap">The heap.</param>
    /// <param name="maxLength">How many are to stay.</param>
    /// <param name="wholeNodes">Remove whole blocks only, so that more may stay.</param>
    /// <param name="limit">Go no further than this many entries; 0 for no limit.</param>
    /// <returns>How many were removed.</returns>
    public long TrimToLength(NativeHeap heap, long maxLength, bool wholeNodes, long limit) =>
        Trim(heap, maxLength, StreamId.Min, byLength: true, wholeNodes, limit);

    /// <summary>As <see cref="TrimToLength"/>, the entries before <paramref name="minId"/>.</summary>
    public long TrimToId(NativeHeap heap, StreamId minId, bool wholeNodes, long limit) =>
        Trim(heap, 0, minId, byLength: false, wholeNodes, limit);

    /// <summary>Sets the last id. Precondition: no entry has a greater one.</summary>
    public void SetLastId(StreamId id) => _header->LastId = id;

    public void SetEntriesAdded(long count) => _header->EntriesAdded = count;

    public void SetMaxDeletedId(StreamId id) => _header->MaxDeletedId = id;

    private static bool IsFull(Listpack pack, long addedBytes, in StreamLimits limits)
    {
        long maxBytes = limits.NodeBytes is 0 or > MaxEntryBytes ? MaxEntryBytes : limits.NodeBytes;
        return pack.TotalBytes + addedBytes >= maxBytes
            || (limits.NodeEntries > 0 && StreamNode.LiveCount(pack) + StreamNode.DeletedCount(pack) >= limits.NodeEntries);
    }

    private bool TryDelete(NativeHeap heap, StreamId id)
    {
        StreamEntries entries = Range(id, id);
        if (!entries.MoveNext())
        {
            return false;
        }

        IdTreeCursor node = entries.Node;
        var pack = new Listpack(node.Value);
        if (StreamNode.LiveCount(pack) == 1)
        {
            RemoveNode(heap, node);
        }
        else
        {
            BeforeChange(heap, node);
            pack = StreamNode.MarkDeleted(heap, pack, entries.EntryPosition);
            node.Value = StreamNode.CountDeleted(heap, pack, 1).Address;
        }

        _header->Length--;
        return true;
    }

    private long Trim(NativeHeap heap, long maxLength, StreamId minId, bool byLength, bool wholeNodes, long limit)
    {
        long deleted = 0;
        while (!byLength || Length > maxLength)
        {
            IdTreeCursor node = _header->Nodes.First;
            if (node.IsEnd)
            {
                break;
            }

            var pack = new Listpack(node.Value);
            long live = StreamNode.LiveCount(pack);
            if (limit > 0 && deleted + live > limit)
            {
                break;
            }

            if (byLength ? Length - live >= maxLength : StreamNode.LastId(pack, node.Id) < minId)
            {
                RemoveNode(heap, node);
                _header->Length -= live;
                deleted += live;
                continue;
            }

            if (!wholeNodes)
            {
                deleted += TrimNode(heap, node, byLength ? Length - maxLength : long.MaxValue, byLength ? StreamId.Max : minId);
            }

            break;
        }

        if (deleted > 0 || Length == 0)
        {
            FindFirst();
        }

        return deleted;
    }

    /// <summary>Marks up to <paramref name="count"/> entries before <paramref name="minId"/> as deleted.</summary>
    private long TrimNode(NativeHeap heap, IdTreeCursor node, long count, StreamId minId)
    {
        var pack = new Listpack(node.Value);
        var entries = new StreamEntries(node, StreamId.Min, StreamId.Max, backwards: false);
        long marked = 0;
        BeforeChange(heap, node);
        while (marked < count && entries.MoveNext() && entries.Id < minId)
        {
            // The other flag takes as many bytes, so the walk goes on over the same block.
            StreamNode.MarkDeleted(heap, pack, entries.EntryPosition);
            marked++;
        }

        node.Value = StreamNode.CountDeleted(heap, pack, marked).Address;
        _header->Length -= marked;
        return marked;
    }

    private void RemoveNode(NativeHeap heap, IdTreeCursor node)
    {
        StreamId id = node.Id;
        var pack = new Listpack(node.Value);
        if (!_header->IsWatched || !PartWatches.Get<StreamParts>(heap, Payload).BeforeChange(id, pack, goes: true))
        {
            pack.Free(heap);
        }

        _header->Nodes.TryRemove(heap, id, out _);
    }

    /// <summary>Announces that the content of a block is about to change.</summary>
    private void BeforeChange(NativeHeap heap, IdTreeCursor node)
    {
        if (_header->IsWatched)
        {
            PartWatches.Get<StreamParts>(heap, Payload).BeforeChange(node.Id, new Listpack(node.Value), goes: false);
        }
    }

    private void FindFirst()
    {
        StreamEntries entries = Range(StreamId.Min, StreamId.Max);
        _header->FirstId = entries.MoveNext() ? entries.Id : default;
    }
}
