using Spinel.Memory;

namespace Spinel.DataStructures;

// Sets that come from files and from other servers, and the walk in portions that writes them there.
public readonly partial struct SetValue
{
    /// <summary>An empty set in the large form, with room for so many members.</summary>
    public static SetValue CreateTable(SetSettings settings, long expectedMembers)
    {
        SetValue created = CreateTable(settings);
        created.AsTable.Reserve(settings.Heap, expectedMembers);
        return created;
    }

    /// <summary>Takes over an intset, which <see cref="Intset.Validate"/> has accepted in depth; one that is too long becomes a table.</summary>
    public static SetValue Take(SetSettings settings, Intset set)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var taken = new SetValue(set);
        return set.Count > settings.IntsetEntries ? taken.ToTable(settings) : taken;
    }

    /// <summary>
    /// Takes over a listpack of members, which <see cref="Listpack.Validate"/> has accepted in depth; one that is too long becomes a table.
    /// False, and the listpack is still the caller's, when it has a member twice.
    /// </summary>
    public static bool TryTake(SetSettings settings, Listpack pack, out SetValue set, bool looksForDuplicates = true)
    {
        ArgumentNullException.ThrowIfNull(settings);
        set = default;
        if (looksForDuplicates && pack.HasDuplicates(settings.Heap, settings.Key))
        {
            return false;
        }

        set = new SetValue(pack);
        set = pack.Count > settings.ListpackEntries ? set.ToTable(settings) : set;
        return true;
    }

    /// <summary>
    /// One step of a walk that can be interrupted, of a set that does not change meanwhile: some members, and the cursor of the next step, 0 at the
    /// end. A compact set is one portion.
    /// </summary>
    public ulong Scan(ulong cursor, out SetPortion portion)
    {
        if (Encoding != ValueEncoding.HashTable)
        {
            portion = new SetPortion(GetEnumerator());
            return 0;
        }

        ulong next = AsTable.ScanStep(cursor, out ChainEntries entries);
        portion = new SetPortion(entries);
        return next;
    }
}

/// <summary>Some members of a set, as <see cref="SetValue.Scan"/> shows them. Valid until the set changes.</summary>
public ref struct SetPortion
{
    private readonly bool _isCompact;
    private SetMembers _members;
    private ChainEntries _entries;
    private SetEntry _entry;

    internal SetPortion(SetMembers members)
    {
        _isCompact = true;
        _members = members;
    }

    internal SetPortion(ChainEntries entries) => _entries = entries;

    public readonly SetMember Current => _isCompact ? _members.Current : new SetMember(_entry.Member);

    /// <summary>Goes to the next member, at first to the first one; false when there are no more.</summary>
    public bool MoveNext()
    {
        if (_isCompact)
        {
            return _members.MoveNext();
        }

        bool found = _entries.Next(out nint entry);
        _entry = new SetEntry(entry);
        return found;
    }
}
