using Spinel.Memory;

namespace Spinel.DataStructures;

/// <summary>What becomes of the references that consumer groups hold to an entry which is to be deleted.</summary>
public enum StreamReferences : byte
{
    /// <summary>They stay, and lead nowhere.</summary>
    Keep,

    /// <summary>They go with the entry.</summary>
    Delete,

    /// <summary>An entry goes only when all groups have read and acknowledged it.</summary>
    Acknowledged,
}

/// <summary>Is told what deleting with regard to references did.</summary>
public interface IStreamRemovals
{
    /// <summary>An entry was pending in a group and is not any more.</summary>
    /// <param name="group">The group's place.</param>
    /// <param name="id">The entry.</param>
    void OnDropped(int group, StreamId id);

    /// <summary>An entry was deleted though one before it stayed: the others are the first of the stream.</summary>
    void OnDeletedBehind(StreamId id);
}

// Deleting entries with regard to the groups that are to read them, or have read and not acknowledged them.
public readonly unsafe partial struct StreamValue
{
    /// <summary>Whether a group has not yet got an entry, or not acknowledged it; true also of a stream without groups, in which nothing is acknowledged.</summary>
    public bool IsReferenced(StreamId id)
    {
        for (int i = 0; i < GroupCount; i++)
        {
            StreamGroup group = GroupAt(i);
            if (group.LastId < id || !group.FindPending(id).IsNull)
            {
                return true;
            }
        }

        return GroupCount == 0;
    }

    /// <summary>Makes an entry pending in no group; returns in how many it was.</summary>
    public int RemoveReferences<TRemovals>(NativeHeap heap, StreamId id, ref TRemovals removals)
        where TRemovals : struct, IStreamRemovals
    {
        int removed = 0;
        for (int i = 0; i < GroupCount; i++)
        {
            if (GroupAt(i).TryAcknowledge(heap, id))
            {
                removed++;
                removals.OnDropped(i, id);
            }
        }

        return removed;
    }

    /// <summary>
    /// Removes the oldest entries as <see cref="TrimToLength"/> and <see cref="TrimToId"/> do, one by one, each with its references or only when it has none.
    /// </summary>
    /// <param name="heap">The heap.</param>
    /// <param name="maxLength">How many are to stay; -1 when only the id counts.</param>
    /// <param name="minId">Entries before it go; the greatest when only the length counts.</param>
    /// <param name="wholeNodes">Go on only while whole blocks are beyond the limit.</param>
    /// <param name="limit">Look at no more than this many entries; 0 for no limit.</param>
    /// <param name="references">Not <see cref="StreamReferences.Keep"/>.</param>
    /// <param name="removals">Is told what goes.</param>
    /// <returns>How many were removed.</returns>
    public long TrimWithReferences<TRemovals>(
        NativeHeap heap, long maxLength, StreamId minId, bool wholeNodes, long limit, StreamReferences references, ref TRemovals removals)
        where TRemovals : struct, IStreamRemovals
    {
        long deleted = 0;
        bool leavesHoles = false;
        StreamId from = StreamId.Min;
        StreamId nodeEnd = StreamId.Min;
        for (long seen = 0; Length > maxLength && (limit == 0 || seen < limit); seen++)
        {
            StreamEntries entries = Range(from, StreamId.Max);
            if (!entries.MoveNext() || entries.Id >= minId)
            {
                break;
            }

            StreamId id = entries.Id;
            if (wholeNodes && id > nodeEnd)
            {
                var pack = new Listpack(entries.Node.Value);
                nodeEnd = StreamNode.LastId(pack, entries.Node.Id);
                if (Length - StreamNode.LiveCount(pack) < maxLength || nodeEnd >= minId)
                {
                    break;
                }
            }

            if (references == StreamReferences.Acknowledged && IsReferenced(id))
            {
                leavesHoles = true;
            }
            else
            {
                RemoveReferences(heap, id, ref removals);
                TryDelete(heap, id);
                deleted++;
                if (leavesHoles)
                {
                    removals.OnDeletedBehind(id);
                    if (id > _header->MaxDeletedId)
                    {
                        _header->MaxDeletedId = id;
                    }
                }
            }

            if (!id.TryIncrement(out from))
            {
                break;
            }
        }

        if (deleted > 0)
        {
            FindFirst();
        }

        return deleted;
    }
}
