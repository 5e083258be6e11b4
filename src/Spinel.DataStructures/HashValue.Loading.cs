using Spinel.Memory;

namespace Spinel.DataStructures;

// Hashes that come from files and from other servers.
public partial struct HashValue
{
    /// <summary>An empty hash in the large form, with room for so many fields.</summary>
    public static HashValue CreateTable(NativeHeap heap, HashKey key, long expectedFields)
    {
        FieldTable table = FieldTable.Create(heap, key);
        table.Reserve(heap, expectedFields);
        return new HashValue(heap, table.Address) { _isTable = true };
    }

    /// <summary>
    /// Takes over a listpack of fields and values, which <see cref="Listpack.Validate"/> has accepted in depth; one that breaks the limits becomes a
    /// table. False, and the listpack is still the caller's, when it is not the content of a hash: an odd number of values, a field twice.
    /// </summary>
    public static bool TryTake(NativeHeap heap, Listpack pack, in HashLimits limits, out HashValue hash, bool looksForDuplicates = true)
    {
        hash = default;
        if (pack.Count % 2 != 0 || (looksForDuplicates && pack.HasDuplicates(heap, limits.TableKey, skip: 1)))
        {
            return false;
        }

        hash = new HashValue(heap, pack.Address);
        if (pack.Count / 2 > limits.ListpackEntries)
        {
            hash.ConvertToTable(limits.TableKey);
        }

        return true;
    }

    /// <summary>Adds a field, with its expiry or <see cref="KeyBlock.NoExpiry"/>, to a hash in the large form; false when it has it already.</summary>
    public readonly bool TryAdd(scoped ReadOnlySpan<byte> field, scoped ReadOnlySpan<byte> value, long expiryMs) =>
        Table.TryAdd(_heap, field, value, expiryMs);
}
