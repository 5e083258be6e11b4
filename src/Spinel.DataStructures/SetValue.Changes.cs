using System.Diagnostics;
using Spinel.Memory;

namespace Spinel.DataStructures;

// Adding, removing, and moving from one form to the next.
public readonly partial struct SetValue
{
    /// <summary>Longer intsets are never made, whatever the settings say: each addition moves what is behind it.</summary>
    private const long MaxIntsetEntries = 1 << 30;

    /// <summary>Makes these bytes a member; <paramref name="added"/> tells whether they were none. They must not lie in this set.</summary>
    public SetValue Add(SetSettings settings, ReadOnlySpan<byte> member, out bool added)
    {
        ArgumentNullException.ThrowIfNull(settings);
        switch (Encoding)
        {
            case ValueEncoding.IntSet:
                return AddToIntset(settings, member, out added);
            case ValueEncoding.ListPack:
                added = AsListpack.Find(member) < 0;
                return added ? AddToListpack(settings, member) : this;
            default:
                EntryTable<SetEntryOps> table = AsTable;
                ulong hash = table.Hash(member);
                added = table.Find(member, hash) == 0;
                if (added)
                {
                    table.Insert(settings.Heap, SetEntry.Create(settings.Heap, member), hash);
                }

                return this;
        }
    }

    /// <summary>Adds a member of which the caller knows that the set does not have it.</summary>
    public SetValue AddNew(SetSettings settings, ReadOnlySpan<byte> member)
    {
        ArgumentNullException.ThrowIfNull(settings);
        Debug.Assert(!Contains(member));
        switch (Encoding)
        {
            case ValueEncoding.IntSet:
                return AddToIntset(settings, member, out _);
            case ValueEncoding.ListPack:
                return AddToListpack(settings, member);
            default:
                EntryTable<SetEntryOps> table = AsTable;
                table.Insert(settings.Heap, SetEntry.Create(settings.Heap, member), table.Hash(member));
                return this;
        }
    }

    /// <summary>Removes a member; <paramref name="removed"/> tells whether it was one. The bytes may be the set's own.</summary>
    public SetValue Remove(SetSettings settings, ReadOnlySpan<byte> member, out bool removed)
    {
        ArgumentNullException.ThrowIfNull(settings);
        removed = false;
        switch (Encoding)
        {
            case ValueEncoding.IntSet:
                return ListpackNumber.TryParse(member, out long integer)
                    ? new SetValue(AsIntset.Remove(settings.Heap, integer, out removed))
                    : this;
            case ValueEncoding.ListPack:
                int position = AsListpack.Find(member);
                removed = position >= 0;
                return removed ? new SetValue(AsListpack.Delete(settings.Heap, position)) : this;
            default:
                EntryTable<SetEntryOps> table = AsTable;
                nint entry = table.Remove(settings.Heap, member, table.Hash(member));
                removed = entry != 0;
                if (removed)
                {
                    new SetEntry(entry).Free(settings.Heap);
                }

                return this;
        }
    }

    /// <summary>Removes the member at a place (<see cref="RandomPlace"/>).</summary>
    public SetValue RemoveAt(SetSettings settings, long place)
    {
        ArgumentNullException.ThrowIfNull(settings);
        switch (Encoding)
        {
            case ValueEncoding.IntSet:
                return new SetValue(AsIntset.Remove(settings.Heap, place, out _));
            case ValueEncoding.ListPack:
                return new SetValue(AsListpack.Delete(settings.Heap, (int)place));
            default:
                EntryTable<SetEntryOps> table = AsTable;
                SetEntry entry = new((nint)place);
                table.Remove(settings.Heap, (nint)place, table.Hash(entry.Member));
                entry.Free(settings.Heap);
                return this;
        }
    }

    /// <summary>A copy of its own.</summary>
    public SetValue Clone(NativeHeap heap)
    {
        switch (Encoding)
        {
            case ValueEncoding.IntSet:
                return new SetValue(AsIntset.Copy(heap));
            case ValueEncoding.ListPack:
                return new SetValue(AsListpack.Copy(heap));
            default:
                EntryTable<SetEntryOps> table = AsTable;
                EntryTable<SetEntryOps> copy = new(heap, table.Key);
                foreach (SetMember member in this)
                {
                    copy.Insert(heap, SetEntry.Create(heap, member.Bytes), copy.Hash(member.Bytes));
                }

                return new SetValue(copy);
        }
    }

    public void Free(NativeHeap heap) => Free(heap, ownerThread: true);

    /// <summary>As <see cref="Free(NativeHeap)"/>, from a thread that does not own the heap.</summary>
    public void FreeFromOtherThread(NativeHeap heap) => Free(heap, ownerThread: false);

    internal void Free(NativeHeap heap, bool ownerThread)
    {
        switch (Encoding, ownerThread)
        {
            case (ValueEncoding.IntSet, true):
                AsIntset.Free(heap);
                return;
            case (ValueEncoding.IntSet, false):
                AsIntset.FreeFromOtherThread(heap);
                return;
            case (ValueEncoding.ListPack, true):
                AsListpack.Free(heap);
                return;
            case (ValueEncoding.ListPack, false):
                AsListpack.FreeFromOtherThread(heap);
                return;
        }

        PartWatches.ThrowIfWatched(AsTable.IsWatched);
        EntryTableRelease release = AsTable.Release();
        while (!release.IsDone)
        {
            ChainEntries entries = release.LastEntries;
            while (entries.Next(out nint entry))
            {
                if (ownerThread)
                {
                    new SetEntry(entry).Free(heap);
                }
                else
                {
                    new SetEntry(entry).FreeFromOtherThread(heap);
                }
            }

            release.FreeLast(heap, ownerThread);
        }

        release.FreeHeader(heap, ownerThread);
    }

    private SetValue AddToIntset(SetSettings settings, ReadOnlySpan<byte> member, out bool added)
    {
        Intset set = AsIntset;
        if (ListpackNumber.TryParse(member, out long integer))
        {
            SetValue now = new(set.Add(settings.Heap, integer, out added));
            return now.AsIntset.Count > Math.Min(settings.IntsetEntries, MaxIntsetEntries) ? now.ToTable(settings) : now;
        }

        added = true;
        SetValue converted = FitsListpack(settings, set.Count, member) && IntegersFit(settings, set) ? ToListpack(settings) : ToTable(settings);
        return converted.AddNew(settings, member);
    }

    private SetValue AddToListpack(SetSettings settings, ReadOnlySpan<byte> member)
    {
        Listpack set = AsListpack;
        return FitsListpack(settings, set.Count, member) && set.SafeToAdd(member)
            ? new SetValue(set.Append(settings.Heap, member))
            : ToTable(settings).AddNew(settings, member);
    }

    private static bool FitsListpack(SetSettings settings, int count, ReadOnlySpan<byte> member) =>
        count < settings.ListpackEntries && member.Length <= settings.ListpackValueBytes;

    private static bool IntegersFit(SetSettings settings, Intset set) => set.Count == 0
        || Math.Max(ListpackNumber.LengthOf(set.Min), ListpackNumber.LengthOf(set.Max)) <= settings.ListpackValueBytes;

    private SetValue ToListpack(SetSettings settings)
    {
        Intset set = AsIntset;
        using var builder = new ListpackBuilder(settings.Heap);
        for (int i = 0; i < set.Count; i++)
        {
            builder.Append(set.At(i));
        }

        set.Free(settings.Heap);
        return new SetValue(builder.Build());
    }

    private SetValue ToTable(SetSettings settings)
    {
        SetValue table = CreateTable(settings);
        Span<byte> scratch = stackalloc byte[ListpackNumber.MaxLength];
        foreach (SetMember member in this)
        {
            table.AddNew(settings, member.GetText(scratch));
        }

        Free(settings.Heap);
        return table;
    }
}
