using Spinel.Memory;

namespace Spinel.DataStructures;

public readonly unsafe partial struct StreamValue
{
    public int GroupCount => _header->Groups.Count;

    /// <summary>A group by its place in the order of names.</summary>
    public StreamGroup GroupAt(int index) => new(_header->Groups[index]);

    /// <summary>A group by its name; null when there is none.</summary>
    public StreamGroup FindGroup(scoped ReadOnlySpan<byte> name) => new(_header->Groups.Find(name));

    /// <summary>Makes a group; false when there is one of this name.</summary>
    public bool TryCreateGroup(NativeHeap heap, scoped ReadOnlySpan<byte> name, StreamId lastId, long entriesRead)
    {
        if (_header->Groups.Find(name) != 0)
        {
            return false;
        }

        _header->Groups.Add(heap, StreamGroup.Create(heap, name, lastId, entriesRead).Address);
        return true;
    }

    /// <summary>Removes a group with everything that is pending in it.</summary>
    /// <param name="heap">The heap.</param>
    /// <param name="group">The group.</param>
    /// <param name="release">Frees the group: now, or when a walk over it is done with it.</param>
    public void RemoveGroup(NativeHeap heap, StreamGroup group, Action<StreamRemains> release)
    {
        ArgumentNullException.ThrowIfNull(release);
        _header->Groups.Remove(heap, group.Address);
        if (group.IsWatched)
        {
            PartWatches.Get<GroupParts.Group>(heap, group.Address).TakeOver(release);
            return;
        }

        release(new StreamRemains(group));
    }

    /// <summary>Notes that a group has got the entry <paramref name="id"/>, when it is the farthest yet.</summary>
    public void Advance(StreamGroup group, StreamId id)
    {
        if (id <= group.LastId)
        {
            return;
        }

        if (group.EntriesRead != StreamGroup.UnknownEntriesRead && !HasTombstonesFrom(id))
        {
            group.EntriesRead++;
        }
        else if (EntriesAdded > 0)
        {
            group.EntriesRead = EstimateEntriesUpTo(id);
        }

        group.LastId = id;
    }

    /// <summary>How many entries a group has not got yet; false when deletions have made that impossible to tell.</summary>
    public bool TryGetLag(StreamGroup group, out long lag)
    {
        lag = 0;
        if (EntriesAdded == 0)
        {
            return true;
        }

        long read = group.EntriesRead != StreamGroup.UnknownEntriesRead && !HasTombstonesFrom(group.LastId)
            ? group.EntriesRead
            : EstimateEntriesUpTo(group.LastId);
        lag = EntriesAdded - read;
        return read != StreamGroup.UnknownEntriesRead;
    }

    /// <summary>Whether an entry at or behind <paramref name="id"/>, and behind the first that is left, was deleted by name.</summary>
    private bool HasTombstonesFrom(StreamId id) => Length > 0 && !MaxDeletedId.IsZero && MaxDeletedId >= FirstId && id <= MaxDeletedId;

    /// <summary>How many entries up to an id there ever were, as far as the stream's few counters tell.</summary>
    public long EstimateEntriesUpTo(StreamId id)
    {
        if (EntriesAdded == 0)
        {
            return 0;
        }

        if ((Length == 0 && id <= LastId) || id == LastId)
        {
            return EntriesAdded;
        }

        // Of ids to come nothing is known, nor of those among which entries were deleted.
        if (id < LastId && (MaxDeletedId.IsZero || MaxDeletedId < FirstId))
        {
            if (id < FirstId)
            {
                return EntriesAdded - Length;
            }

            if (id == FirstId)
            {
                return EntriesAdded - Length + 1;
            }
        }

        return StreamGroup.UnknownEntriesRead;
    }
}
