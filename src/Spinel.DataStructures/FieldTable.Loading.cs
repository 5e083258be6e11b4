using Spinel.Memory;

namespace Spinel.DataStructures;

internal readonly unsafe partial struct FieldTable
{
    /// <summary>Makes an empty table as large as so many fields need.</summary>
    public void Reserve(NativeHeap heap, long fields) => Table.Reserve(heap, fields);

    /// <summary>Adds a field with its expiry; false when the hash has it already.</summary>
    public bool TryAdd(NativeHeap heap, ReadOnlySpan<byte> field, ReadOnlySpan<byte> value, long expiryMs)
    {
        EntryTable<HashEntryOps> table = Table;
        ulong hash = table.Hash(field);
        if (table.Find(field, hash) != 0)
        {
            return false;
        }

        Add(heap, HashEntry.Create(heap, field, value, expiryMs), hash);
        return true;
    }
}
